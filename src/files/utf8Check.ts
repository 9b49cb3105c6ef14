import { isUtf8 } from "node:buffer";

/** Whether chunk after chunk is UTF-8, also where a character lies in two of them. */
export class Utf8Check {
  /** The start of a character that goes on in the next chunk. */
  private rest: Uint8Array = new Uint8Array(0);
  private isValid = true;

  /** Whether nothing was wrong, and no character is cut off. */
  get isWhole(): boolean {
    return this.isValid && this.rest.length === 0;
  }

  accepts(chunk: Uint8Array): boolean {
    const head = this.rest.length === 0 ? 0 : endOfCharacter(chunk);
    const first = Buffer.concat([this.rest, chunk.subarray(0, head)]);
    const end = chunk.length - cutOff(chunk.subarray(head));
    // Of a chunk of a few bytes, a character may not end in it either.
    const isInside = head === chunk.length && cutOff(first) === first.length;
    this.rest = isInside ? first : chunk.slice(end);
    if (!isInside) this.isValid &&= isUtf8(first) && isUtf8(chunk.subarray(head, end));
    return this.isValid;
  }
}

const MOST_AFTER_FIRST = 3;
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes at the start that belong to the character before. */
function endOfCharacter(chunk: Uint8Array): number {
  let end = 0;
  while (end < MOST_AFTER_FIRST && isContinuation(chunk[end])) end++;
  return end;
}

/** Bytes at the end that are the start of a character which is not whole. */
function cutOff(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(MOST_AFTER_FIRST, bytes.length); length++) {
    const byte = bytes[bytes.length - length]!;
    if (isContinuation(byte)) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return whole > length ? length : 0;
  }
  return 0;
}
