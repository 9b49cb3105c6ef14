import * as vscode from "vscode";
import { isActive } from "../session/phases";
import type { Services } from "../app/services";
import { readStories } from "../experiments/examples";
import { EXPERIMENT_EXTENSION, fileNameOf } from "../experiments/experimentPath";
import { isWalkthroughActive, leaveWalkthroughInView } from "../window/walkthroughLayout";
import { newExperiment } from "./newExperiment";
import { pickOne } from "../window/quickPick";

/**
 * Shows an example where it is: open already, in a folder of the workspace, otherwise a copy in the first folder, or
 * untitled without one. Nobody is asked, and nothing is written over. From the walkthrough it opens beside it, in place
 * of the example of the step before.
 *
 * @param id "01-it-learns"; asked for when undefined
 * @returns null when there is no such example, or the user changed their mind
 */
export async function openExample(
  lab: Pick<Services, "extensionUri" | "panels" | "readOnlyTexts">,
  id: string | undefined,
): Promise<vscode.TextDocument | null> {
  const { stories } = await readStories(lab.extensionUri);
  const known = stories.map((story) => ({ ...story, id: story.file.slice(0, -EXPERIMENT_EXTENSION.length) }));
  const story = id === undefined ? await pick(known) : known.find((one) => one.id === id);
  if (story === undefined) return null;
  if (!isWalkthroughActive()) return showExample(lab, story);
  const isOther = (path: string): boolean =>
    fileNameOf(path) !== story.file && stories.some(({ file }) => file === fileNameOf(path));
  await closePanels(lab, isOther);
  await leaveWalkthroughInView();
  const document = await showExample(lab, story);
  await closeUnchanged(isOther);
  return document;
}

async function showExample(
  lab: Pick<Services, "extensionUri" | "readOnlyTexts">,
  { file, id }: { readonly file: string; readonly id: string },
): Promise<vscode.TextDocument | null> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.path.split("/").at(-1) === file);
  const uri = open?.uri ?? (await findInFolders(file));
  if (uri !== undefined) return vscode.window.showTextDocument(uri).then(({ document }) => document);
  const folder = vscode.workspace.workspaceFolders?.[0];
  return newExperiment(lab, folder === undefined ? undefined : vscode.Uri.joinPath(folder.uri, file), id);
}

/**
 * Of the experiments for which the condition holds, except those that train. By their tabs: the group that one leaves
 * empty is gone when this returns.
 */
async function closePanels({ panels }: Pick<Services, "panels">, isClosed: (path: string) => boolean): Promise<void> {
  const titles = panels.all
    .filter(({ session }) => !isActive(session.status.phase) && isClosed(vscode.Uri.parse(session.file.uri).path))
    .map(({ panel }) => panel.title);
  await vscode.window.tabGroups.close(
    vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.filter(({ input, label }) => input instanceof vscode.TabInputWebview && titles.includes(label)),
    ),
    true,
  );
}

/** The tabs of such files in the active group; one with unsaved changes stays. */
async function closeUnchanged(isClosed: (path: string) => boolean): Promise<void> {
  const { tabs } = vscode.window.tabGroups.activeTabGroup;
  await vscode.window.tabGroups.close(
    tabs.filter(({ input, isDirty }) => input instanceof vscode.TabInputText && !isDirty && isClosed(input.uri.path)),
    true,
  );
}

async function pick<T extends { readonly id: string; readonly title: string; readonly detail: string }>(
  stories: readonly T[],
): Promise<T | undefined> {
  const items = stories.map((story) => ({ label: story.title, description: story.id, detail: story.detail, story }));
  const title = vscode.l10n.t("Open Example");
  return (await pickOne(items, { title, matchOnDescription: true, matchOnDetail: true }))?.story;
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
