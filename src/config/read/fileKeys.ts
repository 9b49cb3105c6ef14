/** Where a csv experiment names its files in a way that cannot be read. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../../lib/outsideText";
import { hasFileLabels, hasFiles, targetsOf } from "../../tables/taskTable";
import type { Experiment } from "../schema/schema";
import type { MeaningProblem } from "./meaningProblem";

type TableTask = Extract<Experiment["task"], { readonly kind: "csv" }>;

/** Null where the keys go together. */
export function checkFileKeys(task: Experiment["task"]): MeaningProblem | null {
  if (task.kind !== "csv") return null;
  if (task.file === "" && !hasFiles(task))
    return {
      code: "missing-key",
      path: ["task", "file"],
      message: l10n.t('task requires "file", the name of a table, or "files", a pattern for several.'),
    };
  if (task.file !== "" && hasFiles(task))
    return {
      code: "table",
      path: ["task", "files"],
      message: l10n.t("task.file and task.files cannot both be set. Remove one of them."),
      fixes: [
        { path: ["task", "file"], isRemoved: true },
        { path: ["task", "files"], isRemoved: true },
      ],
    };
  if (task.split !== "" && !hasFileLabels(task))
    return {
      code: "table",
      path: ["task", "split"],
      message: l10n.t("task.split requires task.labels, the table that has this column."),
      fixes: [{ path: ["task", "split"], isRemoved: true }],
    };
  return hasFileLabels(task) ? checkLabels(task) : null;
}

function checkLabels(task: TableTask): MeaningProblem | null {
  const at = { code: "table", path: ["task", "labels"] } as const;
  if (!hasFiles(task))
    return {
      ...at,
      message: l10n.t("task.labels is for several files. Set task.files in place of task.file."),
      fixes: [{ path: at.path, isRemoved: true }],
    };
  if (targetsOf(task).length === 0)
    return { ...at, message: l10n.t("task.labels requires task.target, the column of the labels in that table.") };
  if (targetsOf(task).includes(task.split))
    return {
      code: "table",
      path: ["task", "split"],
      message: l10n.t("task.split and task.target are the same column, {0}.", describeValue(task.split)),
    };
  if (task.horizon !== 0)
    return {
      ...at,
      message: l10n.t(
        "With task.labels, a target is of its whole file, not of a later row. Set task.horizon to 0. It is {0}.",
        task.horizon,
      ),
      fixes: [{ path: ["task", "horizon"], value: 0 }],
    };
  return null;
}
