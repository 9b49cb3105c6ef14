/** From a table to what a network reads: columns of numbers, with missing values filled and words and times encoded. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import type { ByteSource } from "./byteSource";
import { categoryRecipe, numberRecipe, type ColumnRecipe } from "./columnRecipe";
import { arrangeRows } from "./arrangeRows";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { encodeCategory, encodeTime, type Encoding } from "./encodeColumn";
import { fillValues, missingMask, type Fill } from "./fillMissing";
import { momentsOf } from "./moments";
import {
  placeIn,
  readTable,
  type ColumnRequest,
  type ReadTable,
  type TableReading,
  type TableReport,
} from "./readTable";
import type { RowRange } from "./series";
import type { NumberColumn, Table, TableColumn } from "./table";
import { areTableFiles, type TableFiles } from "./tableFiles";
import { TableError, type TablePlace, type TableProblem } from "./tableProblem";
import {
  areBits,
  bitTargets,
  classTargets,
  kindOfColumns,
  labelsOfOnePart,
  refuseMixedTargets,
  similarLabels,
  type TableTargets,
  type TargetKind,
} from "./tableTargets";
import { readTaskFiles, type ReadTaskFiles } from "./taskFiles";
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
  readonly target: string | readonly string[];
  /** "auto": classes where the target is a column of words, else values. The config of an earlier run has none. */
  readonly targetKind?: "auto" | TargetKind;
  readonly missing: { readonly markers: readonly string[]; readonly fill: Fill } | null;
  /** A pattern for several files, each of which is one series; the config of an earlier run has none. */
  readonly files?: string;
  /** A table with the targets of each of those files; empty, or left out: the files have them. */
  readonly labels?: string;
  /** The column of that table that says what each file is for; empty, or left out: there is none. */
  readonly split?: string;
  /** Columns whose values tell series apart; the config of an earlier run has none. */
  readonly group?: string | readonly string[];
  /** Column that is 1 where an episode starts; empty, or left out: there are none. */
  readonly reset?: string;
}

export interface TaskTable {
  /** Numbers only, none of them missing. */
  readonly table: Table;
  /** Names of its columns. */
  readonly inputs: readonly string[];
  readonly targets: TableTargets;
  /** Its rows by series: one where the task tells none apart. */
  readonly series: readonly RowRange[];
  /** The first ones of them that are for training, where the data say it; else null. */
  readonly trainingSeries: number | null;
  /** Row of the file that each row was, counted from 0; null where they are the same. */
  readonly rowOf: Uint32Array | null;
  readonly report: TableReport;
  readonly reading: TableReading;
  /** How another table is made into the same inputs: of each entry of `columns`, then of a target that is none. */
  readonly recipes: readonly ColumnRecipe[];
}

/** Which rows of these series are for training. */
export type TrainingRows = (series: readonly RowRange[], trainingSeries: number | null) => readonly RowRange[];

/** The columns that tell series apart. */
export function groupOf({ group = "" }: Pick<TableTask, "group">): readonly string[] {
  return namesIn(group);
}

/** The columns that divide the rows of a file into series. */
export function dividersOf(task: Pick<TableTask, "group" | "reset">): readonly string[] {
  return [...groupOf(task), ...namesIn(task.reset ?? "")];
}

/** Whether the rows are of more than one series. */
export function hasSeries(task: Pick<TableTask, "files" | "group" | "reset">): boolean {
  return hasFiles(task) || dividersOf(task).length > 0;
}

/** Whether the table is spread over files. */
export function hasFiles({ files = "" }: Pick<TableTask, "files">): boolean {
  return files !== "";
}

/** Whether each of them has one target. */
export function hasFileLabels({ labels = "" }: Pick<TableTask, "labels">): boolean {
  return labels !== "";
}

/** The columns to predict; none: the input columns themselves. */
export function targetsOf({ target }: Pick<TableTask, "target">): readonly string[] {
  return namesIn(target);
}

function namesIn(names: string | readonly string[]): readonly string[] {
  return typeof names === "string" ? (names === "" ? [] : [names]) : names;
}

export function entryOf(column: string | ColumnEntry): ColumnEntry {
  return typeof column === "string" ? { name: column, kind: "number", encoding: "auto", format: "auto" } : column;
}

/** The columns of the table, or of each of its files, that the task names, each once. */
export function askedNames(task: Pick<TableTask, "columns" | "target" | "labels" | "group" | "reset">): string[] {
  const inputs = task.columns.map((column) => entryOf(column).name);
  return [...new Set([...inputs, ...(hasFileLabels(task) ? [] : targetsOf(task)), ...dividersOf(task)])];
}

