/** Changes of a JSON text that leave its comments, order and formatting alone. They know nothing of the schema. */
import { createScanner, findNodeAtLocation, type Node } from "jsonc-parser";
import type { JsonPath } from "../schema/jsonSchema";
import { readTree } from "../read/syntax";

// Values of jsonc-parser's const enum SyntaxKind, which isolated modules cannot import.
const COMMA = 5,
  LINE_COMMENT = 12,
  BLOCK_COMMENT = 13,
  LINE_BREAK = 14,
  BLANKS = 15;

/** Replace `length` UTF-16 units at `offset` by `content`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/**
 * The text with `value` at `path`; objects on the way that are missing are made.
 * Null when the text has no object to write into (an error in its syntax).
 */
export function withValue(text: string, path: JsonPath, value: unknown): string | null {
  const root = readTree(text).root;
  if (root?.type !== "object") return null;
  const existing = findNodeAtLocation(root, [...path]);
  if (existing !== undefined) return replace(text, existing, formatValue(value));
  const last = path.length - 1;
  const parent = findNodeAtLocation(root, path.slice(0, last));
  if (parent?.type !== "object") return withValue(text, path.slice(0, last), { [String(path[last])]: value });
  return insertProperty(text, parent, `${JSON.stringify(path[last])}: ${formatValue(value)}`);
}

/** The text without the property at `path`; the same text when there is none. Null as above. */
export function withoutValue(text: string, path: JsonPath): string | null {
  const root = readTree(text).root;
  if (root?.type !== "object") return null;
  const found = findNodeAtLocation(root, [...path]);
  const removed = found?.parent?.type === "array" ? found : found?.parent;
  return removed?.type === "property" || removed?.parent?.type === "array" ? removeProperty(text, removed) : text;
}

/** The one smallest edit that turns `before` into `after`; none when they are equal. */
export function editBetween(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [{ offset: start, length: before.length - start - end, content: after.slice(start, after.length - end) }];
}

function replace(
  text: string,
  { offset, length }: { readonly offset: number; readonly length: number },
  content: string,
): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}

/** On one line, as people write it: { "norm": 1 }. */
function formatValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  const properties = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${formatValue(item)}`);
  return properties.length === 0 ? "{}" : `{ ${properties.join(", ")} }`;
}

// jsonc-parser's `modify` is not used: it puts a new property before the comment that ends the last line, breaks
// one-line objects up, and deletes the comments around a removed property.
function insertProperty(text: string, object: Node, property: string): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const last = object.children?.at(-1);
  const close = object.offset + object.length - 1;
  if (last === undefined) return insertFirst(text, object, close, property, eol);
  const end = last.offset + last.length;
  const { comma, lineEnd } = lineRemainder(text, end, close);
  const lineStart = text.lastIndexOf("\n", last.offset - 1) + 1;
  const before = text.slice(lineStart, last.offset);
  const ownLine = before.trim() === "" && lineStart > object.offset;
  const withComma = comma ? text.slice(0, lineEnd) : `${text.slice(0, end)},${text.slice(end, lineEnd)}`;
  return withComma + (ownLine ? eol + before : " ") + property + (comma ? "," : "") + text.slice(lineEnd);
}

function insertFirst(text: string, object: Node, close: number, property: string, eol: string): string {
  const inside = text.slice(object.offset + 1, close);
  const lineStart = text.lastIndexOf("\n", object.offset) + 1;
  const outerIndent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  const indent = outerIndent + (text.includes("\n\t") ? "\t" : "  ");
  if (inside.includes("\n") || object.parent === undefined)
    return `${text.slice(0, object.offset + 1)}${inside.trimEnd()}${eol}${indent}${property}${eol}${outerIndent}${text.slice(close)}`;
  return `${text.slice(0, object.offset + 1)}${inside.trimEnd()} ${property} ${text.slice(close)}`;
}

/** A property that has its line to itself takes the line along, with the comment at its end. */
function removeProperty(text: string, property: Node): string {
  const siblings = property.parent?.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  const end = property.offset + property.length;
  const comma = findComma(text, end);
  const { lineEnd } = lineRemainder(text, end, text.length);
  const lineStart = text.lastIndexOf("\n", property.offset - 1) + 1;
  const lineBreak = /^[ \t]*\r?\n/.exec(text.slice(lineEnd))?.[0];
  const cuts: (readonly [from: number, to: number])[] = [];
  if (lineStart > 0 && text.slice(lineStart, property.offset).trim() === "" && lineBreak !== undefined)
    cuts.push([lineStart, lineEnd + lineBreak.length]);
  else if (comma !== null) cuts.push([property.offset, comma + 1 + blanksAt(text, comma + 1)]);
  else if (previous !== undefined) cuts.push([property.offset - blanksBefore(text, property.offset), end]);
  else cuts.push([property.offset, end + blanksAt(text, end)]);
  // Without the last property, the comma before it would dangle.
  const dangling = comma === null && previous !== undefined ? findComma(text, previous.offset + previous.length) : null;
  if (dangling !== null) cuts.push([dangling, dangling + 1]);
  return cuts.reduce((result, [from, to]) => result.slice(0, from) + result.slice(to), text);
}

const blanksAt = (text: string, offset: number) => /^[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0;
const blanksBefore = (text: string, offset: number) => /[ \t]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;

/** Offset of the comma that follows a value; null when something else does. */
function findComma(text: string, from: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  return Number(scanner.scan()) === COMMA ? scanner.getTokenOffset() : null;
}

/** What follows a value on its line: whether a comma does, and where the last comma or comment of the line ends. */
function lineRemainder(text: string, from: number, to: number): { comma: boolean; lineEnd: number } {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  let comma = false;
  let lineEnd = from;
  for (
    let token: number = scanner.scan();
    token !== LINE_BREAK && scanner.getTokenOffset() < to;
    token = scanner.scan()
  ) {
    if (token === COMMA) comma = true;
    else if (token !== LINE_COMMENT && token !== BLOCK_COMMENT && token !== BLANKS) break;
    if (token !== BLANKS) lineEnd = scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return { comma, lineEnd };
}
