import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { RunsTableHostMessage, RunsTablePageMessage } from "../shared/wire/runsTable";
import { renderHtml, resourceRoots } from "./html";
import { PageChannel } from "./pageChannel";
import { afterReady, afterVisibility, initialPresence, type PagePresence } from "./pagePresence";
import { readRunsTablePageMessage } from "./runsTableMessages";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const RUNS_TABLE_TYPE = "rnnLab.runsTable";

export interface RunsTableHost {
  /** A page that knows no run is there. */
  start(): void;
  act(message: Extract<RunsTablePageMessage, { type: "verb" }>): void;
  readCurves(message: Extract<RunsTablePageMessage, { type: "readCurves" }>): void;
  warn(message: string): void;
}

/** The editor tab with the table of runs: one at a time. */
export class RunsTablePanel implements Disposable {
  private readonly owned = new DisposableStore();
  private panel: vscode.WebviewPanel | null = null;
  private presence: PagePresence = "hidden";
  private channel: PageChannel<RunsTableHostMessage, RunsTablePageMessage> | null = null;
  private readonly sent = this.owned.add(new vscode.EventEmitter<RunsTableHostMessage>());
  /** What was sent to the page. */
  readonly onDidSend = this.sent.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly host: RunsTableHost,
  ) {}

  /** Whether there is a page to send to; a hidden one starts over when it is shown again. */
  get isOpen(): boolean {
    return this.presence === "open";
  }

  show(): void {
    if (this.panel !== null) this.panel.reveal();
    else this.adopt(vscode.window.createWebviewPanel(RUNS_TABLE_TYPE, vscode.l10n.t("Runs"), vscode.ViewColumn.Active));
  }

  /** Takes over a panel that a window reload has left. A second one is closed. */
  restore(panel: vscode.WebviewPanel): void {
    if (this.panel === null) this.adopt(panel);
    else panel.dispose();
  }

  post(message: RunsTableHostMessage): void {
    if (!this.isOpen) return;
    this.channel?.post(message);
    this.sent.fire(message);
  }

  dispose(): void {
    this.panel?.dispose();
    this.owned.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.presence = initialPresence(panel.visible);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
    const channel = new PageChannel<RunsTableHostMessage, RunsTablePageMessage>(panel.webview, "the runs table", {
      read: readRunsTablePageMessage,
      onMessage: (message) => this.onMessage(message),
      warn: (message) => this.host.warn(message),
    });
    this.channel = channel;
    panel.onDidChangeViewState(() => {
      const presence = afterVisibility(this.presence, panel.visible);
      if (presence === this.presence) return;
      this.presence = presence;
      if (this.isOpen) this.host.start();
    });
    panel.onDidDispose(() => {
      channel.dispose();
      this.channel = null;
      this.panel = null;
      this.presence = "hidden";
    });
    panel.webview.html = renderHtml(panel.webview, this.extensionUri, "wide", "runsTable");
  }

  private onMessage(message: RunsTablePageMessage): void {
    switch (message.type) {
      case "ready":
        this.presence = afterReady(this.presence);
        if (this.isOpen) this.host.start();
        return;
      case "verb":
        return this.host.act(message);
      case "readCurves":
        return this.host.readCurves(message);
      case "viewError":
        return this.host.warn(`Error in the runs table: ${message.message}`);
      default:
        message satisfies never;
    }
  }
}
