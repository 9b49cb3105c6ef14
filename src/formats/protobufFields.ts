/** The wire format of protocol buffers: https://protobuf.dev/programming-guides/encoding */

/** The bytes are no message. */
export class MessageError extends Error {}

export interface Field {
  readonly field: number;
  /** A varint as a bigint without sign; of 4 or 8 bytes, and of a length, the bytes. */
  readonly value: bigint | Uint8Array;
}

/** @throws MessageError while it is read */
export function* fieldsOf(bytes: Uint8Array): Generator<Field, void> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new MessageError("A number is cut off.");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new MessageError("A number is too long.");
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new MessageError("A field is cut off.");
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { field, value: varint() };
        break;
      case 1:
        yield { field, value: take(8) };
        break;
      case 2:
        yield { field, value: take(Number(varint())) };
        break;
      case 5:
        yield { field, value: take(4) };
        break;
      default:
        throw new MessageError("A field has an unknown type.");
    }
  }
}

/** Numbers without sign, one after another. @throws MessageError */
export function varintsOf(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (shift > 70n) throw new MessageError("A number is too long.");
    if (byte >= 128) continue;
    values.push(BigInt.asUintN(64, value));
    value = 0n;
    shift = 0n;
  }
  if (shift > 0n) throw new MessageError("A number is cut off.");
  return values;
}
