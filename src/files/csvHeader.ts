import { isEmptyLine, readCsvRecord, startOfCsv } from "../formats/csvRecord";

/**
 * The first record of comma-separated values, its names without the blanks around them.
 * @param whole whether the text is the whole file and not only its beginning
 * @returns null when there is no record, or it does not end within the text
 */
export function csvHeader(text: string, whole: boolean): readonly string[] | null {
  for (let at = startOfCsv(text); at < text.length;) {
    const record = readCsvRecord(text, at);
    at = record.end;
    if (record.openQuote === null && isEmptyLine(record)) continue;
    const ends = whole || at < text.length || /[\r\n]$/.test(text);
    return record.openQuote === null && ends ? record.values.map((name) => name.trim()) : null;
  }
  return null;
}
