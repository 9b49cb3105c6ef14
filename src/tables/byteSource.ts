/** Where the bytes of a table come from. They may be read several times, and never all at once. */
export interface ByteSource {
  readonly size: number;
  /** What is known of it; absent: whoever needs it makes a pass. */
  readonly counts?: TableCounts;
  /** Is called while a table is read, with the rows so far and those of all lines; may throw to end that. */
  readonly onRows?: (rows: number, of: number) => void;
  /** Bytes `from` to `to`, or fewer where the end comes first. */
  read(from: number, to: number): Uint8Array;
  /** All bytes from `from` on, in order. A chunk is valid until the next one is taken. */
  chunks(from: number): Iterable<Uint8Array>;
}

/** The lines of a table. */
export interface LineCounts {
  /** Those that a line break ends, and one more. CR LF, LF and CR are line breaks. */
  readonly lines: number;
  /** Those that are not empty. */
  readonly filledLines: number;
}

/** What is counted of a table before it is read. Plain data, which can be sent to a thread. */
export interface TableCounts extends LineCounts {
  /** CRC-32 of its bytes: with other bytes it is another table. */
  readonly checksum: number;
  /** What only its values say, for a task that needs it; null for others. */
  readonly values: ValueCounts | null;
}

export interface ValueCounts {
  /** Of the task that asked, see tableKey. */
  readonly key: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Rows of each series; null where nothing tells series apart. */
  readonly series: readonly number[] | null;
  /** The first ones of them that are for training, where the data say it. */
  readonly trainingSeries?: number;
}

/** Whoever waited for the table does not want it any more. */
export class ReadingStopped extends Error {
  override name = "ReadingStopped";
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

/** In one pass, unless it was made before. */
export function countLines(source: ByteSource): LineCounts {
  if (source.counts !== undefined) return source.counts;
  const counter = new LineCounter();
  for (const chunk of source.chunks(0)) counter.add(chunk);
  return counter.counts;
}

/** Counts lines four bytes at a time, which takes a third of the time. */
export class LineCounter {
  private breaks = 0;
  private filled = 0;
  /** Whether the present line has nothing yet. */
  private isEmpty = true;
  /** The byte before. */
  private last = 0;

  get counts(): LineCounts {
    return { lines: this.breaks + 1, filledLines: this.filled };
  }

  /** The bytes that follow. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const first = Math.min(chunk.length, (4 - (chunk.byteOffset % 4)) % 4);
    const count = Math.floor((chunk.length - first) / 4);
    const words = count === 0 ? NO_WORDS : new Int32Array(chunk.buffer, chunk.byteOffset + first, count);
    this.addBytes(chunk, 0, first);
    for (let index = 0; index < words.length; index++) {
      const word = words[index]!;
      // A byte below 14 leaves its highest bit; so may the one above it, which is looked at for nothing.
      if (((word - 0x0e0e0e0e) & ~word & 0x80808080) !== 0) {
        this.addBytes(chunk, first + 4 * index, first + 4 * index + 4);
      } else if (this.isEmpty) {
        this.isEmpty = false;
        this.filled++;
      }
    }
    this.addBytes(chunk, first + 4 * words.length, chunk.length);
    this.last = chunk.at(-1)!;
  }

  private addBytes(chunk: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const code = chunk[at]!;
      if (code === LF || code === CR) {
        if (code === CR || (at > 0 ? chunk[at - 1] : this.last) !== CR) this.breaks++;
        this.isEmpty = true;
      } else if (this.isEmpty) {
        this.isEmpty = false;
        this.filled++;
      }
    }
  }
}
