import type { RunsTableState, TableRun } from "../../src/shared/wire/runsTable";
import { visibleColumns, type Column } from "./columns";
import { BY_EXPERIMENT, collectGroups, type RunGroup } from "./groups";
import { sortRuns } from "./sort";

/** A row of the table under its header. */
export type Row =
  | { readonly kind: "group"; readonly key: string; readonly group: RunGroup; readonly isExpanded: boolean }
  | { readonly kind: "run"; readonly key: string; readonly run: TableRun; readonly level: 1 | 2 };

export interface TableModel {
  /** The runs that the filter leaves, in their order. */
  readonly runs: readonly TableRun[];
  readonly groups: readonly RunGroup[] | null;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What the table shows, from the top down. @param all columns, whether they show or not */
export function collectRows(
  runs: readonly TableRun[],
  all: readonly Column[],
  state: Pick<RunsTableState, "sort" | "group" | "columns" | "expanded">,
): TableModel {
  const columns = visibleColumns(all, state.columns, runs);
  if (state.group === null) {
    const sorted = sortRuns(runs, state.sort, all);
    return { runs: sorted, groups: null, columns, rows: sorted.map((run) => runRow(run, 1)) };
  }
  const groups = collectGroups(runs, state.group, state.sort, all, hyperparametersOf(columns, runs));
  const expanded = new Set(state.expanded);
  const rows = groups.flatMap((group): Row[] => {
    const key = `group ${group.key}`;
    const isExpanded = expanded.has(group.key);
    const row = { kind: "group", key, group, isExpanded } as const;
    return isExpanded ? [row, ...group.runs.map((run) => runRow(run, 2))] : [row];
  });
  return { runs: groups.flatMap((group) => group.runs), groups, columns, rows };
}

/** Columns that tell configs apart, besides the seed. */
export function hyperparametersOf(columns: readonly Column[], runs: readonly TableRun[]): readonly Column[] {
  const differing = columns.filter(({ isDefault }) => isDefault(runs));
  return [
    ...differing.filter(({ isHyperparameter }) => isHyperparameter),
    ...differing.filter(({ id }) => id === BY_EXPERIMENT),
  ];
}

function runRow(run: TableRun, level: 1 | 2): Row {
  return { kind: "run", key: run.id, run, level };
}

/** Those of a row: a group stands for its runs. */
export function runsOf(row: Row): readonly TableRun[] {
  return row.kind === "run" ? [row.run] : row.group.runs;
}
