import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";

const SCHEME = "rnnlab-run";
/** Texts that are shown, or were; each has a few kilobytes. */
const MAX_TEXTS = 32;

/** Texts to read, as documents that cannot be changed: of former runs, and what was recognized of a table. */
export class ReadOnlyTexts implements vscode.TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  /** @param label of what the text is, a part of its path */
  add(fileName: string, label: string, text: string): vscode.Uri {
    // The text is a part of the address, by a number: one run of another session may have the same label.
    const known = [...this.texts].find(([, other]) => other === text);
    const uri =
      known === undefined
        ? vscode.Uri.from({ scheme: SCHEME, path: `/${label}/${fileName}`, query: String(++this.added) })
        : vscode.Uri.parse(known[0]);
    this.texts.set(uri.toString(), text);
    for (const oldest of [...this.texts.keys()].slice(0, -MAX_TEXTS)) this.texts.delete(oldest);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? `// ${vscode.l10n.t("This text is no longer available.")}\n`;
  }

  dispose(): void {
    this.registration.dispose();
  }

  private added = 0;
}
