import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { readingRegularFile, type OpenedFile } from "../disk/regularFile";
import { readProgress } from "./format/checks";
import { FRAME } from "./format/encodeRun";
import { checkHead, HEAD_BYTES, kindOf, MIN_FRAME_BYTES, readFrame, readLastFrame, type Frame } from "./format/frames";
import { decodePayload } from "./format/payload";
import { readFirstFrame, RunFileError } from "./format/readRun";
import type { RunMeta, RunProgress } from "./format/runContents";

/** What a list of runs shows, read from the two ends of a file. */
export interface RunSummary {
  readonly meta: RunMeta;
  /** Null when nothing but the start was written. */
  readonly progress: RunProgress | null;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Read first. Of nearly all files, the first frame is in the one and the last frame in the other. */
const START_BYTES = 2 ** 13;
const TAIL_BYTES = 2 ** 12;
/** Read at once where that is not enough. */
const CHUNK_BYTES = 2 ** 16;
/**
 * Of a frame that is read whole for the list. The largest text of an experiment, and what it resolves to, take less.
 */
const MAX_FRAME_BYTES = 2 ** 23;

/**
 * @param found what was at the path a moment ago, for who has looked
 * @throws RunFileError when the file is no run file, or its start is damaged or says what cannot be shown;
 *   IrregularFileError; the system's error when it cannot be read
 */
export async function readSummary(path: string, found?: BigIntStats): Promise<RunSummary> {
  const there = found ?? (await lstat(path, { bigint: true }));
  return readingRegularFile(path, there, async (file) => {
    const size = Number(file.stats.size);
    const start = await file.read(0, Math.min(size, START_BYTES));
    const meta = await readFirst(file, start);
    const progress =
      (await readLast(file, start, size, TAIL_BYTES)) ??
      (await readLast(file, start, size, CHUNK_BYTES)) ??
      (await findLast(file, size));
    return { meta, progress, bytes: size, writtenAt: writtenAt(file.stats) };
  });
}

/** Milliseconds since 1970. */
export function writtenAt({ mtimeNs }: BigIntStats): number {
  return Number(mtimeNs) / 1e6;
}

async function readFirst(file: OpenedFile, start: Uint8Array): Promise<RunMeta> {
  const wrong = checkHead(start);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const bytes = start.length < HEAD_BYTES + MIN_FRAME_BYTES ? Infinity : frameBytes(start, HEAD_BYTES);
  if (bytes > MAX_FRAME_BYTES) return readFirstFrame(null);
  const isRead = HEAD_BYTES + bytes <= start.length;
  return readFirstFrame(readFrame(isRead ? start : await file.read(0, HEAD_BYTES + bytes), HEAD_BYTES));
}

/** From the end of a file that ends whole, which is nearly all of them. */
async function readLast(file: OpenedFile, start: Uint8Array, size: number, bytes: number): Promise<RunProgress | null> {
  const from = Math.max(HEAD_BYTES, size - bytes);
  let tail = size <= start.length ? start.subarray(HEAD_BYTES) : await file.read(from, size - from);
  for (let frame = readLastFrame(tail); frame !== null; frame = readLastFrame(tail)) {
    const progress = progressOf(frame);
    if (progress !== null) return progress;
    tail = tail.subarray(0, frame.start);
  }
  return null;
}

/** From the start, frame by frame; what is in frames of other kinds is passed over. */
async function findLast(file: OpenedFile, size: number): Promise<RunProgress | null> {
  let progress: RunProgress | null = null;
  let chunk: Uint8Array = new Uint8Array();
  let chunkAt = 0;
  for (let at = HEAD_BYTES; at + MIN_FRAME_BYTES <= size;) {
    if (at + MIN_FRAME_BYTES > chunkAt + chunk.length) {
      chunk = await file.read(at, CHUNK_BYTES);
      chunkAt = at;
      // The file has become shorter.
      if (chunk.length < MIN_FRAME_BYTES) break;
    }
    const start = at - chunkAt;
    const bytes = frameBytes(chunk, start);
    if (at + bytes > size) break;
    const kind = kindOf(chunk.subarray(start));
    if (bytes <= MAX_FRAME_BYTES && (kind === FRAME.status || kind === FRAME.end)) {
      const isRead = start + bytes <= chunk.length;
      const frame = isRead ? readFrame(chunk, start) : readFrame(await file.read(at, bytes), 0);
      if (frame === null) break;
      progress = progressOf(frame) ?? progress;
    }
    at += bytes;
  }
  return progress;
}

function progressOf({ kind, payload }: Frame): RunProgress | null {
  return kind === FRAME.status || kind === FRAME.end ? readProgress(decodePayload(payload)?.value) : null;
}

/** Of the frame that starts there, by its first bytes. */
function frameBytes(bytes: Uint8Array, start: number): number {
  const payloadBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start, true);
  return Math.ceil(payloadBytes / 8) * 8 + MIN_FRAME_BYTES;
}
