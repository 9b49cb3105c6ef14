import * as vscode from "vscode";
import { panelColumn } from "../window/panelColumn";
import type { ExperimentSession } from "../session/experimentSession";
import type { SweepRun } from "./sweepRun";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { ChartFile } from "../shared/wire/savedCharts";
import type { SweepCommand, SweepView } from "../shared/wire/sweepProtocol";
import type { PanelPages } from "../panel/panelPages";
import { SweepConnection } from "./sweepConnection";
import { createWebviewTab, setTabTitle } from "../window/webviewTab";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const SWEEP_PANEL_TYPE = "rnnLab.sweepPanel";

export interface SweepPanelHost {
  find(session: ExperimentSession): SweepRun | null;
  runCommand(command: SweepCommand, session: ExperimentSession): void;
  openFile(session: ExperimentSession): void;
  openTrial(session: ExperimentSession, index: number): void;
  applyTrial(session: ExperimentSession, index: number): void;
  saveChart(session: ExperimentSession, file: ChartFile): void;
  chartFailed(message: string): void;
  /** The panel of this experiment is no more. */
  closed(session: ExperimentSession): void;
  /** The user went to the panel of this experiment. */
  activate(session: ExperimentSession): void;
  warn(message: string): void;
}

export interface SweepPanel {
  readonly panel: vscode.WebviewPanel;
  readonly link: SweepConnection;
}

/** One panel per swept experiment. Closing it does not stop the sweep; opened again, it shows all of it. */
export class SweepPanels implements Disposable {
  private readonly panels = new Map<ExperimentSession, SweepPanel>();

  constructor(
    private readonly pages: PanelPages,
    private readonly host: SweepPanelHost,
  ) {}

  find(session: ExperimentSession): SweepPanel | null {
    return this.panels.get(session) ?? null;
  }

  /** Beside the file; a panel that is there comes to the front where it is, and shows the sweep of now. */
  open(session: ExperimentSession): void {
    const known = this.panels.get(session);
    if (known !== undefined) {
      known.panel.reveal(undefined, true);
      known.link.show(this.host.find(session));
      return;
    }
    const viewColumn = panelColumn(session.file.uri);
    this.adopt(createWebviewTab(SWEEP_PANEL_TYPE, session.file.name, { viewColumn, preserveFocus: true }), session);
  }

  /** Takes over a panel that a window reload has left. A second one for the same experiment is closed. */
  restore(panel: vscode.WebviewPanel, session: ExperimentSession): void {
    if (this.panels.has(session)) panel.dispose();
    else this.adopt(panel, session);
  }

  /** The session is no more. */
  close(session: ExperimentSession): void {
    this.panels.get(session)?.panel.dispose();
  }

  sendViews(): void {
    for (const { link } of this.panels.values()) link.sendSoon();
  }

  dispose(): void {
    for (const { panel } of [...this.panels.values()]) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, session: ExperimentSession): void {
    this.pages.adopt(panel);
    const { host } = this;
    const link = new SweepConnection(
      panel.webview,
      {
        view: () => describeSweep(session, host.find(session)),
        runCommand: (command) => host.runCommand(command, session),
        openFile: () => host.openFile(session),
        openTrial: (index) => host.openTrial(session, index),
        applyTrial: (index) => host.applyTrial(session, index),
        saveChart: (file) => host.saveChart(session, file),
        chartFailed: (message) => host.chartFailed(message),
        warn: (message) => host.warn(message),
      },
      panel.visible,
    );
    this.panels.set(session, { panel, link });
    const owned = new DisposableStore();
    owned.add(link);
    // It must not be forgotten while its sweep is looked at.
    owned.add(session.thread.retain());
    const showTitle = (): void => {
      setTabTitle(panel, vscode.l10n.t("Sweep: {0}", session.file.name));
    };
    owned.add(
      session.onDidChange((event) => {
        if (event.kind === "view") {
          showTitle();
          link.sendSoon();
        }
      }),
    );
    panel.onDidChangeViewState(() => {
      link.setVisible(panel.visible);
      if (panel.active) host.activate(session);
    });
    panel.onDidDispose(() => {
      this.panels.delete(session);
      owned.dispose();
      host.closed(session);
    });
    showTitle();
    link.show(host.find(session));
    this.pages.load(panel, "sweep", { uri: session.file.uri });
  }
}

function describeSweep({ file }: ExperimentSession, run: SweepRun | null): SweepView {
  return {
    source: "experiment",
    uri: file.uri,
    name: file.name,
    fileName: file.fileName,
    phase: run?.phase ?? "idle",
    info: run?.read.info ?? null,
    progress: run?.progress ?? null,
    elapsedMs: run?.elapsedMs ?? 0,
    threads: run?.threads ?? 0,
    message: run?.message ?? null,
    canRun: vscode.workspace.isTrusted,
  };
}
