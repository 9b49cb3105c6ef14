/** What is recognized of a table, counted, for whoever decides how it is read. */
import type { ByteSource } from "./byteSource";
import type { WantedColumn } from "./cellColumn";
import { delimiterKey, type Dialect, type TableKeys } from "./dialect";
import { isConstant } from "./moments";
import { periodOf } from "./period";
import { countMarkers, runnerUpOf, scanProblems, scanRecognized, type TableReport } from "./readTable";
import { recognizeTable, type Recognition } from "./recognize";
import type { ColumnEvidence } from "./recognizeColumns";
import { splitRecords } from "./records";
import { takeSample } from "./sample";
import type { ScannedTable } from "./scanTable";
import { MISSING_CATEGORY, type TableColumn } from "./table";
import type { TableProblem } from "./tableProblem";
import type { TimeFormat } from "./timeText";

export interface TableOverview {
  readonly delimiter: Exclude<TableKeys["delimiter"], "auto">;
  readonly runnerUp: TableReport["runnerUp"];
  readonly dialect: Dialect;
  readonly rows: number;
  readonly markers: TableReport["markers"];
  readonly columns: readonly ColumnOverview[];
  /** Columns of the table beyond those. */
  readonly moreColumns: number;
  readonly firstRows: readonly (readonly string[])[];
  /** Errors keep it from being read. */
  readonly problems: readonly TableProblem[];
}

export interface ColumnOverview {
  readonly name: string;
  readonly kind: ColumnEvidence["kind"];
  /** Of times; two where day and month could be either way around. */
  readonly formats: readonly TimeFormat[];
  /** Cells of the kind, cells without a value, and cells of another kind. */
  readonly cells: number;
  readonly missing: number;
  readonly misfits: number;
  /** Of numbers and times; null where there is none. */
  readonly range: { readonly low: number; readonly high: number } | null;
  /** Of categories: how many different ones. */
  readonly categories: number;
  readonly isConstant: boolean;
  /** Whether every number is higher than the one above it, as in a column of row numbers. */
  readonly isCounter: boolean;
  readonly isDescending: boolean;
  /** Of numbers: the rows after which they repeat themselves. */
  readonly period: number | null;
  /** Of times: the usual distance of two rows in milliseconds. */
  readonly step: number | null;
}

const FIRST_ROWS = 8;
/** More would fill the preview. */
const MAX_COLUMNS = 200;

/** @param hasEnd whether the source is the whole table */
export function describeTable(source: ByteSource, keys: TableKeys, hasEnd: boolean): TableOverview {
  const sample = takeSample(source, hasEnd);
  const recognition = recognizeTable(sample, keys, []);
  const { dialect, names, columns, runnerUp } = recognition;
  const wanted = columns.slice(0, MAX_COLUMNS).map(wantedColumn);
  const scanned = scanRecognized(source, recognition, wanted, keys);
  const { delimiter, comment, skip, header } = dialect;
  const records = splitRecords(sample.head, { delimiter, comment, skip, most: header + FIRST_ROWS });
  return {
    delimiter: delimiterKey(delimiter),
    runnerUp: runnerUpOf(runnerUp, keys),
    dialect,
    rows: scanned.rows,
    markers: countMarkers(scanned),
    columns: scanned.columns.map((column, index) =>
      describeColumn(column, columns[index]!, scanned.faults.misfits.get(index) ?? 0),
    ),
    moreColumns: names.length - wanted.length,
    firstRows: records.slice(header, header + Math.min(FIRST_ROWS, scanned.rows)).map(({ cells }) => cells),
    problems: [...recognition.problems, ...openProblems(source, recognition, wanted, scanned, keys)],
  };
}

function wantedColumn({ name, kind, formats }: ColumnEvidence, place: number): WantedColumn {
  const [format = null] = formats;
  if (kind === "number") return { name, place, kind, format: null };
  return kind === "time" && format !== null
    ? { name, place, kind, format }
    : { name, place, kind: "category", format: null };
}

/** Missing values and cells of another kind are counted with their column. */
function openProblems(
  source: ByteSource,
  recognition: Recognition,
  wanted: readonly WantedColumn[],
  scanned: ScannedTable,
  keys: TableKeys,
): TableProblem[] {
  return scanProblems(source, recognition, wanted, scanned, { ...keys, missing: keys.missing ?? { markers: [] } });
}

function describeColumn(column: TableColumn, evidence: ColumnEvidence, misfits: number): ColumnOverview {
  const { name, kind, formats, isDescending } = evidence;
  const none = { name, kind, formats, isDescending, misfits, categories: 0, range: null, isCounter: false };
  if (column.kind === "category") {
    const { codes, categories, missing } = column;
    const cells = codes.length - missing;
    const constant = categories.length === 1 && !codes.includes(MISSING_CATEGORY);
    return { ...none, cells, missing, categories: categories.length, isConstant: constant, period: null, step: null };
  }
  const { values } = column;
  const cells = values.length - column.missing;
  const isNumber = column.kind === "number";
  const constant = cells > 1 && isConstant(values);
  return {
    ...none,
    cells,
    missing: column.missing - misfits,
    range: rangeOf(values),
    isConstant: constant,
    isCounter: isNumber && cells === values.length && values.length > 2 && isCounting(values),
    period: isNumber && !constant ? periodOf(values) : null,
    step: isNumber ? null : usualStep(values),
  };
}

function rangeOf(values: Float64Array): ColumnOverview["range"] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}

/** Whole numbers that rise in equal steps. */
function isCounting(values: Float64Array): boolean {
  const step = values[1]! - values[0]!;
  return (
    step !== 0 &&
    Number.isInteger(values[0]) &&
    Number.isInteger(step) &&
    values.every((value, row) => row === 0 || value - values[row - 1]! === step)
  );
}

/** The median of the distances between the first rows. */
function usualStep(values: Float64Array): number | null {
  const steps: number[] = [];
  for (let row = 1; row < Math.min(values.length, 1000); row++) {
    const step = Math.abs(values[row]! - values[row - 1]!);
    if (step > 0) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? null;
}
