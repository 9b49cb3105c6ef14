import type { BigIntStats } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { IrregularFileError, isRegularFile } from "../disk/regularFile";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { forEachAtOnce } from "../lib/forEachAtOnce";
import type { RunStatus } from "../shared/trace/trace";
import { FolderWatch } from "./folderWatch";
import { RunFileError } from "./format/readRun";
import { SILENT_AFTER_MS } from "./lease";
import { stateOf, type RunState } from "./liveness";
import type { LeaseWatch, RunWriterView } from "./leaseWatch";
import { removeLeftovers } from "./leftovers";
import { OtherWriters } from "./otherWriters";
import {
  isEditRun,
  isUnderWay,
  isWorthless,
  type RetentionLimits,
  type RetentionPlan,
  type RetentionScope,
} from "./retention";
import { RUN_EXTENSION, runFileName, runIdOf } from "./runFileNames";
import { READ_AT_ONCE, readRunFolder, versionOf } from "./runFolder";
import { RunList } from "./runList";
import { hasNotes, NO_NOTES, readNotes, writeNotes, type RunNotes } from "./runNotes";
import { readSummary, writtenAt, type RunSummary } from "./runSummary";
import { RunTrash } from "./runTrash";
import { SetAside } from "./setAside";

/** Changes of the folder settle before it is read again. */
const SETTLE_MS = 250;
/** What stays as it is until the file or its permissions change; other failures may pass. */
const LASTING: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

export interface RunEntry extends RunSummary {
  /** Also the name of its file. */
  readonly id: string;
  readonly path: string;
  readonly state: RunState;
  readonly notes: RunNotes;
}

export interface RunLog {
  warn(message: string): void;
}

/**
 * The runs of one folder, as a list that follows what this and other windows write there. Reads only the ends of the
 * files.
 */
export class RunStore implements Disposable {
  private readonly entries = new RunList<RunEntry>();
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  /** Runs of this window that are under way, with what is known of them before it is written. */
  private readonly live = new Map<string, RunStatus>();
  private readonly watch: FolderWatch;
  private readonly writers: OtherWriters;
  private settling: NodeJS.Timeout | null = null;
  /** Runs whose files have changed since. */
  private readonly changed = new Set<string>();
  /** What reads or changes the folder goes one after the other, so that nothing old comes back. */
  private queue: Promise<unknown> = Promise.resolve();
  private readonly setAside: SetAside;
  private beyondLimit = 0;
  readonly trash: RunTrash;

  constructor(
    readonly folder: string,
    private readonly log: RunLog,
    private readonly now: () => number = Date.now,
    leases?: LeaseWatch,
  ) {
    this.setAside = new SetAside(log);
    this.trash = new RunTrash(folder, now);
    this.writers = new OtherWriters((path) => this.settle(basename(path, RUN_EXTENSION)), leases);
    this.watch = new FolderWatch(
      folder,
      (name) => this.onFileChange(name),
      () => this.readAgain(),
    );
  }

  /** Latest first. */
  get all(): readonly RunEntry[] {
    return this.entries.latestFirst;
  }

  find(id: string): RunEntry | null {
    return this.entries.get(id) ?? null;
  }

  /** Files named like a run that cannot be shown, and those that are left out because there are too many. */
  get unlisted(): { readonly unreadable: number; readonly beyond: number } {
    return { unreadable: this.setAside.count, beyond: this.beyondLimit };
  }

  get canUndoDelete(): boolean {
    return this.trash.latest.size > 0;
  }

  pathOf(id: string): string {
    return join(this.folder, runFileName(id));
  }

  /** A file in the folder was lost, and the folder may be gone or may be another one. */
  noteLoss(): void {
    this.watch.restart();
    this.readAgain();
  }

  /** Reads what is new in the folder and forgets what is gone. */
  load(): Promise<void> {
    return this.enqueue(() => this.readFolder());
  }

