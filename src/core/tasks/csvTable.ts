import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../../lib/outsideText";
import {
  cellText,
  countLineBreaks,
  endOfCell,
  endOfRecord,
  isBetweenCells,
  isEmptyLine,
  readCsvRecord,
  startOfCsv,
  type CsvRecord,
} from "../../formats/csvRecord";

/** A header with more is no table that anybody means: its names alone would fill the memory of a thread. */
const MAX_COLUMNS = 100_000;

/**
 * Columns of a table of comma-separated values as numbers, in the order of their names. The first record is the header,
 * and empty lines are no records. Takes eight bytes a number beside the text, and no object for each cell.
 * @throws Error with row and line when a quote is not closed, a record has another number of values than the header, or
 * a value is no number; and when there is no such column
 */
export function readNumberColumns(text: string, names: readonly string[]): readonly Float64Array[] {
  const header = readHeader(text);
  const most = countLineBreaks(text, header.end, text.length) + 1;
  const columns = names.map(() => new Float64Array(most));
  const reader = new RecordReader(text, header.names, names, columns);
  let row = 0;
  for (let at = header.end; at < text.length;) {
    const next = reader.read(at, row);
    if (!reader.wasEmpty) row++;
    at = next;
  }
  return columns.map((column) => column.subarray(0, row));
}

function readHeader(text: string): { readonly names: readonly string[]; readonly end: number } {
  for (let at = startOfCsv(text); at < text.length;) {
    refuseTooWide(text, at);
    const record: CsvRecord = readCsvRecord(text, at);
    if (record.openQuote !== null) throw openQuote(text, record.openQuote);
    if (!isEmptyLine(record)) return { names: record.values.map((name) => name.trim()), end: record.end };
    at = record.end;
  }
  throw new Error(l10n.t("the file is empty; its first line must name the columns"));
}

/** Counts the values of a record before any of them is made. */
function refuseTooWide(text: string, start: number): void {
  let at = start;
  for (let columns = 1; ; columns++) {
    if (columns > MAX_COLUMNS)
      throw new Error(
        l10n.t(
          "line {0}: the header names more than {1} columns. Is the table transposed, or separated by other characters?",
          lineOf(text, start),
          MAX_COLUMNS.toLocaleString("en-US"),
        ),
      );
    const end = endOfCell(text, at);
    if (end < 0 || !isBetweenCells(text, end)) return;
    at = end + 1;
  }
}

/** Reads one record after the other into the columns that are wanted. */
class RecordReader {
  /** Whether the record read last was an empty line. */
  wasEmpty = false;
  /** Of each column of the table, which of the wanted ones are read from it. */
  private readonly targets: readonly (readonly Float64Array[])[];

  constructor(
    private readonly text: string,
    private readonly header: readonly string[],
    names: readonly string[],
    columns: readonly Float64Array[],
  ) {
    const places = names.map((name) => placeOf(header, name));
    this.targets = header.map((_, index) => columns.filter((_column, i) => places[i] === index));
  }

  /** @returns where the next record starts */
  read(start: number, row: number): number {
    const { text, header } = this;
    let cells = 0;
    let at = start;
    for (;;) {
      const end = endOfCell(text, at);
      if (end < 0) throw openQuote(text, at);
      const isLast = !isBetweenCells(text, end);
      this.wasEmpty = isLast && cells === 0 && cellText(text, at, end) === "";
      if (!this.wasEmpty && cells < header.length) this.readCell(start, at, end, row, cells);
      cells++;
      at = end;
      if (isLast) break;
      at++;
    }
    if (!this.wasEmpty && cells !== header.length)
      throw new Error(
        l10n.t(
          "row {0} (line {1}): expected {3} values, as in the header, but found {2}",
          row + 1,
          lineOf(text, start),
          cells,
          header.length,
        ),
      );
    return endOfRecord(text, at);
  }

  private readCell(start: number, from: number, to: number, row: number, cell: number): void {
    const targets = this.targets[cell]!;
    if (targets.length === 0) return;
    const value = cellText(this.text, from, to);
    const number = Number(value);
    // An empty text is 0 to JavaScript.
    if (!Number.isFinite(number) || (number === 0 && value.trim() === ""))
      throw new Error(
        l10n.t(
          "row {0} (line {1}): {2} in column {3} is not a number",
          row + 1,
          lineOf(this.text, start),
          describeValue(value.trim()),
          describeValue(this.header[cell]),
        ),
      );
    for (const target of targets) target[row] = number;
  }
}

function placeOf(header: readonly string[], name: string): number {
  const index = header.indexOf(name);
  if (index < 0)
    throw new Error(l10n.t("there is no column {0}; the columns are {1}", describeValue(name), describeNames(header)));
  return index;
}

function openQuote(text: string, at: number): Error {
  return new Error(l10n.t("line {0}: a quote is not closed", lineOf(text, at)));
}

/** Lines are counted from 1. */
function lineOf(text: string, at: number): number {
  return countLineBreaks(text, 0, at) + 1;
}
