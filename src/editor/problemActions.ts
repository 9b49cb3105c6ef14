import * as vscode from "vscode";
import {
  ARRAYS_FILE_PATTERN,
  DATA_FILE_PATTERN,
  TABLE_FILE_PATTERN,
  WEIGHTS_FILE_PATTERN,
} from "../config/facts/dataFiles";
import { nearestNames } from "../config/edit/nearestNames";
import { fixesForProblem, replaceName, type TextFix } from "../config/edit/problemFixes";
import type { JsonPath } from "../config/schema/jsonSchema";
import type { FileCorrection, Problem } from "../config/schema/problem";
import { listFiles, patternsOf } from "../files/listFiles";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { inertLine } from "../lib/outsideText";
import { type Diagnostics } from "./diagnostics";
import { rangeIn } from "../experiments/documentRange";
import { EXPERIMENT_SELECTOR, folderOf } from "../experiments/experimentFiles";

const MAX_NAMES = 5;

/** Quick fixes of what is wrong with the text, also where VS Code's JSON support is the one that marks it. */
export class ProblemActions implements vscode.CodeActionProvider, Disposable {
  private readonly owned = new DisposableStore();

  constructor(private readonly diagnostics: Diagnostics) {
    this.owned.add(
      vscode.languages.registerCodeActionsProvider(EXPERIMENT_SELECTOR, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const { version } = document;
    const text = document.getText();
    const here = this.diagnostics
      .problemsOf(document.uri)
      .filter((problem) => rangeIn(document, problem.range).intersection(range) !== undefined);
    const actions: vscode.CodeAction[] = [];
    for (const problem of here) {
      const fixes =
        problem.code === "unreadable-file"
          ? await otherFiles(document.uri, text, problem)
          : fixesForProblem(text, problem);
      const about = diagnostics.filter(
        (diagnostic) => diagnostic.range.intersection(rangeIn(document, problem.range)) !== undefined,
      );
      actions.push(...fixes.map((fix, index) => actionOf(document, fix, about, index === 0)));
      if (problem.correction !== undefined)
        actions.push(...(await correctionOf(document.uri, problem.correction, about)));
    }
    return document.version === version ? actions : [];
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function actionOf(
  document: vscode.TextDocument,
  { title, edits }: TextFix,
  diagnostics: readonly vscode.Diagnostic[],
  isBest: boolean,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [...diagnostics];
  action.isPreferred = isBest;
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(
    document.uri,
    edits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)),
  );
  return action;
}

/** An edit of the data file. None where it cannot be opened, or is shorter by now. */
async function correctionOf(
  uri: vscode.Uri,
  { file, line, text }: FileCorrection,
  diagnostics: readonly vscode.Diagnostic[],
): Promise<vscode.CodeAction[]> {
  const target = vscode.Uri.joinPath(uri, "..", file);
  const data = await vscode.workspace.openTextDocument(target).then(
    (opened) => opened,
    () => null,
  );
  if (data === null || data.lineCount < line) return [];
  const title = vscode.l10n.t("Change line {0} of {1} to {2}", line, inertLine(file), inertLine(text));
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [...diagnostics];
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(target, data.lineAt(line - 1).range, text);
  return [action];
}

/** Of the files that could be meant at a place in the experiment. */
function patternOf(path: JsonPath): RegExp {
  if (path[0] !== "task") return WEIGHTS_FILE_PATTERN;
  return new RegExp(`${DATA_FILE_PATTERN.source}|${ARRAYS_FILE_PATTERN.source}`, "i");
}

/** The files beside the experiment that it could mean. */
async function otherFiles(uri: vscode.Uri, text: string, { path, range }: Problem): Promise<TextFix[]> {
  const folder = folderOf(uri);
  if (folder === null) return [];
  const isPattern = path.join(".") === "task.files";
  const found = await listFiles(folder, isPattern ? TABLE_FILE_PATTERN : patternOf(path));
  const names = isPattern ? patternsOf(found) : found;
  const given = text.slice(range.offset + 1, range.offset + range.length - 1);
  return replaceName(text, path, nearestNames(given, names).slice(0, MAX_NAMES));
}
