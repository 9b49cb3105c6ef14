import type * as vscode from "vscode";
import type { Finding, RuleName } from "../shared/findings";

/** A finding and where it stands in the text. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly diagnostic: vscode.Diagnostic;
}

/** The chart that shows it best; the ids of cards are those of webview/charts. */
const CARD: Readonly<Record<RuleName, string>> = {
  exploding: "gradient", vanishing: "gradient", "clipped-too-often": "norm", "limit-cycle": "loss", saturated: "states", "dead-relu": "states",
  "not-decreasing": "loss", "learning-rate-too-high": "loss", "update-ratio": "norm", "loss-not-finite": "loss", "weights-not-finite": "loss",
};

/** What rnnLab.openPanel needs to show a finding where it happened. */
export function placeOf(uri: vscode.Uri, { rule, iteration, timeStep }: Finding): readonly unknown[] {
  return [uri.toString(), iteration, timeStep, CARD[rule]];
}
