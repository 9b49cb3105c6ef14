/**
 * Recognizes how a table is written, from a few places of it, and says so. Reading goes by the dialect alone: what is
 * recognized here could stand in the experiment as explicit keys.
 */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { KNOWN_MARKERS } from "./cellKind";
import {
  delimiterKey,
  delimiterOf,
  DELIMITERS,
  describeDelimiter,
  type Delimiter,
  type Dialect,
  type TableKeys,
} from "./dialect";
import { recognizeColumns, type ColumnEvidence } from "./recognizeColumns";
import { recognizeDelimiter, type DelimiterChoice } from "./recognizeDelimiter";
import { isNamedIn, recognizeLayout, type Layout } from "./recognizeLayout";
import { recognizeNumbers } from "./recognizeNumbers";
import { splitRecords, type TableRecord } from "./records";
import type { TableSample } from "./sample";
import type { TableProblem } from "./tableProblem";

export interface Recognition {
  readonly dialect: Dialect;
  /** Of all columns, each once: of several "x" the first is "x_1". */
  readonly names: readonly string[];
  /** As the header has them. */
  readonly written: readonly string[];
  readonly columns: readonly ColumnEvidence[];
  /** What else the delimiter could be, with its score beside that of the one that was taken. */
  readonly runnerUp: (DelimiterChoice["runnerUp"] & { readonly of: number }) | null;
  readonly headerLine: number;
  readonly problems: readonly TableProblem[];
}

/** Records that are looked at. */
const MOST_RECORDS = 1000;
/** A score is as good as the best from here on. */
const NEARLY = 0.95;

/** @param names that the experiment asks for: a header that has them is one */
export function recognizeTable(sample: TableSample, keys: TableKeys, names: readonly string[]): Recognition {
  const said = /^sep=(.)\r?\n/i.exec(sample.head);
  const comment = keys.comment === "auto" ? recognizeComment(sample) : keys.comment === "none" ? "" : keys.comment;
  const skipped = keys.skip === "auto" ? (said === null ? 0 : 1) : keys.skip;
  const { delimiter, score, runnerUp } = chooseDelimiter(sample, keys, names, { comment, skipped, said: said?.[1] });
  const split = (text: string, skip: number): TableRecord[] =>
    splitRecords(text, { delimiter, comment, skip, most: MOST_RECORDS });
  const head = split(sample.head, skipped);
  const later = sample.later.flatMap((text) => split(text, 0));
  const tail = sample.tail === null ? (sample.isWhole ? head : null) : split(sample.tail, 0);
  const found = recognizeLayout(head, later, tail, names);
  const layout = settle(found, keys);
  const header = head.slice(layout.titles, layout.titles + layout.header);
  const { names: unique, written } = nameColumns(header[0], layout);
  const end = sample.isWhole ? head.length - layout.footer : head.length;
  const rows = [...head.slice(layout.titles + layout.header, end), ...later];
  const marks = recognizeNumbers(
    (function* () {
      for (const { cells } of rows) yield* cells;
    })(),
    delimiter,
    {
      decimal: keys.decimal === "auto" ? null : keys.decimal,
      thousands: keys.thousands === "auto" ? null : keys.thousands === "none" ? "" : keys.thousands,
    },
  );
  const headerLine = (header[0] ?? head[layout.titles])?.line ?? 0;
  const dialect: Dialect = {
    delimiter,
    decimal: marks.decimal,
    thousands: marks.thousands,
    comment,
    skip: keys.skip === "auto" ? headerLine : keys.skip,
    header: layout.header,
    footer: layout.footer,
    markers: keys.missing === null ? KNOWN_MARKERS : keys.missing.markers,
  };
  const columns = recognizeColumns(rows, unique);
  const recognition = { dialect, names: unique, written, columns, headerLine: headerLine + 1 };
  const isClose = runnerUp !== null && runnerUp.score >= NEARLY * score && keys.delimiter === "auto";
  return {
    ...recognition,
    runnerUp: runnerUp === null ? null : { ...runnerUp, of: score },
    problems: [
      ...(isClose && !hasNames(head, names) ? [unsureDelimiter(delimiter, runnerUp.delimiter)] : []),
      ...(marks.doubtful === null ? [] : [doubtfulNumber(marks.doubtful)]),
      ...headerProblems(recognition, layout, keys, names, header),
      ...footerProblems(layout, keys, tail),
    ],
  };
}

