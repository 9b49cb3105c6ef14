import * as vscode from "vscode";
import type { TextEdit } from "../config/edit/edit";
import { setValue } from "../config/edit/editField";
import { findField, listFieldGroups, type Field, type FieldCheck } from "../config/edit/fields";
import { describeValue } from "../lib/outsideText";
import { askForText } from "../window/inputBox";
import { pickOne, separator, type Choice } from "../window/quickPick";

const LAST_KEY = "editHyperparameter.last";

/** The error is for the user: what was typed cannot stand in the file. */
export class FieldError extends Error {}

/**
 * Lets the user choose a field and type a value, and writes it into the file as the smallest edit, through the open
 * document: undo takes it back, comments stay. A file without other unsaved changes is saved, so that it runs again.
 *
 * @param key field to change, e.g. "training.iterations"; asked for when undefined
 * @param input value as it would be typed; asked for when undefined
 * @param memory keeps what was changed last, which is offered first
 * @returns whether the text has changed
 * @throws FieldError for a key or an input from the outside that does not fit
 */
export async function editHyperparameter(
  document: vscode.TextDocument,
  memory: vscode.Memento,
  key?: string,
  input?: string,
): Promise<boolean> {
  const field =
    key === undefined ? await pickField(document, memory.get<string>(LAST_KEY)) : findField(document.getText(), key);
  if (field === undefined) {
    if (key !== undefined) {
      throw new FieldError(vscode.l10n.t("There is no hyperparameter {0}.", describeValue(key)));
    }
    return false;
  }
  const typed = input ?? (await askForValue(field));
  if (typed === undefined) {
    return false;
  }
  const checked = field.check(typed);
  if ("error" in checked) {
    throw new FieldError(checked.error);
  }
  await memory.update(LAST_KEY, field.key);
  return applyValue(document, field, checked.value);
}

interface FieldItem extends Choice {
  readonly field?: Field;
}

async function pickField(document: vscode.TextDocument, lastKey: string | undefined): Promise<Field | undefined> {
  const groups = listFieldGroups(document.getText()).map(({ group, fields }) => ({
    group,
    items: fields.map((field): FieldItem => ({
      label: field.label,
      description: describeStanding(field),
      detail: field.key,
      field,
    })),
  }));
  // What was changed last is most likely changed again.
  const last = groups.flatMap(({ items }) => items.filter(({ field }) => field?.key === lastKey));
  const section = (label: string, items: readonly FieldItem[]): FieldItem[] =>
    items.length === 0 ? [] : [separator(label), ...items];
  const items = [
    ...section(vscode.l10n.t("recently changed"), last),
    ...groups.flatMap(({ group, items: all }) =>
      section(
        group,
        all.filter((item) => !last.includes(item)),
      ),
    ),
  ];
  const picked = await pickOne(items, {
    title: vscode.l10n.t("Edit Hyperparameter"),
    placeHolder: vscode.l10n.t("Select a hyperparameter to edit"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.field;
}

function describeStanding({ value, default: standard, isDefault }: Field): string {
  const shown = (given: unknown): string => (given === "" ? vscode.l10n.t("none") : showValue(given));
  if (isDefault) return vscode.l10n.t("{0} (default)", shown(value));
  return standard === undefined ? shown(value) : vscode.l10n.t("{0} (default {1})", shown(value), shown(standard));
}

async function askForValue(field: Field): Promise<string | undefined> {
  if (field.options === null) {
    return typeValue(field, showValue(field.value));
  }
  const items = field.options.map(({ input, description }) => ({
    label: input,
    description: isInForce(field, input) ? vscode.l10n.t("current") : "",
    detail: description,
  }));
  const picked = await pickOne(items, {
    title: field.label,
    placeHolder: field.description,
    matchOnDetail: true,
  });
  // A form such as { "norm": 1 } is where typing begins, not the end of it.
  return picked?.label.startsWith("{") ? typeValue(field, picked.label) : picked?.label;
}

function typeValue(field: Field, value: string): Promise<string | undefined> {
  return askForText(
    {
      title: `${field.label} (${field.key})`,
      prompt: vscode.l10n.t("{0} Expected: {1}.", field.description, field.range),
      value,
    },
    (input) => errorOf(field.check(input)),
  );
}

async function applyValue(document: vscode.TextDocument, field: Field, value: unknown): Promise<boolean> {
  const edits = setValue(document.getText(), field.path, value);
  if (edits === null) {
    throw new FieldError(vscode.l10n.t("The file has a syntax error. Fix it first."));
  }
  return applyTextEdits(document, edits);
}

/**
 * Through the open document: undo takes it back. A file without other unsaved changes is saved.
 * @returns whether the text has changed
 */
export async function applyTextEdits(document: vscode.TextDocument, edits: readonly TextEdit[]): Promise<boolean> {
  if (edits.length === 0) {
    return false;
  }
  const hadUnsavedChanges = document.isDirty;
  const change = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of edits) {
    change.replace(
      document.uri,
      new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
      content,
    );
  }
  if (!(await vscode.workspace.applyEdit(change))) {
    throw new FieldError(vscode.l10n.t("The file could not be edited. Check whether it is read-only."));
  }
  if (!hadUnsavedChanges && !document.isUntitled) {
    await document.save();
  }
  return true;
}

function isInForce(field: Field, input: string): boolean {
  const checked = field.check(input);
  return "value" in checked && JSON.stringify(checked.value) === JSON.stringify(field.value);
}

function errorOf(checked: FieldCheck): string | null {
  return "error" in checked ? checked.error : null;
}

export function showValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
