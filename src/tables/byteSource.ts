/** Where the bytes of a table come from. They may be read several times, and never all at once. */
export interface ByteSource {
  readonly size: number;
  /** Bytes `from` to `to`, or fewer where the end comes first. */
  read(from: number, to: number): Uint8Array;
  /** All bytes from `from` on, in order. A chunk is valid until the next one is taken. */
  chunks(from: number): Iterable<Uint8Array>;
}

const LF = 0x0a;
const CR = 0x0d;

const NO_WORDS = new Int32Array(0);

/** Fits the second cache of a core. */
const CHUNK_BYTES = 2 ** 18;

export function memorySource(bytes: Uint8Array, chunkBytes = CHUNK_BYTES): ByteSource {
  return {
    size: bytes.length,
    read: (from, to) => bytes.subarray(from, to),
    *chunks(from) {
      for (let at = from; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
  };
}

/** Of what an experiment's file holds. */
export function tableSource(data: string | Uint8Array | ByteSource): ByteSource {
  if (typeof data === "object" && "chunks" in data) return data;
  return memorySource(typeof data === "string" ? new TextEncoder().encode(data) : data);
}

/** Length of the byte order mark that some programs write first. */
export function startOfText(source: ByteSource): number {
  const [first, second, third] = source.read(0, 3);
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

/** Lines of the source: those that a line break ends, and one more. CR LF, LF and CR are line breaks. */
export function countLines(source: ByteSource): number {
  let lines = 1;
  let last = 0;
  for (const chunk of source.chunks(0)) {
    lines += countBreaks(chunk, last);
    last = chunk.at(-1) ?? last;
  }
  return lines;
}

/** Four bytes at a time, which takes a third of the time. @param last the byte before */
function countBreaks(chunk: Uint8Array, last: number): number {
  const isBreak = (at: number): boolean => {
    const code = chunk[at]!;
    return code === CR || (code === LF && (at > 0 ? chunk[at - 1] : last) !== CR);
  };
  const first = Math.min(chunk.length, (4 - (chunk.byteOffset % 4)) % 4);
  const count = Math.floor((chunk.length - first) / 4);
  const words = count === 0 ? NO_WORDS : new Int32Array(chunk.buffer, chunk.byteOffset + first, count);
  let breaks = 0;
  for (let at = 0; at < first; at++) breaks += Number(isBreak(at));
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    // A byte below 14 leaves its highest bit; so may the one above it, which is looked at for nothing.
    if (((word - 0x0e0e0e0e) & ~word & 0x80808080) === 0) continue;
    const from = first + 4 * index;
    for (let at = from; at < from + 4; at++) breaks += Number(isBreak(at));
  }
  for (let at = first + 4 * words.length; at < chunk.length; at++) breaks += Number(isBreak(at));
  return breaks;
}

/** Lines that are not empty. */
export function countFilledLines(source: ByteSource): number {
  let lines = 0;
  let isEmpty = true;
  for (const chunk of source.chunks(0)) {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at]!;
      const isBreak = code === LF || code === CR;
      if (isEmpty && !isBreak) lines++;
      isEmpty = isBreak;
    }
  }
  return lines;
}
