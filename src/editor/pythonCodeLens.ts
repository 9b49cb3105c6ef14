import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { iconText } from "../window/iconText";
import { findModelLines } from "./pythonModels";

const SETTING = "rnnLab.watchCodeLens";
const PYTHON: vscode.DocumentSelector = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
];

/** "Watch in RNN Lab" above a line that makes a recurrent module of PyTorch. */
export class PythonCodeLens implements vscode.CodeLensProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changes.event;

  constructor() {
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration(SETTING) && this.changes.fire(),
      ),
    );
    this.owned.add(vscode.languages.registerCodeLensProvider(PYTHON, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) return [];
    return findModelLines(document.getText()).map(
      (line) =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          title: iconText`$(pulse)\u2002${vscode.l10n.t("Watch in RNN Lab")}`,
          command: "rnnLab.watchModel",
          arguments: [document.uri],
        }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }
}
