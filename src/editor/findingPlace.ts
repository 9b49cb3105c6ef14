import type * as vscode from "vscode";
import { FINDING_CARD } from "../shared/wire/findingCards";
import type { Finding } from "../shared/wire/findings";

/** A finding and its position in the text. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly diagnostic: vscode.Diagnostic;
}

/** What rnnLab.openPanel needs to show a finding where it happened. */
export function placeOf(uri: vscode.Uri, { rule, iteration, timeStep }: Finding): readonly unknown[] {
  return [uri.toString(), iteration, timeStep, FINDING_CARD[rule]];
}
