/** Which control does what in which phase. Pure, so that a test can go through all of them. */
import type { ViewCommand, ViewState } from "../src/shared/protocol";
import type { RunPhase } from "../src/shared/trace";
import type { IconName } from "./icons";

export type ControlId = "run" | "pauseResume" | "step" | "stop" | "checkGradients" | "editHyperparameter";

interface ControlState {
  readonly command: ViewCommand;
  readonly label: string;
  readonly icon: IconName;
  readonly enabled: boolean;
  /** What it does, and why not now. */
  readonly hint: string;
}

const ACTIVE: readonly RunPhase[] = ["starting", "running", "paused"];

export function isActive(phase: RunPhase): boolean {
  return ACTIVE.includes(phase);
}

export function controlsFor(view: ViewState | null): Record<ControlId, ControlState> {
  const phase = view?.status.phase ?? "idle";
  const hasFile = view?.experiment != null;
  const trains = hasFile && view.canRun;
  const blocked = !hasFile ? "Open an experiment first." : !trains ? "Training needs a trusted workspace." : null;
  const again = phase !== "idle";
  const paused = phase === "paused";
  const ready = trains && phase !== "starting";
  const hint = (text: string, enabled: boolean, otherwise: string): string => (enabled ? text : (blocked ?? otherwise));
  const canPause = trains && (phase === "running" || paused);
  const canStep = ready && phase !== "running";
  const canStop = trains && isActive(phase);
  return {
    run: { command: again ? "rerun" : "run", label: again ? "Re-run" : "Run", icon: again ? "rerun" : "play", enabled: ready, hint: hint(again ? "Run the file as it is now, from the start" : "Train the network of this file", ready, "The run is starting.") },
    pauseResume: { command: "pauseResume", label: paused ? "Resume" : "Pause", icon: paused ? "play" : "pause", enabled: canPause, hint: hint(paused ? "Go on training" : "Hold the training", canPause, "Nothing is running.") },
    step: { command: "step", label: "Step", icon: "step", enabled: canStep, hint: hint(paused ? "One iteration, then pause again" : "Start, and pause at the first iteration", canStep, "Pause first, then step.") },
    stop: { command: "stop", label: "Stop", icon: "stop", enabled: canStop, hint: hint("End this run; what was recorded stays", canStop, "Nothing is running.") },
    checkGradients: { command: "checkGradients", label: "Check gradients", icon: "flask", enabled: ready, hint: hint("Compare the gradients with finite differences", ready, "The run is starting.") },
    editHyperparameter: { command: "editHyperparameter", label: "Edit hyperparameter…", icon: "sliders", enabled: hasFile, hint: hasFile ? "Change a value in the file" : "Open an experiment first." },
  };
}
