import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import type { PanelSession } from "../session/panelSession";
import { isRunPath } from "../runs/runFileNames";
import { isExperimentPath } from "../experiments/experimentPath";
import { describeError } from "../lib/outsideText";
import type { PanelPages } from "./panelPages";

/** Where sessions come from. */
export interface SessionSource {
  session(uri: vscode.Uri): Promise<ExperimentSession>;
}

/** Where what a restored panel shows comes from. */
export interface PanelSource {
  session(uri: vscode.Uri): Promise<PanelSession>;
}

/** Where restored panels go. */
export interface RestoringPanels {
  restore(panel: vscode.WebviewPanel, session: PanelSession): void;
}

/**
 * Brings panels back after a window reload. A state that names no experiment, or a file that is gone, closes the panel.
 */
export class PanelSerializer implements vscode.WebviewPanelSerializer {
  constructor(
    private readonly sessions: PanelSource,
    private readonly panels: RestoringPanels,
    private readonly pages: Pick<PanelPages, "adopt">,
    private readonly warn: (message: string) => void,
  ) {}

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    // Before anything that takes time: from now on somebody stands behind the tab.
    this.pages.adopt(panel);
    try {
      this.panels.restore(panel, await this.sessions.session(readUri(state)));
    } catch (error) {
      this.warn(`A panel could not be restored: ${describeError(error)}`);
      panel.dispose();
    }
  }
}

/** @throws when the state is none of ours */
function readUri(state: unknown): vscode.Uri {
  const text = typeof state === "object" && state !== null && "uri" in state ? state.uri : undefined;
  if (typeof text !== "string") {
    throw new Error("the saved state names no file.");
  }
  const uri = vscode.Uri.parse(text, true);
  if (!isExperimentPath(uri.path) && !isRunPath(uri.path)) {
    throw new Error("the saved state names a file that is neither an experiment nor a run.");
  }
  return uri;
}
