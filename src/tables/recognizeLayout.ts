import { cellKind, isNumeric, type CellKind } from "./cellKind";
import type { TableRecord } from "./records";

/** Which records are the header, and which are the footer. */
export interface Layout {
  /** Records before the header: titles. */
  readonly titles: number;
  readonly header: number;
  readonly footer: number;
  /** Columns of the rows. */
  readonly width: number;
  /** Whether the first record is taken for names although it looks like a row. */
  readonly namesAreNumbers: boolean;
  /** Whether the last record starts like a sum of the column but may as well be a row. */
  readonly lastMayBeFooter: boolean;
}

/** Lines with a title, a source or a date of export. */
const MAX_TITLES = 20;
const MAX_FOOTER = 10;
/** Records by which the columns are judged. */
const BODY = 200;
const SUM_WORDS = /^(grand )?(total|sum|mean|average|summe|gesamt|source|note|end of)\b/i;

/**
 * @param records of the head, titles included
 * @param later records from further on
 * @param tail the last records; null where the end is not known
 * @param names that the experiment asks for
 */
export function recognizeLayout(
  records: readonly TableRecord[],
  later: readonly TableRecord[],
  tail: readonly TableRecord[] | null,
  names: readonly string[],
): Layout {
  const width = usualWidth([...records.slice(0, BODY), ...later]);
  const named =
    names.length === 0 ? -1 : records.slice(0, MAX_TITLES + 1).findIndex((record) => hasNames(record, names));
  const titles = named >= 0 ? named : width < 2 ? 0 : countTitles(records, width);
  const [first, second, ...rest] = records.slice(titles, titles + BODY);
  if (first === undefined)
    return { titles: 0, header: 0, footer: 0, width, namesAreNumbers: false, lastMayBeFooter: false };
  const body = [...(second === undefined ? [] : rest.length === 0 ? [second] : rest), ...later].filter(
    ({ cells }) => cells.length >= width,
  );
  const kinds = Array.from({ length: width }, (_, column) => usualKind(body, column));
  const isAsked = names.some((name) => name !== "" && isNamedIn(first.cells, name));
  const looksLikeRow = isLikeRow(first, kinds);
  const header = looksLikeRow && !isAsked ? 0 : second !== undefined && isUnitLine(second, kinds) ? 2 : 1;
  const footer = tail === null ? 0 : countFooter(tail.slice(header === 0 ? 0 : 1), kinds, width);
  const last = tail?.at(-1);
  return {
    titles,
    header,
    footer,
    width,
    namesAreNumbers: looksLikeRow && isAsked,
    lastMayBeFooter:
      footer === 0 && last !== undefined && SUM_WORDS.test(last.cells[0] ?? "") && (tail?.length ?? 0) > 2,
  };
}

function hasNames({ cells }: TableRecord, names: readonly string[]): boolean {
  return names.every((name) => isNamedIn(cells, name)) && names.some((name) => name !== "");
}

/** As it stands, or as one of several of that name: "x_2". */
export function isNamedIn(cells: readonly string[], name: string): boolean {
  return cells.includes(name) || (/_\d+$/.test(name) && cells.includes(name.replace(/_\d+$/, "")));
}

/** The kind that most of the cells have which have a value. */
function usualKind(records: readonly TableRecord[], column: number): CellKind {
  const counts = new Map<CellKind, number>();
  for (const { cells } of records) {
    const kind = cellKind(cells[column] ?? "");
    if (kind !== "empty" && kind !== "marker") counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  let usual: CellKind = "empty";
  let most = 0;
  for (const [kind, count] of counts) {
    if (count <= most) continue;
    most = count;
    usual = kind;
  }
  return usual;
}

function usualWidth(records: readonly TableRecord[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return [...counts].reduce((best, [width, count]) => (count > (counts.get(best) ?? 0) ? width : best), 0);
}

/** Records of another width up to the first one that is as wide as the rows. */
function countTitles(records: readonly TableRecord[], width: number): number {
  const first = records.slice(0, MAX_TITLES + 1).findIndex(({ cells }) => cells.length >= width);
  // The header of a table whose rows end with a comma is one narrower.
  if (first > 0 && records[first - 1]!.cells.length === width - 1 && (records[first]!.cells.at(-1) ?? "") === "")
    return first - 1;
  return Math.max(0, first);
}

/** Whether the cells are what the columns below have: at least one number or time, and text nowhere instead of one. */
function isLikeRow({ cells }: TableRecord, kinds: readonly CellKind[]): boolean {
  let values = 0;
  for (const [column, usual] of kinds.entries()) {
    if (usual === "text" || usual === "empty" || usual === "odd") continue;
    const kind = cellKind(cells[column] ?? "");
    if (kind === "empty" || kind === "marker") continue;
    if (isNumeric(usual) ? !isNumeric(kind) : kind !== usual) return false;
    values++;
  }
  return values > 0;
}

/** Text, in at least half of the columns of numbers, and no number in any. */
function isUnitLine({ cells }: TableRecord, kinds: readonly CellKind[]): boolean {
  const numeric = [...kinds.keys()].filter((column) => isNumeric(kinds[column]!));
  const found = numeric.map((column) => cellKind(cells[column] ?? ""));
  const texts = found.filter((kind) => kind === "text" || kind === "odd").length;
  // A percent sign alone is a unit, and a hyphen is a marker: "of no unit".
  return texts > 0 && 2 * texts >= numeric.length && !found.some(isNumeric);
}

/** Records at the end that start with words where the rows have a number or a time. */
function countFooter(tail: readonly TableRecord[], kinds: readonly CellKind[], width: number): number {
  let count = 0;
  for (let at = tail.length - 1; at > 0 && count < MAX_FOOTER; at--, count++) {
    const { cells } = tail[at]!;
    const [first] = kinds;
    const kind = cellKind(cells[0] ?? "");
    const isText = kind === "text" || kind === "odd";
    const startsWithWords = isText && first !== undefined && (isNumeric(first) || first === "time");
    // A row that only its last cells are missing of was cut off; it is no footer.
    const isShortText = isText && cells.length < width && cells.slice(1).every((cell) => !isNumeric(cellKind(cell)));
    if (!startsWithWords && !isShortText) break;
  }
  return count;
}
