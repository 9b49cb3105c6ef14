import { dirname } from "node:path";
import * as vscode from "vscode";
import { configHash } from "../config/compare/hash";
import { parseExperiment } from "../config/read/parse";
import type { Problem } from "../config/schema/problem";
import type { Experiment } from "../config/schema/schema";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionFile } from "../session/sessionFile";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { HANDOVER_MS } from "../shared/handover/times";
import type { TextError } from "../shared/wire/liveEdit";
import { liesOnDisk } from "./trialDocuments";
import { EXPERIMENT_GLOB, fileNameOf, isExperimentPath } from "./experimentPath";

export const EXPERIMENT_SELECTOR: vscode.DocumentSelector = { pattern: EXPERIMENT_GLOB };

/** A text that can run, at one moment. */
export interface RunnableText {
  readonly document: vscode.TextDocument;
  readonly experiment: Experiment;
  readonly hash: string;
}

/** The text of an experiment at one moment, read. */
export type ExperimentText =
  | (RunnableText & { readonly problems: readonly Problem[] })
  | {
      readonly document: vscode.TextDocument;
      readonly experiment: null;
      readonly hash: null;
      readonly problems: readonly Problem[];
    };

/** Where the files that an experiment names are looked for; null for a text that is not on a disk. */
export function folderOf(uri: vscode.Uri): string | null {
  return liesOnDisk(uri) ? dirname(uri.fsPath) : null;
}

/** For the panel, which knows lines and no offsets. */
export function textError(document: vscode.TextDocument, { range, message, path }: Problem): TextError {
  return { line: document.positionAt(range.offset).line + 1, message, path: path.map(String) };
}

/** Reads experiment files through their open documents, and reports renames and deletions to the sessions. */
export class ExperimentFiles implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly cache = new WeakMap<vscode.TextDocument, { version: number; text: ExperimentText }>();
  /** Documents that were read with changes that are not in the file. */
  private readonly unsaved = new Set<string>();
  private readonly readings = this.owned.add(new vscode.EventEmitter<ExperimentText>());
  /** The text of an open document was read, because it was opened or changed. */
  readonly onDidRead = this.readings.event;

  constructor(private readonly sessions: SessionRegistry) {
    const { workspace } = vscode;
    this.owned.add(workspace.onDidOpenTextDocument((document) => this.readSoon(document)));
    this.owned.add(workspace.onDidChangeTextDocument(({ document }) => this.readSoon(document)));
    this.owned.add(
      workspace.onDidRenameFiles(({ files }) =>
        files.forEach(({ oldUri, newUri }) => this.moveSessions(oldUri, newUri)),
      ),
    );
    const watcher = this.owned.add(workspace.createFileSystemWatcher(EXPERIMENT_GLOB));
    this.owned.add(watcher.onDidDelete((uri) => this.noteDeleted(uri)));
    this.owned.add(watcher.onDidCreate((uri) => this.describeAgain(uri)));
    // Also what another program wrote while no editor shows the file.
    this.owned.add(watcher.onDidChange((uri) => this.describeAgain(uri)));
    this.owned.add(workspace.onDidCloseTextDocument((document) => this.removeUnsaved(document)));
  }

  /** What is open already; call it once everyone listens. */
  readOpenDocuments(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (isExperimentPath(document.uri.path)) {
        this.readings.fire(this.read(document));
      }
    }
  }

  /** Parsed once per version of the document. */
  read(document: vscode.TextDocument): ExperimentText {
    const known = this.cache.get(document);
    if (known?.version === document.version) {
      return known.text;
    }
    const { experiment, problems } = parseExperiment(document.getText());
    const text: ExperimentText =
      experiment === null
        ? { document, experiment, hash: null, problems }
        : { document, experiment, hash: configHash(experiment), problems };
    if (document.isDirty) {
      this.unsaved.add(document.uri.toString());
    }
    this.cache.set(document, { version: document.version, text });
    this.sessions.find(document.uri.toString())?.describe(this.describe(text));
    return text;
  }

  /** @throws when the file cannot be opened */
  async open(uri: vscode.Uri): Promise<ExperimentText> {
    return this.read(await vscode.workspace.openTextDocument(uri));
  }

  /** The session of a file, made on first use. @throws when the file cannot be opened */
  async session(uri: vscode.Uri): Promise<ExperimentSession> {
    return this.sessions.find(uri.toString()) ?? this.sessions.open(this.describe(await this.open(uri)));
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
    this.owned.dispose();
  }

  private describe({ document, experiment, hash, problems }: ExperimentText): SessionFile {
    const uri = document.uri.toString();
    const fileName = fileNameOf(document.uri.path);
    if (experiment !== null) {
      return { uri, fileName, name: experiment.name || fileName, configHash: hash, experiment };
    }
    const problem = problems.find(({ severity }) => severity === "error");
    const error = problem === undefined ? {} : { error: textError(document, problem) };
    return { uri, fileName, name: this.sessions.find(uri)?.file.name ?? fileName, configHash: hash, ...error };
  }

  private readSoon(document: vscode.TextDocument): void {
    if (!isExperimentPath(document.uri.path)) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    const read = (): void => {
      this.timers.delete(key);
      if (!document.isClosed) {
        this.readings.fire(this.read(document));
      }
    };
    this.timers.set(key, setTimeout(read, HANDOVER_MS.readDelay));
  }

  /** A renamed folder moves every session in it. */
  private moveSessions(from: vscode.Uri, to: vscode.Uri): void {
    const oldText = from.toString();
    for (const { file } of this.sessions.all) {
      if (file.uri === oldText || file.uri.startsWith(`${oldText}/`)) {
        const uri = to.toString() + file.uri.slice(oldText.length);
        const fileName = fileNameOf(vscode.Uri.parse(uri).path);
        this.sessions.move(file.uri, {
          ...file,
          uri,
          fileName,
          name: file.name === file.fileName ? fileName : file.name,
        });
      }
    }
  }

  private noteDeleted(uri: vscode.Uri): void {
    const session = this.sessions.find(uri.toString());
    session?.describe({
      ...session.file,
      fileName: vscode.l10n.t("{0} (deleted)", fileNameOf(uri.path)),
      configHash: null,
    });
  }

  /** Closed without saving: what counts now is the file. An untitled one has none. */
  private removeUnsaved({ uri, isUntitled }: vscode.TextDocument): void {
    if (this.unsaved.delete(uri.toString()) && !isUntitled) {
      this.describeAgain(uri);
    }
  }

  private describeAgain(uri: vscode.Uri): void {
    if (this.sessions.find(uri.toString()) !== null) {
      this.open(uri).then(
        (text) => this.sessions.find(uri.toString())?.describe(this.describe(text)),
        () => this.noteDeleted(uri),
      );
    }
  }
}
