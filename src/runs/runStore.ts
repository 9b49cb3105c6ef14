import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { RunStatus } from "../shared/trace/trace";
import { FolderWatch } from "./folderWatch";
import { RunFileError } from "./format/readRun";
import { DEAD_AFTER_MS, stateOf, type RunState } from "./liveness";
import { RunList } from "./runList";
import { readNotes, writeNotes, type RunNotes } from "./runNotes";
import { readSummary, type RunSummary } from "./runSummary";

const RUN_EXTENSION = ".rnnrun";
const TRASH = "trash";
const DAMAGED = "damaged";
/** Changes of the folder settle before it is read again. */
const SETTLE_MS = 250;
const TRASH_KEPT_MS = 7 * 24 * 3600 * 1000;
/** Files looked at; beyond that the folder is no longer a list that anybody reads. */
const MAX_FILES = 5000;
/** Files that are read at the same time: the disk is waited for once, not once per file. */
const READ_AT_ONCE = 32;

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
  private settling: NodeJS.Timeout | null = null;
  /** Runs whose files have changed since. */
  private readonly changed = new Set<string>();
  /** What reads or changes the folder goes one after the other, so that nothing old comes back. */
  private queue: Promise<unknown> = Promise.resolve();
  private damagedFiles = 0;
  private deleted: readonly string[] = [];

  constructor(
    readonly folder: string,
    private readonly log: RunLog,
    private readonly now: () => number = Date.now,
  ) {
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

  /** Files that were set aside because they cannot be read, since the store was opened. */
  get damaged(): number {
    return this.damagedFiles;
  }

  get canUndoDelete(): boolean {
    return this.deleted.length > 0;
  }

  pathOf(id: string): string {
    return join(this.folder, `${id}${RUN_EXTENSION}`);
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

  /** Deletes a run of this window that was only passed through, unless somebody has written on it. */
  discard(id: string): Promise<void> {
    this.live.delete(id);
    return this.enqueue(async () => {
      const entry = await this.readEntry(id);
      if (entry === null) return;
      const { pinned, name, note } = entry.notes;
      if (pinned || name !== null || note !== "") this.entries.set(id, entry);
      else {
        await rm(entry.path, { force: true });
        this.entries.delete(id);
      }
      this.changes.fire();
    });
  }

  /** @throws the system's error */
  annotate(id: string, change: Partial<RunNotes>): Promise<void> {
    return this.enqueue(async () => {
      const entry = this.entries.get(id);
      if (entry === undefined) return;
      const notes = { ...(await readNotes(this.notesPath(id))), ...change };
      await writeNotes(this.notesPath(id), notes);
      this.entries.set(id, { ...(this.entries.get(id) ?? entry), notes });
      this.changes.fire();
    });
  }

  /** `id` takes over what is written on `former`, which goes into the trash. */
  replace(former: string, id: string): Promise<void> {
    return this.enqueue(async () => {
      const notes = this.entries.get(former)?.notes;
      if (notes === undefined || (await this.readEntry(id)) === null) return;
      await writeNotes(this.notesPath(id), notes);
      await mkdir(join(this.folder, TRASH), { recursive: true });
      await this.move(former, this.folder, join(this.folder, TRASH));
      this.entries.delete(former);
      await this.readEntries([id]);
    });
  }

  /**
   * Into the trash of the folder, from where {@link undoDelete} takes them back. Runs under way stay.
   * @returns those deleted
   */
  remove(ids: readonly string[]): Promise<readonly string[]> {
    return this.enqueue(async () => {
      const ended = ids.filter((id) => !this.live.has(id) && this.entries.has(id));
      await mkdir(join(this.folder, TRASH), { recursive: true });
      for (const id of ended) {
        await this.move(id, this.folder, join(this.folder, TRASH));
        this.entries.delete(id);
      }
      this.deleted = ended;
      this.changes.fire();
      return ended;
    });
  }

  /** Takes back the last deletion. */
  undoDelete(): Promise<void> {
    return this.enqueue(async () => {
      const ids = this.deleted;
      this.deleted = [];
      for (const id of ids) await this.move(id, join(this.folder, TRASH), this.folder);
      await this.readEntries(ids);
    });
  }

  /** Deletes for good what is beyond `most`, the oldest first; pinned runs and those under way neither count nor go. */
  keepAtMost(most: number): Promise<void> {
    return this.enqueue(async () => {
      const spare = this.all.filter(({ id, notes }) => !notes.pinned && !this.live.has(id)).slice(most);
      for (const { id, path } of spare) {
        await rm(path, { force: true });
        await rm(this.notesPath(id), { force: true });
        this.entries.delete(id);
      }
      if (spare.length > 0) this.changes.fire();
    });
  }

  dispose(): void {
    if (this.settling !== null) clearTimeout(this.settling);
    this.watch.dispose();
    this.changes.dispose();
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
    const names = await readdir(this.folder).catch(() => []);
    const files = names.filter((name) => name.endsWith(RUN_EXTENSION)).slice(0, MAX_FILES);
    const ids = new Set(files.map((name) => basename(name, RUN_EXTENSION)));
    for (const id of this.entries.ids) if (!ids.has(id)) this.entries.delete(id);
    await this.readEntries([...ids]);
    await this.emptyTrash();
  }

  private async readEntries(ids: readonly string[]): Promise<void> {
    // What other windows wrote before is not among them.
    if (this.watch.start()) this.readAgain();
    for (let first = 0; first < ids.length; first += READ_AT_ONCE) {
      const some = ids.slice(first, first + READ_AT_ONCE);
      const entries = await Promise.all(some.map((id) => this.readEntry(id)));
      some.forEach((id, index) => {
        const entry = entries[index] ?? null;
        if (entry === null) this.entries.delete(id);
        else this.entries.set(id, entry);
      });
    }
    this.changes.fire();
  }

  private async readEntry(id: string): Promise<RunEntry | null> {
    const path = this.pathOf(id);
    try {
      const known = this.entries.get(id);
      const { size, mtimeMs } = await stat(path);
      const summary =
        known !== undefined && known.bytes === size && known.writtenAt === mtimeMs ? known : await readSummary(path);
      return {
        ...summary,
        id,
        path,
        state: stateOf(summary, this.live.get(id) ?? null, this.now()),
        notes: await readNotes(this.notesPath(id)),
      };
    } catch (error) {
      if (error instanceof RunFileError) await this.quarantine(id, error);
      return null;
    }
  }

  /** A file that was just begun is not damaged yet. */
  private async quarantine(id: string, error: RunFileError): Promise<void> {
    const { mtimeMs } = await stat(this.pathOf(id));
    if (this.now() - mtimeMs < DEAD_AFTER_MS) return;
    await mkdir(join(this.folder, DAMAGED), { recursive: true });
    await this.move(id, this.folder, join(this.folder, DAMAGED));
    this.damagedFiles++;
    this.entries.delete(id);
    this.log.warn(`The run file ${id}${RUN_EXTENSION} was moved to the folder "${DAMAGED}". ${error.message}`);
  }

  private async move(id: string, from: string, to: string): Promise<void> {
    await rename(join(from, `${id}${RUN_EXTENSION}`), join(to, `${id}${RUN_EXTENSION}`));
    await rename(join(from, `${id}.json`), join(to, `${id}.json`)).catch(() => undefined);
  }

  private async emptyTrash(): Promise<void> {
    const trash = join(this.folder, TRASH);
    for (const name of await readdir(trash).catch(() => [])) {
      const { ctimeMs } = await stat(join(trash, name));
      if (this.now() - ctimeMs > TRASH_KEPT_MS) await rm(join(trash, name), { force: true });
    }
  }

  /** Other windows write there too. */
  private onFileChange(name: string | null): void {
    const id = /^(.*)(?:\.rnnrun|\.json)$/.exec(name ?? "")?.[1];
    // Of its own runs a window hears from their sessions.
    if (id !== undefined && !(this.live.has(id) && this.entries.has(id))) this.settle(id);
  }

  private notesPath(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
