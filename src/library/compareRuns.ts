import * as vscode from "vscode";
import { editBetween } from "../config/edit";
import { rangeIn } from "../editor/diagnostics";
import type { Lab } from "../lab";
import { ComparePanel, COMPARE_TYPE } from "../panel/comparePanel";
import type { RunEntry } from "../runs/runStore";
import { RunReader } from "../session/runReader";
import { DisposableStore } from "../shared/dispose";
import type { Disposable } from "../shared/dispose";
import { collectComparison } from "./collectComparison";
import { titleOf } from "./describeRun";
import { recordedUri } from "./recordedUri";
import type { RunLibrary } from "./runLibrary";

/** The panel that compares runs, fed from the library. */
export class RunComparison implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  readonly panel: ComparePanel;

  constructor(extensionUri: vscode.Uri, workerPath: string, library: RunLibrary, warn: (message: string) => void) {
    const reader = this.owned.add(new RunReader(workerPath));
    this.panel = this.owned.add(
      new ComparePanel(extensionUri, {
        collect: async (ids) => {
          const { store, baseline } = library;
          const find = (id: string): readonly RunEntry[] => [store?.find(id) ?? null].filter((entry) => entry !== null);
          if (ids.some((id) => find(id).length === 0)) await store?.load();
          return collectComparison(
            ids.flatMap(find),
            baseline === null ? null : (find(baseline)[0] ?? null),
            reader,
            vscode.env.language,
          );
        },
        act: ({ verb, id }) => void vscode.commands.executeCommand(`rnnLab.${verb}`, id),
        warn,
      }),
    );
    this.owned.add(library.onDidChangeRuns(() => this.panel.refresh()));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(COMPARE_TYPE, this));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const ids =
      typeof state === "object" && state !== null && "ids" in state && Array.isArray(state.ids)
        ? state.ids.filter((id): id is string => typeof id === "string")
        : [];
    this.panel.restore(panel, ids);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

export function compareRuns(lab: Lab, runs: readonly RunEntry[]): void {
  const { baseline } = lab.runs;
  const others = runs.filter(({ id }) => id !== baseline);
  if (runs.length < 2 && (baseline === null || others.length === 0))
    throw new Error(vscode.l10n.t("Choose two runs or more, or one beside the baseline."));
  lab.comparison.panel.show(runs.map(({ id }) => id));
}

/** The text of the run on the left, the file as it is on the right. */
export async function diffRunConfig(run: RunEntry): Promise<void> {
  const file = vscode.Uri.parse(run.meta.uri);
  await vscode.workspace.openTextDocument(file);
  await vscode.commands.executeCommand(
    "vscode.diff",
    recordedUri(run),
    file,
    vscode.l10n.t("{0}: {1} ↔ file", run.meta.fileName, titleOf(run, vscode.env.language)),
  );
}

/** As one edit of the open document, which undo takes back. @throws Error in words for a person when the file cannot be changed */
export async function restoreRunConfig(run: RunEntry): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.meta.uri));
  const edits = editBetween(document.getText(), run.meta.configText);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  if (edits.length === 0) return;
  const wasSaved = !document.isDirty && !document.isUntitled;
  const change = new vscode.WorkspaceEdit();
  change.set(
    document.uri,
    edits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)),
  );
  if (!(await vscode.workspace.applyEdit(change)))
    throw new Error(vscode.l10n.t("The file cannot be changed. Is it read-only?"));
  if (wasSaved) await document.save();
}
