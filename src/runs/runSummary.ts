import { open, type FileHandle } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { readMeta, readProgress } from "./format/checks";
import { FRAME } from "./format/encodeRun";
import { checkHead, HEAD_BYTES, readFrame, readLastFrame, MIN_FRAME_BYTES, type Frame } from "./format/frames";
import { decodePayload } from "./format/payload";
import { RunFileError } from "./format/readRun";
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

const TAIL_BYTES = 2 ** 16;
/** A text of an experiment is far smaller. */
const MAX_META_BYTES = 2 ** 24;

/**
 * @throws RunFileError when the file is no run file or its start is damaged; the system's error when it cannot be read
 */
export async function readSummary(path: string): Promise<RunSummary> {
  const file = await open(path, "r");
  try {
    const { size, mtimeMs } = await file.stat();
    const meta = await readFirst(file, size);
    return {
      meta,
      progress: (await readLast(file, size)) ?? (await findLast(file, size)),
      bytes: size,
      writtenAt: mtimeMs,
    };
  } finally {
    await file.close();
  }
}

async function readFirst(file: FileHandle, size: number): Promise<RunMeta> {
  const start = await readBytes(file, 0, Math.min(size, HEAD_BYTES + MIN_FRAME_BYTES));
  const wrong = checkHead(start);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const length =
    start.length < HEAD_BYTES + 8 ? Infinity : new DataView(start.buffer, start.byteOffset).getUint32(HEAD_BYTES, true);
  const frame = length > MAX_META_BYTES ? null : readFrame(await readBytes(file, HEAD_BYTES, frameBytes(length)), 0);
  const meta = frame?.kind === FRAME.meta ? readMeta(decodePayload(frame.payload)?.value) : null;
  if (meta === null) throw new RunFileError(l10n.t("The file cannot be read: its header is corrupted."));
  return meta;
}

/** From the end of a file that ends whole, which is nearly all of them. */
async function readLast(file: FileHandle, size: number): Promise<RunProgress | null> {
  let tail = await readBytes(file, Math.max(HEAD_BYTES, size - TAIL_BYTES), Math.min(TAIL_BYTES, size - HEAD_BYTES));
  for (let frame = readLastFrame(tail); frame !== null; frame = readLastFrame(tail)) {
    const progress = progressOf(frame);
    if (progress !== null) return progress;
    tail = tail.subarray(0, frame.start);
  }
  return null;
}

/** From the start, frame by frame without reading what is in them. */
async function findLast(file: FileHandle, size: number): Promise<RunProgress | null> {
  let progress: RunProgress | null = null;
  for (let at = HEAD_BYTES; at + MIN_FRAME_BYTES <= size;) {
    const start = await readBytes(file, at, 8);
    const bytes = frameBytes(new DataView(start.buffer, start.byteOffset).getUint32(0, true));
    if (at + bytes > size) break;
    const kind = String.fromCharCode(...start.subarray(4));
    if (kind === FRAME.status || kind === FRAME.end) {
      const frame = readFrame(await readBytes(file, at, bytes), 0);
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

function frameBytes(payloadBytes: number): number {
  return Math.ceil(payloadBytes / 8) * 8 + MIN_FRAME_BYTES;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, length));
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await file.read(bytes, read, bytes.length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
