/** The columns of the table: what each shows, sorts and filters by. */
import * as l10n from "@vscode/l10n";
import type { SharedValue, TableRun, TableValue } from "../../src/shared/wire/runsTable";
import { formatCount, formatDuration, formatPercent, formatValue } from "../../src/shared/words/numberFormat";
import { MAX_TEXT_WIDTH, NONE, widthOf, type GridColumn } from "../grid/column";
import { parseDate, parseDuration, parseNumber } from "../grid/parseValue";

export interface Column extends GridColumn<TableRun> {
  /** Pixels of a column of means with their deviations, where the runs are grouped. */
  readonly groupedWidth: number;
  /** Whether it shows unless the reader decides, given the runs that are shown. */
  readonly isDefault: (runs: readonly TableRun[]) => boolean;
}

export const NAME_COLUMN = "name";
export const PIN_COLUMN = "pinned";

const always = (): boolean => true;
const never = (): null => null;
const asText = (value: number): string => String(value);

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
      held: "icon",
      icon: "pin",
      width: 30,
    }),
    textColumn({
      id: NAME_COLUMN,
      title: l10n.t("Run"),
      aliases: ["run"],
      valueOf: ({ name }) => name,
      held: "name",
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
      isAbout: isSameDay,
      width: 160,
    }),
    textColumn({
      id: "state",
      title: l10n.t("Status"),
      aliases: ["status"],
      valueOf: ({ state }) => states[state],
      // The English word, which files and commands have.
      otherText: ({ state }) => state,
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

function isSameDay(time: number, other: number): boolean {
  return new Date(time).toDateString() === new Date(other).toDateString();
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
