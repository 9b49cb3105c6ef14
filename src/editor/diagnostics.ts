import * as vscode from "vscode";
import type { Problem, ProblemCode, TextRange } from "../config/problem";
import { problemAt } from "../config/problemAt";
import { checkExperimentFiles } from "../files/readExperimentFiles";
import { DisposableStore } from "../shared/dispose";
import type { Disposable } from "../shared/dispose";
import { isExperimentPath } from "../shared/experimentPath";
import { folderOf } from "./experimentFiles";
import type { ExperimentFiles, ExperimentText } from "./experimentFiles";

export const DIAGNOSTIC_SOURCE = "RNN Lab";

/** Of the problems of the text, those that VS Code's JSON support lets pass. All others it reports itself. */
const UNSEEN_BY_JSON: ReadonlySet<ProblemCode> = new Set<ProblemCode>(["file-too-large", "too-many-brackets", "empty-file", "forbidden-key", "not-finite"]);

/** Marks what keeps an experiment from running and VS Code does not mark by itself. */
export class Diagnostics implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly collection = this.owned.add(vscode.languages.createDiagnosticCollection("rnnLab"));

  constructor(files: ExperimentFiles, private readonly log: (message: string) => void) {
    this.owned.add(files.onDidRead((text) => this.show(text)));
    // A data file may have come or gone while another program had the focus, or another editor.
    this.owned.add(vscode.window.onDidChangeActiveTextEditor((editor) => editor !== undefined && isExperimentPath(editor.document.uri.path) && this.show(files.read(editor.document))));
    this.owned.add(vscode.workspace.onDidCloseTextDocument((document) => this.collection.delete(document.uri)));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private show(text: ExperimentText): void {
    const { document, problems, experiment } = text;
    const own = problems.filter(({ layer, code }) => layer === "meaning" || UNSEEN_BY_JSON.has(code));
    if (experiment === null) {
      this.mark(document, own);
      return;
    }
    const { version } = document;
    checkExperimentFiles(folderOf(document.uri), experiment).then(
      (errors) => {
        if (document.version === version && !document.isClosed) {
          this.mark(document, [...own, ...errors.map(({ code, path, message }) => problemAt(document.getText(), code, path, message))]);
        }
      },
      (error: unknown) => this.log(`The files of ${document.uri.toString()} were not checked: ${String(error)}`),
    );
  }

  private mark(document: vscode.TextDocument, problems: readonly Problem[]): void {
    this.collection.set(document.uri, problems.map((problem) => diagnosticOf(document, problem)));
  }
}

export function rangeIn(document: vscode.TextDocument, { offset, length }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

function diagnosticOf(document: vscode.TextDocument, { code, severity, message, range }: Problem): vscode.Diagnostic {
  const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeIn(document, range), message, level);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = code;
  return diagnostic;
}
