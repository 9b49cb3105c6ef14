import * as l10n from "@vscode/l10n";
import { isEmptyLine, readCsvRecord, startOfCsv } from "../../formats/csvRecord";

/** A table of comma-separated values: the first record is the header, and empty lines are no records. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  /** Of each record the line of the file that it begins in, from 1. */
  readonly lines: readonly number[];
}

/** @throws Error when a quote is not closed, or a record has another number of values than the header */
export function readCsv(text: string): CsvTable {
  const { records, lines } = splitRecords(text);
  const [header, ...rows] = records;
  if (header === undefined) throw new Error(l10n.t("the file is empty; its first line must name the columns"));
  for (const [index, row] of rows.entries()) {
    if (row.length !== header.length) {
      throw new Error(
        l10n.t(
          "row {0} (line {1}): expected {3} values, as in the header, but found {2}",
          index + 1,
          lines[index + 1] ?? 0,
          row.length,
          header.length,
        ),
      );
    }
  }
  return { header: header.map((name) => name.trim()), records: rows, lines: lines.slice(1) };
}

function splitRecords(text: string): { readonly records: (readonly string[])[]; readonly lines: number[] } {
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  let line = 1;
  for (let at = startOfCsv(text); at < text.length;) {
    const record = readCsvRecord(text, at);
    if (record.openQuote !== null)
      throw new Error(l10n.t("line {0}: a quote is not closed", line + lineBreaksIn(text, at, record.openQuote)));
    if (!isEmptyLine(record)) {
      records.push(record.values);
      lines.push(line);
    }
    line += lineBreaksIn(text, at, record.end);
    at = record.end;
  }
  return { records, lines };
}

/** Line breaks are CR LF, LF or CR. */
function lineBreaksIn(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
}
