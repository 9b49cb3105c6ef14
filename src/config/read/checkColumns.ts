import * as l10n from "@vscode/l10n";
import type { Experiment } from "../schema/schema";
import { describeNames, describeValue } from "../../lib/outsideText";
import type { Problem } from "../schema/problem";
import type { FileColumns } from "../../tables/tableStart";
import { entryOf, groupOf, hasFileLabels, targetsOf } from "../../tables/taskTable";
import type { JsonPath } from "../schema/jsonSchema";
import { problemAt } from "./problemAt";
import { suggest } from "../../lib/suggest";

/**
 * Columns that a csv experiment names and its files do not have.
 * @param table the table, or the first of several; null where it is not known
 * @param labels the table of their labels; null where there is none, or it is not known
 */
export function checkColumns(
  text: string,
  { task }: Experiment,
  table: FileColumns | null,
  labels: FileColumns | null,
): Problem[] {
  if (task.kind !== "csv") return [];
  const named: Named[] = task.columns.map((column, index) => ({
    name: entryOf(column).name,
    path: typeof column === "string" ? ["task", "columns", index] : ["task", "columns", index, "name"],
    source: table,
  }));
  for (const [key, names, source] of [
    ["target", targetsOf(task), hasFileLabels(task) ? labels : table],
    ["split", task.split === "" ? [] : [task.split], labels],
    ["group", groupOf(task), table],
    ["reset", task.reset === "" ? [] : [task.reset], table],
  ] as const)
    for (const [index, name] of names.entries())
      named.push({ name, path: typeof task[key] === "string" ? ["task", key] : ["task", key, index], source });
  return named.flatMap((one) => problemOf(text, one));
}

interface Named {
  readonly name: string;
  readonly path: JsonPath;
  readonly source: FileColumns | null;
}

function problemOf(text: string, { name, path, source }: Named): Problem[] {
  if (source === null || source.columns.includes(name)) return [];
  const { file, columns } = source;
  const suggestion = suggest(name, columns);
  const advice =
    suggestion === undefined
      ? l10n.t("Its columns are {0}.", describeNames(columns))
      : l10n.t("Did you mean {0}?", describeValue(suggestion));
  const message = `${l10n.t("{0} has no column {1}.", describeValue(file), describeValue(name))} ${advice}`;
  return [
    {
      ...problemAt(text, "no-such-column", path, message),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}
