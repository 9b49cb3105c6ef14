import { startOfText, type ByteSource } from "./byteSource";

/** A few places of a table, from which the way it is written is recognized. */
export interface TableSample {
  /** Whole lines from the start. */
  readonly head: string;
  /** Whole lines from places further on. */
  readonly later: readonly string[];
  /** Whole lines from the end; null where the end is in `head`, or is not known. */
  readonly tail: string | null;
  /** Whether the head is all there is. */
  readonly isWhole: boolean;
}

const HEAD_BYTES = 2 ** 16;
/** A header may be as long; what is longer is no table. */
const MAX_HEAD_BYTES = 2 ** 22;
const PIECE_BYTES = 2 ** 13;
const PIECES = 3;

/** @param hasEnd whether the source is the whole table and not its first part */
export function takeSample(source: ByteSource, hasEnd: boolean): TableSample {
  const start = startOfText(source);
  const headEnd = endOfHead(source, start);
  const isWhole = hasEnd && headEnd >= source.size;
  const head = decode(source.read(start, headEnd));
  const later: string[] = [];
  const gap = source.size - headEnd;
  for (let piece = 1; piece <= PIECES && gap > PIECES * PIECE_BYTES * 2; piece++)
    later.push(linesWithin(source, headEnd + Math.floor((gap * piece) / (PIECES + 1))));
  const tail = isWhole || !hasEnd ? null : linesWithin(source, Math.max(headEnd, source.size - PIECE_BYTES));
  return { head: headEnd >= source.size && hasEnd ? head : wholeLines(head), later, tail, isWhole };
}

/** Two lines at least. */
function endOfHead(source: ByteSource, start: number): number {
  for (let bytes = HEAD_BYTES; ; bytes *= 2) {
    const end = Math.min(source.size, start + bytes);
    if (end >= source.size || bytes >= MAX_HEAD_BYTES) return end;
    const head = source.read(start, end);
    if (head.indexOf(0x0a, head.indexOf(0x0a) + 1) > 0 || head.includes(0x0d)) return end;
  }
}

/** From the first line that starts after `from`. */
function linesWithin(source: ByteSource, from: number): string {
  const text = decode(source.read(from, from + PIECE_BYTES));
  const first = /\r\n|\r|\n/.exec(text);
  const lines = first === null ? "" : text.slice(first.index + first[0].length);
  return from + PIECE_BYTES >= source.size ? lines : wholeLines(lines);
}

function wholeLines(text: string): string {
  return text.slice(0, Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
