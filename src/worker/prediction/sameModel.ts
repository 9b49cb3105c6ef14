import * as l10n from "@vscode/l10n";
import { collectChanges, showConfigValue } from "../../config/compare/changes";
import type { Experiment } from "../../config/schema/schema";
import { PredictionError } from "../../core/prediction/trainedModel";

/** How a table is written may differ from that of training; what is read from it may not. */
const MAY_DIFFER: ReadonlySet<string> = new Set([
  "task.file",
  "task.stride",
  "task.season",
  "task.delimiter",
  "task.decimal",
  "task.thousands",
  "task.header",
  "task.skip",
  "task.footer",
  "task.comment",
  "task.missing",
  "model.dropout",
]);

/** Of the files that a task names, other ones may be there, but they are several as in training, or one. */
const NAMES: ReadonlySet<string> = new Set(["task.files", "task.labels"]);

/**
 * The experiment of the weights, with its table written as `present` says.
 * @param present the experiment that predicts
 * @throws PredictionError when that is another model, or for other columns
 */
export function experimentFor(trained: Experiment, present: Experiment): Experiment {
  const change = collectChanges(trained, present).find(({ path, before, after }) => {
    const [first, second] = path;
    const isRead = first === "task" || first === "model";
    const key = `${first}.${second}`;
    return isRead && second !== "init" && !MAY_DIFFER.has(key) && !(NAMES.has(key) && before && after);
  });
  if (change !== undefined)
    throw new PredictionError(
      l10n.t(
        "{0} is {1}, but the weights were trained with {2}. Restore it, or use the weights of a run with it.",
        change.path.join("."),
        showConfigValue(change.after),
        showConfigValue(change.before),
      ),
    );
  return { ...trained, task: present.task };
}
