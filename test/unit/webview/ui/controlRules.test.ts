import { describe, expect, it } from "vitest";
import type { RunPhase } from "../../../../src/shared/trace/trace";
import { controlsFor, type ControlId } from "../../../../webview/ui/controlRules";
import { statusOf, viewOf } from "../support";

const PHASES: readonly RunPhase[] = ["idle", "starting", "running", "paused", "done", "stopped", "diverged", "failed"];

function enabledIn(phase: RunPhase, canRun = true): ControlId[] {
  const controls = controlsFor(viewOf({ status: statusOf({ phase }), canRun }));
  return (Object.keys(controls) as ControlId[]).filter((id) => controls[id].enabled);
}

describe("the controls", () => {
  it.each([
    ["idle", ["run", "step", "checkGradients", "editHyperparameter"]],
    ["starting", ["stop", "editHyperparameter"]],
    ["running", ["run", "pauseResume", "stop", "checkGradients", "editHyperparameter"]],
    ["paused", ["run", "pauseResume", "step", "stop", "checkGradients", "editHyperparameter"]],
    ["done", ["run", "step", "checkGradients", "editHyperparameter"]],
  ] as const)("that can be used when %s", (phase, expected) => expect(enabledIn(phase)).toEqual(expected));

  it("that train are off in an untrusted workspace, in every phase, and say why", () => {
    for (const phase of PHASES) expect(enabledIn(phase, false)).toEqual(["editHyperparameter"]);
    expect(controlsFor(viewOf({ canRun: false })).run.hint).toContain("trusted");
  });

  it("are all off without an experiment", () => {
    const controls = controlsFor(viewOf({ experiment: null }));
    expect(Object.values(controls).some((control) => control.enabled)).toBe(false);
    expect(Object.values(controlsFor(null)).some((control) => control.enabled)).toBe(false);
  });

  it("say Run before the first run and Re-run after, Pause or Resume as it is", () => {
    expect(controlsFor(viewOf({ status: statusOf({ phase: "idle" }) })).run).toMatchObject({
      label: "Run",
      command: "run",
    });
    expect(controlsFor(viewOf({ status: statusOf({ phase: "done" }) })).run).toMatchObject({
      label: "Re-run",
      command: "rerun",
    });
    expect(controlsFor(viewOf({ status: statusOf({ phase: "paused" }) })).pauseResume.label).toBe("Resume");
    expect(controlsFor(viewOf()).pauseResume.label).toBe("Pause");
  });
});
