import * as vscode from "vscode";
import { collectChanges } from "../config/compare/changes";
import { collectNotes } from "../config/compare/resultNotes";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { ExperimentFiles } from "../experiments/experimentFiles";
import { inertLine } from "../lib/outsideText";

const SETTING = "rnnLab.lastResult";
/** During a run the loss is updated this often. */
const INTERVAL_MS = 250;

/** Shows the new and previous loss after a changed value: "loss 0.0031, was 0.12 with 0.01". */
export class ResultNotes implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly noted = new WeakSet<vscode.TextEditor>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly decoration = this.owned.add(
    vscode.window.createTextEditorDecorationType({
      after: { margin: "0 0 0 2em", color: new vscode.ThemeColor("editorCodeLens.foreground"), fontStyle: "italic" },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    }),
  );

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly files: ExperimentFiles,
  ) {
    this.owned.add(
      sessions.onDidSettle(({ session, event }) =>
        event.kind === "rows" ? this.showSoon(session) : event.kind !== "surface" && this.show(session.file.uri),
      ),
    );
    this.owned.add(files.onDidRead(({ document }) => this.show(document.uri.toString())));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.showAll()));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SETTING) && this.showAll()),
    );
  }

  /** As they stand now, for the tests. */
  notesOf(document: vscode.TextDocument): readonly { readonly line: number; readonly words: string }[] {
    const session = this.sessions.find(document.uri.toString());
    const present = session?.history.present ?? null;
    const former = session?.history.former ?? null;
    // Of another text the result says nothing.
    if (
      session === null ||
      present === null ||
      former === null ||
      this.files.read(document).hash !== present.request.configHash
    )
      return [];
    if (!vscode.workspace.getConfiguration(undefined, document.uri).get<boolean>(SETTING, true)) return [];
    const notes = collectNotes(
      document.getText(),
      collectChanges(former.experiment, present.request.experiment),
      session.status.loss,
      former.loss,
    );
    return notes.map(({ offset, words }) => ({ line: document.positionAt(offset).line, words }));
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
    this.owned.dispose();
  }

  private showSoon({ file: { uri } }: ExperimentSession): void {
    if (!this.timers.has(uri)) {
      this.timers.set(
        uri,
        setTimeout(() => {
          this.timers.delete(uri);
          this.show(uri);
        }, INTERVAL_MS),
      );
    }
  }

  private showAll(): void {
    for (const uri of new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()))) {
      this.show(uri);
    }
  }

  private show(uri: string): void {
    for (const editor of vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri)) {
      const { document } = editor;
      const byLine = new Map<number, string>();
      for (const { line, words } of this.sessions.find(uri) === null ? [] : this.notesOf(document)) {
        byLine.set(line, byLine.has(line) ? `${byLine.get(line)} · ${words}` : words);
      }
      // A message to the window, which draws the line anew.
      if (byLine.size === 0 && !this.noted.has(editor)) continue;
      if (byLine.size === 0) this.noted.delete(editor);
      else this.noted.add(editor);
      editor.setDecorations(
        this.decoration,
        [...byLine].map(([line, words]) => ({
          range: new vscode.Range(document.lineAt(line).range.end, document.lineAt(line).range.end),
          renderOptions: { after: { contentText: inertLine(words) } },
        })),
      );
    }
  }
}
