/**
 * A table as columns, whatever file it came from. Rows are counted from 0, in the order of the file. Columns share
 * nothing: whoever asks for three of a hundred columns holds three.
 */
export interface Table {
  readonly rows: number;
  /** Those that were asked for, in that order. */
  readonly columns: readonly TableColumn[];
}

export type TableColumn = NumberColumn | CategoryColumn | TimeColumn;

export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** NaN where a value is missing; nowhere else. */
  readonly values: Float64Array;
  readonly missing: number;
}

export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  /** Of each row the index in `categories`; `MISSING_CATEGORY` where a value is missing. */
  readonly codes: Uint32Array;
  /** As written in the file, in the order in which they first appear. */
  readonly categories: readonly string[];
  readonly missing: number;
}

export interface TimeColumn {
  readonly kind: "time";
  readonly name: string;
  /** Milliseconds since 1970-01-01T00:00Z; NaN where a value is missing. Times without a zone are read as UTC. */
  readonly values: Float64Array;
  readonly missing: number;
}

export const MISSING_CATEGORY = 0xffff_ffff;
