// @ts-check
/** Bytes that are looked for: shorter repetitions cost as much as they save. */
const SHORTEST = 16;
/** Of the places where the same bytes begin, the last ones are compared. */
const PLACES = 16;

/**
 * Several files much like each other as one text, in which what comes again is a copy: zip files and the like look back
 * only some ten thousand bytes. The text is hexadecimal, so that a zip file finds shorter repetitions, too.
 * src/kernel/unpackBinaries.ts is the way back.
 * @param {readonly Uint8Array[]} files
 */
export function packBinaries(files) {
  const bytes = Buffer.concat(files);
  /** @type {number[]} */
  const literals = [];
  /** @type {number[]} */
  const copies = [];
  /** @type {Map<string, number[]>} */
  const places = new Map();
  let waiting = 0;
  for (let at = 0; at < bytes.length;) {
    const { from, length } = longestCopy(bytes, at, places.get(keyAt(bytes, at)) ?? []);
    if (length === 0) {
      literals.push(bytes.readUInt8(at));
      waiting++;
    } else {
      copies.push(waiting, at - from, length);
      waiting = 0;
    }
    for (const end = at + Math.max(1, length); at < end; at++) {
      const key = keyAt(bytes, at);
      places.set(key, [...(places.get(key) ?? []), at].slice(-PLACES));
    }
  }
  return { lengths: files.map(({ length }) => length), literals: Buffer.from(literals).toString("hex"), copies };
}

/** @param {Buffer} bytes @param {number} at */
function keyAt(bytes, at) {
  return bytes.toString("latin1", at, at + SHORTEST);
}

/**
 * @param {Buffer} bytes @param {number} at @param {readonly number[]} places where the same bytes begin
 * @returns {{ from: number, length: number }} length 0: there is none
 */
function longestCopy(bytes, at, places) {
  let best = { from: at, length: 0 };
  for (const from of places) {
    let length = 0;
    while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length++;
    if (length >= SHORTEST && length > best.length) best = { from, length };
  }
  return best;
}
