import * as l10n from "@vscode/l10n";

/** Comma-separated values after RFC 4180: quotes, doubled quotes, line breaks within quotes; the first record is the header. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  /** Of each record the line of the file that it begins in, from 1. */
  readonly lines: readonly number[];
}

/** @throws Error when a quote is not closed, or a record has another number of values than the header */
export function readCsv(text: string): CsvTable {
  const found = splitRecords(text.replace(/^\uFEFF/, ""));
  const [header, ...rows] = found.map(({ record }) => record);
  const lines = found.slice(1).map(({ line }) => line);
  if (header === undefined) throw new Error(l10n.t("the file is empty; its first line must name the columns"));
  for (const [index, row] of rows.entries()) {
    if (row.length !== header.length) {
      throw new Error(
        l10n.t(
          "row {0} (line {1}): expected {3} values, as in the header, but found {2}",
          index + 1,
          lines[index] ?? 0,
          row.length,
          header.length,
        ),
      );
    }
  }
  return { header: header.map((name) => name.trim()), records: rows, lines };
}

function splitRecords(text: string): { readonly record: readonly string[]; readonly line: number }[] {
  const records: { readonly record: readonly string[]; readonly line: number }[] = [];
  let line = 1;
  let recordStart = 0;
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
    if (record.length > 1 || record[0] !== "") records.push({ record, line });
    line += lineBreaksIn(text, recordStart, at);
    recordStart = at;
    record = [];
  }
  return records;
}

/** Line ends are CR LF, LF or CR. */
function lineBreaksIn(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
}

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) throw new Error(l10n.t("line {0}: a quote is not closed", 1 + lineBreaksIn(text, 0, open)));
    if (text[at + 1] !== '"') return at;
    at += 2;
  }
}
