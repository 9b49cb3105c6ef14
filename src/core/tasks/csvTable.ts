import * as l10n from "@vscode/l10n";

/** Comma-separated values after RFC 4180: quotes, doubled quotes, line breaks within quotes; the first record is the header. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
}

/** @throws Error when a quote is not closed, or a record has another number of values than the header */
export function readCsv(text: string): CsvTable {
  const records = splitRecords(text.replace(/^\uFEFF/, ""));
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

function splitRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at++;
      value = text.slice(start, at);
    }
    record.push(value);
    if (text[at] === ",") {
      at++;
      if (at < text.length) continue;
      record.push("");
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    // An empty line is no record.
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  return records;
}

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0)
      throw new Error(l10n.t("line {0}: a quote is not closed", text.slice(0, open).split("\n").length));
    if (text[at + 1] !== '"') return at;
    at += 2;
  }
}
