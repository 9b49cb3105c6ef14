import * as l10n from "@vscode/l10n";
import { describeValue, printable } from "../../lib/outsideText";

/**
 * The forms in which sequences are typed: bits, symbols, numbers, a sum. Each reads the whole text or says where it is
 * wrong.
 */

/** Where the text is wrong: UTF-16 offsets [from, to). The message has no full stop. */
export class TypedError extends Error {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
  }
}

interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Larger numbers would need more bits than there are time steps to show. */
const MAX_ADDEND_BITS = 256;

/** 0 and 1; blanks and commas between them are for the eye. */
export function readBits(text: string): Float64Array {
  const bits: number[] = [];
  for (const { 0: character, index } of text.matchAll(/[^\s,]/gu)) {
    if (character !== "0" && character !== "1")
      throw new TypedError(
        l10n.t("{0} is not a bit; enter only 0 and 1", describeValue(character)),
        index,
        index + character.length,
      );
    bits.push(Number(character));
  }
  return Float64Array.from(bits);
}

/** Whole numbers from 0 to `count` - 1; where each is one digit, blanks may be left out. */
export function readSymbols(text: string, count: number): number[] {
  const digits =
    count <= 10
      ? wordsOf(text).flatMap(({ text: word, from }) =>
          [...word].map((character, i): Word => ({ text: character, from: from + i, to: from + i + 1 })),
        )
      : wordsOf(text);
  return digits.map(({ text: word, from, to }) => {
    const symbol = /^\d+$/.test(word) ? Number(word) : NaN;
    if (!(symbol < count))
      throw new TypedError(
        l10n.t("{0} is not a symbol of this task; use 0 to {1}", describeValue(word), count - 1),
        from,
        to,
      );
    return symbol;
  });
}

/** "0.3 0.5* 0.1": numbers, some with a mark. */
export function readMarkedNumbers(text: string): {
  readonly numbers: readonly number[];
  readonly marks: readonly boolean[];
} {
  const words = wordsOf(text);
  const marks = words.map(({ text: word }) => word.endsWith("*"));
  const numbers = words.map((word, i) =>
    readNumber(marks[i] === true ? { ...word, text: word.text.slice(0, -1) } : word),
  );
  return { numbers, marks };
}

/**
 * A row of numbers a step, one for each name. Rows end with a semicolon or a line; of one column every number is a row.
 */
export function readNumberRows(text: string, names: readonly string[]): number[][] {
  if (names.length === 1) return wordsOf(text.replaceAll(";", " ")).map((word) => [readNumber(word)]);
  const rows: number[][] = [];
  for (const match of text.matchAll(/[^;\n]+/g)) {
    const words = wordsOf(match[0], match.index);
    if (words.length === 0) continue;
    if (words.length !== names.length) {
      throw new TypedError(
        words.length === 1
          ? l10n.t(
              "Step {0} has {1} number; expected {2}: {3}",
              rows.length + 1,
              words.length,
              names.length,
              printable(names.join(", ")),
            )
          : l10n.t(
              "Step {0} has {1} numbers; expected {2}: {3}",
              rows.length + 1,
              words.length,
              names.length,
              printable(names.join(", ")),
            ),
        words[0]!.from,
        words.at(-1)!.to,
      );
    }
    rows.push(words.map(readNumber));
  }
  return rows;
}

/** "13 + 7", each decimal or binary with 0b. */
export function readAddition(text: string): [bigint, bigint] {
  const plus = text.indexOf("+");
  if (text.trim() === "") throw new TypedError(l10n.t("Enter an input"), 0, text.length);
  if (plus < 0) throw new TypedError(l10n.t("Enter a sum, for example 13 + 7"), 0, text.length);
  const second = text.indexOf("+", plus + 1);
  if (second >= 0) throw new TypedError(l10n.t("Enter only two numbers"), second, second + 1);
  return [readAddend(text, 0, plus), readAddend(text, plus + 1, text.length)];
}

function readAddend(text: string, from: number, to: number): bigint {
  const [word, more] = wordsOf(text.slice(from, to), from);
  if (word === undefined)
    throw new TypedError(
      from === 0 ? l10n.t("Enter a number before the +") : l10n.t("Enter a number after the +"),
      Math.max(0, from - 1),
      Math.max(to, 1),
    );
  if (more !== undefined)
    throw new TypedError(
      l10n.t("{0} is not expected here; enter the sum of two integers", describeValue(more.text)),
      more.from,
      more.to,
    );
  if (!/^(\d+|0b[01]+)$/i.test(word.text))
    throw new TypedError(l10n.t("{0} is not a non-negative integer", describeValue(word.text)), word.from, word.to);
  if (word.text.length > MAX_ADDEND_BITS) throw new TypedError(l10n.t("This number is too large"), word.from, word.to);
  return BigInt(word.text.toLowerCase());
}

function readNumber({ text, from, to }: Word): number {
  const value = /^[+\-\u2212]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text.replace("\u2212", "-")) : NaN;
  if (!Number.isFinite(value)) throw new TypedError(l10n.t("{0} is not a number", describeValue(text)), from, to);
  return value;
}

/** Words separated by blanks and commas. */
function wordsOf(text: string, start = 0): Word[] {
  return Array.from(text.matchAll(/[^\s,]+/g), (match) => ({
    text: match[0],
    from: start + match.index,
    to: start + match.index + match[0].length,
  }));
}
