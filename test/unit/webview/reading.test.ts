import { describe, expect, it } from "vitest";
import { tableRows } from "../../../webview/chart/table";
import { withoutControls } from "../../../webview/ui/visibleText";
import { milestoneOf, sayMilestone } from "../../../webview/page/liveRegion";
import { DEFAULT_PREFERENCES, readPreferences, withTableToggled } from "../../../webview/state/preferences";
import { statusOf } from "./support";

describe("a milestone", () => {
  it("is a change of phase or another tenth of the iterations, nothing between", () => {
    const at = (iteration: number) => milestoneOf(statusOf({ iteration }));
    expect(at(101)).toBe(at(199));
    expect(at(199)).not.toBe(at(200));
    expect(milestoneOf(statusOf({ phase: "paused", iteration: 150 }))).not.toBe(at(150));
  });

  it("is announced with the iteration and the loss, also when the loss is NaN", () => {
    expect(sayMilestone(statusOf({ iteration: 300, loss: 1.8e-6 }))).toBe(
      "Running, iteration 300 of 1,000, loss 1.8e-6.",
    );
    const diverged = statusOf({ phase: "diverged", iteration: 7, loss: NaN, message: "It exploded.", advice: "Clip." });
    expect(sayMilestone(diverged)).toBe("Diverged, iteration 7 of 1,000, loss NaN. It exploded. Clip.");
  });
});

describe("preferences", () => {
  it("are read from whatever an older version or nobody saved", () => {
    for (const garbage of [undefined, null, 3, "x", [], { lossScale: 7, range: {}, tables: "loss" }])
      expect(readPreferences(garbage)).toEqual(DEFAULT_PREFERENCES);
    expect(readPreferences({ lossScale: "linear", range: 7, tables: ["loss"], units: [1, "2"] })).toEqual({
      ...DEFAULT_PREFERENCES,
      lossScale: "linear",
      tables: ["loss"],
    });
    expect(readPreferences({ layer: 1, quantity: "gate.f" })).toEqual({
      ...DEFAULT_PREFERENCES,
      layer: 1,
      quantity: "gate.f",
    });
    for (const layer of [-1, 0.5, "1", NaN]) expect(readPreferences({ layer }).layer).toBeNull();
  });

  it("show and hide the table of one chart", () => {
    const shown = withTableToggled(withTableToggled(DEFAULT_PREFERENCES, "norm"), "loss");
    expect(shown.tables).toEqual(["norm", "loss"]);
    expect(withTableToggled(shown, "norm").tables).toEqual(["loss"]);
  });
});

it("a table has at most 200 rows, with the first and the last, and says so", () => {
  const whole = tableRows(3, 6);
  expect([whole.rows, whole.caption("Loss")]).toEqual([[3, 4, 5], "Loss"]);
  const { rows, caption } = tableRows(0, 5000);
  expect([rows.length, rows[0], rows.at(-1), caption("Loss")]).toEqual([200, 0, 4999, "Loss (200 of 5,000 rows)"]);
});

it("a name cannot change the direction of the text or hide in it", () => {
  expect(withoutControls("a\u202Eb\u0000c\u200Bd\ne")).toBe("abcde");
});
