/** From a table to what a network reads: columns of numbers, with missing values filled and words and times encoded. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { ByteSource } from "./byteSource";
import { categoryRecipe, numberRecipe, type ColumnRecipe } from "./columnRecipe";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { encodeCategory, encodeTime, type Encoding } from "./encodeColumn";
import { fillValues, keptRows, missingMask, takeRows, type Fill } from "./fillMissing";
import { momentsOf } from "./moments";
import { readTable, type ColumnRequest, type TableReport } from "./readTable";
import type { NumberColumn, Table, TableColumn } from "./table";
import { TableError } from "./tableProblem";
import type { TimeFormat } from "./timeText";

export interface ColumnEntry {
  readonly name: string;
  readonly kind: "number" | "category" | "time";
  readonly encoding: Encoding;
  readonly format: "auto" | TimeFormat;
}

/** What of the csv task says how its table is read. */
export interface TableTask extends TableKeys {
  readonly columns: readonly (string | ColumnEntry)[];
  /** Empty: the input columns themselves. */
  readonly target: string;
  readonly missing: { readonly markers: readonly string[]; readonly fill: Fill } | null;
}

export interface TaskTable {
  /** Numbers only, none of them missing. */
  readonly table: Table;
  /** Names of its columns. */
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly report: TableReport;
  /** How another table is made into the same inputs: of each entry of `columns`, then of a target that is none. */
  readonly recipes: readonly ColumnRecipe[];
}

export function entryOf(column: string | ColumnEntry): ColumnEntry {
  return typeof column === "string" ? { name: column, kind: "number", encoding: "auto", format: "auto" } : column;
}

/** The names that the task has, each once. */
export function askedNames({ columns, target }: Pick<TableTask, "columns" | "target">): readonly string[] {
  return [...new Set([...columns.map((column) => entryOf(column).name), target])].filter((name) => name !== "");
}

/** As {@link readTable} wants them, each once. */
export function requestsOf({ columns, target }: TableTask): ColumnRequest[] {
  const requests = columns.map(entryOf).map(({ name, kind, format }): ColumnRequest => ({
    name,
    kind,
    format: format === "auto" ? null : format,
    key: "columns",
  }));
  if (target !== "") requests.push({ name: target, kind: "number", format: null, key: "target" });
  return requests.filter(
    ({ name, kind }, index) => requests.findIndex((other) => other.name === name && other.kind === kind) === index,
  );
}

/** Inputs that the data decide the number of: one for each category, or for a column with missing values. */
export function needsCounting({ columns, missing }: TableTask): boolean {
  const isOneHot = columns.map(entryOf).some(({ kind, encoding }) => kind === "category" && encoding !== "index");
  return isOneHot || missing?.fill === "mask";
}

/** How many inputs a row has where the data do not decide it. */
export function countEncodedInputs({ columns }: Pick<TableTask, "columns">): number {
  return columns.map(entryOf).reduce((sum, { kind, encoding }) => sum + (isCyclic(kind, encoding) ? 2 : 1), 0);
}

function isCyclic(kind: ColumnEntry["kind"], encoding: Encoding): boolean {
  return kind === "time" && encoding !== "auto" && encoding !== "elapsed";
}

/**
 * @param trainingRowsOf how many of so many rows are for training: what is filled with a mean has theirs
 * @throws TableError
 */
export function readTaskTable(
  source: ByteSource,
  task: TableTask,
  trainingRowsOf: (rows: number) => number,
): TaskTable {
  // The config of an earlier run has none of the keys.
  const requests = requestsOf(task);
  const { table, report, formats } = readTable(source, { ...AUTO_KEYS, ...task }, requests);
  const fill = task.missing?.fill ?? "forward";
  const kept = keptRows(table.columns, fill);
  const columns = kept === null ? table.columns : table.columns.map((column) => takeRows(column, kept));
  const rows = kept === null ? table.rows : kept.length;
  const formatOf = (name: string): TimeFormat | null => formats[requests.findIndex((one) => one.name === name)] ?? null;
  const encoder = new TableEncoder(columns, fill, trainingRowsOf(rows), formatOf);
  const inputs = task.columns.flatMap((column) => encoder.encode(entryOf(column)));
  const targets =
    task.target === ""
      ? task.columns.map(entryOf).flatMap(({ name, kind }) => (kind === "number" ? [name] : []))
      : [encoder.number(task.target).name];
  if (targets.length === 0)
    throw tableError("target", l10n.t("there is nothing to predict: set task.target to a column of numbers"));
  return { table: { rows, columns: encoder.made }, inputs, targets, report, recipes: encoder.recipes };
}

