/**
 * The filter of the table. Words apart by spaces must all be found:
 *
 *   lstm            in a name, an experiment, a note, a state or a hyperparameter
 *   "two words"     with the space
 *   /^run 1\d/      a regular expression over the same texts
 *   cell:lstm       a column that has the text; of numbers: that is the number
 *   loss<0.1        also <=, >, >=, =, !=
 *   -cell:rnn       not that
 */
import * as l10n from "@vscode/l10n";
import { findColumn, textOf, type GridColumn } from "./column";

type RowTest<R> = (row: R) => boolean;

/** In words for a person. */
export type ParsedFilter<R> = { readonly test: RowTest<R> } | { readonly problem: string };

/** What a filter looks at. */
export interface Filtered<R> {
  /** All of them, with those that have one value in all rows. */
  readonly columns: readonly GridColumn<R>[];
  /** All texts of a row, one a line, so that ^ and $ of a regular expression mean its ends. */
  readonly searchText: (row: R) => string;
}

type Operator = "<=" | ">=" | "!=" | "<" | ">" | "=" | ":";

const CONDITION = /^([\p{L}_][\p{L}\w.]*)(<=|>=|!=|<|>|=|:)(.*)$/su;

class FilterProblem extends Error {}

export function parseFilter<R>(text: string, filtered: Filtered<R>): ParsedFilter<R> {
  try {
    const tests = splitWords(text).map((word) => parseWord(word, filtered));
    return { test: (row) => tests.every((test) => test(row)) };
  } catch (error) {
    if (error instanceof FilterProblem) return { problem: error.message };
    throw error;
  }
}

/** At spaces outside of quotes and of regular expressions. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const end = wordEnd(text, at);
    words.push(text.slice(at, end));
    at = end;
  }
  return words;
}

function wordEnd(text: string, start: number): number {
  const isExpression = text[start] === "/" || text.startsWith("-/", start);
  let open = isExpression ? "/" : "";
  for (let at = start + (text[start] === "-" ? 1 : 0) + (isExpression ? 1 : 0); at < text.length; at++) {
    const sign = text[at]!;
    if (open === "/" && sign === "\\") at++;
    else if (open !== "" && sign === open) open = "";
    else if (open === "" && sign === '"') open = '"';
    else if (open === "" && /\s/.test(sign)) return at;
  }
  if (open === '"') throw new FilterProblem(l10n.t("A closing quotation mark is missing."));
  if (open === "/") throw new FilterProblem(l10n.t("The regular expression has no closing slash."));
  return text.length;
}

function parseWord<R>(word: string, filtered: Filtered<R>): RowTest<R> {
  if (word.startsWith("-") && word.length > 1) {
    const test = parseWord(word.slice(1), filtered);
    return (row) => !test(row);
  }
  const { columns, searchText } = filtered;
  if (word.startsWith("/")) return expressionTest(word, searchText);
  const [, name, operator, value] = CONDITION.exec(word) ?? [];
  if (name !== undefined) return conditionTest(name, operator as Operator, unquoted(value ?? ""), columns);
  const wanted = unquoted(word).toLowerCase();
  return (row) => searchText(row).toLowerCase().includes(wanted);
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}

function expressionTest<R>(word: string, searchText: (row: R) => string): RowTest<R> {
  const end = word.lastIndexOf("/");
  const flags = word.slice(end + 1);
  try {
    const expression = new RegExp(word.slice(1, end), flags === "" ? "im" : `${flags}m`);
    // A flag like g would let each test begin where the one before ended.
    if (/[gy]/.test(flags)) throw new SyntaxError(l10n.t("the flags g and y are not supported"));
    return (row) => expression.test(searchText(row));
  } catch (error) {
    throw new FilterProblem(
      l10n.t("The regular expression is invalid: {0}.", error instanceof Error ? error.message : String(error)),
    );
  }
}

function conditionTest<R>(
  name: string,
  operator: Operator,
  wanted: string,
  columns: readonly GridColumn<R>[],
): RowTest<R> {
  const column = findColumn(columns, name);
  if (column === null)
    throw new FilterProblem(
      l10n.t("There is no column “{0}”. Columns: {1}.", name, columns.map(({ title }) => title).join(", ")),
    );
  if (wanted === "") throw new FilterProblem(l10n.t("A value is missing after “{0}”.", name + operator));
  const number = column.parse(wanted);
  const { isAbout } = column;
  if (number !== null && isAbout !== undefined && operator === ":")
    return (row) => {
      const value = column.valueOf(row);
      return typeof value === "number" && isAbout(value, number);
    };
  if (number !== null) return (row) => isNumber(column.valueOf(row), operator, number);
  if (operator !== ":" && operator !== "=" && operator !== "!=")
    throw new FilterProblem(
      column.kind === "text"
        ? l10n.t("The column “{0}” has text. Use {0}:{1}.", name, wanted)
        : l10n.t("“{0}” is not a value of the column “{1}”.", wanted, name),
    );
  if (column.kind !== "text")
    throw new FilterProblem(l10n.t("“{0}” is not a value of the column “{1}”.", wanted, name));
  const text = wanted.toLowerCase();
  return (row) => {
    const cell = textOf(column, row).toLowerCase();
    if (operator === ":") return cell.includes(text) || column.otherText?.(row) === text;
    return (cell === text) === (operator === "=");
  };
}

function isNumber(value: number | string | null, operator: Operator, wanted: number): boolean {
  if (typeof value !== "number") return operator === "!=";
  switch (operator) {
    case "<":
      return value < wanted;
    case "<=":
      return value <= wanted;
    case ">":
      return value > wanted;
    case ">=":
      return value >= wanted;
    case "!=":
      return !Object.is(value + 0, wanted + 0);
    default:
      return Object.is(value + 0, wanted + 0);
  }
}
