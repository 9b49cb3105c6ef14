/** Which runs are selected, and which row the keys are on: as in VS Code's lists. */
import { runsOf, type Row } from "./rows";

export interface Selection {
  /** Ids of runs. */
  readonly ids: ReadonlySet<string>;
  /** Key of the row that the keys are on. */
  readonly active: string | null;
  /** Key of the row where a range begins. */
  readonly anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), active: null, anchor: null };

const idsOf = (rows: readonly Row[]): string[] => rows.flatMap((row) => runsOf(row).map(({ id }) => id));

/** Only this row. */
export function selectOnly(row: Row): Selection {
  return { ids: new Set(idsOf([row])), active: row.key, anchor: row.key };
}

/** Adds the runs of a row, or takes them away where all are selected. */
export function toggleRow({ ids }: Selection, row: Row): Selection {
  const own = idsOf([row]);
  const next = new Set(ids);
  const isSelected = own.every((id) => ids.has(id));
  for (const id of own)
    if (isSelected) next.delete(id);
    else next.add(id);
  return { ids: next, active: row.key, anchor: row.key };
}

/** From the anchor to this row. */
export function selectRange({ anchor, active }: Selection, rows: readonly Row[], to: number): Selection {
  const row = rows[to];
  if (row === undefined) return { ids: new Set(), active, anchor };
  const start = rows.findIndex(({ key }) => key === (anchor ?? active));
  const from = start < 0 ? to : start;
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set(idsOf(range)), active: row.key, anchor: rows[from]?.key ?? row.key };
}

/** Without runs that are no longer there. */
export function keepPresent(selection: Selection, has: (id: string) => boolean): Selection {
  const ids = [...selection.ids].filter(has);
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}
