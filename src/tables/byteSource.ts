/** Where the bytes of a table come from. They may be read several times, and never all at once. */
export interface ByteSource {
  readonly size: number;
  /** Bytes `from` to `to`, or fewer where the end comes first. */
  read(from: number, to: number): Uint8Array;
  /** All bytes from `from` on, in order. A chunk is valid until the next one is taken. */
  chunks(from: number): Iterable<Uint8Array>;
}

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
export function tableSource(data: string | Uint8Array): ByteSource {
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
  let previous = 0;
  for (const chunk of source.chunks(0)) {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at]!;
      if (code === 0x0a) {
        if (previous !== 0x0d) lines++;
      } else if (code === 0x0d) lines++;
      previous = code;
    }
  }
  return lines;
}

/** Lines that are not empty. */
export function countFilledLines(source: ByteSource): number {
  let lines = 0;
  let isEmpty = true;
  for (const chunk of source.chunks(0)) {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at]!;
      const isBreak = code === 0x0a || code === 0x0d;
      if (isEmpty && !isBreak) lines++;
      isEmpty = isBreak;
    }
  }
  return lines;
}
