import * as l10n from "@vscode/l10n";
import type { Experiment } from "../schema/schema";
import { describeNames, describeValue } from "../../lib/outsideText";
import type { Problem } from "../schema/problem";
import { entryOf, groupOf, targetsOf } from "../../tables/taskTable";
import { problemAt } from "./problemAt";
import { suggest } from "../../lib/suggest";

/** Columns that a csv experiment names and its table, with these columns, has not. */
export function checkColumns(text: string, { task }: Experiment, columns: readonly string[]): Problem[] {
  if (task.kind !== "csv") return [];
  const named: { readonly name: string; readonly path: (string | number)[] }[] = task.columns.map((column, index) => ({
    name: entryOf(column).name,
    path: typeof column === "string" ? ["task", "columns", index] : ["task", "columns", index, "name"],
  }));
  for (const [key, names] of [
    ["target", targetsOf(task)],
    ["group", groupOf(task)],
    ["reset", task.reset === "" ? [] : [task.reset]],
  ] as const)
    for (const [index, name] of names.entries())
      named.push({ name, path: typeof task[key] === "string" ? ["task", key] : ["task", key, index] });
  return named
    .filter(({ name }) => !columns.includes(name))
    .map(({ name, path }) => {
      const suggestion = suggest(name, columns);
      const advice =
        suggestion === undefined
          ? l10n.t("Its columns are {0}.", describeNames(columns))
          : l10n.t("Did you mean {0}?", describeValue(suggestion));
      const message = `${l10n.t("{0} has no column {1}.", describeValue(task.file), describeValue(name))} ${advice}`;
      return {
        ...problemAt(text, "no-such-column", path, message),
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    });
}
