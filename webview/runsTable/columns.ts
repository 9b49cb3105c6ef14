/** The columns of the table: what each shows, sorts and filters by. */
import * as l10n from "@vscode/l10n";
import type { SharedValue, TableRun, TableValue } from "../../src/shared/wire/runsTable";
import { formatCount, formatDuration, formatPercent, formatValue } from "../../src/shared/words/numberFormat";
import { withoutControls } from "../ui/visibleText";
import { parseDate, parseDuration, parseNumber } from "./parseValue";

export interface Column {
  /** Also the name in a filter; of a hyperparameter its path. */
  readonly id: string;
  readonly title: string;
  /** Other names in a filter, in lower case. */
  readonly aliases: readonly string[];
  readonly kind: "text" | "number" | "metric";
  /** Whether it is a part of the config. */
  readonly isHyperparameter: boolean;
  /** Null: missing. A number may be NaN. */
  readonly valueOf: (run: TableRun) => number | string | null;
  /** A number of the column as text; also of a mean. */
  readonly format: (value: number, digits?: number) => string;
  /** What is typed in a filter, as a number of the column; null when it is none. */
  readonly parse: (text: string) => number | null;
  /** Pixels; of a column of means with their deviations, where the runs are grouped. */
  readonly width: number;
  readonly groupedWidth: number;
  /** Whether it shows unless the reader decides, given the runs that are shown. */
  readonly isDefault: (runs: readonly TableRun[]) => boolean;
}

export const NAME_COLUMN = "name";
export const PIN_COLUMN = "pinned";
const NONE = "–";

/** Pixels of a digit and of the padding of a cell, roughly. */
const DIGIT_WIDTH = 7;
const CELL_PADDING = 18;
const SORT_ICON_WIDTH = 14;
const MAX_TEXT_WIDTH = 200;

/** As it is written in a cell. */
export function textOf(column: Column, run: TableRun): string {
  const value = column.valueOf(run);
  if (value === null || value === "") return NONE;
  return typeof value === "number" ? column.format(value) : withoutControls(value);
}

const always = (): boolean => true;
const never = (): null => null;
const asText = (value: number): string => String(value);

function widthOf(title: string, texts: readonly string[], least = 0): number {
  const longest = Math.max(0, ...texts.map(({ length }) => length));
  const width = Math.max(title.length * DIGIT_WIDTH + SORT_ICON_WIDTH, longest * DIGIT_WIDTH, least) + CELL_PADDING;
  return Math.min(MAX_TEXT_WIDTH, width);
}

type Described = Pick<Column, "id" | "title" | "valueOf"> & Partial<Column>;

function textColumn({ width = MAX_TEXT_WIDTH, ...column }: Described): Column {
  return {
    aliases: [],
    kind: "text",
    isHyperparameter: false,
    format: asText,
    parse: never,
    width,
    groupedWidth: width,
    isDefault: always,
    ...column,
  };
}

function numberColumn(column: Described): Column {
  const width = column.width ?? widthOf(column.title, ["0.0001234"]);
  return {
    aliases: [],
    kind: "number",
    isHyperparameter: false,
    format: formatValue,
    parse: parseNumber,
    groupedWidth: width,
    isDefault: always,
    ...column,
    width,
  };
}

function metricColumn(column: Described): Column {
  const { valueOf } = column;
  return numberColumn({
    kind: "metric",
    groupedWidth: widthOf(column.title, ["0.001234 ± 0.00012 (33/50)"]),
    isDefault: (runs) => runs.some((run) => valueOf(run) !== null),
    ...column,
  });
}

function stateLabels(): Readonly<Record<TableRun["state"], string>> {
  return {
    idle: l10n.t("not started"),
    starting: l10n.t("starting"),
    running: l10n.t("running"),
    paused: l10n.t("paused"),
    done: l10n.t("done"),
    stopped: l10n.t("stopped"),
    diverged: l10n.t("diverged"),
    failed: l10n.t("failed"),
    interrupted: l10n.t("interrupted"),
  };
}

/**
 * From left to right. The hyperparameters stand between what a run is and what came of it.
 * @param runs all of them
 */
export function collectColumns(
  paths: readonly string[],
  shared: readonly SharedValue[],
  runs: readonly TableRun[],
  language: string,
): readonly Column[] {
  const titles = shortTitles([...paths, ...shared.map(({ path }) => path)]);
  return [
    ...identityColumns(),
    ...paths.map((path, index) => hyperparameterColumn(path, titles.get(path) ?? path, index, runs)),
    ...resultColumns(),
    ...recordColumns(language),
  ];
}

/** Those with one value in all runs: they have no column, and a filter knows them. */
export function collectSharedColumns(paths: readonly string[], shared: readonly SharedValue[]): readonly Column[] {
  const titles = shortTitles([...paths, ...shared.map(({ path }) => path)]);
  return shared.map(({ path, value }) =>
    (typeof value === "number" ? numberColumn : textColumn)({
      id: path,
      title: titles.get(path) ?? path,
      valueOf: () => plain(value),
    }),
  );
}