function settle(found: Layout, keys: TableKeys): Layout {
  return {
    ...found,
    // The lines that are skipped are gone before anything is looked at.
    titles: keys.skip === "auto" ? found.titles : 0,
    header: keys.header === "auto" ? found.header : keys.header,
    footer: keys.footer === "auto" ? found.footer : keys.footer,
  };
}

/** The comma, where a table with commas has a header with the names that are asked for; else the best by its score. */
function chooseDelimiter(
  { head, later }: TableSample,
  keys: TableKeys,
  names: readonly string[],
  { comment, skipped, said }: { readonly comment: string; readonly skipped: number; readonly said: string | undefined },
): DelimiterChoice {
  if (keys.delimiter !== "auto") return { delimiter: delimiterOf(keys.delimiter), score: 1, runnerUp: null };
  const named = DELIMITERS.find((delimiter) => delimiter === said);
  if (named !== undefined) return { delimiter: named, score: 1, runnerUp: null };
  const records = splitRecords(head, { delimiter: ",", comment, skip: skipped, most: MOST_RECORDS });
  const [first] = records;
  const isRegular = records.every(({ cells }) => cells.length === first?.cells.length);
  if (names.length > 0 && isRegular && hasNames(records, names)) return { delimiter: ",", score: 1, runnerUp: null };
  const isDecimal = first?.cells.length === 1 && records.length > 1 && isOneCommaColumn(records.slice(1));
  const candidates = isDecimal ? DELIMITERS.filter((delimiter) => delimiter !== ",") : DELIMITERS;
  return recognizeDelimiter([head, ...later], comment, skipped, candidates);
}

/** Rows "1,5" under a header without a comma: the comma can only be decimal. */
function isOneCommaColumn(rows: readonly TableRecord[]): boolean {
  return rows.every(({ cells }) => cells.length <= 2 && cells.every((cell) => /^[+-]?\d+$/.test(cell)));
}

function hasNames([first]: readonly TableRecord[], names: readonly string[]): boolean {
  return first !== undefined && names.every((name) => name === "" || isNamedIn(first.cells, name));
}

/** Lines that start with a sign which the others have not; a first line alone may be a header: "#id,x". */
function recognizeComment({ head, later }: TableSample): Dialect["comment"] {
  const lines = [head, ...later].flatMap((text) => text.split(/\r\n|\r|\n/)).filter((line) => line.trim() !== "");
  for (const sign of ["#", "%", "//"] as const) {
    const marked = lines.filter((line) => line.startsWith(sign));
    if (marked.length === 0 || marked.length === lines.length) continue;
    const [first, second] = lines;
    const isHeader =
      marked.length === 1 &&
      first === marked[0] &&
      DELIMITERS.some((delimiter) => {
        const widthOf = (line: string): number =>
          splitRecords(line, { delimiter, comment: "", skip: 0, most: 1 })[0]?.cells.length ?? 0;
        return widthOf(first!) > 1 && widthOf(first!) === widthOf(second ?? "");
      });
    if (!isHeader) return sign;
  }
  return "";
}

