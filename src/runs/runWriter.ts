import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import * as l10n from "@vscode/l10n";
import { NEW_FILE, removeFormerDraftSync } from "../disk/draft";
import { openRegularFileSync } from "../disk/regularFile";
import type { MarkedFile } from "./fileMark";
import { FRAME, join } from "./format/encodeRun";
import { checkHead, encodeHead, HEAD_BYTES, kindOf, readFrames } from "./format/frames";
import { writerDraft } from "./runFileNames";

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
  private identity: FileIdentity;

  private constructor(
    readonly path: string,
    /** {@link CLOSED} once it is closed: the system gives the same number to the next file that somebody opens. */
    private descriptor: number,
  ) {
    this.identity = identify(path, descriptor);
  }

  /** @throws the system's error: the folder cannot be written to, the disk is full, or the file is there already */
  static create(path: string, firstFrames: readonly Uint8Array[]): RunWriter {
    const writer = RunWriter.begin(path);
    try {
      writer.append(firstFrames);
      return writer;
    } catch (error) {
      writer.discard();
      throw error;
    }
  }

  /** Bytes of what newer frames can replace: all but the scalars of the iterations, events, and how it started. */
  get replaceableBytes(): number {
    return this.length - HEAD_BYTES - this.frames.keptBytes;
  }

  /** What is at the path while nothing is wrong; null: nothing is open. */
  get marked(): MarkedFile | null {
    if (this.descriptor === CLOSED) return null;
    const { device, inode, isSteady } = this.identity;
    return { identity: isSteady ? { device, inode } : null, bytes: BigInt(this.length), isTorn: this.torn };
  }

  /** Whether the file at the path is the one that is written, as long as it should be. */
  get isInPlace(): boolean {
    try {
      return this.descriptor !== CLOSED && this.look() === "in place";
    } catch {
      return false;
    }
  }

  /**
   * Sees to it that the file at the path is the one that is written. One that was deleted or moved is made again, also
   * its folder, from the one that is still open; the file of somebody else is left alone.
   * @param firstFrames what a file begins with of which nothing is left
   * @returns whether all that was written until now is in it
   * @throws the system's error, or an Error when another program has written into the file
   */
  recover(firstFrames: readonly Uint8Array[]): boolean {
    if (this.descriptor === CLOSED) this.reopen();
    const found = this.descriptor === CLOSED ? "gone" : this.look();
    if (found === "in place") return true;
    return found === "gone" ? this.writeAgain(firstFrames) : this.keepWhatIsLeft(firstFrames);
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
   * @throws the system's error; then the old file goes on
   */
  thinRows(thin: (frames: readonly Uint8Array[]) => Uint8Array): void {
    const { descriptor: from } = this;
    removeFormerDraftSync(writerDraft(this.path));
    const draft = RunWriter.begin(writerDraft(this.path));
    try {
      for (const place of this.frames.kept) draft.copy(from, place);
      draft.append([thin(this.frames.rows.map((place) => readPlace(from, place)))]);
      draft.append([...this.frames.latest.values()].map((place) => readPlace(from, place)));
      // Windows does not rename onto a file that is open.
      if (process.platform === "win32") this.close();
      renameSync(draft.path, this.path);
    } catch (error) {
      draft.discard();
      throw error;
    }
    this.adopt(draft);
  }

  close(): void {
    const { descriptor } = this;
    this.descriptor = CLOSED;
    if (descriptor !== CLOSED) closeSync(descriptor);
  }

  /** With nothing but its head. */
  private static begin(path: string): RunWriter {
    mkdirSync(dirname(path), { recursive: true });
    const writer = new RunWriter(path, openSync(path, NEW_FILE));
    try {
      writer.write([encodeHead()]);
      return writer;
    } catch (error) {
      writer.discard();
      throw error;
    }
  }

  private discard(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  /** The other one is at this one's path. */
  private adopt(other: RunWriter): void {
    this.close();
    this.descriptor = other.descriptor;
    other.descriptor = CLOSED;
    this.length = other.length;
    this.frames = other.frames;
    this.torn = other.torn;
    this.identity = identify(this.path, this.descriptor);
  }

  /** After a file could not be replaced where that takes closing it first. */
  private reopen(): void {
    try {
      const descriptor = openRegularFileSync(this.path, "r+");
      const { dev, ino } = fstatSync(descriptor, { bigint: true });
      if (dev === this.identity.device && ino === this.identity.inode) this.descriptor = descriptor;
      else closeSync(descriptor);
    } catch {
      // Gone, as far as anybody can tell.
    }
  }

  private look(): "in place" | "gone" | "changed" {
    const there = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const { device, inode, isSteady } = this.identity;
    if (there === undefined || (isSteady && (there.dev !== device || there.ino !== inode))) return "gone";
    const { size } = fstatSync(this.descriptor);
    return size === this.length || (this.torn && size > this.length) ? "in place" : "changed";
  }

  private writeAgain(firstFrames: readonly Uint8Array[]): boolean {
    const next = RunWriter.begin(this.path);
    try {
      const whole = next.copyAll(this);
      if (!whole) next.startOver(firstFrames);
      this.adopt(next);
      return whole;
    } catch (error) {
      next.discard();
      throw error;
    }
  }

  /** Of a file that was cut off: its whole frames. */
  private keepWhatIsLeft(firstFrames: readonly Uint8Array[]): boolean {
    const { size } = fstatSync(this.descriptor);
    if (size > 0) {
      const bytes = readPlace(this.descriptor, { start: 0, length: Math.min(size, this.length) });
      const [first] = firstFrames;
      const isOwn =
        checkHead(bytes) === null &&
        first !== undefined &&
        Buffer.compare(bytes.subarray(HEAD_BYTES, HEAD_BYTES + first.length), first) === 0;
      if (!isOwn || size > this.length) throw new Error(l10n.t("Another program has changed the run's file."));
      this.frames = new FramePlaces();
      this.length = HEAD_BYTES;
      this.torn = true;
      for (const { kind, start, end } of readFrames(bytes, HEAD_BYTES)) {
        this.frames.add(kind, start, end - start);
        this.length = end;
      }
      if (this.frames.has(FRAME.header)) return false;
    }
    this.startOver(firstFrames);
    return false;
  }

  /** Writes over what there is. */
  private startOver(firstFrames: readonly Uint8Array[]): void {
    this.frames = new FramePlaces();
    this.length = 0;
    this.torn = true;
    this.write([encodeHead()]);
    this.append(firstFrames);
  }

  private write(parts: readonly Uint8Array[]): void {
    if (this.torn) ftruncateSync(this.descriptor, this.length);
    this.torn = true;
    const bytes = join(parts);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.descriptor, bytes, written, bytes.length - written, this.length + written);
    this.length += bytes.length;
    this.torn = false;
  }

  /** Frames of another file that are kept. */
  private copy(from: number, place: Place): void {
    this.frames.keep(this.length, place.length);
    for (const piece of piecesOf(place)) this.write([readPlace(from, piece)]);
  }

  /** @returns false when the other file cannot be read any more, as one that was deleted on a network folder */
  private copyAll(from: RunWriter): boolean {
    for (const piece of piecesOf({ start: HEAD_BYTES, length: from.length - HEAD_BYTES })) {
      const bytes = readOrNull(from.descriptor, piece);
      if (bytes === null) return false;
      this.write([bytes]);
    }
    this.frames = from.frames;
    return true;
  }
}

