import * as vscode from "vscode";
import { collectFixEdits } from "../config/edit/fixEdits";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { ExperimentSession } from "../session/experimentSession";
import type { Fix } from "../shared/wire/findings";
import { fixLabel } from "../shared/words/fixLabel";
import { rangeIn } from "../experiments/documentRange";
import { EXPERIMENT_SELECTOR } from "../experiments/experimentFiles";
import { placeOf, type ShownFinding } from "./findingPlace";

/** What is marked in a file, and the session of its run. */
interface MarkedFile {
  readonly shown: readonly ShownFinding[];
  readonly session: ExperimentSession | null;
}

/**
 * Quick fixes for findings, each once: the change, and a new run where none starts by itself. While fixes are being
 * tried, those that helped so far.
 */
export class FindingFixes implements vscode.CodeActionProvider, Disposable {
  private readonly owned = new DisposableStore();

  /** @param findingsOf of the file with this URI */
  constructor(private readonly findingsOf: (uri: string) => MarkedFile) {
    this.owned.add(
      vscode.languages.registerCodeActionsProvider(EXPERIMENT_SELECTOR, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const { shown, session } = this.findingsOf(document.uri.toString());
    const here = shown.filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined);
    if (here.length === 0) return [];
    const runs = runsByItself(document, session);
    const fixes = new Map<string, vscode.CodeAction>();
    for (const { finding, diagnostic } of here)
      for (const fix of finding.fixes) {
        const known = fixes.get(fix.title);
        if (known === undefined) {
          const action = fixAction(document, fix, diagnostic, runs);
          if (action !== null) fixes.set(fix.title, action);
        } else known.diagnostics = [...(known.diagnostics ?? []), diagnostic];
      }
    const actions = [...fixes.values()];
    if (actions[0] !== undefined) actions[0].isPreferred = true;
    const progress = session?.run?.fixes.progress ?? null;
    if (progress !== null)
      actions.push(
        showAction(vscode.l10n.t("Trying fixes ({0} of {1})…", progress.tried, progress.total), document, here),
      );
    for (const place of here) {
      const { iteration, rule } = place.finding;
      actions.push(
        showAction(vscode.l10n.t("Show iteration {0} in the panel ({1})", iteration, rule), document, [place]),
      );
    }
    return actions;
  }

  dispose(): void {
    this.owned.dispose();
  }
}

/** Null when the fix does not go with the text. */
function fixAction(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
  runs: boolean,
): vscode.CodeAction | null {
  const textEdits = collectFixEdits(document.getText(), fix.edits);
  if (textEdits === null || textEdits.length === 0) return null;
  const label = fixLabel(fix);
  const action = new vscode.CodeAction(
    runs ? label : vscode.l10n.t("Fix and re-run: {0}", label),
    vscode.CodeActionKind.QuickFix,
  );
  action.diagnostics = [diagnostic];
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(
    document.uri,
    textEdits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)),
  );
  if (!runs) action.command = { title: action.title, command: "rnnLab.run", arguments: [document.uri] };
  return action;
}

/** Opens the panel where the first of the findings is. */
function showAction(title: string, document: vscode.TextDocument, here: readonly ShownFinding[]): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = here.map(({ diagnostic }) => diagnostic);
  const [first] = here;
  if (first !== undefined)
    action.command = { title, command: "rnnLab.openPanel", arguments: [...placeOf(document.uri, first.finding)] };
  return action;
}

/** Whether an edit starts a new run, as it does while a panel shows the experiment. */
function runsByItself({ uri }: vscode.TextDocument, session: ExperimentSession | null): boolean {
  return (
    session?.thread.isRetained === true &&
    vscode.workspace.getConfiguration("rnnLab", uri).get<string>("autoRun", "onType") === "onType"
  );
}
