/** Which control does what in which phase. Pure, so that a test can go through all of them. */
import * as l10n from "@vscode/l10n";
import type { ViewCommand, ViewState } from "../../src/shared/wire/protocol";
import type { RunPhase } from "../../src/shared/trace/trace";
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
  const blocked = !hasFile
    ? l10n.t("Open an experiment first.")
    : !trains
      ? l10n.t("Training requires a trusted workspace.")
      : null;
  const again = phase !== "idle";
  const paused = phase === "paused";
  const ready = trains && phase !== "starting";
  const hint = (text: string, enabled: boolean, otherwise: string): string => (enabled ? text : (blocked ?? otherwise));
  const canPause = trains && (phase === "running" || paused);
  const canStep = ready && phase !== "running";
  const goesOn =
    paused || ((phase === "done" || phase === "stopped") && view?.experiment?.textDiffersFromRun === false);
  const canStop = trains && isActive(phase);
  return {
    run: {
      command: again ? "rerun" : "run",
      label: again ? l10n.t("Re-run") : l10n.t("Run"),
      icon: again ? "rerun" : "play",
      enabled: ready,
      hint: hint(
        again ? l10n.t("Run the current file from the start") : l10n.t("Train the network in this file"),
        ready,
        l10n.t("The run is starting."),
      ),
    },
    pauseResume: {
      command: "pauseResume",
      label: paused ? l10n.t("Resume") : l10n.t("Pause"),
      icon: paused ? "play" : "pause",
      enabled: canPause,
      hint: hint(
        paused ? l10n.t("Resume training") : l10n.t("Pause training"),
        canPause,
        l10n.t("Nothing is running."),
      ),
    },
    step: {
      command: "step",
      label: l10n.t("Step"),
      icon: "step",
      enabled: canStep,
      hint: hint(
        goesOn ? l10n.t("Train one iteration, then pause") : l10n.t("Start and pause at the first iteration"),
        canStep,
        l10n.t("Pause before stepping."),
      ),
    },
    stop: {
      command: "stop",
      label: l10n.t("Stop"),
      icon: "stop",
      enabled: canStop,
      hint: hint(l10n.t("Stop the run (recorded data is kept)"), canStop, l10n.t("Nothing is running.")),
    },
    checkGradients: {
      command: "checkGradients",
      label: l10n.t("Check Gradients"),
      icon: "flask",
      enabled: ready,
      hint: hint(l10n.t("Compare gradients with finite differences"), ready, l10n.t("The run is starting.")),
    },
    editHyperparameter: {
      command: "editHyperparameter",
      label: l10n.t("Edit Hyperparameter…"),
      icon: "sliders",
      enabled: hasFile,
      hint: hasFile ? l10n.t("Change a value in the file") : l10n.t("Open an experiment first."),
    },
  };
}
