import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";
import { EXPERIMENT_EXTENSION, fileNameOf } from "./experimentPath";
import { trialNumber, type Trial } from "../shared/wire/sweep";
import { trialText } from "../sweepPlan/trialText";

/** Of documents that are one run of a sweep: read-only, in no file, and gone with the window unless they are saved. */
const TRIAL_SCHEME = "rnnlab-trial";

/** Texts that are kept; the oldest go first. */
const MAX_TEXTS = 200;

/** Runs of sweeps as experiment documents. Nothing is written: "Save As" makes a file of one. */
export class TrialDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(TRIAL_SCHEME, this);

  /** The document of a run; its path lies beside the file that was swept, so that the data files of that are found. */
  add(source: vscode.Uri, text: string, trial: Trial): vscode.Uri {
    const base = fileNameOf(source.path).slice(0, -EXPERIMENT_EXTENSION.length);
    const uri = source.with({
      scheme: TRIAL_SCHEME,
      path: `${source.path.slice(0, -fileNameOf(source.path).length)}${base}.run-${trialNumber(trial)}${EXPERIMENT_EXTENSION}`,
      query: source.scheme,
    });
    this.texts.delete(uri.toString());
    this.texts.set(uri.toString(), trialText(text, trial));
    for (const oldest of this.texts.keys()) {
      if (this.texts.size <= MAX_TEXTS) break;
      this.texts.delete(oldest);
    }
    // The same number of a later sweep is another run.
    this.changes.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const text = this.texts.get(uri.toString());
    if (text === undefined)
      throw new Error(vscode.l10n.t("This sweep run is no longer in memory. Run the sweep again to open it."));
    return text;
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }
}

/** Whether a run of a sweep may read files beside its path: that of a file on a disk may. */
export function liesOnDisk({ scheme, query }: vscode.Uri): boolean {
  return scheme === "file" || (scheme === TRIAL_SCHEME && query === "file");
}
