import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { isExperimentPath } from "./experimentPath";
import type { ExperimentFiles } from "./experimentFiles";

/** The experiment that commands without a file aim at: the one the user went to last, in an editor or in a panel. */
export class ActiveExperiment implements Disposable {
  private current: ExperimentSession | null = null;
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<ExperimentSession | null>());
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly files: ExperimentFiles,
    private readonly warn: (message: string) => void,
  ) {
    this.owned.add(vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)));
  }

  get session(): ExperimentSession | null {
    return this.current;
  }

  use(session: ExperimentSession | null): void {
    if (session !== this.current) {
      this.current = session;
      this.changes.fire(session);
    }
  }

  /** Looks at the active editor; an editor of something else changes nothing. */
  follow(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isExperimentPath(editor.document.uri.path)) {
      this.files.session(editor.document.uri).then(
        (session) => this.use(session),
        (error: unknown) => this.warn(`The experiment could not be opened: ${String(error)}`),
      );
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}