function identityColumns(): Column[] {
  return [
    textColumn({
      id: PIN_COLUMN,
      title: l10n.t("Pinned"),
      aliases: ["starred"],
      valueOf: ({ pinned }) => (pinned ? "yes" : "no"),
      width: 30,
    }),
    textColumn({
      id: NAME_COLUMN,
      title: l10n.t("Run"),
      aliases: ["run"],
      valueOf: ({ name }) => name,
      width: 200,
    }),
    textColumn({
      id: "experiment",
      title: l10n.t("Experiment"),
      valueOf: ({ experiment }) => experiment,
      width: 130,
      isDefault: (runs) => runs.some(({ uri }) => uri !== runs[0]?.uri),
    }),
  ];
}

function hyperparameterColumn(path: string, title: string, index: number, runs: readonly TableRun[]): Column {
  const values = new Set(runs.map((run) => run.values[index] ?? null));
  const numbers = [...values].every((value) => value === null || typeof value === "number");
  const valueOf = (run: TableRun): number | string | null => plain(run.values[index] ?? null);
  const differs = (shown: readonly TableRun[]): boolean =>
    shown.some((run) => run.values[index] !== shown[0]?.values[index]);
  const texts = [...values].slice(0, 100).map((value) => (typeof value === "number" ? formatValue(value) : `${value}`));
  const width = widthOf(title, texts);
  const column = { id: path, title, valueOf, width, isDefault: differs, isHyperparameter: true };
  return numbers ? numberColumn(column) : textColumn(column);
}

function plain(value: TableValue): number | string | null {
  return typeof value === "boolean" ? String(value) : value;
}

function resultColumns(): Column[] {
  return [
    metricColumn({ id: "loss", title: l10n.t("Loss"), aliases: ["final"], valueOf: ({ loss }) => loss }),
    metricColumn({
      id: "bestLoss",
      title: l10n.t("Best loss"),
      aliases: ["best"],
      valueOf: ({ bestLoss }) => bestLoss,
    }),
    metricColumn({
      id: "accuracy",
      title: l10n.t("Accuracy"),
      valueOf: ({ accuracy }) => accuracy,
      format: formatPercent,
    }),
    metricColumn({
      id: "validationLoss",
      title: l10n.t("Validation loss"),
      aliases: ["validation"],
      valueOf: ({ validationLoss }) => validationLoss,
    }),
    metricColumn({
      id: "bestValidationLoss",
      title: l10n.t("Best validation loss"),
      aliases: ["bestvalidation"],
      valueOf: ({ bestValidationLoss }) => bestValidationLoss,
    }),
    numberColumn({
      id: "iterations",
      title: l10n.t("Iterations"),
      valueOf: ({ iterations }) => iterations,
      format: formatCount,
    }),
    numberColumn({
      id: "duration",
      title: l10n.t("Duration"),
      valueOf: ({ trainMs }) => trainMs,
      format: formatDuration,
      parse: parseDuration,
    }),
  ];
}

function recordColumns(language: string): Column[] {
  const time = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });
  const states = stateLabels();
  return [
    numberColumn({
      id: "started",
      title: l10n.t("Started"),
      valueOf: ({ startedAt }) => startedAt,
      format: (value) => (Number.isFinite(value) ? time.format(value) : NONE),
      parse: parseDate,
      width: 160,
    }),
    textColumn({
      id: "state",
      title: l10n.t("Status"),
      aliases: ["status"],
      valueOf: ({ state }) => states[state],
      width: 90,
    }),
    numberColumn({ id: "seed", title: l10n.t("Seed"), valueOf: ({ seed }) => seed, format: asText, width: 76 }),
    textColumn({
      id: "note",
      title: l10n.t("Note"),
      aliases: ["notes"],
      valueOf: ({ note }) => note,
      isDefault: (runs) => runs.some(({ note }) => note !== ""),
    }),
  ];
}

/** Say nothing without the word before. */
const VAGUE: ReadonlySet<string> = new Set(["kind", "norm", "value", "every", "share", "file", "minimum"]);

/** The end of each path from which no other can be meant: "learningRate", "clip.norm". */
function shortTitles(paths: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const endings = (path: string): string[] => {
    const parts = path.split(".");
    return parts.map((_, index) => parts.slice(parts.length - 1 - index).join("."));
  };
  for (const path of paths) for (const ending of endings(path)) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  return new Map(
    paths.map((path) => [path, endings(path).find((end) => counts.get(end) === 1 && !VAGUE.has(end)) ?? path]),
  );
}

/** Of a filter: an id, a title, an alias, or the end of one path only. Null where none or several can be meant. */
export function findColumn(columns: readonly Column[], name: string): Column | null {
  const wanted = name.toLowerCase();
  const exact = columns.find(
    ({ id, title, aliases }) =>
      id.toLowerCase() === wanted || title.toLowerCase() === wanted || aliases.includes(wanted),
  );
  if (exact !== undefined) return exact;
  const ending = columns.filter(({ id }) => id.toLowerCase().endsWith(`.${wanted}`));
  return ending.length === 1 ? ending[0]! : null;
}

/**
 * Columns that the table shows, from left to right.
 * @param chosen those that the reader has switched on or off
 * @param runs those that the filter leaves
 */
export function visibleColumns(
  columns: readonly Column[],
  chosen: Readonly<Record<string, boolean>>,
  runs: readonly TableRun[],
): readonly Column[] {
  return columns.filter(({ id, isDefault }) => id === NAME_COLUMN || (chosen[id] ?? isDefault(runs)));
}
