import * as vscode from "vscode";
import type { ExternalRun } from "../externalRuns/externalRun";
import { ComparePanel, COMPARE_TYPE } from "../panel/comparePanel";
import type { PanelPages } from "../panel/panelPages";
import { RunReader } from "../threads/runReader";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { collectComparison } from "./collectComparison";
import type { ListedRun, ListedRuns } from "./listedRun";

/** The panel that compares runs, fed from the library. */
export class RunComparison implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  readonly panel: ComparePanel;
  private shown: readonly (ExternalRun | null)[] = [];

  constructor(pages: PanelPages, workerPath: string, runs: ListedRuns, warn: (message: string) => void) {
    const reader = this.owned.add(new RunReader(workerPath));
    this.panel = this.owned.add(
      new ComparePanel(pages, {
        collect: async (ids) => {
          if (ids.some((id) => runs.find(id) === null)) await runs.load();
          return collectComparison(runs, comparedRuns(runs, ids), runs.library.baseline, reader);
        },
        names: (ids) => comparedRuns(runs, ids).map((run) => runs.identity(run).name),
        act: ({ verb, id }) => void vscode.commands.executeCommand(`rnnLab.${verb}`, id),
        warn,
      }),
    );
    this.owned.add(runs.library.onDidChangeRuns(() => this.panel.refresh()));
    this.owned.add(runs.external.onDidChange(() => this.refreshIfShown(runs)));
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

  /** The list of the runs of others changes once a second while one of them goes on. */
  private refreshIfShown(runs: ListedRuns): void {
    const shown = this.panel.comparedIds.map((id) => runs.external.find(id));
    if (shown.some((run, index) => run !== (this.shown[index] ?? null))) this.panel.refresh();
    this.shown = shown;
  }
}

/** Those chosen; before them the baseline when it is not among them. */
function comparedRuns(runs: ListedRuns, ids: readonly string[]): readonly ListedRun[] {
  const { baseline } = runs.library;
  const all = baseline === null || ids.includes(baseline) ? ids : [baseline, ...ids];
  return all.flatMap((id) => runs.find(id) ?? []);
}