/** As {@link readTable} wants them, each once. */
export function requestsOf(task: TableTask): ColumnRequest[] {
  const requests = task.columns.map(entryOf).map(({ name, kind, format }): ColumnRequest => ({
    name,
    kind,
    format: format === "auto" ? null : format,
    key: "columns",
  }));
  if (!hasFileLabels(task)) requests.push(...targetRequests(task));
  // A column that is read as something else already tells series apart by that.
  const words = dividersOf(task).filter((name) => !requests.some((other) => other.name === name));
  for (const name of words)
    requests.push({ name, kind: "category", format: null, key: name === task.reset ? "reset" : "group" });
  return requests.filter(
    ({ name, kind }, index) => requests.findIndex((other) => other.name === name && other.kind === kind) === index,
  );
}

function targetRequests(task: TableTask): ColumnRequest[] {
  return targetsOf(task).map((name) => ({ name, kind: targetRequest(name, task), format: null, key: "target" }));
}

/** As an input it is a number or a category already: by that it is known. */
function targetRequest(name: string, { columns, targetKind = "auto" }: TableTask): "number" | "category" | "auto" {
  if (targetKind !== "auto") return targetKind === "classes" ? "category" : "number";
  const input = columns.map(entryOf).find((entry) => entry.name === name);
  return input === undefined ? "auto" : input.kind === "category" ? "category" : "number";
}

/** Whether the data decide how many inputs and outputs there are: categories, missing values, classes. */
export function needsCounting({ columns, missing, targetKind }: TableTask): boolean {
  const isOneHot = columns.map(entryOf).some(({ kind, encoding }) => kind === "category" && encoding !== "index");
  return isOneHot || missing?.fill === "mask" || targetKind === "classes";
}

/** How many inputs a row has where the data do not decide it. */
export function countEncodedInputs({ columns }: Pick<TableTask, "columns">): number {
  return columns.map(entryOf).reduce((sum, { kind, encoding }) => sum + (isCyclic(kind, encoding) ? 2 : 1), 0);
}

function isCyclic(kind: ColumnEntry["kind"], encoding: Encoding): boolean {
  return kind === "time" && encoding !== "auto" && encoding !== "elapsed";
}

/**
 * @param data a table, or the files that it is spread over
 * @param trainingRows which rows are for training: what is filled with a mean has theirs
 * @throws TableError
 */
export function readTaskTable(data: ByteSource | TableFiles, task: TableTask, trainingRows: TrainingRows): TaskTable {
  // The config of an earlier run has none of the keys.
  const keys = { ...AUTO_KEYS, ...task };
  const { split = "" } = task;
  const requests = requestsOf(task);
  const read: ReadTable & Partial<ReadTaskFiles> = areTableFiles(data)
    ? readTaskFiles(data, keys, requests, { targets: hasFileLabels(task) ? targetRequests(task) : [], split })
    : readTable(data, keys, requests);
  const { table, report, reading, formats, starts, trainingRows: ownRows = null } = read;
  const fill = task.missing?.fill ?? "forward";
  const placeOf = (row: number): TablePlace => placeIn(read, row);
  const dividers = { group: groupOf(task), reset: task.reset ?? "" };
  const { columns, rows, series, rowOf } = arrangeRows(table, dividers, fill, placeOf, starts);
  const formatOf = (name: string): TimeFormat | null => formats[requests.findIndex((one) => one.name === name)] ?? null;
  const isBefore = ({ from }: RowRange, row: number): boolean => (rowOf?.[from] ?? from) < row;
  const trainingSeries = ownRows === null ? null : series.filter((one) => isBefore(one, ownRows)).length;
  const training = trainingRows(series, trainingSeries);
  const encoder = new TableEncoder(columns, fill, { series, training }, formatOf);
  const inputs = task.columns.flatMap((column) => encoder.encode(entryOf(column)));
  const targets = readTargets(task, columns, encoder, (row) => placeOf(rowOf?.[row] ?? row));
  const made = encoder.made.filter(({ name }) => targets.names.includes(name));
  const hints = targets.kind === "values" && task.targetKind === "auto" && areBits(made) ? [bitsHint(made)] : [];
  const problems = [
    ...report.problems,
    ...labelProblems(targets),
    ...splitProblems(targets, training, split),
    ...hints,
  ];
  return {
    table: { rows, columns: encoder.made },
    inputs,
    targets,
    series,
    trainingSeries,
    rowOf,
    report: { ...report, problems },
    reading,
    recipes: encoder.recipes,
  };
}

