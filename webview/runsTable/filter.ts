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
import type { TableRun } from "../../src/shared/wire/runsTable";
import { findColumn, textOf, type Column } from "./columns";

export type RunTest = (run: TableRun) => boolean;

/** In words for a person. */
export type ParsedFilter = { readonly test: RunTest } | { readonly problem: string };

type Operator = "<=" | ">=" | "!=" | "<" | ">" | "=" | ":";

const CONDITION = /^([\p{L}_][\p{L}\w.]*)(<=|>=|!=|<|>|=|:)(.*)$/su;

class FilterProblem extends Error {}

/** @param columns all of them, with those that have one value in all runs */
export function parseFilter(text: string, columns: readonly Column[]): ParsedFilter {
  try {
    const tests = splitWords(text).map((word) => parseWord(word, columns));
    return { test: (run) => tests.every((test) => test(run)) };
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

function parseWord(word: string, columns: readonly Column[]): RunTest {
  if (word.startsWith("-") && word.length > 1) {
    const test = parseWord(word.slice(1), columns);
    return (run) => !test(run);
  }
  if (word.startsWith("/")) return expressionTest(word, columns);
  const [, name, operator, value] = CONDITION.exec(word) ?? [];
  if (name !== undefined) return conditionTest(name, operator as Operator, unquoted(value ?? ""), columns);
  const wanted = unquoted(word).toLowerCase();
  return (run) => searchText(run, columns).toLowerCase().includes(wanted);
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}

function expressionTest(word: string, columns: readonly Column[]): RunTest {
  const end = word.lastIndexOf("/");
  const flags = word.slice(end + 1);
  try {
    const expression = new RegExp(word.slice(1, end), flags === "" ? "im" : `${flags}m`);
    // A flag like g would let each test begin where the one before ended.
    if (/[gy]/.test(flags)) throw new SyntaxError(l10n.t("the flags g and y are not supported"));
    return (run) => expression.test(searchText(run, columns));
  } catch (error) {
    throw new FilterProblem(
      l10n.t("The regular expression is invalid: {0}.", error instanceof Error ? error.message : String(error)),
    );
  }
}

function conditionTest(name: string, operator: Operator, wanted: string, columns: readonly Column[]): RunTest {
  const column = findColumn(columns, name);
  if (column === null)
    throw new FilterProblem(
      l10n.t("There is no column “{0}”. Columns: {1}.", name, columns.map(({ title }) => title).join(", ")),
    );
  if (wanted === "") throw new FilterProblem(l10n.t("A value is missing after “{0}”.", name + operator));
  const number = column.parse(wanted);
  if (number !== null && column.id === "started" && operator === ":") return (run) => isSameDay(run.startedAt, number);
  if (number !== null) return (run) => isNumber(column.valueOf(run), operator, number);
  if (operator !== ":" && operator !== "=" && operator !== "!=")
    throw new FilterProblem(
      column.kind === "text"
        ? l10n.t("The column “{0}” has text. Use {0}:{1}.", name, wanted)
        : l10n.t("“{0}” is not a value of the column “{1}”.", wanted, name),
    );
  if (column.kind !== "text")
    throw new FilterProblem(l10n.t("“{0}” is not a value of the column “{1}”.", wanted, name));
  const text = wanted.toLowerCase();
  return (run) => {
    const cell = textOf(column, run).toLowerCase();
    return operator === ":" ? hasText(column, run, text, cell) : (cell === text) === (operator === "=");
  };
}

function isSameDay(time: number, other: number): boolean {
  return new Date(time).toDateString() === new Date(other).toDateString();
}

/** A state is also found by its English word, which files and commands have. */
function hasText({ id }: Column, run: TableRun, text: string, cell: string): boolean {
  return cell.includes(text) || (id === "state" && run.state === text);
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

const texts = new WeakMap<TableRun, { readonly columns: readonly Column[]; readonly text: string }>();

/** One line a text, so that ^ and $ of a regular expression mean its ends. Runs are replaced when they change. */
function searchText(run: TableRun, columns: readonly Column[]): string {
  const known = texts.get(run);
  if (known?.columns === columns) return known.text;
  const text = [
    ...columns.filter(({ kind, id }) => kind === "text" && id !== "pinned").map((column) => textOf(column, run)),
    run.state,
    ...run.values.flatMap((value) => (typeof value === "number" ? [String(value)] : [])),
  ].join("\n");
  texts.set(run, { columns, text });
  return text;
}
