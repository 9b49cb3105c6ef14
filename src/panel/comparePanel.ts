import * as vscode from "vscode";
import type { CompareHostMessage, ComparePageMessage, Comparison } from "../shared/wire/comparison";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { readComparePageMessage } from "./compareMessages";
import { renderHtml, resourceRoots } from "./html";
import { PageChannel } from "./pageChannel";
import { afterReady, afterVisibility, initialPresence, type PagePresence } from "./pagePresence";

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
  private presence: PagePresence = "hidden";
  private channel: PageChannel<CompareHostMessage, ComparePageMessage> | null = null;
  private collecting = 0;
  private readonly sent = this.owned.add(new vscode.EventEmitter<Comparison>());
  /** What was sent to the page. */
  readonly onDidSend = this.sent.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly host: CompareHost,
  ) {}

  /** That of its tab. */
  get title(): string | null {
    return this.panel?.title ?? null;
  }

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
    this.presence = initialPresence(panel.visible);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
    const channel = new PageChannel<CompareHostMessage, ComparePageMessage>(panel.webview, "the run comparison", {
      read: readComparePageMessage,
      onMessage: (message) => this.onMessage(message),
      warn: (message) => this.host.warn(message),
    });
    this.channel = channel;
    panel.onDidChangeViewState(() => {
      const presence = afterVisibility(this.presence, panel.visible);
      if (presence === this.presence) return;
      this.presence = presence;
      this.send();
    });
    panel.onDidDispose(() => {
      channel.dispose();
      this.channel = null;
      this.panel = null;
      this.presence = "hidden";
    });
    panel.webview.html = renderHtml(panel.webview, this.extensionUri, "wide", "compare");
  }

  private onMessage(message: ComparePageMessage): void {
    switch (message.type) {
      case "ready":
        this.presence = afterReady(this.presence);
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
    if (this.presence !== "open") return;
    const turn = ++this.collecting;
    this.host.collect(this.ids).then(
      (comparison) => {
        if (turn === this.collecting && this.presence === "open") {
          this.channel?.post({ type: "comparison", comparison });
          if (this.panel !== null) this.panel.title = titleOf(comparison);
          this.sent.fire(comparison);
        }
      },
      (error: unknown) => this.host.warn(`The runs could not be compared: ${String(error)}`),
    );
  }
}

/** Of two runs their names, of more their number. */
function titleOf({ runs }: Comparison): string {
  return runs.length === 2
    ? vscode.l10n.t("Compare {0}", runs.map(({ title }) => title).join(" ↔ "))
    : vscode.l10n.t("Compare {0} Runs", runs.length);
}
