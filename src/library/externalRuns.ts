import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { byStart, externalRunId, type ExternalRun } from "../externalRuns/externalRun";
import { FollowedFolder } from "../externalRuns/followedFolder";
import {
  checkWatchedFolders,
  MAX_WATCHED,
  PROBE_FOLDER,
  WATCHED_FOLDERS_SETTING,
} from "../externalRuns/watchedFolders";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { NO_NOTES } from "../runs/runNotes";
import type { RunEntry } from "../runs/runStore";
import type { SessionLog } from "../session/experimentSession";
import { showWarning } from "../window/notifications";

const OPENED_KEY = "rnnLab.openedRunFiles";
/** Files that were opened one by one; the oldest leave the list. */
const MAX_OPENED = 50;

/** Runs that are listed together. */
export interface ExternalGroup {
  /** The folder; null: files that were opened one by one. */
  readonly folder: string | null;
  /** Latest first; never none. */
  readonly runs: readonly ExternalRun[];
}

/**
 * Runs that others write, found in folders that are watched, or opened: `rnnlab-runs` in the folders of the workspace
 * and beside open Python files, and the folders of the setting. They are only shown; no limit counts them.
 */
export class ExternalRuns implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changes.event;
  private readonly folders = new Map<string, FollowedFolder>();
  private readonly files = new Map<string, FollowedFolder>();
  /** Beside Python files that are open, or were: their runs stay when an editor is closed. */
  private readonly beside = new Set<string>();
  private readonly reported = new Set<string>();
  private listed: readonly ExternalGroup[] = [];
  private found: ReadonlyMap<string, ExternalRun> = new Map();
  private numbers: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly state: vscode.Memento,
    private readonly log: SessionLog,
  ) {
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration(WATCHED_FOLDERS_SETTING) && this.follow(),
      ),
    );
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.follow()));
    this.owned.add(vscode.workspace.onDidOpenTextDocument((document) => this.noteDocument(document) && this.follow()));
    this.owned.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() =>
        [...this.folders.values(), ...this.files.values()].forEach((followed) => followed.readAnew()),
      ),
    );
    for (const document of vscode.workspace.textDocuments) this.noteDocument(document);
    this.follow();
  }

  /** Folders with a run in them, in the order in which they are watched, then what was opened. */
  get groups(): readonly ExternalGroup[] {
    return this.listed;
  }

  find(id: string): ExternalRun | null {
    return this.found.get(id) ?? null;
  }

  /** Whether it is in the list because its file was opened. */
  isOpened({ path }: ExternalRun): boolean {
    return this.files.has(path);
  }

  /** Of its color: from 1, in the order in which the runs that are listed with it were started. */
  numberOf(run: ExternalRun): number {
    return this.numbers.get(run.id) ?? 1;
  }

  /** A run that RNN Lab recorded elsewhere, as one that is only shown; null for any other. */
  entry(id: string): RunEntry | null {
    const run = this.find(id);
    if (run === null || run.summary === null || run.state === "unopened" || run.state === "unreadable") return null;
    const { progress } = run.summary;
    return {
      ...run.summary,
      id,
      path: run.path,
      state: run.state,
      notes: NO_NOTES,
      // It is not resumed where it is.
      progress: progress === null ? null : { ...progress, checkpoint: null },
    };
  }

  /** Reads what is there now. */
  async load(): Promise<void> {
    await Promise.all([...this.folders.values(), ...this.files.values()].map((followed) => followed.look()));
  }

  /** Lists the file, unless a folder that is watched has it. Null where there is no such file. */
  async open(file: string): Promise<ExternalRun | null> {
    // As the files of a folder are known: with all links followed.
    const path = await realpath(file).catch(() => null);
    if (path === null) return null;
    const id = externalRunId(path);
    if (!this.found.has(id)) {
      const opened = [path, ...this.opened.filter((other) => other !== path)].slice(0, MAX_OPENED);
      await this.state.update(OPENED_KEY, opened);
      this.follow();
    }
    await (this.files.get(path) ?? this.folders.get(dirname(path)))?.look();
    return this.find(id);
  }

  /** Takes a file that was opened out of the list. It stays on the disk. */
  async close({ path }: ExternalRun): Promise<void> {
    await this.state.update(
      OPENED_KEY,
      this.opened.filter((other) => other !== path),
    );
    this.follow();
  }

  dispose(): void {
    for (const followed of [...this.folders.values(), ...this.files.values()]) followed.dispose();
    this.owned.dispose();
  }

  private get opened(): readonly string[] {
    const kept = this.state.get<unknown>(OPENED_KEY, []);
    return Array.isArray(kept) ? kept.filter((path) => typeof path === "string") : [];
  }

  private noteDocument({ uri, languageId }: vscode.TextDocument): boolean {
    if (languageId !== "python" || uri.scheme !== "file") return false;
    const folder = join(dirname(uri.fsPath), PROBE_FOLDER);
    if (this.beside.has(folder)) return false;
    this.beside.add(folder);
    return true;
  }

  private follow(): void {
    const roots = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
      uri.scheme === "file" ? [uri.fsPath] : [],
    );
    const wanted = [...roots.map((root) => join(root, PROBE_FOLDER)), ...this.namedFolders(roots), ...this.beside];
    this.update(this.folders, [...new Set(wanted)].slice(0, MAX_WATCHED), (folder) => [folder, undefined]);
    this.update(this.files, this.opened, (file) => [dirname(file), basename(file)]);
    this.noteChange();
  }

  private namedFolders(roots: readonly string[]): readonly string[] {
    const value: unknown = vscode.workspace.getConfiguration().get(WATCHED_FOLDERS_SETTING);
    const { paths, problems } = checkWatchedFolders(value ?? undefined, roots, homedir());
    for (const problem of problems) {
      if (this.reported.has(problem)) continue;
      this.reported.add(problem);
      showWarning(this.log, problem, {
        label: vscode.l10n.t("Open Settings"),
        run: () => vscode.commands.executeCommand("workbench.action.openSettings", WATCHED_FOLDERS_SETTING),
      });
    }
    return paths;
  }

  private update(
    followed: Map<string, FollowedFolder>,
    wanted: readonly string[],
    placeOf: (path: string) => readonly [folder: string, only: string | undefined],
  ): void {
    for (const [path, folder] of followed) {
      if (wanted.includes(path)) continue;
      folder.dispose();
      followed.delete(path);
    }
    for (const path of wanted) {
      if (followed.has(path)) continue;
      const [folder, only] = placeOf(path);
      const added = new FollowedFolder(folder, {
        mayOpen: () => vscode.workspace.isTrusted,
        warn: (message) => this.log.warn(message),
        ...(only === undefined ? {} : { only }),
      });
      added.onDidChange(() => this.noteChange());
      followed.set(path, added);
    }
  }

  private noteChange(): void {
    const opened = [...this.files.values()].flatMap(({ runs }) => runs).sort(byStart);
    const groups = [
      ...[...this.folders].map(([folder, { runs }]) => ({ folder, runs })),
      { folder: null, runs: opened },
    ];
    this.listed = groups.filter(({ runs }) => runs.length > 0);
    this.found = new Map(this.listed.flatMap(({ runs }) => runs.map((run) => [run.id, run] as const)));
    this.numbers = new Map(
      this.listed.flatMap(({ runs }) => runs.map(({ id }, index) => [id, runs.length - index] as const)),
    );
    this.changes.fire();
  }
}
