import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { RunsTableHostMessage, RunsTablePageMessage } from "../shared/wire/runsTable";
import { readRunsTablePageMessage } from "./runsTableMessages";
import type { PanelPages } from "./panelPages";
import { SinglePanel } from "./singlePanel";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const RUNS_TABLE_TYPE = "rnnLab.runsTable";

export interface RunsTableHost {
  /** A page that knows no run is there. */
  start(): void;
  act(message: Extract<RunsTablePageMessage, { type: "verb" }>): void;
  readCurves(message: Extract<RunsTablePageMessage, { type: "readCurves" }>): void;
  warn(message: string): void;
}

/** The editor tab with the table of runs. */
export class RunsTablePanel implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly panel: SinglePanel<RunsTableHostMessage, RunsTablePageMessage>;
  private readonly sent = this.owned.add(new vscode.EventEmitter<RunsTableHostMessage>());
  /** What was sent to the page. */
  readonly onDidSend = this.sent.event;

  constructor(pages: PanelPages, host: RunsTableHost) {
    this.panel = this.owned.add(
      new SinglePanel<RunsTableHostMessage, RunsTablePageMessage>(pages, {
        type: RUNS_TABLE_TYPE,
        script: "runsTable",
        name: "the runs table",
        read: readRunsTablePageMessage,
        onDidAppear: () => host.start(),
        onMessage: (message) => (message.type === "verb" ? host.act(message) : host.readCurves(message)),
        warn: (message) => host.warn(message),
      }),
    );
  }

  /** Whether there is a page to send to; a hidden one starts over when it is shown again. */
  get isOpen(): boolean {
    return this.panel.isOpen;
  }

  show(): void {
    this.panel.show(vscode.l10n.t("Runs"));
  }

  /** Takes over a panel that a window reload has left. A second one is closed. */
  restore(panel: vscode.WebviewPanel): void {
    this.panel.restore(panel);
  }

  post(message: RunsTableHostMessage): void {
    if (!this.isOpen) return;
    this.panel.post(message);
    this.sent.fire(message);
  }

  dispose(): void {
    this.owned.dispose();
  }
}
