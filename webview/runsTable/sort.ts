import type { SortKey, TableRun } from "../../src/shared/wire/runsTable";
import type { Column } from "./columns";

/** Columns that a tie goes back to. */
const MAX_KEYS = 3;

/** A click on a column: first upward, then downward, then not at all. The columns clicked before break its ties. */
export function sortedBy(keys: readonly SortKey[], column: string): readonly SortKey[] {
  const others = keys.filter((key) => key.column !== column);
  const [first] = keys;
  if (first?.column !== column) return [{ column, descending: false }, ...others].slice(0, MAX_KEYS);
  return first.descending ? others : [{ column, descending: true }, ...others];
}

type Value = number | string | null;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Ascending; what is missing, and NaN, comes last in both directions. */
export function compareValues(a: Value, b: Value, descending: boolean): number {
  const lacksA = a === null || a === "" || Number.isNaN(a);
  const lacksB = b === null || b === "" || Number.isNaN(b);
  if (lacksA || lacksB) return Number(lacksA) - Number(lacksB);
  const order =
    typeof a === "number" && typeof b === "number"
      ? a === b
        ? 0
        : a < b
          ? -1
          : 1
      : collator.compare(String(a), String(b));
  return descending ? -order : order;
}

/** Stable: runs that no key tells apart stay in their order. */
export function sortRuns(
  runs: readonly TableRun[],
  keys: readonly SortKey[],
  columns: readonly Column[],
): readonly TableRun[] {
  const sorters = keys.flatMap(({ column: id, descending }) => {
    const column = columns.find((candidate) => candidate.id === id);
    return column === undefined ? [] : [{ values: new Map(runs.map((run) => [run, column.valueOf(run)])), descending }];
  });
  if (sorters.length === 0) return runs;
  return [...runs].sort((a, b) => {
    for (const { values, descending } of sorters) {
      const order = compareValues(values.get(a) ?? null, values.get(b) ?? null, descending);
      if (order !== 0) return order;
    }
    return 0;
  });
}
