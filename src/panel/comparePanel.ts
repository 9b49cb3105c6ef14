import * as vscode from "vscode";
import type { CompareHostMessage, ComparePageMessage, Comparison } from "../shared/wire/comparison";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { readComparePageMessage } from "./compareMessages";
import { renderHtml, resourceRoots } from "./html";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const COMPARE_TYPE = "rnnLab.compare";

export interface CompareHost {
  collect(ids: readonly string[]): Promise<Comparison>;
  act(message: Extract<ComparePageMessage, { type: "verb" }>): void;
  warn(message: string): void;
}

/** The panel that compares runs: one at a time, which is given other runs when others are chosen. */
export class ComparePanel implements Disposable {
  private readonly owned = new DisposableStore();
  private panel: vscode.WebviewPanel | null = null;
  private ids: readonly string[] = [];
  private ready = false;
  private collecting = 0;
  private readonly sent = this.owned.add(new vscode.EventEmitter<Comparison>());
  /** What was sent to the page. */
  readonly onDidSend = this.sent.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly host: CompareHost,
  ) {}

  get comparedIds(): readonly string[] {
    return this.panel === null ? [] : this.ids;
  }

  show(ids: readonly string[]): void {
    this.ids = [...new Set(ids)];
    if (this.panel === null)
      this.adopt(
        vscode.window.createWebviewPanel(COMPARE_TYPE, vscode.l10n.t("Compare Runs"), vscode.ViewColumn.Active),
      );
    else {
      this.panel.reveal();
      this.send();
    }
  }

  /** Takes over a panel that a window reload has left. */
  restore(panel: vscode.WebviewPanel, ids: readonly string[]): void {
    if (this.panel !== null || ids.length === 0) {
      panel.dispose();
      return;
    }
    this.ids = ids;
    this.adopt(panel);
  }

  /** Runs or their notes have changed. */
  refresh(): void {
    if (this.panel !== null) this.send();
  }

  dispose(): void {
    this.panel?.dispose();
    this.owned.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.ready = false;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
    const listening = panel.webview.onDidReceiveMessage((data) => this.onMessage(data));
    panel.onDidChangeViewState(() => {
      // A page that is hidden is thrown away, and says ready again when it comes back.
      if (!panel.visible) this.ready = false;
    });
    panel.onDidDispose(() => {
      listening.dispose();
      this.panel = null;
    });
    panel.webview.html = renderHtml(panel.webview, this.extensionUri, "wide", "compare");
  }

  private onMessage(data: unknown): void {
    const message = readComparePageMessage(data);
    if (message === null) {
      this.host.warn("Ignored an unknown message from the run comparison.");
      return;
    }
    switch (message.type) {
      case "ready":
        this.ready = true;
        return this.send();
      case "verb":
        return this.host.act(message);
      case "leaveOut":
        this.ids = this.ids.filter((id) => id !== message.id);
        return this.send();
      case "viewError":
        return this.host.warn(`Error in the run comparison: ${message.message}`);
      default:
        message satisfies never;
    }
  }

  /** What was asked for last is what is shown. */
  private send(): void {
    if (!this.ready) return;
    const turn = ++this.collecting;
    this.host.collect(this.ids).then(
      (comparison) => {
        if (turn === this.collecting && this.panel !== null && this.ready) {
          this.post({ type: "comparison", comparison });
          this.sent.fire(comparison);
        }
      },
      (error: unknown) => this.host.warn(`The runs could not be compared: ${String(error)}`),
    );
  }

  private post(message: CompareHostMessage): void {
    // Not awaited: the promise of a message to a page that goes away never settles.
    this.panel?.webview
      .postMessage(message)
      .then(undefined, (error: unknown) =>
        this.host.warn(`A message to the run comparison was not delivered: ${String(error)}`),
      );
  }
}
