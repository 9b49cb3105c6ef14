/** Runs in groups, with their metrics over the runs of a group. */
import * as l10n from "@vscode/l10n";
import type { SortKey, TableRun } from "../../src/shared/wire/runsTable";
import { textOf } from "../grid/column";
import type { Column } from "./columns";
import { compareValues, sortRuns } from "./sort";

/** Groups of equal experiments that differ in the seed at most. */
export const BY_CONFIG = "config";
export const BY_EXPERIMENT = "experiment";

export interface RunGroup {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly TableRun[];
}

const DEVIATION_DIGITS = 2;

/** Over the runs that have a finite value. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  /** Of the sample, divided by n - 1; NaN of fewer than two. */
  readonly deviation: number;
}

export function collectStatistics(values: readonly (number | string | null)[]): Statistics {
  const finite = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const count = finite.length;
  const mean = finite.reduce((sum, value) => sum + value, 0) / count;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count < 2 ? NaN : Math.sqrt(squares / (count - 1)) };
}

/** "0.0123 ± 0.0004"; with "(4/5)" where a run has no finite value. */
export function groupText(column: Column, { runs }: RunGroup): string {
  if (column.kind !== "metric") return commonText(column, runs);
  const { count, mean, deviation } = collectStatistics(runs.map((run) => column.valueOf(run)));
  if (count === 0) return "–";
  const spread = Number.isNaN(deviation) ? "" : ` ± ${column.format(deviation, DEVIATION_DIGITS)}`;
  return `${column.format(mean)}${spread}${count < runs.length ? ` (${count}/${runs.length})` : ""}`;
}

/** Empty where the runs differ. */
function commonText(column: Column, runs: readonly TableRun[]): string {
  const [first] = runs;
  if (first === undefined || column.id === "started" || column.id === "duration") return "";
  const text = textOf(column, first);
  return runs.every((run) => textOf(column, run) === text) ? text : "";
}

/** @param by {@link BY_CONFIG}, {@link BY_EXPERIMENT} or the id of a column */
function groupKey(run: TableRun, by: string, columns: readonly Column[]): string {
  if (by === BY_EXPERIMENT) return run.uri;
  if (by === BY_CONFIG) return JSON.stringify([run.uri, run.values]);
  const column = columns.find(({ id }) => id === by);
  return column === undefined ? "" : JSON.stringify(column.valueOf(run));
}

/**
 * In the order of their means, or of their first runs where the column has none.
 * @param differing columns that tell one group from another
 */
export function collectGroups(
  runs: readonly TableRun[],
  by: string,
  keys: readonly SortKey[],
  columns: readonly Column[],
  differing: readonly Column[],
): readonly RunGroup[] {
  const byKey = new Map<string, TableRun[]>();
  for (const run of sortRuns(runs, keys, columns)) {
    const key = groupKey(run, by, columns);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [run]);
    else known.push(run);
  }
  const groups = [...byKey].map(([key, members]): RunGroup => {
    const first = members[0]!;
    return { key, label: labelOf(first, by, columns, differing), runs: members };
  });
  const [first] = keys;
  const column = columns.find(({ id }) => id === first?.column);
  if (first === undefined || column?.kind !== "metric") return groups;
  const means = new Map(
    groups.map((group) => [group, collectStatistics(group.runs.map((run) => column.valueOf(run))).mean]),
  );
  return [...groups].sort((a, b) => compareValues(means.get(a) ?? NaN, means.get(b) ?? NaN, first.descending));
}

function labelOf(run: TableRun, by: string, columns: readonly Column[], differing: readonly Column[]): string {
  if (by === BY_EXPERIMENT) return run.experiment;
  const named = by === BY_CONFIG ? differing : columns.filter(({ id }) => id === by);
  const values = named.map((column) =>
    column.isHyperparameter ? `${column.title} ${textOf(column, run)}` : textOf(column, run),
  );
  return values.join(", ") || run.experiment || l10n.t("All runs");
}
