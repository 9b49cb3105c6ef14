/** What of a data file decides how large its data set is, counted before anything of the data set is made. */
import { countFilledLines, tableSource, type ByteSource } from "../../tables/byteSource";
import { areTableFiles, type TableFiles } from "../../tables/tableFiles";
import { hasSeries, needsCounting, readTaskTable } from "../../tables/taskTable";
import type { TaskConfig } from "../schema/schema";
import { bytesOfArrays, countArrays, type ArrayCounts } from "./arrayCounts";
import { areArrays, isOpenTable, type ArrayFiles, type ExperimentFiles } from "./dataFiles";

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
}

/** Null for tasks whose data are drawn from the seed. Costs some 2 ns a character, and no memory that stays. */
export function countData(task: TaskConfig, data: ExperimentFiles["data"]): DataCounts | null {
  if (data === null || !("file" in task)) return null;
  if (task.kind === "arrays" || areArrays(data))
    return task.kind === "arrays" && areArrays(data) ? arraysOf(task, data) : null;
  if (task.kind === "csv") {
    const sources = areTableFiles(data) ? data.tables.map(({ bytes }) => tableSource(bytes)) : [tableSource(data)];
    const header = typeof task.header === "number" ? task.header : 1;
    const rows = sources.reduce((sum, source) => sum + Math.max(0, countFilledLines(source) - header), 0);
    const size = sources.reduce((sum, source) => sum + source.size, 0);
    return { rows, symbols: 0, textBytes: isOpenTable(data) ? 0 : size, ...countRead(task, data) };
  }
  if (isOpenTable(data) || areTableFiles(data)) return null;
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const { characters, codePoints } = codePointsOf(text);
  // Texts of Latin letters have a byte for each in memory, others two.
  const textBytes = text.length * ((codePoints.at(-1) ?? 0) > 0xff ? 2 : 1);
  return { rows: characters, symbols: codePoints.length, textBytes, inputs: null, outputs: null, series: null };
}

/** What is wrong with the table is said where it is read for training. */
function countRead(
  task: Extract<TaskConfig, { readonly kind: "csv" }>,
  data: string | Uint8Array | ByteSource | TableFiles,
): Pick<DataCounts, "inputs" | "outputs" | "series"> {
  const unknown = { inputs: null, outputs: null, series: null };
  const isGrouped = hasSeries(task);
  if (!needsCounting(task) && !isGrouped) return unknown;
  try {
    const { inputs, targets, series } = readTaskTable(tableData(data), task, (all) => all);
    return {
      inputs: inputs.length,
      outputs: targets.labels?.length ?? targets.names.length,
      series: isGrouped ? series.map(({ from, to }) => to - from) : null,
    };
  } catch {
    return unknown;
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
