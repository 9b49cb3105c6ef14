import * as vscode from "vscode";
import { ComparePanel, COMPARE_TYPE } from "../panel/comparePanel";
import type { RunEntry } from "../runs/runStore";
import { RunReader } from "../threads/runReader";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { collectComparison } from "./collectComparison";
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
            (entry) => library.identity(entry),
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
