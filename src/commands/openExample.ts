import * as vscode from "vscode";
import { readStories } from "../experiments/examples";
import { EXPERIMENT_EXTENSION } from "../experiments/experimentPath";
import { newExperiment } from "./newExperiment";

/**
 * Shows an example where it is: open already, in a folder of the workspace, otherwise a copy in the first folder, or
 * untitled without one. Nobody is asked, and nothing is written over.
 *
 * @param id "01-it-learns"; asked for when undefined
 * @returns null when there is no such example, or the user changed their mind
 */
export async function openExample(
  extensionUri: vscode.Uri,
  id: string | undefined,
): Promise<vscode.TextDocument | null> {
  const { stories } = await readStories(extensionUri);
  const known = stories.map((story) => ({ ...story, id: story.file.slice(0, -EXPERIMENT_EXTENSION.length) }));
  const story = id === undefined ? await pick(known) : known.find((one) => one.id === id);
  if (story === undefined) return null;
  const { file } = story;
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.path.split("/").at(-1) === file);
  const uri = open?.uri ?? (await findInFolders(file));
  if (uri !== undefined) return vscode.window.showTextDocument(uri).then(({ document }) => document);
  const folder = vscode.workspace.workspaceFolders?.[0];
  return newExperiment(
    extensionUri,
    folder === undefined ? undefined : vscode.Uri.joinPath(folder.uri, file),
    story.id,
  );
}

async function pick<T extends { readonly id: string; readonly title: string; readonly detail: string }>(
  stories: readonly T[],
): Promise<T | undefined> {
  const items = stories.map((story) => ({ label: story.title, description: story.id, detail: story.detail, story }));
  const title = vscode.l10n.t("Open Example");
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.story;
}

async function findInFolders(file: string): Promise<vscode.Uri | undefined> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    for (const place of [vscode.Uri.joinPath(uri, file), vscode.Uri.joinPath(uri, "examples", file)]) {
      const stat = await vscode.workspace.fs.stat(place).then(undefined, () => null);
      if (stat !== null) return place;
    }
  }
  return undefined;
}
