import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { byStart, externalRunId, type ExternalRun } from "../externalRuns/externalRun";
import { FollowedFolder } from "../externalRuns/followedFolder";
import { FollowedLog, isDatabase } from "../externalRuns/followedLog";
import type { RestartRule } from "../externalRuns/scalarPoints";
import { isEventFile } from "../externalRuns/tensorboardRun";
import {
  checkWatchedFolders,
  MAX_WATCHED,
  PROBE_FOLDER,
  WATCHED_FOLDERS_SETTING,
} from "../externalRuns/watchedFolders";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { RunReader } from "../threads/runReader";
import { NO_NOTES } from "../runs/runNotes";
import type { RunEntry } from "../runs/runStore";
import type { SessionLog } from "../session/experimentSession";
import { showWarning } from "../window/notifications";

const RESTARTS_SETTING = "rnnLab.tensorboardRestarts";
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
  private readonly logs = new Map<string, FollowedLog>();
  private readonly reader: RunReader;
  /** Beside Python files that are open, or were: their runs stay when an editor is closed. */
  private readonly beside = new Set<string>();
  private readonly reported = new Set<string>();
  private listed: readonly ExternalGroup[] = [];
  private found: ReadonlyMap<string, ExternalRun> = new Map();
  private numbers: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly state: vscode.Memento,
    workerPath: string,
    private readonly log: SessionLog,
  ) {
    this.reader = this.owned.add(new RunReader(workerPath));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(WATCHED_FOLDERS_SETTING)) this.follow();
        if (event.affectsConfiguration(RESTARTS_SETTING)) for (const log of this.logs.values()) log.readAnew();
      }),
    );
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.follow()));
    this.owned.add(vscode.workspace.onDidOpenTextDocument((document) => this.noteDocument(document) && this.follow()));
    this.owned.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.followed.forEach((followed) => followed.readAnew())),
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

  /** Whether it is in the list because its file or folder was opened. */
  isOpened(run: ExternalRun): boolean {
    return this.files.has(run.path) || this.logOf(run) !== null;
  }

  /** How a run of TensorBoard that goes back to earlier steps is shown. */
  get restartRule(): RestartRule {
    const value: unknown = vscode.workspace.getConfiguration().get(RESTARTS_SETTING);
    return value === "asTensorBoard" ? "tensorboard" : "last-of-each-step";
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
    await Promise.all(this.followed.map((followed) => followed.look()));
  }

  /**
   * Lists the file, or the runs in a folder of TensorBoard or a database of trackio, unless they are listed already.
   * @returns the runs in it; null where there is no such file
   */
  async open(file: string): Promise<readonly ExternalRun[] | null> {
    // As the files of a folder are known: with all links followed.
    const found = await realpath(file).catch(() => null);
    if (found === null) return null;
    const path = isEventFile(basename(found)) ? dirname(found) : found;
    const isFolder = (await stat(path)).isDirectory();
    if (isFolder || isDatabase(path)) {
      const entry = isFolder ? `${path}/` : path;
      await this.remember(entry);
      const log = this.logs.get(entry);
      await log?.look();
      return log?.runs ?? [];
    }
    const id = externalRunId(path);
    if (!this.found.has(id)) await this.remember(path);
    await (this.files.get(path) ?? this.folders.get(dirname(path)))?.look();
    return [this.find(id)].filter((run) => run !== null);
  }

  /** Takes what was opened out of the list. It stays on the disk. */
  async close(run: ExternalRun): Promise<void> {
    const path = this.logOf(run) ?? run.path;
    await this.state.update(
      OPENED_KEY,
      this.opened.filter((other) => other !== path),
    );
    this.follow();
  }

  dispose(): void {
    for (const followed of this.followed) followed.dispose();
    this.owned.dispose();
  }

  private get followed(): readonly (FollowedFolder | FollowedLog)[] {
    return [...this.folders.values(), ...this.files.values(), ...this.logs.values()];
  }

  private async remember(path: string): Promise<void> {
    const opened = [path, ...this.opened.filter((other) => other !== path)].slice(0, MAX_OPENED);
    await this.state.update(OPENED_KEY, opened);
    this.follow();
  }

  /** The key of what was opened and has this run. */
  private logOf({ id, kind }: ExternalRun): string | null {
    if (kind === "probe" || kind === "lab") return null;
    return [...this.logs].find(([, { runs }]) => runs.some((run) => run.id === id))?.[0] ?? null;
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
    const isLog = (path: string): boolean => path.endsWith("/") || isDatabase(path);
    this.update(this.folders, [...new Set(wanted)].slice(0, MAX_WATCHED), (folder) => this.followFolder(folder));
    this.update(
      this.files,
      this.opened.filter((path) => !isLog(path)),
      (file) => this.followFolder(dirname(file), basename(file)),
    );
    this.update(this.logs, this.opened.filter(isLog), (path) => this.followLog(path));
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

  private update<T extends FollowedFolder | FollowedLog>(
    followed: Map<string, T>,
    wanted: readonly string[],
    follow: (path: string) => T,
  ): void {
    for (const [path, former] of followed) {
      if (wanted.includes(path)) continue;
      former.dispose();
      followed.delete(path);
    }
    for (const path of wanted) {
      if (followed.has(path)) continue;
      const added = follow(path);
      added.onDidChange(() => this.noteChange());
      followed.set(path, added);
    }
  }

  private followFolder(folder: string, only?: string): FollowedFolder {
    return new FollowedFolder(folder, { ...this.access, ...(only === undefined ? {} : { only }) });
  }

  private followLog(path: string): FollowedLog {
    return new FollowedLog(path.replace(/\/$/, ""), {
      ...this.access,
      read: (sources, points) => this.reader.readForeign(sources, points),
      rule: () => this.restartRule,
    });
  }

  private get access() {
    return { mayOpen: () => vscode.workspace.isTrusted, warn: (message: string) => this.log.warn(message) };
  }

  private noteChange(): void {
    const opened = [...this.files.values()].flatMap(({ runs }) => runs).sort(byStart);
    const groups = [
      ...[...this.folders].map(([folder, { runs }]) => ({ folder, runs })),
      ...[...this.logs.values()].map(({ path, runs }) => ({ folder: path, runs })),
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
