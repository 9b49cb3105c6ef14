import * as vscode from "vscode";
import type { RunPhase } from "../shared/trace/trace";

/** Icons for the state of a run. A running one does not spin: the window would redraw for each frame of the icon. */
export const PHASE_ICONS: Readonly<Record<RunPhase, vscode.ThemeIcon>> = {
  idle: new vscode.ThemeIcon("circle-outline"),
  starting: new vscode.ThemeIcon("sync~spin"),
  running: new vscode.ThemeIcon("pulse"),
  paused: new vscode.ThemeIcon("debug-pause"),
  done: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  stopped: new vscode.ThemeIcon("debug-stop"),
  diverged: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground")),
};
