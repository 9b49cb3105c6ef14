import * as vscode from "vscode";
import { valueRange } from "../config/read/valueRange";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { Finding } from "../shared/wire/findings";
import { DIAGNOSTIC_SOURCE } from "./diagnostics";
import { rangeIn } from "../experiments/documentRange";
import type { ExperimentFiles } from "../experiments/experimentFiles";
import { FindingFixes } from "./findingFixes";
import { placeOf, type ShownFinding } from "./findingPlace";

/** Marks what is wrong with a run at the value that causes it, as long as the text is what the run was started with. */
export class Findings implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly collection = this.owned.add(vscode.languages.createDiagnosticCollection("rnnLab.findings"));
  private readonly shown = new Map<string, readonly ShownFinding[]>();

  constructor(
    private readonly files: ExperimentFiles,
    private readonly sessions: SessionRegistry,
  ) {
    this.owned.add(
      sessions.onDidChange(
        ({ session, event }) =>
          (event.kind === "findings" || event.kind === "run" || event.kind === "view") && this.show(session),
      ),
    );
    this.owned.add(sessions.onDidRemove(({ file }) => this.clear(file.uri)));
    // Also when the same experiment is laid out in another way: the values have moved.
    this.owned.add(
      files.onDidRead(({ document }) => {
        const session = sessions.find(document.uri.toString());
        return session !== null && this.show(session);
      }),
    );
    this.owned.add(vscode.workspace.onDidRenameFiles(() => this.clearUnknown()));
    this.owned.add(new FindingFixes((uri) => ({ shown: this.shown.get(uri) ?? [], session: this.sessions.find(uri) })));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private show(session: ExperimentSession): void {
    const { uri, configHash } = session.file;
    const { run } = session;
    if (run === null || run.findings.length === 0 || configHash !== run.configHash) {
      this.clear(uri);
      return;
    }
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    // Of a text that nobody has open the places are not known anew; what is marked stays as it is.
    if (document === undefined || this.files.read(document).hash !== run.configHash) {
      return;
    }
    const text = document.getText();
    const shown = run.findings.map((finding) => ({ finding, diagnostic: diagnosticOf(document, text, finding) }));
    this.shown.set(uri, shown);
    this.collection.set(
      document.uri,
      shown.map(({ diagnostic }) => diagnostic),
    );
  }

  /** A renamed folder takes many files along. */
  private clearUnknown(): void {
    for (const uri of [...this.shown.keys()].filter((known) => this.sessions.find(known) === null)) {
      this.clear(uri);
    }
  }

  private clear(uri: string): void {
    if (this.shown.delete(uri)) {
      this.collection.delete(vscode.Uri.parse(uri));
    }
  }
}

function diagnosticOf(document: vscode.TextDocument, text: string, finding: Finding): vscode.Diagnostic {
  const { rule, severity, message, configPath } = finding;
  const level = severity === "warning" ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
  const diagnostic = new vscode.Diagnostic(rangeIn(document, valueRange(text, configPath)), message, level);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  const openPanel = `command:rnnLab.openPanel?${encodeURIComponent(JSON.stringify(placeOf(document.uri, finding)))}`;
  diagnostic.code = { value: rule, target: vscode.Uri.parse(openPanel) };
  return diagnostic;
}
