import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describeError } from "../lib/outsideText";
import type { LateOutput } from "./lateOutput";
import { makeFolder } from "./makeFolder";

/** Characters that wait for a disk that refuses. */
const MAX_WAITING = 2 ** 26;
/** Copied at once, when the file is made again. */
const BLOCK_BYTES = 2 ** 20;

/**
 * A text that grows for hours. What the disk refuses waits, and a file that was deleted or moved is made again from the
 * one that is still open.
 */
export class AppendedFile implements LateOutput {
  private file: number;
  /** Bytes that are in the file. */
  private length = 0;
  private waiting = "";
  private problem: string | null = null;

  /**
   * Empties a file that is there.
   * @param report what keeps the file from being written, each time that this changes; null: nothing does any more
   * @throws the system's error
   */
  constructor(
    private readonly path: string,
    private readonly report: (problem: string | null) => void,
  ) {
    this.file = openSync(path, "w+");
  }

  get unwritten(): ReadonlyMap<string, string> {
    return new Map(this.problem === null ? [] : [[this.path, this.problem]]);
  }

  append(text: string): void {
    this.waiting += text;
  }

  /** Writes what waits. @throws Error naming the file when the disk refuses and too much waits */
  flush(): void {
    let problem: string | null = null;
    try {
      if (!this.isInPlace()) this.makeAgain();
      this.write(this.file, Buffer.from(this.waiting));
      this.waiting = "";
    } catch (error) {
      problem = describeError(error);
    }
    if (problem !== this.problem) this.report(problem);
    this.problem = problem;
    if (this.waiting.length > MAX_WAITING)
      throw new Error(`${this.path} cannot be written (${problem}), and too much waits for the disk`);
  }

  retry(): void {
    if (this.problem !== null) this.flush();
  }

  /** Nothing is written afterwards. */
  close(): void {
    closeSync(this.file);
  }

  private isInPlace(): boolean {
    const there = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const { dev, ino } = fstatSync(this.file, { bigint: true });
    return there?.dev === dev && there.ino === ino;
  }

  /** The file of somebody else is left alone. */
  private makeAgain(): void {
    makeFolder(dirname(resolve(this.path)));
    const next = openSync(this.path, "wx+");
    const { length } = this;
    this.length = 0;
    try {
      for (const block = new Uint8Array(BLOCK_BYTES); this.length < length;) {
        const count = readSync(this.file, block, 0, Math.min(BLOCK_BYTES, length - this.length), this.length);
        if (count === 0) break;
        this.write(next, block.subarray(0, count));
      }
    } catch (error) {
      this.length = length;
      closeSync(next);
      throw error;
    }
    closeSync(this.file);
    this.file = next;
  }

  private write(file: number, bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(file, bytes, written, bytes.length - written, this.length + written);
    this.length += bytes.length;
  }
}
