/**
 * Text from outside: names, contents of files, messages of other programs. It may be megabytes long, hold escape
 * sequences, or be a link that runs a command.
 *
 * In a message of ours it is bounded: `describeValue` for a value or name, `describeNames` for a list of names,
 * `printable` for other text, `describeError` for what was thrown. What VS Code shows is made `inert` as well, by the
 * wrappers in src/window, which alone call the functions that show text.
 */
import * as l10n from "@vscode/l10n";

/** Limits in UTF-16 code units: one value within a message, other text within a message, a whole message. */
const MAX_VALUE = 60;
const MAX_TEXT = 200;
export const MAX_MESSAGE = 1000;

/**
 * Control characters, line and paragraph separators, format characters (bidi overrides among them), private use, and
 * half surrogate pairs. The joiners stay: Persian and emoji need them, and they move nothing.
 */
const INVISIBLE = /(?!\u200C|\u200D|\u2060)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Printable ASCII without the two characters that JSON escapes: shown as it is, whoever shows it. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** Format characters that move no more than the punctuation next to them. Dates in Arabic have some. */
const MARKS = /[\u061C\u200E\u200F]/;
/** What a terminal obeys, and what turns the direction of a line; not the ends of lines. */
const OBEYED = /(?!\n|\t|\r\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
/** Takes no room and has no meaning; it only parts what stands on either side. */
const WORD_JOINER = "\u2060";

/** Text on one line: invisible characters are escaped as in JSON, and what is longer than `max` ends in "…". */
export function printable(text: string, max = MAX_TEXT): string {
  return join(text, escapeInvisible, max);
}

/** Its start and "…" where it is longer than `max`. For what is shown in a place of its own, with its line breaks. */
export function shortened(text: string, max: number): string {
  return join(text, (character) => character, max);
}

/** A JSON value as it stands in a message, at most 60 characters. Its cost does not grow with the value. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return l10n.t("a list ({0})", "[ ]");
  if (typeof value === "object" && value !== null) return l10n.t("an object ({0})", "{ }");
  if (typeof value !== "string") return printable(String(value), MAX_VALUE);
  const inQuotes = (character: string): string => escapeInvisible(JSON.stringify(character).slice(1, -1));
  return `"${join(value, inQuotes, MAX_VALUE - 2)}"`;
}

/** Names in quotes, as many as fit: `"open", "close", and 12 more`. */
export function describeNames(names: readonly string[]): string {
  let shown = "";
  for (const [index, name] of names.entries()) {
    const next = index === 0 ? describeValue(name) : `${shown}, ${describeValue(name)}`;
    if (next.length > MAX_TEXT)
      return l10n.t("{0}, and {1} more", shown, (names.length - index).toLocaleString("en-US"));
    shown = next;
  }
  return shown;
}

/** The message of what was thrown, by us or by a library. */
export function describeError(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), MAX_MESSAGE);
}

/**
 * The same text to the eye, but nothing that VS Code draws or follows: neither a link, "[text](command:…)", nor an
 * icon, "$(name)", nor a character that turns the direction of what comes after it. Line breaks stay.
 */
export function inert(text: string, max = MAX_MESSAGE): string {
  const keepBreaks = (character: string): string => (character === "\n" ? character : escapeActive(character));
  return join(disarm(text.slice(0, max + 1)), keepBreaks, max);
}

/** The same on one line: a label, a title, a description. */
export function inertLine(text: string, max = MAX_TEXT): string {
  return join(disarm(text.slice(0, max + 1)), escapeActive, max);
}

/**
 * Lines for a terminal in which nothing is an escape sequence. What is replaced is written as in JSON, so that a line
 * of JSON keeps its meaning.
 */
export function terminalText(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function disarm(text: string): string {
  return text.replaceAll("](", `]${WORD_JOINER}(`).replaceAll("$(", `$${WORD_JOINER}(`);
}

function escapeActive(text: string): string {
  return MARKS.test(text) ? text : escapeInvisible(text);
}

/** The characters of `text` as `shown` has them, as many as fit. Reads no more than `max` of them. */
function join(text: string, shown: (character: string) => string, max: number): string {
  // Most names are as they are shown, and a list has thousands of them.
  if (text.length <= max && PLAIN.test(text)) return text;
  const pieces = Array.from(text.slice(0, max + 1), shown);
  const whole = pieces.join("");
  if (whole.length <= max) return whole;
  let start = "";
  for (const piece of pieces) {
    if (start.length + piece.length >= max) break;
    start += piece;
  }
  return `${start}…`;
}

function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    if (short !== undefined) return short;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}
