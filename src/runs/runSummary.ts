import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { openRegularFile, readFrom } from "../disk/regularFile";
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

/** Read at once: a small file is read whole. */
const CHUNK_BYTES = 2 ** 16;
/**
 * Of a frame that is read whole for the list. The largest text of an experiment, and what it resolves to, take less.
 */
const MAX_FRAME_BYTES = 2 ** 23;

/**
 * @param isCurrent where a network folder may show a size of some seconds ago, the size is asked for anew
 * @throws RunFileError when the file is no run file, or its start is damaged or says what cannot be shown;
 *   IrregularFileError; the system's error when it cannot be read
 */
export async function readSummary(path: string, isCurrent = false): Promise<RunSummary> {
  const { handle, stats: shown } = await openRegularFile(path);
  try {
    const stats = isCurrent ? await statAnew(handle, shown) : shown;
    const size = Number(stats.size);
    const start = await readFrom(handle, 0, Math.min(size, CHUNK_BYTES));
    const meta = await readFirst(handle, start);
    const progress = (await readLast(handle, start, size)) ?? (await findLast(handle, size));
    return { meta, progress, bytes: size, writtenAt: writtenAt(stats) };
  } finally {
    await handle.close();
  }
}

/** A read past the end that is known makes the system ask for the end. */
async function statAnew(handle: FileHandle, { size }: BigIntStats): Promise<BigIntStats> {
  await handle.read(new Uint8Array(1), 0, 1, Number(size));
  return handle.stat({ bigint: true });
}

/** Milliseconds since 1970. */
export function writtenAt({ mtimeNs }: BigIntStats): number {
  return Number(mtimeNs) / 1e6;
}

async function readFirst(file: FileHandle, start: Uint8Array): Promise<RunMeta> {
  const wrong = checkHead(start);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const bytes = start.length < HEAD_BYTES + MIN_FRAME_BYTES ? Infinity : frameBytes(start, HEAD_BYTES);
  if (bytes > MAX_FRAME_BYTES) return readFirstFrame(null);
  const isRead = HEAD_BYTES + bytes <= start.length;
  return readFirstFrame(readFrame(isRead ? start : await readFrom(file, 0, HEAD_BYTES + bytes), HEAD_BYTES));
}

/** From the end of a file that ends whole, which is nearly all of them. */
async function readLast(file: FileHandle, start: Uint8Array, size: number): Promise<RunProgress | null> {
  let tail = size <= start.length ? start.subarray(HEAD_BYTES) : await readFrom(file, size - CHUNK_BYTES, CHUNK_BYTES);
  for (let frame = readLastFrame(tail); frame !== null; frame = readLastFrame(tail)) {
    const progress = progressOf(frame);
    if (progress !== null) return progress;
    tail = tail.subarray(0, frame.start);
  }
  return null;
}

/** From the start, frame by frame; what is in frames of other kinds is passed over. */
async function findLast(file: FileHandle, size: number): Promise<RunProgress | null> {
  let progress: RunProgress | null = null;
  let chunk: Uint8Array = new Uint8Array();
  let chunkAt = 0;
  for (let at = HEAD_BYTES; at + MIN_FRAME_BYTES <= size;) {
    if (at + MIN_FRAME_BYTES > chunkAt + chunk.length) {
      chunk = await readFrom(file, at, CHUNK_BYTES);
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
      const frame = isRead ? readFrame(chunk, start) : readFrame(await readFrom(file, at, bytes), 0);
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
