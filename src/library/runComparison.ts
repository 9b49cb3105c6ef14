import * as vscode from "vscode";
import { ComparePanel, COMPARE_TYPE } from "../panel/comparePanel";
import type { PanelPages } from "../panel/panelPages";
import type { RunEntry } from "../runs/runStore";
import { RunReader } from "../threads/runReader";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { collectComparison } from "./collectComparison";
import type { RunLibrary } from "./runLibrary";

/** The panel that compares runs, fed from the library. */
export class RunComparison implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  readonly panel: ComparePanel;

  constructor(pages: PanelPages, workerPath: string, library: RunLibrary, warn: (message: string) => void) {
    const reader = this.owned.add(new RunReader(workerPath));
    this.panel = this.owned.add(
      new ComparePanel(pages, {
        collect: async (ids) => {
          const { store } = library;
          if (ids.some((id) => store?.find(id) == null)) await store?.load();
          return collectComparison(comparedRuns(library, ids), library.baseline, reader, (entry) =>
            library.identity(entry),
          );
        },
        names: (ids) => comparedRuns(library, ids).map((entry) => library.identity(entry).name),
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

/** Those chosen; before them the baseline when it is not among them. */
function comparedRuns({ store, baseline }: RunLibrary, ids: readonly string[]): readonly RunEntry[] {
  const all = baseline === null || ids.includes(baseline) ? ids : [baseline, ...ids];
  return all.flatMap((id) => store?.find(id) ?? []);
}
