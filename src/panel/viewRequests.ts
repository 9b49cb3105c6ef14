import * as vscode from "vscode";
import { collectFixEdits } from "../config/edit/fixEdits";
import { valueRange } from "../config/read/valueRange";
import type { PanelSession } from "../session/panelSession";
import type { ConfigPath, FixEdit } from "../shared/wire/findings";
import { rangeIn } from "../experiments/documentRange";
import { Movements } from "../experiments/movements";

/** Shows a value of the experiment in its editor. A value that the text leaves out is shown where it would stand. */
export async function revealValue(session: PanelSession, path: ConfigPath): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(session.file.uri));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const selection = rangeIn(document, valueRange(document.getText(), path));
  await vscode.window.showTextDocument(document, { selection, viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
}

/** A slider that is being moved: what it writes on the way is one movement, which undo takes back as one. */
interface Movement {
  readonly id: number;
  readonly wasSaved: boolean;
}

let lastMovement = 0;
const movements = new WeakMap<vscode.TextDocument, Movement>();
/** Edits of a file are made one after the other: each starts from the text that the one before has left. */
const latest = new Map<string, Promise<void>>();

/**
 * Writes values into the file, through the open document: undo takes it back, comments stay. A file without other
 * unsaved changes is saved.
 * @param moving more of the same movement follows; its end is an edit that is not moving
 * @param known is told of the edits of a movement
 * @throws Error in words for a person when the text has an error, or the values would not leave an experiment
 */
export function editValues(
  session: PanelSession,
  edits: readonly FixEdit[],
  moving = false,
  known = new Movements(),
): Promise<void> {
  const { uri } = session.file;
  const before = latest.get(uri) ?? Promise.resolve();
  const done = before.then(
    () => writeValues(uri, edits, moving, known),
    () => writeValues(uri, edits, moving, known),
  );
  latest.set(uri, done);
  const forget = (): void => void (latest.get(uri) === done && latest.delete(uri));
  done.then(forget, forget);
  return done;
}

async function writeValues(uri: string, edits: readonly FixEdit[], moving: boolean, known: Movements): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const underWay = movements.get(document);
  const movement = underWay ?? { id: ++lastMovement, wasSaved: !document.isDirty && !document.isUntitled };
  if (underWay === undefined && (await isReadOnly(document)))
    throw new Error(vscode.l10n.t("The file cannot be edited because it is read-only."));
  if (moving) movements.set(document, movement);
  else movements.delete(document);
  const textEdits = collectFixEdits(document.getText(), edits);
  if (textEdits === null) throw new Error(vscode.l10n.t("The file has an error, or the value is not allowed."));
  const changes = textEdits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content));
  const make = (): Promise<boolean> => apply(document, changes, underWay !== undefined);
  const isMovement = moving || underWay !== undefined;
  if (changes.length > 0 && !(await (isMovement ? known.edit(document, movement.id, make) : make()))) {
    throw new Error(vscode.l10n.t("The file could not be edited. Check whether it is read-only."));
  }
  if (movement.wasSaved && !moving && document.isDirty) await document.save();
}

/** VS Code lets an extension edit the text of such a file, which then cannot be saved. */
async function isReadOnly({ uri, isUntitled }: vscode.TextDocument): Promise<boolean> {
  if (isUntitled) return false;
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  return vscode.workspace.fs.stat(uri).then(
    ({ permissions = 0 }) => (permissions & vscode.FilePermission.Readonly) !== 0,
    () => false,
  );
}

/** In an editor that shows the file, so that a movement can be one step of undo; else in the document. */
async function apply(
  document: vscode.TextDocument,
  edits: readonly vscode.TextEdit[],
  isFurtherStep: boolean,
): Promise<boolean> {
  const editor = vscode.window.visibleTextEditors.find((shown) => shown.document === document);
  if (editor !== undefined) {
    return editor.edit((builder) => edits.forEach(({ range, newText }) => builder.replace(range, newText)), {
      undoStopBefore: !isFurtherStep,
      undoStopAfter: false,
    });
  }
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, [...edits]);
  return vscode.workspace.applyEdit(change);
}