  /** As it is on the disk now; null: it is not there. */
  async read(id: string): Promise<RunEntry | null> {
    await this.enqueue(() => this.readEntries([id]));
    return this.find(id);
  }

  /** Who else may write the run at this moment; null: nobody, or this window. */
  async writerOf(id: string): Promise<RunWriterView | null> {
    const view = this.live.has(id) ? null : await this.writers.look(this.pathOf(id));
    return view === null || view.state === "gone" ? null : view;
  }

  /** A run of this window goes on, or has ended. */
  noteStatus(id: string, status: RunStatus | null): void {
    if (status === null) this.live.delete(id);
    else this.live.set(id, status);
    const entry = this.entries.get(id);
    if (status !== null && entry !== undefined) {
      this.entries.set(id, {
        ...entry,
        state: status.phase,
        progress: { status, checkpoint: entry.progress?.checkpoint ?? null, endedAt: null, metrics: null },
      });
      this.changes.fire();
    } else {
      this.settle(id);
    }
  }

  /** Removes a run of this window that was only passed through, unless somebody has written on it. */
  discard(id: string): Promise<void> {
    this.live.delete(id);
    return this.enqueue(async () => {
      const entry = await this.readEntry(id);
      if (entry === null) return;
      if (isWorthless(entry, entry.progress?.status.trainMs ?? 0)) {
        if (await isRegularFile(entry.path)) await rm(entry.path);
        this.entries.delete(id);
      } else if (isEditRun(entry) && !entry.notes.pinned) {
        await this.trash.put(id);
        await this.trash.measure();
        this.entries.delete(id);
      } else this.entries.set(id, entry);
      this.changes.fire();
    });
  }

  /** @throws the system's error */
  annotate(id: string, change: Partial<RunNotes>): Promise<void> {
    return this.enqueue(async () => {
      if (!this.entries.has(id)) return;
      await this.changeNotes(id, change);
      this.changes.fire();
    });
  }

  /** `id` takes over what is written on `former`, which goes into the trash, unless somebody may still write it. */
  replace(former: string, id: string): Promise<void> {
    return this.enqueue(async () => {
      await this.readEntries([former]);
      const notes = this.entries.get(former)?.notes;
      if (notes === undefined || (await this.readEntry(id)) === null) return;
      await writeNotes(this.folder, id, notes);
      await this.moveToTrash(await this.withoutWriters([former]));
      await this.readEntries([id]);
    });
  }

  /**
   * Into the trash, from where {@link undoDelete} takes them back. Runs under way stay, whoever writes them.
   * @returns those deleted
   */
  remove(ids: readonly string[]): Promise<readonly string[]> {
    return this.enqueue(async () => {
      await this.readEntries(ids.filter((id) => this.entries.has(id)));
      this.trash.latest = await this.moveToTrash(await this.withoutWriters(ids.filter((id) => this.entries.has(id))));
      return [...this.trash.latest.keys()];
    });
  }

  /** Takes back the last deletion. */
  undoDelete(): Promise<void> {
    return this.enqueue(async () => {
      const deleted = this.trash.latest;
      this.trash.latest = new Map();
      for (const [id, name] of deleted) await this.trash.restore(name, id);
      await this.trash.measure();
      await this.readEntries([...deleted.keys()]);
    });
  }

  /**
   * Takes runs back from the trash and pins them: otherwise the limit that moved them would do so again.
   * @returns the names of those that are back
   */
  restore(names: readonly string[]): Promise<readonly string[]> {
    return this.enqueue(async () => {
      const restored: string[] = [];
      for (const name of names) {
        if (!(await this.trash.restore(name))) continue;
        await this.changeNotes(name, { pinned: true });
        restored.push(name);
      }
      await this.trash.measure();
      await this.readEntries(restored);
      return restored;
    });
  }

  /** Deletes runs in the trash for good: the user's command. */
  emptyTrash(names: readonly string[]): Promise<void> {
    return this.enqueue(async () => {
      await this.trash.delete(names);
      this.trash.latest = new Map();
      await this.trash.measure();
      this.changes.fire();
    });
  }

