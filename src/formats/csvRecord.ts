/**
 * Reads comma-separated values after RFC 4180: quotes, doubled quotes, line breaks within quotes; LF, CR and CRLF end a
 * record.
 */
export interface CsvRecord {
  readonly values: readonly string[];
  /** Where the next record starts. */
  readonly end: number;
  /** Where a quote opens that nothing closes: the record is not whole. */
  readonly openQuote: number | null;
}

/** The record that starts at `start`. An empty line is a record of one empty value. */
export function readCsvRecord(text: string, start: number): CsvRecord {
  const values: string[] = [];
  let at = start;
  for (;;) {
    const from = at;
    if (text[at] === '"') {
      at = closingQuote(text, from);
      if (at < 0) return { values, end: text.length, openQuote: from };
      values.push(text.slice(from + 1, at).replaceAll('""', '"'));
      at++;
    } else {
      while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at++;
      values.push(text.slice(from, at));
    }
    if (text[at] !== ",") break;
    at++;
  }
  if (text[at] === "\r") at++;
  if (text[at] === "\n") at++;
  return { values, end: at, openQuote: null };
}

export function isEmptyLine({ values }: CsvRecord): boolean {
  return values.length === 1 && values[0] === "";
}

/** The byte order mark that some programs put first is none of the text. */
export function startOfCsv(text: string): number {
  return text.startsWith("\uFEFF") ? 1 : 0;
}

/** -1 when there is none. */
function closingQuote(text: string, open: number): number {
  let at = open + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0 || text[at + 1] !== '"') return at;
    at += 2;
  }
}
