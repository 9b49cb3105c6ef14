/**
 * The outer shape of a run file: a fixed head, then frames, each written whole and never changed. docs/run-files.md
 * describes it.
 *
 *   head    8 bytes "RNNRUN\r\n", u32 version, u32 0
 *   frame   u32 payload bytes n, u32 kind (four ASCII letters), payload, zeros up to a multiple of 8,
 *           u32 CRC-32 of everything before in this frame, u32 bytes of the whole frame
 *
 * All numbers are little-endian. Every frame starts at a multiple of 8. The size at the end lets a reader start from
 * there.
 */
import * as l10n from "@vscode/l10n";
import { crc32 } from "../../formats/crc32";

const RUN_FILE_VERSION = 1;
export const HEAD_BYTES = 16;
/** Of a frame beside its payload. */
const OVERHEAD_BYTES = 16;
export const MIN_FRAME_BYTES = OVERHEAD_BYTES;
/** CR and LF tell a file that a text conversion has been through. */
const MAGIC = "RNNRUN\r\n";

export interface Frame {
  readonly kind: string;
  readonly payload: Uint8Array;
  /** Of its first byte in the bytes given. */
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

export function encodeHead(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES);
  bytes.set(asciiBytes(MAGIC));
  new DataView(bytes.buffer).setUint32(8, RUN_FILE_VERSION, true);
  return bytes;
}

/** Null when the bytes start like a run file of this version; else why not, in words for a person. */
export function checkHead(bytes: Uint8Array): string | null {
  if (bytes.length < HEAD_BYTES || !asciiBytes(MAGIC).every((byte, i) => bytes[i] === byte))
    return l10n.t("it is not an RNN Lab run file");
  const version = viewOf(bytes).getUint32(8, true);
  return version === RUN_FILE_VERSION
    ? null
    : l10n.t("its format version is {0}, but this extension supports version {1}", version, RUN_FILE_VERSION);
}

/** So many bytes of a frame say its kind and its size. */
export const FRAME_HEAD_BYTES = 8;

/** The size of the frame that starts with these bytes, as they have it. */
export function bytesOfFrame(head: Uint8Array): number {
  return Math.ceil(viewOf(head).getUint32(0, true) / 8) * 8 + OVERHEAD_BYTES;
}

/** @param frame its first bytes at least */
export function kindOf(frame: Uint8Array): string {
  return String.fromCharCode(...frame.subarray(4, 8));
}

/** @param kind four ASCII letters */
export function encodeFrame(kind: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = Math.ceil(payload.length / 8) * 8;
  const bytes = new Uint8Array(padded + OVERHEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  bytes.set(asciiBytes(kind), 4);
  bytes.set(payload, 8);
  view.setUint32(8 + padded, crc32(bytes.subarray(0, 8 + padded)), true);
  view.setUint32(12 + padded, bytes.length, true);
  return bytes;
}

/** The frame that starts at `start`; null when there is none that is whole and unharmed. */
export function readFrame(bytes: Uint8Array, start: number): Frame | null {
  if (start < 0 || start + OVERHEAD_BYTES > bytes.length) return null;
  const view = viewOf(bytes);
  const length = view.getUint32(start, true);
  const padded = Math.ceil(length / 8) * 8;
  const end = start + padded + OVERHEAD_BYTES;
  if (end > bytes.length || view.getUint32(end - 4, true) !== end - start) return null;
  if (view.getUint32(end - 8, true) !== crc32(bytes.subarray(start, end - 8))) return null;
  const kind = kindOf(bytes.subarray(start));
  return { kind, payload: bytes.subarray(start + 8, start + 8 + length), start, end };
}

/**
 * The last frame of bytes that end where a frame ends, found from behind; null when that is none. `bytes` may start
 * anywhere.
 */
export function readLastFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length < OVERHEAD_BYTES) return null;
  const frame = readFrame(bytes, bytes.length - viewOf(bytes).getUint32(bytes.length - 4, true));
  return frame?.end === bytes.length ? frame : null;
}

/** Frames in order up to the first bad byte. @param start where the first of them begins */
export function* readFrames(bytes: Uint8Array, start: number): Generator<Frame, void> {
  for (let frame = readFrame(bytes, start); frame !== null; frame = readFrame(bytes, frame.end)) yield frame;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