function readTargets(
  task: TableTask,
  columns: readonly TableColumn[],
  encoder: TableEncoder,
  placeOf: (row: number) => TablePlace,
): TableTargets {
  const numbers = task.columns.map(entryOf).flatMap(({ name, kind }) => (kind === "number" ? [name] : []));
  const asked = task.target === "" ? numbers : targetsOf(task);
  if (asked.length === 0)
    throw tableError("target", l10n.t("there is nothing to predict: set task.target to a column of numbers"));
  if (task.target === "" && task.targetKind === "classes")
    throw tableError("target", l10n.t("there are no classes to predict: set task.target to the column of labels"));
  const found = asked.map((name) => columns.find((column) => column.name === name)!);
  const kind = task.targetKind === undefined || task.targetKind === "auto" ? kindOfColumns(found) : task.targetKind;
  refuseMixedTargets(kind, found);
  const [first] = found;
  if (kind === "classes" && first?.kind === "category") return classTargets(first);
  const filled = asked.map((name) => encoder.number(name));
  if (kind === "bits") return bitTargets(filled, placeOf);
  return { kind: "values", names: filled.map(({ name }) => name), columns: [], labels: null };
}

function bitsHint(columns: readonly NumberColumn[]): TableProblem {
  const { name } = columns[0]!;
  return {
    key: "targetKind",
    severity: "information",
    line: null,
    column: name,
    text: l10n.t(
      "The target {0} is always 0 or 1 and is read as a number. To learn it as a bit, set task.targetKind to {1}.",
      describeValue(name),
      '"bits"',
    ),
    fixes: [{ key: "targetKind", value: "bits" }],
  };
}

/** Labels that only one of the two parts has. */
function splitProblems(
  { names, labels, columns: [classes] }: TableTargets,
  training: readonly RowRange[],
  split: string,
): TableProblem[] {
  if (labels === null || classes === undefined) return [];
  const { onlyTraining, onlyValidation } = labelsOfOnePart(labels, classes, training);
  const name = describeValue(names[0]);
  const texts: string[] = [];
  const [moreTraining, lessTraining] =
    split === ""
      ? [
          l10n.t("Use a smaller training.validation.share, or move rows with these labels further up."),
          l10n.t("Use a larger training.validation.share, or move rows with these labels further down."),
        ]
      : [moveFiles(split), moveFiles(split)];
  if (onlyValidation.length > 0)
    texts.push(
      l10n.t(
        "Column {0}: labels that occur in validation rows only, so that the network does not learn them: {1}.",
        name,
        describeNames(onlyValidation),
      ) + ` ${moreTraining}`,
    );
  if (onlyTraining.length > 0)
    texts.push(
      l10n.t(
        "Column {0}: labels that occur in training rows only, so that they are not validated: {1}.",
        name,
        describeNames(onlyTraining),
      ) + ` ${lessTraining}`,
    );
  return texts.map((text) => ({ key: "target", severity: "warning", line: null, column: names[0]!, text, fixes: [] }));
}

function moveFiles(split: string): string {
  return l10n.t("Change what column {0} of task.labels says of some files with these labels.", describeValue(split));
}

function labelProblems({ names, labels }: TableTargets): TableProblem[] {
  return similarLabels(labels ?? []).map(([one, other]) => ({
    key: "target",
    severity: "warning",
    line: null,
    column: names[0]!,
    text: l10n.t(
      "Column {0}: the labels {1} and {2} are two classes. Write them in one way if they are meant as one.",
      describeValue(names[0]),
      describeValue(one),
      describeValue(other),
    ),
    fixes: [],
  }));
}

/** Makes the columns that are read from those of the file, each once. */
class TableEncoder {
  readonly made: NumberColumn[] = [];
  readonly recipes: ColumnRecipe[] = [];

  constructor(
    private readonly columns: readonly TableColumn[],
    private readonly fill: Fill,
    private readonly rows: { readonly series: readonly RowRange[]; readonly training: readonly RowRange[] },
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
        const { series } = this.rows;
        return encodeTime(column, resolved, series.length > 1 ? series : origin).map((made) => this.add(made));
      }
    }
  }

  number(name: string): NumberColumn {
    const known = this.made.find((column) => column.name === name);
    if (known !== undefined) return known;
    const column = this.find(name, "number");
    if (this.recipes.every((recipe) => recipe.name !== name)) this.recipes.push(this.numberRecipe(column, false));
    fillValues(column, this.fill, this.rows.series, this.rows.training);
    const filled = { ...column, missing: 0 };
    this.made.push(filled);
    return filled;
  }

  private numberRecipe(column: NumberColumn, hasMask: boolean): ColumnRecipe {
    return numberRecipe(column, this.meanOf(column), hasMask);
  }

  /** What takes the place of a missing value; null where no mean is needed. */
  private meanOf(column: NumberColumn): number | null {
    const { series, training } = this.rows;
    if (this.fill === "mean" || this.fill === "mask") return momentsOf(column.values, training).mean;
    // A series without any value has no line, and gets the mean of those that have.
    if (this.fill !== "linear" || series.length === 1) return null;
    const lines = { ...column, values: column.values.slice() };
    for (const one of series) fillValues(lines, this.fill, [one], []);
    return momentsOf(lines.values, training).mean;
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
