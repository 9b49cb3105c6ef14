/** Several files as one text, see scripts/pack-binaries.mjs. */
export interface PackedBinaries {
  readonly lengths: readonly number[];
  /** The bytes that are no copies, hexadecimal. */
  readonly literals: string;
  /** In threes: how many of these bytes come first, then how far back a copy begins, and its length. */
  readonly copies: readonly number[];
}

/** The files, in the order in which they were packed. */
export function unpackBinaries({ lengths, literals, copies }: PackedBinaries): Uint8Array<ArrayBuffer>[] {
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  let read = 0;
  const take = (end: number): void => {
    for (; at < end; read += 2) bytes[at++] = Number.parseInt(literals.slice(read, read + 2), 16);
  };
  for (let copy = 0; copy < copies.length; copy += 3) {
    take(at + copies[copy]!);
    // One by one: a copy may go on in what it has just written.
    for (const end = at + copies[copy + 2]!; at < end; at++) bytes[at] = bytes[at - copies[copy + 1]!]!;
  }
  take(bytes.length);
  let start = 0;
  return lengths.map((length) => bytes.slice(start, (start += length)));
}