/** No number of an open file. */
const CLOSED = -1;

/** What a file is known by while it is open, whatever its name. */
interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Some network folders give a file another number at each look; then only its name says that it is there. */
  readonly isSteady: boolean;
}

function identify(path: string, descriptor: number): FileIdentity {
  const { dev: device, ino: inode } = fstatSync(descriptor, { bigint: true });
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  return { device, inode, isSteady: there?.dev === device && there.ino === inode };
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
  private readonly kinds = new Set<string>();

  add(kind: string, start: number, length: number): void {
    this.kinds.add(kind);
    if (KEPT.has(kind)) this.keep(start, length);
    else if (kind === FRAME.rows) this.rows.push({ start, length });
    else {
      this.latest.delete(kind);
      // In the order of the file, in which the last status counts.
      this.latest.set(kind, { start, length });
    }
  }

  /** Of the kinds that stay. */
  has(kind: string): boolean {
    return this.kinds.has(kind);
  }

  keep(start: number, length: number): void {
    const before = this.kept.at(-1);
    if (before !== undefined && before.start + before.length === start)
      this.kept[this.kept.length - 1] = { start: before.start, length: before.length + length };
    else this.kept.push({ start, length });
    this.keptBytes += length;
  }
}

function* piecesOf({ start, length }: Place): Generator<Place, void> {
  for (let done = 0; done < length; done += COPIED_AT_ONCE)
    yield { start: start + done, length: Math.min(COPIED_AT_ONCE, length - done) };
}

function readOrNull(file: number, place: Place): Uint8Array | null {
  try {
    return file === CLOSED ? null : readPlace(file, place);
  } catch {
    return null;
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
