import { closeSync, fstatSync } from "node:fs";
import * as l10n from "@vscode/l10n";
import { IrregularFileError, openRegularFileSync, readFromSync, sizeWithin } from "../disk/regularFile";
import { describeError } from "../lib/outsideText";
import type { ProbeStart } from "../shared/trace/probeContents";
import { bytesOfFrame, checkHead, FRAME_HEAD_BYTES, HEAD_BYTES, readFrame } from "./format/frames";
import { endOfBlock, readItem, readStart, type ProbeItem } from "./format/probe/readProbe";
import { MAX_RUN_BYTES } from "./readRunFile";

/** No probe writes a larger frame: the calls of one step take a fraction of it. */
const MAX_FRAME_BYTES = 2 ** 30;
/**
 * Looks at bytes that should be a whole frame and are none, before they count as damaged: over a network, the size of a
 * file may be known before its last bytes.
 */
const PATIENCE = 5;

export interface TailLook {
  /** There is more to read at once. */
  readonly more: boolean;
  /** The file has other bytes than at the look before. */
  readonly grown: boolean;
  /** What keeps the file from being read on, in a sentence; null: nothing. */
  readonly problem: string | null;
}

/**
 * Reads the file of a probe from its start, and then what is added. The file is opened anew for each look: a network
 * folder then asks the server, and the file may be deleted meanwhile on any system.
 */
export class ProbeTail {
  private startValue: ProbeStart | null = null;
  private position = HEAD_BYTES;
  private identity: string | null = null;
  private size = -1;
  private steps = 0;
  private badLooks = 0;

  constructor(private readonly path: string) {}

  /** Null while not even the first frame is there. */
  get start(): ProbeStart | null {
    return this.startValue;
  }

  /**
   * Up to so many bytes of whole frames.
   * @param take called with what each says, and where it begins
   * @throws RunFileError when it is no file of a probe
   */
  read(maxBytes: number, take: (item: ProbeItem, at: number) => void): TailLook {
    let file: number;
    try {
      file = openRegularFileSync(this.path);
    } catch (error) {
      return failed(problemOf(error));
    }
    try {
      return this.readFrom(file, maxBytes, take);
    } finally {
      closeSync(file);
    }
  }

  private readFrom(file: number, maxBytes: number, take: (item: ProbeItem, at: number) => void): TailLook {
    const stats = fstatSync(file, { bigint: true });
    const size = sizeWithin(stats, MAX_RUN_BYTES);
    const identity = `${stats.dev} ${stats.ino}`;
    this.identity ??= identity;
    if (identity !== this.identity || size < this.size)
      return failed(l10n.t("Another file has taken the place of this run. What was read before is shown."));
    const grown = size !== this.size;
    this.size = size;
    if (this.startValue === null && !this.readStart(file, size)) return { more: false, grown, problem: null };
    const limit = this.position + maxBytes;
    while (this.position < limit && this.position + FRAME_HEAD_BYTES <= size) {
      const length = bytesOfFrame(readFromSync(file, this.position, FRAME_HEAD_BYTES));
      if (length <= MAX_FRAME_BYTES && this.position + length > size) return { more: false, grown, problem: null };
      if (length > MAX_FRAME_BYTES || !this.readOne(file, length, take))
        return { more: false, grown, problem: this.onBadFrame() };
      this.badLooks = 0;
      this.position += length;
    }
    return { more: this.position + FRAME_HEAD_BYTES <= size, grown, problem: null };
  }

  /** @returns whether it is there */
  private readStart(file: number, size: number): boolean {
    if (size < HEAD_BYTES + FRAME_HEAD_BYTES) return false;
    const head = readFromSync(file, 0, HEAD_BYTES + FRAME_HEAD_BYTES);
    const length = bytesOfFrame(head.subarray(HEAD_BYTES));
    // What is no run file says a size by chance.
    if (checkHead(head) === null && length <= MAX_FRAME_BYTES && HEAD_BYTES + length > size) return false;
    const frame = checkHead(head) === null ? readFrame(readFromSync(file, HEAD_BYTES, length), 0) : null;
    this.startValue = readStart(head, frame);
    this.position = HEAD_BYTES + length;
    return true;
  }

  private readOne(file: number, length: number, take: (item: ProbeItem, at: number) => void): boolean {
    const frame = readFrame(readFromSync(file, this.position, length), 0);
    const item = frame === null ? null : readItem(frame, this.startValue!);
    if (item === null) return false;
    if (item.kind === "scalars") {
      const end = endOfBlock(item.block, this.steps);
      if (end === null) return false;
      this.steps = end;
    }
    take(item, this.position);
    return true;
  }

  private onBadFrame(): string | null {
    this.badLooks++;
    return this.badLooks < PATIENCE
      ? null
      : l10n.t("The file is damaged after byte {0}. What comes after that is not shown.", this.position);
  }
}

function failed(problem: string): TailLook {
  return { more: false, grown: false, problem };
}

function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || error instanceof IrregularFileError
    ? l10n.t("The run's file is no longer there. What was read before is shown.")
    : l10n.t("The file cannot be read: {0}.", describeError(error));
}
