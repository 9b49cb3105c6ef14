import * as l10n from "@vscode/l10n";
import { isEmptyLine, readCsvRecord, startOfCsv } from "../../formats/csvRecord";

/** A table of comma-separated values: the first record is the header, and empty lines are no records. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
}

/** @throws Error when a quote is not closed, or a record has another number of values than the header */
export function readCsv(text: string): CsvTable {
  const records = splitRecords(text);
  const [header, ...rows] = records;
  if (header === undefined) throw new Error(l10n.t("the file is empty; its first line must name the columns"));
  for (const [index, row] of rows.entries()) {
    if (row.length !== header.length) {
      throw new Error(
        l10n.t(
          "record {0} after the header has {1} values, but the header names {2} columns",
          index + 1,
          row.length,
          header.length,
        ),
      );
    }
  }
  return { header: header.map((name) => name.trim()), records: rows };
}

function splitRecords(text: string): (readonly string[])[] {
  const records: (readonly string[])[] = [];
  for (let at = startOfCsv(text); at < text.length;) {
    const record = readCsvRecord(text, at);
    if (record.openQuote !== null) {
      const line = text.slice(0, record.openQuote).split("\n").length;
      throw new Error(l10n.t("a quote that opens in line {0} is not closed", line));
    }
    if (!isEmptyLine(record)) records.push(record.values);
    at = record.end;
  }
  return records;
}
