import { describe, expect, it } from "vitest";
import type { ComparedRun } from "../../../src/shared/wire/comparison";
import { FIGURES, figureOf, relativeTo, valueAt } from "../../../webview/compare/figures";
import { runLook } from "../../../webview/ui/runLook";
import { movedIteration } from "../../../webview/chart/moveIteration";
import { readCompareMessage, readCompareState } from "../../../webview/compare/readMessage";
import type { Theme } from "../../../webview/ui/theme";

const run: ComparedRun = {
  id: "a",
  number: 1,
  look: 1,
  title: "A",
  experiment: "E",
  state: "done",
  seed: 1,
  duration: "1 s",
  iterations: 20,
  curves: {
    iteration: Float64Array.of(0, 10, 20),
    loss: Float64Array.of(3, 1, 2),
    gradientNorm: Float64Array.of(1, Infinity, 2),
  },
};

describe("figures of compared runs", () => {
  it("are the last, the best and the largest of a curve, and no number where there is no curve", () => {
    expect(FIGURES.map((figure) => figureOf(run, figure))).toEqual([2, 1, NaN, NaN, Infinity]);
  });

  it("at an iteration are those of the row before it, and none outside of the run", () => {
    expect([
      valueAt(run, "loss", 0),
      valueAt(run, "loss", 15),
      valueAt(run, "loss", 21),
      valueAt(run, "accuracy", 0),
    ]).toEqual([3, 1, NaN, NaN]);
  });

  it("against a baseline are percents, or factors where those would say nothing", () => {
    expect([
      relativeTo(2, 1),
      relativeTo(0.95, 1),
      relativeTo(340, 1),
      relativeTo(1, 50),
      relativeTo(1, 1),
      relativeTo(1, 0),
      relativeTo(NaN, 1),
      relativeTo(-1, 1),
      relativeTo(1e-12, 1),
    ]).toEqual(["+100%", "-5%", "×340", "÷50", "=", "", "", "", "÷1e12"]);
  });
});

describe("compared runs", () => {
  it("of any number can be told apart: no two of twenty look the same", () => {
    const theme = { series: ["1", "2", "3", "4", "5", "6"], foreground: "0" } as unknown as Theme;
    expect(new Set(Array.from({ length: 20 }, (_, index) => JSON.stringify(runLook(index + 1, theme)))).size).toBe(20);
  });

  it("have a cursor that goes by keys from one recorded iteration to the next, whichever run has it", () => {
    const iterations = [0, 0, 5, 10, 10, 20];
    expect(movedIteration({ kind: "stepRow", by: -1 }, null, iterations)).toBe(10);
    expect(movedIteration({ kind: "stepRow", by: -1 }, 10, iterations)).toBe(5);
    expect(movedIteration({ kind: "stepRow", by: 10 }, 5, iterations)).toBe(20);
    expect(movedIteration({ kind: "firstRow" }, 5, iterations)).toBe(0);
    expect(movedIteration({ kind: "follow" }, 5, iterations)).toBeNull();
    expect(movedIteration({ kind: "pin", iteration: 7 }, 5, iterations)).toBe(7);
  });

  it("are taken only from a message that is whole", () => {
    const comparison = {
      runs: [run],
      baseline: null,
      differences: [{ path: "seed", values: ["1"] }],
      problems: [],
      notes: [],
    };
    expect(readCompareMessage({ type: "comparison", comparison })).not.toBeNull();
    const wrong = [
      { ...comparison, differences: [{ path: "seed", values: [] }] },
      { ...comparison, runs: [{ ...run, curves: { loss: run.curves["loss"] } }] },
      { ...comparison, baseline: 1 },
      { ...comparison, problems: [1] },
      null,
    ];
    for (const bad of wrong) expect(readCompareMessage({ type: "comparison", comparison: bad })).toBeNull();
    expect(readCompareState({ ids: ["a"], hidden: [1], logarithmic: false })).toEqual({
      ids: ["a"],
      hidden: [],
      logarithmic: false,
    });
    expect(readCompareState("rubbish")).toEqual({ ids: [], hidden: [], logarithmic: true });
  });
});
