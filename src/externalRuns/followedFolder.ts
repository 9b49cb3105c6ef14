import type { BigIntStats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { forEachAtOnce } from "../lib/forEachAtOnce";
import { FolderWatch } from "../runs/folderWatch";
import { LeaseWatch } from "../runs/leaseWatch";
import { runIdOf } from "../runs/runFileNames";
import { byStart, isLive, type ExternalRun } from "./externalRun";
import { readExternalFile, readState, unopened, type ReadFile } from "./readExternalFile";

export interface FollowOptions {
  /** Whether the files may be opened; else they are listed by their names. */
  readonly mayOpen: () => boolean;
  readonly warn: (message: string) => void;
  /** The name of the one file to follow. Left out: all run files of the folder. */
  readonly only?: string;
  readonly now?: () => number;
}

/** A look at the folder whether or not the system has told of a change: none comes from behind a mount. */
const POLL_MS = 1000;
/** Changes that come together are looked at together. */
const SETTLE_MS = 100;
/** Files that are read at the same time: the disk is waited for once, and the thread is left to others. */
const AT_ONCE = 8;
/** Between two notices of a list that is still being read. */
const NOTICE_MS = 250;
/** Runs that have ended and are looked at in one poll; those under way all are. */
const ENDED_PER_POLL = 32;
/** Beyond that the folder is no longer a list that anybody reads. Names that a probe makes start with their time. */
const MAX_FILES = 5000;

interface Known extends ReadFile {
  readonly version: string;
}

/**
 * The run files of one folder, or one file, as a list that follows what others write there. The folder may come later,
 * go, or be replaced. Nothing in it is changed.
 */
export class FollowedFolder implements Disposable {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  private readonly known = new Map<string, Known>();
  private ordered: readonly ExternalRun[] | null = null;
  private watch: FolderWatch | null = null;
  private readonly leases = new LeaseWatch();
  /** The folder with all links followed, and its device and inode. */
  private place: { readonly path: string; readonly identity: string } | null = null;
  private looking: Promise<void> | null = null;
  private readonly hinted = new Set<string>();
  private settling: NodeJS.Timeout | null = null;
  private readonly timer: NodeJS.Timeout;
  private nextEnded = 0;
  private isDisposed = false;

  constructor(
    readonly folder: string,
    private readonly options: FollowOptions,
  ) {
    this.follow(folder);
    this.timer = setInterval(() => this.lookSoon(), POLL_MS).unref();
    this.lookSoon();
  }

  /** Latest first. */
  get runs(): readonly ExternalRun[] {
    this.ordered ??= [...this.known.values()].map(({ run }) => run).sort(byStart);
    return this.ordered;
  }

  /** As it is now. Settles when every file that is new or has changed was read. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce()
      .catch((error: unknown) => this.options.warn(`${this.folder} could not be listed: ${String(error)}`))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  /** The files may be opened from now on, or no longer. */
  readAnew(): void {
    this.known.clear();
    this.noteChange();
    this.lookSoon();
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.timer);
    if (this.settling !== null) clearTimeout(this.settling);
    this.watch?.dispose();
    this.changes.dispose();
  }

  private lookSoon(): void {
    if (this.looking === null && !this.isDisposed) void this.look();
  }

  private follow(path: string): void {
    this.watch?.dispose();
    this.watch = new FolderWatch(
      path,
      (name) => this.onHint(name),
      () => this.onHint(null),
    );
    this.watch.start();
  }

  private onHint(name: string | null): void {
    const changed = name?.replace(/\.rnnlease$/, ".rnnrun") ?? null;
    if (changed !== null && runIdOf(changed) !== null) this.hinted.add(changed);
    this.settling ??= setTimeout(() => {
      this.settling = null;
      // What changes while the folder is looked at is looked at afterwards.
      void (this.looking ?? Promise.resolve()).then(() => this.lookSoon());
    }, SETTLE_MS).unref();
  }

  private async lookOnce(): Promise<void> {
    const place = await placeOf(this.folder);
    if (this.isDisposed) return;
    if (place?.path !== this.place?.path) this.follow(place?.path ?? this.folder);
    else if (place?.identity !== this.place?.identity) this.watch?.restart();
    else this.watch?.start();
    if (place?.identity !== this.place?.identity) this.forget(() => true);
    this.place = place;
    if (place === null) return;
    const { only } = this.options;
    const names = only === undefined ? (await readdir(place.path)).filter((name) => runIdOf(name) !== null) : [only];
    const listed = names.length > MAX_FILES ? names.sort().slice(-MAX_FILES) : names;
    const there = new Set(listed);
    this.forget((name) => !there.has(name));
    let untold = 0;
    let toldAt = performance.now();
    await forEachAtOnce(this.due(listed, there), AT_ONCE, async (name) => {
      if (!(await this.check(place.path, name)) || this.isDisposed) return;
      untold++;
      if (performance.now() - toldAt < NOTICE_MS) return;
      this.noteChange();
      untold = 0;
      toldAt = performance.now();
    });
    if (untold > 0 && !this.isDisposed) this.noteChange();
  }

  /** Files that are new or may have changed. Of those that have ended, some: one may have been replaced unseen. */
  private due(names: readonly string[], there: ReadonlySet<string>): string[] {
    const due = new Set([...this.hinted].filter((name) => there.has(name)));
    this.hinted.clear();
    const ended: string[] = [];
    for (const name of names) {
      const known = this.known.get(name);
      if (known === undefined || isLive(known.run)) due.add(name);
      else ended.push(name);
    }
    for (let count = Math.min(ENDED_PER_POLL, ended.length); count > 0; count--)
      due.add(ended[this.nextEnded++ % ended.length]!);
    return [...due];
  }

  /** @returns whether the list is another one now */
  private async check(folder: string, name: string): Promise<boolean> {
    const path = join(folder, name);
    const stats = await lstat(path, { bigint: true }).catch(() => null);
    const known = this.known.get(name) ?? null;
    if (stats === null) return this.known.delete(name);
    const version = versionOf(stats);
    try {
      const read = await this.read(path, stats, version, known);
      if (known !== null && read === known) return false;
      this.known.set(name, { ...read, version });
      return true;
    } catch (error) {
      this.options.warn(`${JSON.stringify(path)} cannot be read now: ${String(error)}`);
      return false;
    }
  }

  private async read(path: string, stats: BigIntStats, version: string, known: Known | null): Promise<ReadFile> {
    if (known?.version === version && !isLive(known.run)) return known;
    if (!this.options.mayOpen()) return unopened(path, stats);
    if (known?.version !== version || known.run.kind === null)
      return readExternalFile(path, stats, this.leases, known, this.now());
    const read = await readState(known, this.leases);
    return read.run === known.run ? known : read;
  }

  private forget(isGone: (name: string) => boolean): void {
    let changed = false;
    for (const name of this.known.keys()) if (isGone(name)) changed = this.known.delete(name) || changed;
    if (changed) this.noteChange();
  }

  private noteChange(): void {
    this.ordered = null;
    this.changes.fire();
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Null where it is not there, or is no folder. */
async function placeOf(folder: string): Promise<{ readonly path: string; readonly identity: string } | null> {
  try {
    const path = await realpath(folder);
    const stats = await stat(path, { bigint: true });
    return stats.isDirectory() ? { path, identity: `${stats.dev} ${stats.ino}` } : null;
  } catch {
    return null;
  }
}

/** Times are asked as well: a file may be replaced by one of the same size in the place of the old one. */
function versionOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}
