/** What of a data file decides how large its data set is, counted before anything of the data set is made. */
import { countFilledLines, tableSource } from "../../tables/byteSource";
import { needsCounting, readTaskTable } from "../../tables/taskTable";
import type { TaskConfig } from "../schema/schema";
import type { ExperimentFiles } from "./dataFiles";

export interface DataCounts {
  /** Rows of a table below its header, at most: a line break within quotes counts as one. Characters of a text. */
  readonly rows: number;
  /** Distinct characters of a text; 0 for a table. */
  readonly symbols: number;
  /** Of the file as it is held in memory. */
  readonly textBytes: number;
  /** Inputs of a row of a table, where its data decide their number; null else, or where it cannot be read. */
  readonly inputs: number | null;
}

/** Null for tasks whose data are drawn from the seed. Costs some 2 ns a character, and no memory that stays. */
export function countData(task: TaskConfig, data: ExperimentFiles["data"]): DataCounts | null {
  if (data === null || !("file" in task)) return null;
  if (task.kind === "csv") {
    const source = tableSource(data);
    const rows = Math.max(0, countFilledLines(source) - (typeof task.header === "number" ? task.header : 1));
    return { rows, symbols: 0, textBytes: source.size, inputs: countInputs(task, data) };
  }
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const { characters, codePoints } = codePointsOf(text);
  // Texts of Latin letters have a byte for each in memory, others two.
  const textBytes = text.length * ((codePoints.at(-1) ?? 0) > 0xff ? 2 : 1);
  return { rows: characters, symbols: codePoints.length, textBytes, inputs: null };
}

/** What is wrong with the table is said where it is read for training. */
function countInputs(
  task: Extract<TaskConfig, { readonly kind: "csv" }>,
  data: NonNullable<ExperimentFiles["data"]>,
): number | null {
  if (!needsCounting(task)) return null;
  try {
    return readTaskTable(tableSource(data), task, (rows) => rows).inputs.length;
  } catch {
    return null;
  }
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

/** Windows within so many rows that follow one another, each with the row that is `horizon` later than its last. */
export function countWindows(
  { length, horizon, stride }: { readonly length: number; readonly horizon: number; readonly stride: number },
  rows: number,
): number {
  const span = length + horizon;
  return rows < span ? 0 : Math.floor((rows - span) / stride) + 1;
}
