import * as vscode from "vscode";
import { RUN_COLORS, runColorIndex } from "../shared/wire/runIdentity";

/** The color of a run's icon in lists: that of its curves. */
export function runColor(number: number): vscode.ThemeColor {
  return new vscode.ThemeColor(`charts.${RUN_COLORS[runColorIndex(number)] ?? "blue"}`);
}