  /** How much of the limits is used, and what goes next. */
  plan(limits: RetentionLimits, scope: RetentionScope): RetentionPlan {
    return this.entries.plan(limits, scope, this.now());
  }

  /** Moves what is beyond the limits to the trash. @returns the ids of those moved */
  applyLimits(limits: RetentionLimits, scope: RetentionScope): Promise<readonly string[]> {
    return this.enqueue(async () => {
      // Some may have ended meanwhile, and others may have been pinned or resumed in another window.
      const doubtful = this.all.filter((entry) => isUnderWay(entry) && !this.live.has(entry.id)).map(({ id }) => id);
      await this.readEntries(doubtful);
      await this.readEntries(this.plan(limits, scope).excess);
      const moved = await this.moveToTrash(await this.withoutWriters(this.plan(limits, scope).excess));
      return [...moved.keys()];
    });
  }

  dispose(): void {
    if (this.settling !== null) clearTimeout(this.settling);
    this.watch.dispose();
    this.writers.dispose();
    this.changes.dispose();
  }

  /** Those of the runs that nobody writes as of now, in whatever window, process or machine. */
  private async withoutWriters(ids: readonly string[]): Promise<string[]> {
    const free: string[] = [];
    for (const id of ids) {
      if (this.live.has(id)) continue;
      // Nothing is written after the end, though the lease may have been left.
      if (this.hasEnded(id) || !(await this.writers.mayLive(this.pathOf(id)))) free.push(id);
    }
    return free;
  }

  private hasEnded(id: string): boolean {
    return typeof this.entries.get(id)?.progress?.endedAt === "number";
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }

  private settle(id: string): void {
    this.changed.add(id);
    this.settling ??= setTimeout(() => {
      this.settling = null;
      const ids = [...this.changed];
      this.changed.clear();
      this.enqueue(() => this.readEntries(ids)).catch((error: unknown) =>
        this.log.warn(`The runs could not be listed: ${String(error)}`),
      );
    }, SETTLE_MS);
  }

  private readAgain(): void {
    this.load().catch((error: unknown) => this.log.warn(`The runs could not be listed: ${String(error)}`));
  }

  private async readFolder(): Promise<void> {
    this.watch.start();
    const { names, files, misnamed, beyond } = await readRunFolder(this.folder);
    const before = this.setAside.count + this.beyondLimit;
    this.beyondLimit = beyond;
    this.setAside.keepOnly(names);
    for (const name of misnamed) this.setAside.add(name, "", "Its name is not that of a run.");
    const ids = new Set(files.map(({ id }) => id));
    let changed = false;
    for (const id of this.entries.ids) {
      if (ids.has(id)) continue;
      this.entries.delete(id);
      changed = true;
    }
    await forEachAtOnce(files, READ_AT_ONCE, async ({ id, stats }) => {
      if (await this.update(id, () => this.readFound(id, stats, hasNotes(names, id)))) changed = true;
    });
    if (changed || this.setAside.count + this.beyondLimit !== before) this.changes.fire();
    await this.trash
      .deleteExpired()
      .catch((error: unknown) => this.log.warn(`The trash could not be emptied: ${String(error)}`));
    if (await this.trash.measure()) this.changes.fire();
    const runs = {
      pathOf: (id: string) => this.pathOf(id),
      isLive: (id: string) => this.live.has(id),
      isUnfinished: (id: string) => this.entries.get(id) !== undefined && !this.hasEnded(id),
    };
    await removeLeftovers(this.folder, [...names], runs, this.writers);
  }

  private async readEntries(ids: readonly string[]): Promise<void> {
    // What other windows wrote before is not among them.
    if (this.watch.start()) this.readAgain();
    await forEachAtOnce(ids, READ_AT_ONCE, async (id) => {
      await this.update(id, () => this.readEntry(id));
    });
    this.changes.fire();
  }

