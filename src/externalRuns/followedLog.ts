import type { BigIntStats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { UnreadRun } from "../runs/readCurves";
import { byStart, externalRunId, type ExternalRun } from "./externalRun";
import type { ForeignRun, ForeignSource } from "./foreignRun";
import type { RestartRule } from "./scalarPoints";
import { isEventFile } from "./tensorboardRun";

type ReadSources = (
  sources: readonly ForeignSource[],
  points: number,
) => Promise<readonly (readonly ForeignRun[] | UnreadRun)[]>;

export interface LogOptions {
  readonly mayOpen: () => boolean;
  readonly warn: (message: string) => void;
  /** In a thread: a file may have millions of points. */
  readonly read: ReadSources;
  readonly rule: () => RestartRule;
}

const POLL_MS = 2000;
/** Reading takes at most this share of the time: a growing file is read as a whole. */
const MAX_SHARE = 1 / 20;
/** Without a change for so long, a run is no longer shown as going on. */
const QUIET_MS = 30_000;
const MAX_DEPTH = 6;
const MAX_FOLDERS = 2000;
/** The list needs the last values alone. */
const LIST_POINTS = 8;

interface Log {
  readonly version: string;
  readonly bytes: number;
  readonly writtenAt: number;
}

interface KnownLog extends Log {
  readonly runs: readonly ExternalRun[];
  /** When it was last seen to change, by the clock of this process. */
  readonly changedAt: number;
}

/** The runs in a folder of TensorBoard's event files, or in a database of trackio, as a list that follows it. */
export class FollowedLog implements Disposable {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  private readonly known = new Map<string, KnownLog>();
  private listed: readonly ExternalRun[] = [];
  private looking: Promise<void> | null = null;
  private restUntil = 0;
  private readonly timer: NodeJS.Timeout;
  private isDisposed = false;

  constructor(
    readonly path: string,
    private readonly options: LogOptions,
  ) {
    this.timer = setInterval(() => {
      if (this.looking === null && performance.now() >= this.restUntil) void this.look();
    }, POLL_MS).unref();
    void this.look();
  }

  /** Latest first. */
  get runs(): readonly ExternalRun[] {
    return this.listed;
  }

  look(): Promise<void> {
    this.looking ??= this.lookOnce()
      .catch((error: unknown) => this.options.warn(`${this.path} could not be read: ${String(error)}`))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  /** By another rule, or because it may be opened from now on. */
  readAnew(): void {
    this.known.clear();
    void (this.looking ?? Promise.resolve()).then(() => {
      if (!this.isDisposed) void this.look();
    });
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.timer);
    this.changes.dispose();
  }

  private async lookOnce(): Promise<void> {
    const found = await findLogs(this.path);
    for (const path of this.known.keys()) if (!found.has(path)) this.known.delete(path);
    const changed = [...found].filter(([path, { version }]) => this.known.get(path)?.version !== version);
    if (changed.length > 0) {
      if (this.options.mayOpen()) await this.readLogs(changed);
      else
        for (const [path, log] of changed)
          this.known.set(path, { ...log, runs: [unopened(path, log)], changedAt: -Infinity });
    }
    if (!this.isDisposed) this.update();
  }

  private async readLogs(changed: readonly (readonly [path: string, log: Log])[]): Promise<void> {
    const before = performance.now();
    const rule = this.options.rule();
    const sources = changed.map(([path]): ForeignSource =>
      path === this.path && isDatabase(path) ? { kind: "trackio", path } : { kind: "tensorboard", path, rule },
    );
    const read = await this.options.read(sources, LIST_POINTS);
    const now = performance.now();
    this.restUntil = now + (now - before) / MAX_SHARE;
    changed.forEach(([path, log], index) => {
      const result = read[index] ?? [];
      const source = sources[index]!;
      const known = this.known.get(path);
      const runs =
        "problem" in result
          ? [{ ...unopened(path, log), state: "unreadable" as const, problem: result.problem }]
          : result.map((run) => this.describe(source, log, run));
      this.known.set(path, { ...log, runs, changedAt: known === undefined ? -Infinity : now });
    });
  }

  private describe(source: ForeignSource, log: Log, run: ForeignRun): ExternalRun {
    const { part, name, startedAt, endedAt, iterations, loss, notes } = run;
    const from = Number.isFinite(startedAt) ? startedAt : log.writtenAt;
    return {
      ...unopened(source.path, log, part),
      kind: source.kind,
      name: source.kind === "trackio" ? (name ?? "") : relative(this.path, source.path) || basename(source.path),
      state: "done",
      startedAt: from,
      trainMs: Math.max(0, endedAt - from) || 0,
      iterations: Math.max(0, iterations),
      loss,
      notes,
    };
  }

  private update(): void {
    const now = performance.now();
    const before = new Map(this.listed.map((run) => [run.id, run]));
    const listed = [...this.known.values()]
      .flatMap(({ runs, changedAt }) =>
        runs.map((run) => {
          const state = run.state === "done" && now - changedAt < QUIET_MS ? "running" : run.state;
          const known = before.get(run.id);
          return known !== undefined && isSame(known, { ...run, state }) ? known : { ...run, state };
        }),
      )
      .sort(byStart);
    if (listed.length === this.listed.length && listed.every((run, i) => run === this.listed[i])) return;
    this.listed = listed;
    this.changes.fire();
  }
}

/** Whether the name is that of a database, as trackio gives it. */
export function isDatabase(path: string): boolean {
  return /\.(db|sqlite3?)$/i.test(path);
}

function isSame(a: ExternalRun, b: ExternalRun): boolean {
  return (
    a.id === b.id &&
    a.state === b.state &&
    a.bytes === b.bytes &&
    a.writtenAt === b.writtenAt &&
    a.problem === b.problem &&
    a.notes.join("\n") === b.notes.join("\n")
  );
}

function unopened(path: string, { bytes, writtenAt }: Log, part: string | null = null): ExternalRun {
  return {
    id: externalRunId(part === null ? path : `${path}\n${part}`),
    kind: null,
    path,
    part,
    name: basename(path),
    state: "unopened",
    startedAt: writtenAt,
    trainMs: null,
    iterations: null,
    loss: null,
    bytes,
    writtenAt,
    problem: null,
    summary: null,
    notes: [],
  };
}

/** The database itself, or each folder with event files, within limits. Links are not followed. */
async function findLogs(path: string): Promise<ReadonlyMap<string, Log>> {
  const found = new Map<string, Log>();
  const stats = await stat(path, { bigint: true }).catch(() => null);
  if (stats === null) return found;
  if (!stats.isDirectory()) return found.set(path, await logOf([path, `${path}-wal`]));
  let folders = [path];
  let seen = 0;
  for (let depth = 0; depth <= MAX_DEPTH && folders.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of folders) {
      if (++seen > MAX_FOLDERS) return found;
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile() && isEventFile(entry.name));
      if (files.length > 0) found.set(folder, await logOf(files.map(({ name }) => join(folder, name))));
      next.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)));
    }
    folders = next;
  }
  return found;
}

/** Of all its files together. */
async function logOf(paths: readonly string[]): Promise<Log> {
  let [version, bytes, writtenAt] = ["", 0, 0];
  for (const path of paths) {
    const stats: BigIntStats | null = await lstat(path, { bigint: true }).catch(() => null);
    if (stats === null) continue;
    version += `${path} ${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs}\n`;
    bytes += Number(stats.size);
    writtenAt = Math.max(writtenAt, Number(stats.mtimeNs) / 1e6);
  }
  return { version, bytes, writtenAt };
}
