import * as vscode from "vscode";
import { createEditorSchema } from "../config/schema/editorSchema";
import { DisposableStore, type Disposable } from "../lib/dispose";

/** As in `contributes.jsonValidation` and `activationEvents` of package.json. */
const SCHEME = "rnnlab-schema";

/**
 * The JSON Schema that VS Code completes, explains and checks experiment files with, in the reader's language: VS Code
 * asks for it as for any document.
 */
export class ExperimentSchema implements vscode.TextDocumentContentProvider, Disposable {
  private readonly owned = new DisposableStore();
  private text: string | null = null;

  constructor() {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  provideTextDocumentContent(): string {
    return (this.text ??= JSON.stringify(createEditorSchema()));
  }

  dispose(): void {
    this.owned.dispose();
  }
}
