/** What of a data file decides how large its data set is, counted before anything of the data set is made. */
import { countLines, ReadingStopped, tableSource, type ByteSource, type ValueCounts } from "../../tables/byteSource";
import { areTableFiles, type TableFiles } from "../../tables/tableFiles";
import { hasSeries, needsCounting, readTaskTable } from "../../tables/taskTable";
import type { Experiment, TaskConfig } from "../schema/schema";
import { bytesOfArrays, countArrays, type ArrayCounts } from "./arrayCounts";
import { withTargetKind } from "./taskTraits";
import { areArrays, isTableFile, type ArrayFiles, type ExperimentFiles } from "./dataFiles";

export interface DataCounts {
  /** Rows of a table below its header, at most: a line break within quotes counts as one. Characters of a text. */
  readonly rows: number;
  /** Distinct characters of a text; 0 for a table. */
  readonly symbols: number;
  /** Of the file as it is held in memory. */
  readonly textBytes: number;
  /** Of a task of arrays; absent for others. */
  readonly arrays?: ArrayCounts;
  /** Inputs of a row of a table, where its data decide their number; null else, or where it cannot be read. */
  readonly inputs: number | null;
  /** Outputs for the targets of a row of a table, where its data decide their number; null else. */
  readonly outputs: number | null;
  /** Rows of each series of a table, where columns tell series apart; null else, or where it cannot be read. */
  readonly series: readonly number[] | null;
  /** The first ones of these series that are for training, where the data say it. */
  readonly trainingSeries?: number;
}

/**
 * Costs some 2 ns a character, and no memory that stays.
 * @param readsValues whether a table is read, column by column, where only its values say how many inputs there are
 * @returns null for tasks whose data are drawn from the seed, and for tables that are not counted yet
 */
export function countData(task: TaskConfig, data: ExperimentFiles["data"], readsValues = true): DataCounts | null {
  if (data === null || !("file" in task)) return null;
  if (task.kind === "arrays" || areArrays(data))
    return task.kind === "arrays" && areArrays(data) ? arraysOf(task, data) : null;
  if (task.kind === "csv") {
    const tables = areTableFiles(data) ? data.tables.map(({ bytes }) => bytes) : [data];
    const header = typeof task.header === "number" ? task.header : 1;
    let rows = 0;
    for (const table of tables) {
      const counts = isTableFile(table) ? table.counts : countLines(tableSource(table));
      if (counts === null) return null;
      rows += Math.max(0, counts.filledLines - header);
    }
    const textBytes = tables.reduce((sum, table) => sum + (isHeld(table) ? table.length : 0), 0);
    const values = readsValues && needsValues(task) ? valuesOf(task, data) : null;
    const { inputs, outputs, series, trainingSeries } = values ?? UNKNOWN_VALUES;
    const division = trainingSeries === undefined ? {} : { trainingSeries };
    return { rows, symbols: 0, textBytes, inputs, outputs, series, ...division };
  }
  if (!isHeld(data)) return null;
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const { characters, codePoints } = codePointsOf(text);
  // Texts of Latin letters have a byte for each in memory, others two.
  const textBytes = text.length * ((codePoints.at(-1) ?? 0) > 0xff ? 2 : 1);
  return { rows: characters, symbols: codePoints.length, textBytes, inputs: null, outputs: null, series: null };
}

type CsvTask = Extract<TaskConfig, { readonly kind: "csv" }>;

function isHeld(data: NonNullable<ExperimentFiles["data"]>): data is string | Uint8Array {
  return typeof data === "string" || data instanceof Uint8Array;
}

const UNKNOWN_VALUES: Omit<ValueCounts, "key" | "inputs" | "outputs"> & Pick<DataCounts, "inputs" | "outputs"> = {
  inputs: null,
  outputs: null,
  series: null,
};

/** Whether more than the lines of a table has to be counted. */
export function needsValues(task: CsvTask): boolean {
  return needsCounting(task) || hasSeries(task);
}

/** Experiments with the same key need the same counts of a table; empty where its lines are enough. */
export function countsKey(experiment: Experiment): string {
  const task = withTargetKind(experiment);
  return task.kind === "csv" && needsValues(task) ? tableKey(task) : "";
}

/** What of a task says how its table is read. */
function tableKey({ length: _length, horizon: _horizon, stride: _stride, stream: _stream, ...table }: CsvTask): string {
  return JSON.stringify(table);
}

/** As they were counted before, or by reading the table. */
function valuesOf(task: CsvTask, data: NonNullable<ExperimentFiles["data"]>): ValueCounts | null {
  const known = typeof data === "object" && "counts" in data ? (data.counts?.values ?? null) : null;
  if (known?.key === tableKey(task)) return known;
  return isTableFile(data) || areArrays(data) ? null : countValues(task, tableData(data));
}

/**
 * By reading the table.
 * @returns null where it does not serve: what is wrong with it is said where it is read for training
 */
