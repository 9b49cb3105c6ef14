import {
  closeSync,
  ftruncateSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { join } from "./format/encodeRun";
import { encodeHead } from "./format/frames";

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

  private constructor(
    readonly path: string,
    private file: number,
  ) {}

  /** @throws the system's error: the folder cannot be written to, the disk is full, or the file is there already */
  static create(path: string, firstFrames: readonly Uint8Array[]): RunWriter {
    mkdirSync(dirname(path), { recursive: true });
    const writer = new RunWriter(path, openSync(path, "wx"));
    try {
      writer.append([encodeHead(), ...firstFrames]);
      return writer;
    } catch (error) {
      writer.close();
      rmSync(path, { force: true });
      throw error;
    }
  }

  get bytes(): number {
    return this.length;
  }

  /** All of them or, for the reader, none. @throws the system's error */
  append(frames: readonly Uint8Array[]): void {
    if (this.torn) ftruncateSync(this.file, this.length);
    this.torn = true;
    const bytes = join(frames);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.file, bytes, written, bytes.length - written, this.length + written);
    this.length += bytes.length;
    this.torn = false;
  }

  /** The file as it is on the disk. */
  read(): Uint8Array {
    return readFileSync(this.path).subarray(0, this.length);
  }

  /**
   * Puts another content in place of the whole file, at once: whoever reads, or a crash, finds the old or the new one.
   * @throws the system's error
   */
  replace(bytes: Uint8Array): void {
    const draft = `${this.path}.draft`;
    const file = openSync(draft, "w");
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, written);
    } catch (error) {
      closeSync(file);
      rmSync(draft, { force: true });
      throw error;
    }
    closeSync(file);
    // Windows does not rename onto a file that is open.
    closeSync(this.file);
    try {
      renameSync(draft, this.path);
      this.length = bytes.length;
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
}
