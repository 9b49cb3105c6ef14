import * as vscode from "vscode";
import type { RunPhase } from "../shared/trace/trace";

/** The state of a run as one localized word. */
export function phaseWord(state: RunPhase | "interrupted"): string {
  switch (state) {
    case "idle":
      return vscode.l10n.t("idle");
    case "starting":
      return vscode.l10n.t("starting");
    case "running":
      return vscode.l10n.t("running");
    case "paused":
      return vscode.l10n.t("paused");
    case "done":
      return vscode.l10n.t("done");
    case "stopped":
      return vscode.l10n.t("stopped");
    case "diverged":
      return vscode.l10n.t("diverged");
    case "failed":
      return vscode.l10n.t("failed");
    case "interrupted":
      return vscode.l10n.t("interrupted");
    default:
      return state satisfies never;
  }
}
