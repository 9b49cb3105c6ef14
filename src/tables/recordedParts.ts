/** What is known of a table that is read as another one was, and of the one that it was read as. */
import type { ArrangedRows } from "./arrangeRows";
import type { ColumnRecipe } from "./columnRecipe";
import type { FilePart } from "./fileParts";
import type { ReadTable, TableReport } from "./readTable";
import type { ReadTables } from "./readTables";
import type { RowRange } from "./series";
import type { TableColumn } from "./table";
import type { TableTask } from "./taskTable";

export interface RecordedTable {
  /** Rows that windows are made of, series after series. */
  readonly rows: number;
  /** Of each of them the row of the file, counted from 0. */
  rowOf(row: number): number;
  /** One where the task tells none apart. */
  readonly series: readonly RowRange[];
  /** What identifies the series, as written in the file; none where rows are not grouped. */
  readonly groups: readonly { readonly name: string; textAt(row: number): string }[];
  /** One for each input of the network, in the units of the file. */
  readonly inputs: readonly Float64Array[];
  /** The same beyond the last row of a series. */
  laterOf(series: number): readonly LaterInput[];
  /**
   * Of each target the values, bits, or places in `labels`; NaN where the table has none, null where it does not have
   * the column.
   */
  readonly truths: readonly (Float64Array | null)[];
  /** Of classes: those of training, then those that only this table has. */
  readonly labels: readonly string[] | null;
  readonly times: TableTimes | null;
  readonly report: TableReport;
  /** Null of one table. */
  readonly files: RecordedFiles | null;
}

/** A table that is spread over files, in the order of their names; rows are counted in each of them. */
interface RecordedFiles {
  readonly count: number;
  /** Places of the series, in the order in which training divides them. */
  readonly trainingOrder: readonly number[];
  /** What each series is for, where a column of the labels says it of its file; else null. */
  readonly parts: readonly FilePart[] | null;
}

/** The same, with what is known of each row by its file. */
export interface FilesOfRows extends RecordedFiles {
  /** Of a row its number in the file, counted from 0. */
  rowAt(row: number): number;
  /** The name of the file of a row. */
  nameAt(row: number): string;
  /** What the table of labels says of each row, by target; empty where there is no such table. */
  readonly targets: readonly TableColumn[];
  /** The table of labels, and its column with the names; null where it names none of the files. */
  readonly labels: { readonly file: string; readonly column: string } | null;
}

/** What was recorded with the weights. */
export interface RecordedTask {
  readonly columns: readonly ColumnRecipe[];
  /** Names of the columns to predict. */
  readonly targets: readonly string[];
  /** Of classes, in the order of their numbers; null for values and bits. */
  readonly classes: readonly string[] | null;
  readonly areBits: boolean;
  /** Whether training had several series, so that elapsed times count from the first row of each. */
  readonly hasSeries: boolean;
}

/** What an input is beyond the last row of its series. */
export type LaterInput =
  /** The value of this target. */
  | { readonly kind: "target"; readonly target: number }
  /** Known beforehand: `at(steps)` rows after the last one. */
  | { readonly kind: "known"; readonly at: (steps: number) => number }
  /** @param reason why, in a sentence for a person */
  | { readonly kind: "unknown"; readonly column: string; readonly reason: string };

/** The column of the file with the times of its rows. */
export interface TableTimes {
  readonly name: string;
  /** As written in the file; empty where there is none. */
  textAt(row: number): string;
  /** In the same form, so many rows after the last one of a series; null where the times follow no rule. */
  laterOf(series: number): ((steps: number) => string) | null;
}

/** A table between its parts: what was asked for, read, and arranged. */
export interface RecordedReading {
  readonly task: TableTask;
  readonly recorded: RecordedTask;
  readonly read: ReadTable & Partial<ReadTables>;
  readonly arranged: ArrangedRows;
  /** Null of one table. */
  readonly files: FilesOfRows | null;
}