export function countValues(task: CsvTask, table: ByteSource | TableFiles): ValueCounts | null {
  try {
    const { inputs, targets, series, trainingSeries } = readTaskTable(table, task, (all) => all);
    return {
      key: tableKey(task),
      inputs: inputs.length,
      outputs: targets.labels?.length ?? targets.names.length,
      series: hasSeries(task) ? series.map(({ from, to }) => to - from) : null,
      ...(trainingSeries === null ? {} : { trainingSeries }),
    };
  } catch (error) {
    if (error instanceof ReadingStopped) throw error;
    return null;
  }
}

/** As a table is read. */
export function tableData(data: string | Uint8Array | ByteSource | TableFiles): ByteSource | TableFiles {
  return areTableFiles(data) ? data : tableSource(data);
}

function arraysOf(task: Extract<TaskConfig, { readonly kind: "arrays" }>, files: ArrayFiles): DataCounts | null {
  const arrays = countArrays(task, files);
  return (
    arrays && {
      rows: arrays.sequences,
      symbols: 0,
      textBytes: bytesOfArrays(files),
      inputs: null,
      outputs: null,
      series: null,
      arrays,
    }
  );
}

/** Characters beyond 16 bits count as one. The distinct code points ascend. */
export function codePointsOf(text: string): { readonly characters: number; readonly codePoints: readonly number[] } {
  const seen = new Uint8Array(0x11_0000);
  let characters = 0;
  for (let at = 0; at < text.length; characters++) {
    const codePoint = text.codePointAt(at)!;
    seen[codePoint] = 1;
    at += codePoint > 0xffff ? 2 : 1;
  }
  const codePoints: number[] = [];
  for (let codePoint = 0; codePoint < seen.length; codePoint++) if (seen[codePoint] === 1) codePoints.push(codePoint);
  return { characters, codePoints };
}

/**
 * The first rows of a series are for training, the rest is held out: rows (1 - share), rounded down. Of 2,900 rows and
 * 0.3 these are 2,030, where 64-bit floats would say 2,029.
 */
export function countTrainingRows(rows: number, validationShare: number): number {
  return validationShare > 0 ? Number((BigInt(rows) * (WHOLE - shareOf(validationShare))) / WHOLE) : rows;
}

/** Of whole sequences, the last ones are held out: at least one where any is asked for, and never all. */
export function countHeldOut(sequences: number, validationShare: number): number {
  if (!(validationShare > 0)) return 0;
  const rounded = Number((2n * BigInt(sequences) * shareOf(validationShare) + WHOLE) / (2n * WHOLE));
  return Math.min(sequences - 1, Math.max(1, rounded));
}

/** Shares are counted in billionths, so that the decimals of the file are exact. */
const WHOLE = 1_000_000_000n;

function shareOf(share: number): bigint {
  return BigInt(Math.round(share * Number(WHOLE)));
}

export interface WindowSizes {
  readonly length: number;
  readonly horizon: number;
  readonly stride: number;
}

/** Windows of a series: each begins at a multiple of the stride. */
export interface WindowPlan {
  readonly trainingSequences: number;
  readonly validationSequences: number;
  /** Row at which the first validation window begins. */
  readonly firstValidationRow: number;
  /** Whether validation windows begin before the held-out rows, because no whole window lies within those. */
  readonly reachesBack: boolean;
}

/**
 * Windows begin at rows 0, stride, 2 stride, ..., in training and in validation alike. A training window and its
 * targets lie before the held-out rows, so that training never sees those; a validation window lies within them. Where
 * they are too few for one, validation windows begin earlier and read what comes before as inputs, as a forecast would;
 * the last target of each is a held-out row.
 */
export function planWindows(sizes: WindowSizes, rows: number, validationShare: number): WindowPlan {
  const { length, horizon, stride } = sizes;
  const trainingRows = countTrainingRows(rows, validationShare);
  const span = length + horizon;
  const fromMultipleAbove = (row: number): number => Math.ceil(Math.max(0, row) / stride) * stride;
  const within = fromMultipleAbove(trainingRows);
  const inside = trainingRows < rows ? countWindows(sizes, rows - within) : 0;
  const reachesBack = trainingRows < rows && inside === 0;
  const firstValidationRow = reachesBack ? fromMultipleAbove(trainingRows - span + 1) : within;
  return {
    trainingSequences: countWindows(sizes, trainingRows),
    validationSequences: reachesBack ? countWindows(sizes, rows - firstValidationRow) : inside,
    firstValidationRow,
    reachesBack,
  };
}

/** Windows within so many rows that follow one another, each with the row that is `horizon` later than its last. */
function countWindows({ length, horizon, stride }: WindowSizes, rows: number): number {
  const span = length + horizon;
  return rows < span ? 0 : Math.floor((rows - span) / stride) + 1;
}
