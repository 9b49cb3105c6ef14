import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describeError } from "../lib/outsideText";
import { makeFolder } from "./makeFolder";
import type { LateOutput } from "./lateOutput";

/** Of what waits for the disk. Larger files only if nothing else waits. */
const MAX_WAITING_BYTES = 2 ** 28;

interface WaitingFile {
  readonly content: Uint8Array | string;
  readonly problem: string;
}

/** Files that are written in one go. What the disk refuses is kept, and tried again when somebody asks for it. */
export class WholeFiles implements LateOutput {
  private readonly waiting = new Map<string, WaitingFile>();

  get unwritten(): ReadonlyMap<string, string> {
    return new Map([...this.waiting].map(([path, { problem }]) => [path, problem]));
  }

  /** @throws Error naming the file when it can be neither written nor kept, as too much waits already */
  write(path: string, content: Uint8Array | string): void {
    this.waiting.delete(path);
    const problem = tryToWrite(path, content);
    if (problem === null) return;
    const bytes = [...this.waiting.values()].reduce((sum, { content: { length } }) => sum + length, content.length);
    if (bytes > MAX_WAITING_BYTES && this.waiting.size > 0)
      throw new Error(`${path} cannot be written (${problem}), and too much waits for the disk already`);
    this.waiting.set(path, { content, problem });
  }

  retry(): void {
    for (const [path, { content }] of this.waiting) {
      const problem = tryToWrite(path, content);
      if (problem === null) this.waiting.delete(path);
      else this.waiting.set(path, { content, problem });
    }
  }
}

/** @returns what is wrong; null when it is written */
function tryToWrite(path: string, content: Uint8Array | string): string | null {
  try {
    makeFolder(dirname(resolve(path)));
    writeFileSync(path, content);
    return null;
  } catch (error) {
    return describeError(error);
  }
}
