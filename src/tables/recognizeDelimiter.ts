import { cellKind } from "./cellKind";
import { DELIMITERS, type Delimiter } from "./dialect";
import { splitRecords, type TableRecord } from "./records";

export interface DelimiterChoice {
  readonly delimiter: Delimiter;
  /** Regularity of the rows times the share of cells that look like a value, 0 to 1. */
  readonly score: number;
  /** The next best that gives more than one column. */
  readonly runnerUp: { readonly delimiter: Delimiter; readonly score: number } | null;
}

/** Records that are looked at for each delimiter. */
const MOST_RECORDS = 200;
/** What a cell adds to the share: text stands in many ways, numbers and times in few. */
const WEIGHTS = { number: 1, percent: 1, currency: 1, time: 1, empty: 1, marker: 1, text: 0.5, odd: 0 } as const;
/** Of a single column nothing is regular. */
const ONE_COLUMN = 0.001;

/**
 * The delimiter that makes the rows most regular and the cells most like values, after van den Burg, Nazábal and
 * Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019). Of equals the first of `candidates`.
 */
export function recognizeDelimiter(
  pieces: readonly string[],
  comment: string,
  skip: number,
  candidates: readonly Delimiter[] = DELIMITERS,
): DelimiterChoice {
  const scored = candidates
    .map((delimiter) => {
      const records = pieces.flatMap((text, index) =>
        splitRecords(text, { delimiter, comment, skip: index === 0 ? skip : 0, most: MOST_RECORDS }),
      );
      return { delimiter, score: regularity(records) * valueShare(records) };
    })
    .sort((a, b) => b.score - a.score);
  const [best, next] = scored;
  const runnerUp = next !== undefined && next.score > ONE_COLUMN ? next : null;
  return { ...best!, runnerUp };
}

/** The sum over all widths of (records of that width) (width - 1) / width, over the widths and the records. */
function regularity(records: readonly TableRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let sum = 0;
  for (const [width, count] of counts) sum += count * Math.max(ONE_COLUMN, (width - 1) / width);
  return sum / counts.size / Math.max(1, records.length);
}

function valueShare(records: readonly TableRecord[]): number {
  let sum = 0;
  let cells = 0;
  for (const record of records) {
    for (const cell of record.cells) sum += WEIGHTS[cellKind(cell)];
    cells += record.cells.length;
  }
  return cells === 0 ? 0 : sum / cells;
}
