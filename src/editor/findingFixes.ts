import * as vscode from "vscode";
import { collectFixEdits } from "../config/edit/fixEdits";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { Fix } from "../shared/wire/findings";
import { rangeIn } from "../experiments/documentRange";
import { EXPERIMENT_SELECTOR } from "../experiments/experimentFiles";
import { placeOf, type ShownFinding } from "./findingPlace";

/** Quick fixes for findings: the change alone, or the change and a new run. */
export class FindingFixes implements vscode.CodeActionProvider, Disposable {
  private readonly owned = new DisposableStore();

  /** @param findingsOf what is marked in the file with this URI */
  constructor(private readonly findingsOf: (uri: string) => readonly ShownFinding[]) {
    this.owned.add(
      vscode.languages.registerCodeActionsProvider(EXPERIMENT_SELECTOR, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const here = this.findingsOf(document.uri.toString()).filter(
      ({ diagnostic }) => diagnostic.range.intersection(range) !== undefined,
    );
    const actions = here.flatMap(({ finding, diagnostic }) =>
      finding.fixes.flatMap((fix, index) => fixActions(document, fix, diagnostic, index === 0)),
    );
    for (const { finding, diagnostic } of here) {
      const show = new vscode.CodeAction(
        vscode.l10n.t("Show iteration {0} in the panel ({1})", finding.iteration, finding.rule),
        vscode.CodeActionKind.QuickFix,
      );
      show.diagnostics = [diagnostic];
      show.command = { title: show.title, command: "rnnLab.openPanel", arguments: [...placeOf(document.uri, finding)] };
      actions.push(show);
    }
    return actions;
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function fixActions(
  document: vscode.TextDocument,
  { title, edits }: Fix,
  diagnostic: vscode.Diagnostic,
  isBest: boolean,
): vscode.CodeAction[] {
  const textEdits = collectFixEdits(document.getText(), edits);
  if (textEdits === null || textEdits.length === 0) {
    return [];
  }
  return [title, vscode.l10n.t("Fix and re-run: {0}", title)].map((words, index) => {
    const action = new vscode.CodeAction(words, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(
      document.uri,
      textEdits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)),
    );
    action.isPreferred = isBest && index === 0;
    if (index === 1) {
      action.command = { title: words, command: "rnnLab.run", arguments: [document.uri] };
    }
    return action;
  });
}
