/** What of a data file decides how large its data set is, counted before anything of the data set is made. */
import type { TaskConfig } from "../schema/schema";
import { bytesOfArrays, countArrays, type ArrayCounts } from "./arrayCounts";
import { areArrays, type ArrayFiles, type ExperimentFiles } from "./dataFiles";

export interface DataCounts {
  /** Rows of a table below its header, at most: a line break within quotes counts as one. Characters of a text. */
  readonly rows: number;
  /** Distinct characters of a text; 0 for a table. */
  readonly symbols: number;
  /** Of the file as a text in memory. */
  readonly textBytes: number;
  /** Of a task of arrays; absent for others. */
  readonly arrays?: ArrayCounts;
}

/** Null for tasks whose data are drawn from the seed. Costs some 2 ns a character, and no memory that stays. */
export function countData(task: TaskConfig, text: ExperimentFiles["data"]): DataCounts | null {
  if (text === null || !("file" in task)) return null;
  if (task.kind === "arrays" || areArrays(text))
    return task.kind === "arrays" && areArrays(text) ? arraysOf(task, text) : null;
  if (task.kind === "csv") return { rows: Math.max(0, countLines(text) - 1), symbols: 0, textBytes: text.length };
  const { characters, codePoints } = codePointsOf(text);
  // Texts of Latin letters have a byte for each in memory, others two.
  const textBytes = text.length * ((codePoints.at(-1) ?? 0) > 0xff ? 2 : 1);
  return { rows: characters, symbols: codePoints.length, textBytes };
}

function arraysOf(task: Extract<TaskConfig, { readonly kind: "arrays" }>, files: ArrayFiles): DataCounts | null {
  const arrays = countArrays(task, files);
  return arrays && { rows: arrays.sequences, symbols: 0, textBytes: bytesOfArrays(files), arrays };
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

/** The first rows of a series are for training, the rest is held out. */
export function countTrainingRows(rows: number, validationShare: number): number {
  return validationShare > 0 ? Math.floor(rows * (1 - validationShare)) : rows;
}

/** Of whole sequences, the last ones are held out: at least one where any is asked for, and never all. */
export function countHeldOut(sequences: number, validationShare: number): number {
  if (!(validationShare > 0)) return 0;
  return Math.min(sequences - 1, Math.max(1, Math.round(sequences * validationShare)));
}

/** Windows within so many rows that follow one another, each with the row that is `horizon` later than its last. */
export function countWindows(
  { length, horizon, stride }: { readonly length: number; readonly horizon: number; readonly stride: number },
  rows: number,
): number {
  const span = length + horizon;
  return rows < span ? 0 : Math.floor((rows - span) / stride) + 1;
}

/** Lines that are not empty. */
function countLines(text: string): number {
  let lines = 0;
  let isEmpty = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isBreak = code === 0x0a || code === 0x0d;
    if (isEmpty && !isBreak) lines++;
    isEmpty = isBreak;
  }
  return lines;
}
