import type { TableRun } from "../../src/shared/wire/runsTable";
import { textOf } from "../grid/column";
import { PIN_COLUMN, type Column } from "./columns";

const texts = new WeakMap<TableRun, { readonly columns: readonly Column[]; readonly text: string }>();

/** What a filter looks for words in: one line a text. Runs are replaced when they change. */
export function searchText(run: TableRun, columns: readonly Column[]): string {
  const known = texts.get(run);
  if (known?.columns === columns) return known.text;
  const text = [
    ...columns.filter(({ kind, id }) => kind === "text" && id !== PIN_COLUMN).map((column) => textOf(column, run)),
    run.state,
    ...run.values.flatMap((value) => (typeof value === "number" ? [String(value)] : [])),
  ].join("\n");
  texts.set(run, { columns, text });
  return text;
}
