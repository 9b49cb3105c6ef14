import { describe, expect, it } from "vitest";
import { COLUMN, OPTIONAL_COLUMN } from "../../../../src/shared/trace/trace";
import type { ChartModel, RowModel } from "../../../../webview/chart/model";
import { collectEvents, ruleTitle } from "../../../../webview/chart/runEvents";
import { recordedIterations } from "../../../../webview/state/zoom";
import { headerOf } from "../support";

function eventsOf(
  columns: Readonly<Record<string, readonly number[]>>,
  pixels = 1000,
  findings: ChartModel["findings"] = [],
) {
  const rows = Object.values(columns)[0]?.length ?? 0;
  const iterations = Float64Array.from({ length: rows }, (_, i) => i);
  const model = {
    header: { ...headerOf("a"), clip: { norm: 1 } },
    iterations,
    rows,
    findings,
    column: (name: string) => (columns[name] === undefined ? null : Float64Array.from(columns[name])),
  };
  return collectEvents(model as unknown as RowModel, recordedIterations(iterations, rows), pixels);
}

describe("what happened in a run", () => {
  it("is told in stretches: clipped, not finite, and each change of the learning rate with both its values", () => {
    const events = eventsOf({
      [COLUMN.loss]: [1, 1, 1, 1, NaN, NaN],
      [COLUMN.gradientNorm]: [2, 2, 1, 2, 1, 1],
      [COLUMN.clippedNorm]: [1, 1, 1, 1, 1, 1],
      [OPTIONAL_COLUMN.learningRate]: [0.1, 0.1, 0.01, 0.01, 0.01, 0.001],
    });
    expect(events.clipped).toEqual([
      { from: 0, to: 1 },
      { from: 3, to: 3 },
    ]);
    expect(events.nonFinite).toEqual([{ from: 4, to: 5 }]);
    expect(events.rates).toEqual([
      { from: 2, to: 2, before: 0.1, after: 0.01 },
      { from: 5, to: 5, before: 0.01, after: 0.001 },
    ]);
  });

  it("has never more stretches than pixels, however often it changes", () => {
    const raw = Array.from({ length: 4000 }, (_, i) => 1 + (i % 2));
    const events = eventsOf(
      { [COLUMN.loss]: raw, [COLUMN.gradientNorm]: raw, [COLUMN.clippedNorm]: raw.map(() => 1) },
      200,
    );
    expect(events.clipped.length).toBeLessThanOrEqual(200);
  });

  it("leaves out findings that are out of view, and names the others", () => {
    const finding = {
      rule: "limit-cycle" as const,
      severity: "warning" as const,
      timeStep: null,
      numbers: {},
      message: "",
      configPath: [],
      fixes: [],
    };
    expect(
      eventsOf({ [COLUMN.loss]: [1, 2] }, 10, [
        { ...finding, iteration: 1 },
        { ...finding, iteration: 7 },
      ]).findings.map(({ iteration }) => iteration),
    ).toEqual([1]);
    expect(ruleTitle("limit-cycle")).toBe("Limit cycle");
  });
});
