import type * as vscode from "vscode";
import type { PanelSession } from "../session/panelSession";
import { ProbeSession } from "../session/probeSession";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { panelColumn } from "../window/panelColumn";
import { PanelConnection } from "./panelConnection";
import type { PanelPages } from "./panelPages";
import type { PanelServices } from "./pageRequests";
import { createWebviewTab, setTabTitle } from "../window/webviewTab";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const PANEL_TYPE = "rnnLab.panel";
/** Of a run that a Python process trains: what steers an experiment is not in the menus of its tab. */
export const PROBE_PANEL_TYPE = "rnnLab.probePanel";

export interface ExperimentPanel {
  readonly panel: vscode.WebviewPanel;
  readonly link: PanelConnection;
  readonly session: PanelSession;
}

/**
 * One panel per experiment, and per run that is trained elsewhere. Closing it does not stop the run: the status bar
 * goes on showing it, and the panel, opened again, shows all of it.
 */
export class ExperimentPanels implements Disposable {
  private readonly panels = new Map<PanelSession, ExperimentPanel>();
  private readonly owned = new DisposableStore();
  private readonly activations = this.owned.add(new Emitter<PanelSession>());
  /** The user went to the panel of this session. */
  readonly onDidActivate = this.activations.event;

  constructor(
    readonly pages: PanelPages,
    private readonly host: PanelServices,
  ) {}

  get all(): readonly ExperimentPanel[] {
    return [...this.panels.values()];
  }

  find(session: PanelSession): ExperimentPanel | null {
    return this.panels.get(session) ?? null;
  }

  /** Beside the file; a panel that is there comes to the front where it is. */
  open(session: PanelSession): ExperimentPanel {
    const known = this.panels.get(session);
    if (known !== undefined) {
      known.panel.reveal(undefined, true);
      return known;
    }
    const place = { viewColumn: panelColumn(session.file.uri), preserveFocus: true };
    const type = session instanceof ProbeSession ? PROBE_PANEL_TYPE : PANEL_TYPE;
    return this.adopt(createWebviewTab(type, session.file.name, place), session);
  }

  /** Takes over a panel that a window reload has left. A second one for the same experiment is closed. */
  restore(panel: vscode.WebviewPanel, session: PanelSession): void {
    if (this.panels.has(session)) {
      panel.dispose();
    } else {
      this.adopt(panel, session);
    }
  }

  /** The session is no more. */
  close(session: PanelSession): void {
    this.panels.get(session)?.panel.dispose();
  }

  dispose(): void {
    for (const { panel } of this.all) {
      panel.dispose();
    }
    this.owned.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, session: PanelSession): ExperimentPanel {
    this.pages.adopt(panel);
    const link = new PanelConnection(panel.webview, this.host, panel.visible);
    const showTitle = (): void => {
      const title = `${session.file.name} — RNN Lab`;
      setTabTitle(panel, title);
    };
    const entry: ExperimentPanel = { panel, link, session };
    this.panels.set(session, entry);
    const listeners = new DisposableStore();
    listeners.add(link);
    listeners.add(session.onDidChange((event) => event.kind === "view" && showTitle()));
    listeners.add(
      panel.onDidChangeViewState(() => {
        link.setVisible(panel.visible);
        if (panel.active) {
          this.activations.fire(session);
        }
      }),
    );
    panel.onDidDispose(() => {
      this.panels.delete(session);
      listeners.dispose();
    });
    showTitle();
    link.show(session);
    this.pages.load(panel, "main", { uri: session.file.uri });
    return entry;
  }
}
