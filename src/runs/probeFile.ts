import { closeSync, fstatSync } from "node:fs";
import { openRegularFileSync, readFromSync, sizeWithin } from "../disk/regularFile";
import type { Capture, CaptureEntry, ProbeContents } from "../shared/trace/probeContents";
import { collectProbe, isProbeFrame, readCapture } from "./format/probe/readProbe";
import { bytesOfFrame, FRAME_HEAD_BYTES, HEAD_BYTES, kindOf, readFrame } from "./format/frames";
import { framesOf, MAX_RUN_BYTES } from "./readRunFile";

/** Whether a probe has written the file, by the kind of its first frame. @throws the system's error */
export function isProbeFile(path: string): boolean {
  const file = openRegularFileSync(path);
  try {
    const head = readFromSync(file, HEAD_BYTES, FRAME_HEAD_BYTES);
    return head.length === FRAME_HEAD_BYTES && isProbeFrame(kindOf(head));
  } finally {
    closeSync(file);
  }
}

/**
 * What the whole frames of a probe's file say. Its captures stay on the disk.
 * @throws RunFileError when not even its start can be read; IrregularFileError, FileTooLargeError; the system's error
 */
export function readProbeFile(path: string): ProbeContents {
  const file = openRegularFileSync(path);
  try {
    const size = sizeWithin(fstatSync(file, { bigint: true }), MAX_RUN_BYTES);
    return collectProbe(readFromSync(file, 0, Math.min(size, HEAD_BYTES)), framesOf(file, size, undefined));
  } finally {
    closeSync(file);
  }
}

/** A capture with its arrays; null when the file is no longer what it was. @throws the system's error */
export function readCaptureAt(
  path: string,
  { start }: Pick<ProbeContents, "start">,
  entry: Pick<CaptureEntry, "start">,
): Capture | null {
  const file = openRegularFileSync(path);
  try {
    const head = readFromSync(file, entry.start, FRAME_HEAD_BYTES);
    const frame =
      head.length < FRAME_HEAD_BYTES ? null : readFrame(readFromSync(file, entry.start, bytesOfFrame(head)), 0);
    return frame === null ? null : readCapture(frame, start);
  } finally {
    closeSync(file);
  }
}