  /** @returns whether the list is another one now */
  private async update(id: string, read: () => Promise<RunEntry | null>): Promise<boolean> {
    const entry = await read();
    const known = this.entries.get(id) ?? null;
    if (entry === known) return false;
    if (entry === null) this.entries.delete(id);
    else this.entries.set(id, entry);
    return true;
  }

  private async readEntry(id: string): Promise<RunEntry | null> {
    if (runIdOf(runFileName(id)) === null) return null;
    const stats = await lstat(this.pathOf(id), { bigint: true }).catch(() => null);
    if (stats !== null) return this.readFound(id, stats, true);
    this.setAside.delete(runFileName(id));
    return null;
  }

  /** The entry that is known as long as it says the same. */
  private async readFound(id: string, stats: BigIntStats, mayHaveNotes: boolean): Promise<RunEntry | null> {
    const path = this.pathOf(id);
    const name = runFileName(id);
    if (this.setAside.has(name, versionOf(stats))) return null;
    const known = this.entries.get(id);
    try {
      const isRead = known !== undefined && known.bytes === Number(stats.size) && known.writtenAt === writtenAt(stats);
      let summary = isRead ? known : await readSummary(path, stats);
      const notes = mayHaveNotes ? await readNotes(this.folder, id) : NO_NOTES;
      const stateNow = () => stateOf(summary, this.live.get(id) ?? null, () => this.writers.look(path));
      let state = await stateNow();
      // Its end may have been written between the two looks. On a network folder it may not be shown for a while.
      if (state === "interrupted" && (summary !== known || known.state !== "interrupted")) {
        summary = await readSummary(path);
        state = await stateNow();
      }
      this.setAside.delete(name);
      return known === summary && known.state === state && isSame(known.notes, notes)
        ? known
        : { ...summary, id, path, state, notes };
    } catch (error) {
      return this.noteUnread(id, stats, error);
    }
  }

  /** @returns what is listed all the same */
  private noteUnread(id: string, stats: BigIntStats, error: unknown): RunEntry | null {
    const name = runFileName(id);
    const { code = "", message } = error as NodeJS.ErrnoException;
    const isOdd = error instanceof RunFileError || error instanceof IrregularFileError;
    const isJustBegun = isOdd && stats.isFile() && this.now() - writtenAt(stats) < SILENT_AFTER_MS;
    if (code === "ENOENT" || isJustBegun) return null;
    if (isOdd || LASTING.has(code)) {
      this.setAside.add(name, versionOf(stats), message);
      return null;
    }
    this.log.warn(`${JSON.stringify(name)} in the runs folder cannot be read now. ${message}`);
    return this.find(id);
  }

  /** @returns the name in the trash of each that was moved */
  private async moveToTrash(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const moved = new Map<string, string>();
    try {
      for (const id of ids) {
        const name = await this.trash.put(id);
        if (name !== null) moved.set(id, name);
      }
    } finally {
      if (moved.size > 0) await this.trash.measure();
      await this.readEntries(ids);
    }
    return moved;
  }

  private async changeNotes(id: string, change: Partial<RunNotes>): Promise<void> {
    const notes = { ...(await readNotes(this.folder, id)), ...change };
    await writeNotes(this.folder, id, notes);
    const entry = this.entries.get(id);
    if (entry !== undefined) this.entries.set(id, { ...entry, notes });
  }

  /** Other windows write there too. */
  private onFileChange(name: string | null): void {
    const id = /^(.*?)(?:\.rnnrun|\.rnnnotes\.json|\.json)$/.exec(name ?? "")?.[1];
    // Of its own runs a window hears from their sessions.
    if (id !== undefined && !(this.live.has(id) && this.entries.has(id))) this.settle(id);
  }
}

function isSame(a: RunNotes, b: RunNotes): boolean {
  return a.name === b.name && a.note === b.note && a.pinned === b.pinned;
}