/** Makes the columns that are read from those of the file, each once. */
class TableEncoder {
  readonly made: NumberColumn[] = [];
  readonly recipes: ColumnRecipe[] = [];

  constructor(
    private readonly columns: readonly TableColumn[],
    private readonly fill: Fill,
    private readonly trainingRows: number,
    private readonly formatOf: (name: string) => TimeFormat | null,
  ) {}

  /** @returns the names of its inputs */
  encode({ name, kind, encoding }: ColumnEntry): string[] {
    switch (kind) {
      case "number": {
        if (encoding !== "auto") throw wrongEncoding(name, encoding);
        const column = this.find(name, kind);
        // Before its values are filled.
        const mask = this.fill === "mask" && column.missing > 0 ? [missingMask(column)] : [];
        this.recipes.push(this.numberRecipe(column, mask.length > 0));
        return [this.number(name).name, ...mask.map((column) => this.add(column))];
      }
      case "category": {
        if (encoding !== "auto" && encoding !== "one-hot" && encoding !== "index") throw wrongEncoding(name, encoding);
        const column = this.find(name, kind);
        this.recipes.push(categoryRecipe(column, encoding !== "index"));
        return encodeCategory(column, encoding !== "index").map((made) => this.add(made));
      }
      case "time": {
        if (encoding === "one-hot" || encoding === "index") throw wrongEncoding(name, encoding);
        const column = this.find(name, kind);
        const resolved = encoding === "auto" ? "elapsed" : encoding;
        const origin = column.values[0] ?? 0;
        this.recipes.push({ kind, name, encoding: resolved, format: this.formatOf(name), origin });
        return encodeTime(column, resolved, origin).map((made) => this.add(made));
      }
    }
  }

  number(name: string): NumberColumn {
    const known = this.made.find((column) => column.name === name);
    if (known !== undefined) return known;
    const column = this.find(name, "number");
    if (this.recipes.every((recipe) => recipe.name !== name)) this.recipes.push(this.numberRecipe(column, false));
    fillValues(column, this.fill, this.trainingRows);
    const filled = { ...column, missing: 0 };
    this.made.push(filled);
    return filled;
  }

  private numberRecipe(column: NumberColumn, hasMask: boolean): ColumnRecipe {
    const isMean = this.fill === "mean" || this.fill === "mask";
    return numberRecipe(column, isMean ? momentsOf(column.values, this.trainingRows).mean : null, hasMask);
  }

  private find<K extends TableColumn["kind"]>(name: string, kind: K): Extract<TableColumn, { readonly kind: K }> {
    const isWanted = (column: TableColumn): column is Extract<TableColumn, { readonly kind: K }> =>
      column.name === name && column.kind === kind;
    return this.columns.find(isWanted)!;
  }

  private add(column: NumberColumn): string {
    const numbers = this.columns.filter(({ kind }) => kind === "number");
    const taken = new Set([...this.made, ...numbers].map(({ name }) => name));
    let { name } = column;
    for (let count = 2; taken.has(name); count++) name = `${column.name}_${count}`;
    this.made.push({ ...column, name });
    return name;
  }
}

function wrongEncoding(name: string, encoding: Encoding): TableError {
  return tableError(
    "columns",
    l10n.t("column {0}: the encoding {1} does not fit its kind", describeValue(name), describeValue(encoding)),
  );
}

function tableError(key: "columns" | "target", text: string): TableError {
  return new TableError([{ key, severity: "error", line: null, column: null, text, fixes: [] }]);
}
