/**
 * The records of a TFRecord file: u64 length, its masked CRC-32C, the data, theirs; all little-endian.
 * https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
import { maskedCrc32c } from "./crc32c";

/** Where bytes come from: a file that may be large, or an array. */
export interface ByteSource {
  readonly size: number;
  /** So many bytes, or those up to the end. */
  read(position: number, length: number): Uint8Array;
}

export interface RecordsEnd {
  /** Behind the last whole record. */
  readonly at: number;
  /** "cut": the next record is not whole, as in a file that still grows. "damaged": a checksum is wrong. */
  readonly reason: "end" | "cut" | "damaged";
}

const HEAD_BYTES = 12;
const TAIL_BYTES = 4;
const CHUNK_BYTES = 2 ** 20;

/**
 * The data of each record up to the first one that is cut off or damaged.
 * @param maxBytes of a record: longer ones, such as images, are passed over unread
 */
export function* readRecords(source: ByteSource, maxBytes: number): Generator<Uint8Array, RecordsEnd> {
  let chunk: Uint8Array = new Uint8Array();
  let chunkAt = 0;
  const take = (position: number, length: number): Uint8Array => {
    if (position < chunkAt || position + length > chunkAt + chunk.length) {
      chunk = source.read(position, Math.max(length, CHUNK_BYTES));
      chunkAt = position;
    }
    return chunk.subarray(position - chunkAt, position - chunkAt + length);
  };
  let at = 0;
  while (at < source.size) {
    const head = take(at, HEAD_BYTES);
    if (head.length < HEAD_BYTES) return { at, reason: "cut" };
    const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
    if (view.getUint32(8, true) !== maskedCrc32c(head.subarray(0, 8))) return { at, reason: "damaged" };
    const length = Number(view.getBigUint64(0, true));
    const end = at + HEAD_BYTES + length + TAIL_BYTES;
    if (end > source.size) return { at, reason: "cut" };
    if (length <= maxBytes) {
      const body = take(at + HEAD_BYTES, length + TAIL_BYTES);
      if (body.length < length + TAIL_BYTES) return { at, reason: "cut" };
      const data = body.subarray(0, length);
      const checksum = new DataView(body.buffer, body.byteOffset + length, TAIL_BYTES).getUint32(0, true);
      if (checksum !== maskedCrc32c(data)) return { at, reason: "damaged" };
      yield data;
    }
    at = end;
  }
  return { at, reason: "end" };
}