function nameColumns(
  header: TableRecord | undefined,
  { width }: Layout,
): { readonly names: readonly string[]; readonly written: readonly string[] } {
  if (header === undefined) {
    const names = Array.from({ length: width }, (_, index) => `column${index + 1}`);
    return { names, written: names };
  }
  const taken = new Set<string>();
  /** By repeated name the first number that may be free: those below are in use for good. */
  const free = new Map<string, number>();
  for (const name of header.cells) {
    if (taken.has(name)) free.set(name, 1);
    taken.add(name);
  }
  const seen = new Set<string>();
  const names = header.cells.map((name) => {
    const isRepeated = free.has(name);
    let unique = name;
    let count = free.get(name) ?? 1;
    for (; seen.has(unique) || (isRepeated && taken.has(unique)); count++) unique = `${name}_${count}`;
    if (isRepeated) free.set(name, count);
    seen.add(unique);
    return unique;
  });
  return { names, written: header.cells };
}

function unsureDelimiter(delimiter: Delimiter, other: Delimiter): TableProblem {
  return {
    key: "delimiter",
    severity: "error",
    line: null,
    column: null,
    text: l10n.t(
      "The table could be {0} or {1}. Set task.delimiter.",
      describeDelimiter(delimiter),
      describeDelimiter(other),
    ),
    fixes: [delimiter, other].map((value) => ({ key: "delimiter", value: delimiterKey(value) })),
  };
}

function doubtfulNumber(text: string): TableProblem {
  return {
    key: "decimal",
    severity: "error",
    line: null,
    column: null,
    text: l10n.t(
      "{0} could have a decimal mark or a mark between groups of digits. Set task.decimal.",
      describeValue(text),
    ),
    fixes: [
      { key: "decimal", value: text.includes(",") ? "," : "." },
      { key: "decimal", value: text.includes(",") ? "." : "," },
    ],
  };
}

function headerProblems(
  { written, names, headerLine }: Pick<Recognition, "written" | "names" | "headerLine">,
  { namesAreNumbers }: Layout,
  keys: TableKeys,
  asked: readonly string[],
  header: readonly TableRecord[],
): TableProblem[] {
  const problems: TableProblem[] = [];
  const place = { line: headerLine, column: null };
  if (namesAreNumbers && keys.header === "auto")
    problems.push({
      ...place,
      key: "header",
      severity: "warning",
      text: l10n.t(
        "The names of the columns look like a row of values. If the table has no header, set task.header to 0.",
      ),
      fixes: [
        { key: "header", value: 0 },
        { key: "header", value: 1 },
      ],
    });
  if (header.length === 2 && keys.header === "auto")
    problems.push({
      ...place,
      key: "header",
      severity: "information",
      line: (header[1]?.line ?? 0) + 1,
      text: l10n.t("The line below the names is read as units."),
      fixes: [{ key: "header", value: 2 }],
    });
  const repeated = asked.filter((name) => name !== "" && written.filter((other) => other === name).length > 1);
  for (const name of new Set(repeated)) {
    const numbered = names.filter((_, index) => written[index] === name);
    problems.push({
      ...place,
      key: "columns",
      severity: "warning",
      column: name,
      text: l10n.t(
        "Several columns are named {0}; the first one is read. Name the one that you mean: {1}.",
        describeValue(name),
        describeNames(numbered),
      ),
      fixes: numbered.map((value) => ({ entry: "replace", value })),
    });
  }
  return problems;
}

function footerProblems(
  { footer, lastMayBeFooter }: Layout,
  keys: TableKeys,
  tail: readonly TableRecord[] | null,
): TableProblem[] {
  if (keys.footer !== "auto" || tail === null || (footer === 0 && !lastMayBeFooter)) return [];
  const first = describeValue(tail.at(-Math.max(1, footer))?.cells.join(" ") ?? "");
  return [
    {
      key: "footer",
      severity: footer > 0 ? "information" : "warning",
      line: null,
      column: null,
      text:
        footer > 1
          ? l10n.t("The last {0} lines, from {1} on, are read as a footer.", footer, first)
          : footer === 1
            ? l10n.t("The last line, {0}, is read as a footer.", first)
            : l10n.t("The last line, {0}, is read as a row. If it is a footer, set task.footer to 1.", first),
      fixes: [
        { key: "footer", value: Math.max(1, footer) },
        { key: "footer", value: 0 },
      ],
    },
  ];
}
