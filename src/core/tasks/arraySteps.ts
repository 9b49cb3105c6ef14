/** Which steps of the sequences of a file are data, and which of those count: lengths and masks. */
import * as l10n from "@vscode/l10n";
import { indicesOf, type NumberArray } from "../../formats/fileArray";
import { ArrayError } from "./arrayError";

/** A sequence ends with its last step that counts: what follows changes neither loss nor gradient and is not read. */
export interface CountedSteps {
  /** Of the longest sequence. */
  readonly timeSteps: number;
  /** Steps of each sequence. */
  readonly lengths: Uint32Array;
  /** Whether a step before the end of its sequence counts; null where all do. */
  readonly counts: ((sequence: number, step: number) => boolean) | null;
}

/** Where the rows of each sequence begin in a list of all rows; its last entry is the number of rows. */
export function firstRows(lengths: Uint32Array): Uint32Array {
  const firsts = new Uint32Array(lengths.length + 1);
  for (const [n, length] of lengths.entries()) firsts[n + 1] = firsts[n]! + length;
  return firsts;
}

interface FileSteps {
  /** Steps that the file has of each sequence. */
  readonly rows: Uint32Array;
  /** Whether these differ. */
  readonly isRagged: boolean;
}

/**
 * @param lengths [N], or null
 * @param mask [N, T], or null; for JSON Lines all steps one after the other
 * @throws ArrayError where they do not go with the inputs, or nothing of a sequence counts
 */
export function countSteps(
  { rows, isRagged }: FileSteps,
  lengths: NumberArray | null,
  mask: NumberArray | null,
): CountedSteps {
  const given = lengths === null ? rows : readLengths(lengths, rows);
  if (mask === null) return { timeSteps: longestOf(given), lengths: given, counts: null };
  const firsts = firstRows(rows);
  requireMask(mask, rows, firsts, isRagged);
  const { values } = mask;
  const counts = (sequence: number, step: number): boolean => values[firsts[sequence]! + step] === 1;
  let hasGaps = false;
  const ends = given.map((length, n) => {
    let end = length;
    while (end > 0 && !counts(n, end - 1)) end--;
    if (end === 0)
      throw new ArrayError("mask", l10n.t("the mask excludes every step of sequence {0}. Remove that sequence", n));
    for (let t = 0; t < end && !hasGaps; t++) hasGaps = !counts(n, t);
    return end;
  });
  return { timeSteps: longestOf(ends), lengths: ends, counts: hasGaps ? counts : null };
}

function longestOf(lengths: Uint32Array): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0);
}

function readLengths({ shape, values }: NumberArray, rows: Uint32Array): Uint32Array {
  const plain = shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape;
  if (plain.join() !== String(rows.length))
    throw new ArrayError(
      "lengths",
      l10n.t("the array of lengths has the shape [{0}]; expected [{1}]", shape.join(", "), rows.length),
    );
  return rows.map((most, n) => {
    const length = values[n]!;
    if (!Number.isInteger(length) || length < 1 || length > most)
      throw new ArrayError(
        "lengths",
        l10n.t("sequence {0} has the length {1}; expected an integer from 1 to {2}", n, String(length), most),
      );
    return length;
  });
}

function requireMask({ shape, values }: NumberArray, rows: Uint32Array, firsts: Uint32Array, isRagged: boolean): void {
  const expected = isRagged ? [firsts.at(-1)!] : [rows.length, rows[0] ?? 0];
  const plain = shape.at(-1) === 1 && shape.length > expected.length ? shape.slice(0, -1) : shape;
  if (plain.join() !== expected.join())
    throw new ArrayError(
      "mask",
      l10n.t("the mask has the shape [{0}]; expected [{1}]", shape.join(", "), expected.join(", ")),
    );
  const odd = values.findIndex((value) => value !== 0 && value !== 1);
  if (odd < 0) return;
  const sequence = isRagged ? firsts.findLastIndex((first) => first <= odd) : 0;
  const place = isRagged ? [sequence, odd - firsts[sequence]!] : indicesOf(odd, expected);
  throw new ArrayError(
    "mask",
    l10n.t(
      "the mask has {0} at [{1}]; expected 1 for a step that counts in the loss, 0 for one that does not",
      String(values[odd]),
      place.join(", "),
    ),
  );
}
