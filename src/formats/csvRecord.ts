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

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** The record that starts at `start`. An empty line is a record of one empty value. */
export function readCsvRecord(text: string, start: number): CsvRecord {
  const values: string[] = [];
  let at = start;
  for (;;) {
    const from = at;
    at = endOfCell(text, from);
    if (at < 0) return { values, end: text.length, openQuote: from };
    values.push(cellText(text, from, at));
    if (!isBetweenCells(text, at)) return { values, end: endOfRecord(text, at), openQuote: null };
    at++;
  }
}

/** Where the cell that starts at `start` ends: at a comma, a line break, or the end; -1 when its quote never closes. */
export function endOfCell(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) {
    const close = closingQuote(text, start);
    return close < 0 ? -1 : close + 1;
  }
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LF || code === CR) break;
    at++;
  }
  return at;
}

/** What a cell says, without the quotes around it. */
export function cellText(text: string, start: number, end: number): string {
  if (text.charCodeAt(start) !== QUOTE) return text.slice(start, end);
  return text.slice(start + 1, end - 1).replaceAll('""', '"');
}

/** Whether another cell of the same record follows the one that ends here. */
export function isBetweenCells(text: string, end: number): boolean {
  return text.charCodeAt(end) === COMMA;
}

/** Where the next record starts, after the last cell of a record. */
export function endOfRecord(text: string, end: number): number {
  const at = text.charCodeAt(end) === CR ? end + 1 : end;
  return text.charCodeAt(at) === LF ? at + 1 : at;
}

/** Line breaks between two places: CR LF, LF, or CR. */
export function countLineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) count++;
  }
  return count;
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
    if (at < 0 || text.charCodeAt(at + 1) !== QUOTE) return at;
    at += 2;
  }
}
