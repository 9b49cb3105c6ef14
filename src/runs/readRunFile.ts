import { closeSync, fstatSync } from "node:fs";
import { openRegularFileSync, readFromSync, sizeWithin } from "../disk/regularFile";
import { bytesOfFrame, FRAME_HEAD_BYTES, HEAD_BYTES, kindOf, readFrame, type Frame } from "./format/frames";
import { collectRun } from "./format/readRun";
import type { RunContents } from "./format/runContents";

/** A file beyond the offsets that a frame may have is none that was recorded. */
export const MAX_RUN_BYTES = 2 ** 40;

/**
 * Reads a run file frame by frame, on a thread that may wait for the disk. Takes the memory of what the run has to say,
 * and of one frame: earlier checkpoints are passed over.
 * @param wanted kinds of frames beside the first one; others are not read. Absent: all
 * @throws RunFileError when not even its start can be read; IrregularFileError, FileTooLargeError; the system's error
 */
export function readRunFile(path: string, wanted?: readonly string[]): RunContents {
  const file = openRegularFileSync(path);
  try {
    const size = sizeWithin(fstatSync(file, { bigint: true }), MAX_RUN_BYTES);
    return collectRun(readFromSync(file, 0, Math.min(size, HEAD_BYTES)), framesOf(file, size, wanted));
  } finally {
    closeSync(file);
  }
}

/** Frames in order up to the first bad byte, those that are not wanted unread. */
export function* framesOf(file: number, size: number, wanted: readonly string[] | undefined): Generator<Frame, void> {
  for (let start = HEAD_BYTES; start + FRAME_HEAD_BYTES <= size;) {
    const head = readFromSync(file, start, FRAME_HEAD_BYTES);
    const length = bytesOfFrame(head);
    if (start + length > size) return;
    if (start === HEAD_BYTES || wanted === undefined || wanted.includes(kindOf(head))) {
      const frame = readFrame(readFromSync(file, start, length), 0);
      if (frame === null) return;
      yield { ...frame, start, end: start + length };
    }
    start += length;
  }
}
