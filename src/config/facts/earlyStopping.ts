import * as l10n from "@vscode/l10n";
import type { Experiment, TaskConfig } from "../schema/schema";

/** Whether the data say which sequences are for validation: those of a file, or files by a column of their labels. */
export function hasValidationFile(task: TaskConfig): boolean {
  return task.kind === "arrays" ? task.validation !== "" : task.kind === "csv" && (task.split ?? "") !== "";
}

/**
 * Why training cannot stop early, in words for a person; null when it can, or is not to.
 * @param heldOut validation sequences; null when not known yet
 */
export function describeMissingValidation(
  { stop, validation: { share } }: Pick<Experiment["training"], "stop" | "validation">,
  heldOut: number | null,
): string | null {
  if (stop === null) return null;
  if (share === 0 && !(heldOut !== null && heldOut > 0))
    return l10n.t(
      "training.stop requires a validation set, but training.validation.share is 0. Set the share, for example to 0.2, or remove training.stop.",
    );
  return heldOut === 0
    ? l10n.t(
        "training.stop requires a validation set, but there is only one sequence and training needs it. Use more sequences, or remove training.stop.",
      )
    : null;
}
