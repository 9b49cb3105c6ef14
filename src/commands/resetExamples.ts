import * as vscode from "vscode";
import { findExampleFolders, readStories, type Examples } from "../experiments/examples";
import type { Services } from "../app/services";
import { confirm } from "../window/notifications";
import { pickOne } from "../window/quickPick";

/** A file of the examples that is not as it was shipped. */
interface Difference {
  readonly file: string;
  readonly uri: vscode.Uri;
  readonly state: "changed" | "unsaved" | "missing";
  /** As it was shipped. */
  readonly text: string;
}

/**
 * Brings the examples of a folder back to what was shipped: experiments and data files. Other files are left alone.
 * What is changed goes through the documents, so that undo takes it back, and is saved.
 *
 * @param target an experiment of the folder; asked for when undefined and several folders of the workspace hold the
 * examples
 * @param isConfirmed nobody is asked
 * @returns names of the files that were reset; null when the user changed their mind
 * @throws Error in words for a person when there are no examples, or they cannot be written
 */
export async function resetExamples(
  { extensionUri, notifications }: Pick<Services, "extensionUri" | "notifications">,
  target?: vscode.Uri,
  isConfirmed = false,
): Promise<readonly string[] | null> {
  const folder = target === undefined ? await chooseFolder(extensionUri) : vscode.Uri.joinPath(target, "..");
  if (folder === null) return null;
  const differences = await collectDifferences(folder, await readStories(extensionUri));
  const folderName = folder.path.split("/").at(-1) ?? "";
  if (differences.length === 0) {
    notifications.inform(vscode.l10n.t("The examples in {0} are the ones that RNN Lab ships.", folderName));
    return [];
  }
  if (!isConfirmed && !(await isAgreed(folderName, differences))) return null;
  await restore(differences);
  return differences.map(({ file }) => file);
}

/** Null when the user gave up. */
async function chooseFolder(extensionUri: vscode.Uri): Promise<vscode.Uri | null> {
  const folders = await findExampleFolders(extensionUri);
  if (folders.length === 0) throw new Error(vscode.l10n.t("No folder of this workspace holds the examples."));
  if (folders.length === 1) return folders[0]?.uri ?? null;
  const picked = await pickOne(
    folders.map(({ name, uri }) => ({ label: name, uri })),
    { title: vscode.l10n.t("Reset Examples"), placeHolder: vscode.l10n.t("Select a folder of examples") },
  );
  return picked?.uri ?? null;
}

async function collectDifferences(folder: vscode.Uri, { stories, data }: Examples): Promise<Difference[]> {
  const shipped = [...stories.map(({ file, text }) => [file, text] as const), ...Object.entries(data)];
  const compared = shipped.map(async ([file, text]): Promise<Difference | null> => {
    const uri = vscode.Uri.joinPath(folder, file);
    const open = findOpen(uri);
    if (open?.isDirty === true) return { file, uri, state: "unsaved", text };
    const present = open?.getText() ?? (await readText(uri));
    if (present === null) return { file, uri, state: "missing", text };
    return withoutReturns(present) === withoutReturns(text) ? null : { file, uri, state: "changed", text };
  });
  return (await Promise.all(compared)).filter((difference) => difference !== null);
}

function findOpen(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** Null when there is no such file. */
async function readText(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return null;
    throw error;
  }
}

/** A checkout on Windows may end its lines otherwise. */
function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function isAgreed(folderName: string, differences: readonly Difference[]): Promise<boolean> {
  const question =
    differences.length === 1
      ? vscode.l10n.t("Reset 1 file in {0} to the example that RNN Lab ships?", folderName)
      : vscode.l10n.t("Reset {0} files in {1} to the examples that RNN Lab ships?", differences.length, folderName);
  const detail = [...differences.map(describe), "", vscode.l10n.t("Other files are not changed.")].join("\n");
  return confirm(question, detail, vscode.l10n.t("Reset"));
}

function describe({ file, state }: Difference): string {
  if (state === "missing") return vscode.l10n.t("{0}: deleted", file);
  return state === "changed" ? vscode.l10n.t("{0}: changed", file) : vscode.l10n.t("{0}: unsaved changes", file);
}

async function restore(differences: readonly Difference[]): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  const documents: vscode.TextDocument[] = [];
  for (const { uri, state, text } of differences) {
    const document = state === "missing" ? null : await openText(uri);
    if (document === null) change.createFile(uri, { overwrite: true, contents: new TextEncoder().encode(text) });
    else {
      change.replace(uri, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), text);
      documents.push(document);
    }
  }
  const saved =
    (await vscode.workspace.applyEdit(change)) &&
    // With auto-save on, some are saved already.
    (await Promise.all(documents.map((document) => !document.isDirty || document.save()))).every(Boolean);
  if (!saved) throw new Error(vscode.l10n.t("The examples cannot be written. Is the folder read-only?"));
}

/** Null where VS Code takes the file for no text. */
async function openText(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
}
