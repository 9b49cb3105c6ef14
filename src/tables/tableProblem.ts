import { printable } from "../lib/outsideText";

/** Where a row stands. */
export interface TablePlace {
  /** Of several files the one that has it. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Something about a table that is not as it should be, or that may not be meant. */
export interface TableProblem {
  /** The key of the csv task that says otherwise: "decimal". */
  readonly key: TableKey;
  /** An error keeps the table from being read. Information is no fault. */
  readonly severity: "error" | "warning" | "information";
  /** Of several files the one that has it; absent where the problem is of none, or there is one file. */
  readonly file?: string;
  /** Of the table, counted from 1; null where the problem is of no line. */
  readonly line: number | null;
  /** Its name; null where the problem is of no column. */
  readonly column: string | null;
  readonly text: string;
  /** Values of keys that settle it, the likeliest first. */
  readonly fixes: readonly TableFix[];
}

export type TableKey =
  | "delimiter"
  | "decimal"
  | "thousands"
  | "header"
  | "skip"
  | "footer"
  | "comment"
  | "missing"
  | "order"
  | "accept"
  | "columns"
  | "target"
  | "targetKind"
  | "group"
  | "reset"
  | "length"
  | "files"
  | "labels"
  | "split"
  | "file";

/** Of a key, or of the place where the column of the problem is named. */
export type TableFix =
  | { readonly key: TableKey; readonly value: unknown }
  | { readonly entry: "remove" }
  /** Another name, or a name with a kind. */
  | { readonly entry: "replace"; readonly value: unknown }
  | { readonly entry: "format"; readonly value: string };

/** Why a table is not read. */
export class TableError extends Error {
  override name = "TableError";

  /** @param problems the first of them is the message */
  constructor(readonly problems: readonly TableProblem[]) {
    super(problems.map(describeProblem).join(" "));
  }
}

/** With the name of its file, where there are several. */
function describeProblem({ file, text }: TableProblem): string {
  return file === undefined ? text : `${printable(file)}: ${text}`;
}
