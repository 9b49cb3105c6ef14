import * as vscode from "vscode";
import { lintExperiment } from "../config/read/lint";
import { checkColumns } from "../config/read/checkColumns";
import { checkTable } from "../config/read/checkTable";
import type { Problem, ProblemCode } from "../config/schema/problem";
import { problemAt } from "../config/read/problemAt";
import type { Experiment } from "../config/schema/schema";
import { readArrayWarnings } from "../files/readArrayWarnings";
import { readTableStart } from "../files/readTableStart";
import { checkExperimentFiles } from "../files/readExperimentFiles";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { isExperimentPath } from "../experiments/experimentPath";
import { folderOf, type ExperimentFiles, type ExperimentText } from "../experiments/experimentFiles";
import { rangeIn } from "../experiments/documentRange";

export const DIAGNOSTIC_SOURCE = "RNN Lab";

/**
 * Of the problems of the text, those that VS Code's JSON support lets pass: it never sees them, or the schema that it
 * gets does not say them (editorSchema.ts), because we say more. All others it reports itself.
 */
const UNSEEN_BY_JSON: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "file-too-large",
  "too-many-brackets",
  "empty-file",
  "forbidden-key",
  "not-finite",
  "unknown-key",
  "missing-key",
  "out-of-range",
  "too-long",
]);

const SEVERITY: Readonly<Record<Problem["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/**
 * Marks what keeps an experiment from running and VS Code does not mark by itself, and what would run but not as it is
 * meant.
 */
export class Diagnostics implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly collection = this.owned.add(vscode.languages.createDiagnosticCollection("rnnLab"));
  /** All that is known of an open text, whoever marks it. */
  private readonly known = new Map<string, readonly Problem[]>();

  constructor(
    files: ExperimentFiles,
    private readonly log: (message: string) => void,
  ) {
    this.owned.add(files.onDidRead((text) => this.show(text)));
    // A data file may have come or gone while another program had the focus, or another editor.
    this.owned.add(
      vscode.window.onDidChangeActiveTextEditor(
        (editor) =>
          editor !== undefined && isExperimentPath(editor.document.uri.path) && this.show(files.read(editor.document)),
      ),
    );
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.known.delete(uri.toString());
        this.collection.delete(uri);
      }),
    );
  }

  /** In the text as it was last read. */
  problemsOf(uri: vscode.Uri): readonly Problem[] {
    return this.known.get(uri.toString()) ?? [];
  }

  dispose(): void {
    this.owned.dispose();
  }

  private show({ document, problems, experiment }: ExperimentText): void {
    if (experiment === null) {
      this.mark(document, problems);
      return;
    }
    const { version } = document;
    collectProblems(document, experiment).then(
      (found) => {
        if (document.version === version && !document.isClosed) {
          this.mark(document, [...problems, ...found]);
        }
      },
      (error: unknown) =>
        this.log(`The files used by ${document.uri.toString()} could not be checked: ${String(error)}`),
    );
  }

  private mark(document: vscode.TextDocument, problems: readonly Problem[]): void {
    this.known.set(document.uri.toString(), problems);
    const own = problems.filter(({ layer, code }) => layer === "meaning" || UNSEEN_BY_JSON.has(code));
    this.collection.set(
      document.uri,
      own.map((problem) => diagnosticOf(document, problem)),
    );
  }
}

/**
 * What an experiment that is right by itself may still have against it: its files, and values that hardly are meant.
 */
async function collectProblems(document: vscode.TextDocument, experiment: Experiment): Promise<Problem[]> {
  const text = document.getText();
  const folder = folderOf(document.uri);
  const errors = await checkExperimentFiles(folder, experiment);
  const start = await readTableStart(folder, experiment);
  const warnings = await readArrayWarnings(folder, experiment);
  return [
    ...errors.map(({ code, path, message }) => problemAt(text, code, path, message)),
    ...(start === null ? [] : checkColumns(text, experiment, start.table, start.labels)),
    ...(start === null ? [] : checkTable(text, experiment, start.problems)),
    ...warnings.map(({ path, message, ...rest }) => ({
      ...problemAt(text, "data", path, message),
      severity: "warning" as const,
      ...rest,
    })),
    ...lintExperiment(text, experiment),
  ];
}

function diagnosticOf(document: vscode.TextDocument, { code, severity, message, range }: Problem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeIn(document, range), message, SEVERITY[severity]);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = code;
  if (severity === "hint") {
    diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  }
  return diagnostic;
}
