import {
  closeSync,
  ftruncateSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import * as l10n from "@vscode/l10n";
import { FRAME, join } from "./format/encodeRun";
import { encodeHead, HEAD_BYTES, kindOf } from "./format/frames";

/**
 * One run file, written by one thread, frame by frame. The calls wait for the disk, so they belong on the training
 * thread and never on the extension host's: a write is a copy into the system's cache, a few hundred microseconds for
 * what half a second of training leaves, and what is written outlives the process. The file is made exclusively, so two
 * windows never share one.
 */
export class RunWriter {
  /** Bytes of whole frames; what may stand behind them after a failed write is cut off by the next one. */
  private length = 0;
  private torn = false;
  private frames = new FramePlaces();

  private constructor(
    readonly path: string,
    private file: number,
  ) {}

  /** @throws the system's error: the folder cannot be written to, the disk is full, or the file is there already */
  static create(path: string, firstFrames: readonly Uint8Array[]): RunWriter {
    mkdirSync(dirname(path), { recursive: true });
    const writer = new RunWriter(path, openSync(path, "wx"));
    try {
      writer.write([encodeHead()]);
      writer.append(firstFrames);
      return writer;
    } catch (error) {
      writer.close();
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** Bytes of what newer frames can replace: all but the scalars of the iterations, events, and how it started. */
  get replaceableBytes(): number {
    return this.length - HEAD_BYTES - this.frames.keptBytes;
  }

  /** All of them or, for the reader, none. @throws the system's error */
  append(frames: readonly Uint8Array[]): void {
    let start = this.length;
    this.write(frames);
    for (const frame of frames) {
      this.frames.add(kindOf(frame), start, frame.length);
      start += frame.length;
    }
  }

  /**
   * Writes the file anew, at once: whoever reads, or a crash, finds the old or the new one. Its frames of rows become
   * one; of findings, checkpoints and the like the last ones stay. The other frames are copied piece by piece, as they
   * may be large.
   * @param thin makes one frame out of all frames of rows
   * @throws the system's error
   */
  thinRows(thin: (frames: readonly Uint8Array[]) => Uint8Array): void {
    const draft = RunWriter.draft(`${this.path}.draft`);
    const from = openSync(this.path, "r");
    try {
      draft.write([encodeHead()]);
      for (const place of this.frames.kept) draft.copy(from, place);
      draft.append([thin(this.frames.rows.map((place) => readPlace(from, place)))]);
      draft.append([...this.frames.latest.values()].map((place) => readPlace(from, place)));
    } catch (error) {
      draft.close();
      rmSync(draft.path, { force: true });
      throw error;
    } finally {
      closeSync(from);
    }
    draft.close();
    // Windows does not rename onto a file that is open.
    closeSync(this.file);
    try {
      renameSync(draft.path, this.path);
      this.length = draft.length;
      this.frames = draft.frames;
      this.torn = false;
    } finally {
      this.file = openSync(this.path, "r+");
    }
  }

  /** Tells other windows that the run is alive though nothing is written. */
  touch(): void {
    const now = new Date();
    futimesSync(this.file, now, now);
  }

  close(): void {
    closeSync(this.file);
  }

  /** Written over when it is there: nobody reads it. */
  private static draft(path: string): RunWriter {
    return new RunWriter(path, openSync(path, "w"));
  }

  private write(parts: readonly Uint8Array[]): void {
    if (this.torn) ftruncateSync(this.file, this.length);
    this.torn = true;
    const bytes = join(parts);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.file, bytes, written, bytes.length - written, this.length + written);
    this.length += bytes.length;
    this.torn = false;
  }

  /** Frames of another file that are kept. */
  private copy(from: number, { start, length }: Place): void {
    this.frames.keep(this.length, length);
    for (let done = 0; done < length; done += COPIED_AT_ONCE)
      this.write([readPlace(from, { start: start + done, length: Math.min(COPIED_AT_ONCE, length - done) })]);
  }
}

/** Where frames lie in a file. */
interface Place {
  readonly start: number;
  readonly length: number;
}

const COPIED_AT_ONCE = 2 ** 20;
const KEPT: ReadonlySet<string> = new Set([FRAME.meta, FRAME.header, FRAME.metrics, FRAME.event]);

/** Where the frames of a file are, so that it can be written anew without being read. */
class FramePlaces {
  /** Those of the kinds that stay as they are; neighbors are one. */
  readonly kept: Place[] = [];
  readonly rows: Place[] = [];
  /** Of each other kind the last frame. */
  readonly latest = new Map<string, Place>();
  keptBytes = 0;

  add(kind: string, start: number, length: number): void {
    if (KEPT.has(kind)) this.keep(start, length);
    else if (kind === FRAME.rows) this.rows.push({ start, length });
    else {
      this.latest.delete(kind);
      // In the order of the file, in which the last status counts.
      this.latest.set(kind, { start, length });
    }
  }

  keep(start: number, length: number): void {
    const before = this.kept.at(-1);
    if (before !== undefined && before.start + before.length === start)
      this.kept[this.kept.length - 1] = { start: before.start, length: before.length + length };
    else this.kept.push({ start, length });
    this.keptBytes += length;
  }
}

/** @throws the system's error, or an Error when the file is shorter than it was */
function readPlace(file: number, { start, length }: Place): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length;) {
    const count = readSync(file, bytes, read, length - read, start + read);
    if (count === 0) throw new Error(l10n.t("The file was truncated."));
    read += count;
  }
  return bytes;
}
