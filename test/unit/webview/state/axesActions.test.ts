import { expect, it } from "vitest";
import { AXES_ACTIONS, type AxesAction } from "../../../../src/shared/wire/panelActions";
import { withAxes } from "../../../../webview/state/axesActions";
import { DEFAULT_PREFERENCES, MAX_SMOOTHING, readPreferences } from "../../../../webview/state/preferences";
import { INITIAL_STATE, reduce, type LabState } from "../../../../webview/state/store";
import { appendOf, snapshotOf } from "../support";

function after(...actions: AxesAction[]) {
  return actions.reduce(withAxes, DEFAULT_PREFERENCES);
}

it("each command sets what it says, and what is set survives a reload", () => {
  expect(after("linearLossAxis").lossScale).toBe("linear");
  expect(after("linearLossAxis", "logLossAxis").lossScale).toBe("log");
  expect(after("timeAxis").xAxis).toBe("time");
  expect(after("timeAxis", "epochAxis").xAxis).toBe("epoch");
  expect(after("epochAxis", "iterationAxis").xAxis).toBe("iteration");
  expect(after("recentIterations").range).toBe("recent");
  expect(after("afterSpike").range).toBe("afterSpike");
  expect(after("afterSpike", "allIterations").range).toBe("all");
  for (const action of AXES_ACTIONS)
    expect(readPreferences(after("moreSmoothing", action))).toEqual(after("moreSmoothing", action));
});

it("smoothing goes up and down in steps within its limits, also from where the slider left it", () => {
  const up = AXES_ACTIONS.map(() => "moreSmoothing" as const);
  expect(after(...up).smoothing).toBe(MAX_SMOOTHING);
  expect(after(...up, "lessSmoothing").smoothing).toBeLessThan(MAX_SMOOTHING);
  expect(after(...up, "noSmoothing").smoothing).toBe(0);
  expect(after("lessSmoothing").smoothing).toBe(0);
  expect(withAxes({ ...DEFAULT_PREFERENCES, smoothing: 0.7 }, "moreSmoothing").smoothing).toBe(0.9);
});

it("a saved weight beyond the limits is none", () => {
  for (const smoothing of [1, -0.1, NaN, "0.6"]) expect(readPreferences({ smoothing }).smoothing).toBe(0);
});

it("a command that sets the range ends a zoom, another one keeps it", () => {
  const run = (state: LabState, action: AxesAction): LabState =>
    reduce(state, { type: "host", message: { type: "perform", action } }).state;
  const shown = [snapshotOf(0, "a", 100), appendOf(1, "a", 100, 200)].reduce(
    (state, message) => reduce(state, { type: "host", message }).state,
    INITIAL_STATE,
  );
  const zoomed = reduce(shown, { type: "zoom", move: { kind: "select", axis: "iteration", from: 20, to: 60 } }).state;
  expect(run(zoomed, "moreSmoothing").zoom.iteration).toEqual({ from: 20, to: 60 });
  expect(run(zoomed, "afterSpike").zoom.iteration).toBeNull();
});
