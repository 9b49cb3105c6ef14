import * as vscode from "vscode";
import { AXES_ACTIONS, type AxesAction } from "../shared/wire/panelActions";
import { pickOne } from "../window/quickPick";

const LABEL: Readonly<Record<AxesAction, string>> = {
  logLossAxis: vscode.l10n.t("Loss axis: logarithmic"),
  linearLossAxis: vscode.l10n.t("Loss axis: linear"),
  iterationAxis: vscode.l10n.t("X axis: iteration"),
  epochAxis: vscode.l10n.t("X axis: epoch"),
  timeAxis: vscode.l10n.t("X axis: training time"),
  allIterations: vscode.l10n.t("Range: all iterations"),
  recentIterations: vscode.l10n.t("Range: most recent quarter"),
  afterSpike: vscode.l10n.t("Range: y axes fitted to what comes after the first tenth"),
  moreSmoothing: vscode.l10n.t("Smoothing: more"),
  lessSmoothing: vscode.l10n.t("Smoothing: less"),
  noSmoothing: vscode.l10n.t("Smoothing: none"),
};

/** Undefined when the user canceled. */
export async function pickAxes(): Promise<AxesAction | undefined> {
  const items = AXES_ACTIONS.map((action) => ({ label: LABEL[action], action }));
  const picked = await pickOne(items, { title: vscode.l10n.t("Chart Axes") });
  return picked?.action;
}

/** From a keybinding or code. */
export function asAxesAction(value: unknown): AxesAction | undefined {
  return AXES_ACTIONS.find((action) => action === value);
}
