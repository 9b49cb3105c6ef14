import * as vscode from "vscode";
import { removeValue } from "../config/edit/editField";
import { listFields, type Field } from "../config/edit/fields";
import { FieldError, applyTextEdits, showValue } from "./editHyperparameter";
import { pickOne } from "../window/quickPick";

/**
 * Lets the user choose a value that is not its default, and takes it out of the file, so that the default holds again.
 * @param key e.g. "training.iterations"; asked for when undefined
 * @returns whether the text has changed
 * @throws FieldError when there is nothing to reset
 */
export async function resetHyperparameter(document: vscode.TextDocument, key?: string): Promise<boolean> {
  const changed = listFields(document.getText()).filter(
    ({ isDefault, default: standard }) => !isDefault && standard !== undefined,
  );
  const field = key === undefined ? await pick(changed) : changed.find((candidate) => candidate.key === key);
  if (field === undefined) {
    if (key !== undefined)
      throw new FieldError(vscode.l10n.t('"{0}" already has its default value, or has no default.', key));
    return false;
  }
  const edits = removeValue(document.getText(), pathToRemove(field));
  if (edits === null) throw new FieldError(vscode.l10n.t("The file has a syntax error. Fix it first."));
  return applyTextEdits(document, edits);
}

/** The kind of an optimizer is no value of its own: without it, what stands beside it has no meaning. */
function pathToRemove({ path }: Field): readonly string[] {
  return path.at(-1) === "kind" ? path.slice(0, -1) : path;
}

async function pick(fields: readonly Field[]): Promise<Field | undefined> {
  const none = fields.length === 0;
  const items = fields.map((field) => ({
    label: field.label,
    description: `${showValue(field.value)} → ${showValue(field.default)}`,
    detail: field.key,
    field,
  }));
  const picked = await pickOne(items, {
    title: vscode.l10n.t("Reset Hyperparameter"),
    placeHolder: none
      ? vscode.l10n.t("All values are at their defaults")
      : vscode.l10n.t("Select a hyperparameter to reset to its default"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.field;
}
