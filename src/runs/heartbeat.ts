import { rm, stat } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import { FileMark, type MarkedFile } from "./fileMark";
import { leasePath, writeLease } from "./lease";
import { ownPlace } from "./processPlace";

/** Two beats that find a file missing, and the time that a look at the disk takes, are less than 5 seconds. */
const BEAT_MS = 2000;

/** What keeps a run from being saved; null when nothing does any more. */
type ReportLoss = (problem: string | null) => void;

interface WatchedFile {
  readonly mark: FileMark;
  readonly report: ReportLoss;
  /** Of the mark at the last beat. */
  turn: bigint;
  suspicion: string | null;
  problem: string | null;
  /** A look that has not ended yet. */
  looking: Promise<void> | null;
  /** Called at the beat that finds that the end of the run does not wait to be written. */
  settle: (() => void) | null;
}

/**
 * Says to others that the runs of this process are alive, and looks whether what their threads write is still at its
 * path. On a thread that does no arithmetic: those that train may be in one step for a minute.
 */
export class Heartbeat implements Disposable {
  private readonly files = new Map<string, WatchedFile>();
  private readonly place = ownPlace();
  private timer: NodeJS.Timeout | null = null;
  private beats = 0;

  /**
   * From now on, until {@link remove}.
   * @param memory of a FileMark, for the thread that writes the file
   */
  add(path: string, report: ReportLoss, memory = new FileMark().memory): SharedArrayBuffer {
    const mark = new FileMark(memory);
    this.files.set(path, { mark, report, turn: -1n, suspicion: null, problem: null, looking: null, settle: null });
    this.timer ??= setInterval(() => void this.beat(), BEAT_MS).unref();
    return memory;
  }

  /** The run is not to be kept: its thread does not make its file again once it is deleted. */
  drop(path: string): void {
    this.files.get(path)?.mark.drop();
  }

  /** The end of the run is not in its file, and its thread tries to write it. */
  isEndWaiting(path: string): boolean {
    return this.files.get(path)?.mark.isEndWaiting === true;
  }

  /** Resolves once the end of the run is in its file, or nobody tries to write it any more. */
  async untilEndIsWritten(path: string): Promise<void> {
    const file = this.files.get(path);
    if (file === undefined || !file.mark.isEndWaiting) return;
    await new Promise<void>((resolve) => (file.settle = resolve));
  }

  /** The run has ended, or is not recorded any more. */
  async remove(path: string): Promise<void> {
    const file = this.files.get(path);
    this.files.delete(path);
    if (this.files.size === 0) this.stop();
    await file?.looking;
    // Its thread has made it again with its last write, after which nothing looks at it.
    if (file !== undefined && file.problem !== null && file.mark.file === null) file.report(null);
    // A lease that cannot be deleted does no harm to a run that has an end.
    await rm(leasePath(path), { force: true }).catch(() => undefined);
  }

  /** Looks at all of the files, and says once more that their writer lives. */
  async beat(): Promise<void> {
    this.beats++;
    await Promise.all([...this.files].map(([path, file]) => this.attend(path, file)));
  }

  dispose(): void {
    this.stop();
    this.files.clear();
  }

  private async attend(path: string, file: WatchedFile): Promise<void> {
    if (file.looking !== null) return this.note(file, l10n.t("The disk does not respond."));
    file.looking = this.look(path, file);
    await file.looking.finally(() => (file.looking = null));
    if (file.mark.isEndWaiting) return;
    file.settle?.();
    file.settle = null;
  }

  private async look(path: string, file: WatchedFile): Promise<void> {
    const { turn } = file.mark;
    const problem = await problemOf(path, file.mark);
    if (this.files.get(path) !== file) return;
    // What is found while the thread writes may be half of a change.
    if (turn === file.mark.turn) this.note(file, problem);
    // A folder that is gone is made again by the thread that writes the run.
    if (file.mark.file !== null && file.mark.isKeptBy(this.place.process))
      await writeLease(leasePath(path), { ...this.place, beat: this.beats }).catch(() => {});
  }

  /** A problem counts when two beats have found it and the thread has done nothing about it between them. */
  private note(file: WatchedFile, problem: string | null): void {
    const isConfirmed = problem === null || (file.suspicion !== null && file.turn === file.mark.turn);
    file.turn = file.mark.turn;
    file.suspicion = problem;
    if (!isConfirmed || problem === file.problem) return;
    file.problem = problem;
    file.report(problem);
  }

  private stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}

async function problemOf(path: string, mark: FileMark): Promise<string | null> {
  if (mark.isChanging) return l10n.t("The disk does not respond.");
  const expected = mark.file;
  return expected === null ? null : describeLoss(path, expected);
}

/** Null: it is where it should be, and as long as it should be. */
async function describeLoss(path: string, expected: MarkedFile): Promise<string | null> {
  try {
    const found = await stat(path, { bigint: true });
    if (expected.identity !== null && (found.ino !== expected.identity.inode || found.dev !== expected.identity.device))
      return l10n.t("Another file or folder is in the place of the run's file.");
    if (found.size < expected.bytes || (found.size > expected.bytes && !expected.isTorn))
      return l10n.t("Another program has changed the run's file.");
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? l10n.t("The run's file was deleted or moved.") : message;
  }
}
