import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";
import { SpacedCalls } from "../lib/spacedCalls";
import type { PageScript } from "./html";
import { PageChannel } from "./pageChannel";
import type { PanelPages } from "./panelPages";
import { afterReady, afterVisibility, initialPresence, type PagePresence } from "./pagePresence";
import { createWebviewTab, setTabTitle } from "../window/webviewTab";

/** A page that says ready again and again is given everything no more often. */
const APPEAR_INTERVAL_MS = 1000;

/** What each page says of itself. */
type PageNews = { readonly type: "ready" } | { readonly type: "viewError"; readonly message: string };

interface SinglePanelPage<Received> {
  /** Type of the webview, as in package.json. */
  readonly type: string;
  readonly script: PageScript;
  /** For the log: "the run comparison". */
  readonly name: string;
  /** Null for what is no message of ours. */
  read(data: unknown): Received | null;
  /** A page is there that knows nothing yet: it is new, or was hidden and is shown again. */
  onDidAppear(): void;
  onMessage(message: Exclude<Received, PageNews>): void;
  warn(message: string): void;
}

/** An editor tab of which there is one at a time. A page that is hidden gets no messages; it starts over when shown. */
export class SinglePanel<Sent, Received extends { readonly type: string }> implements Disposable {
  private panel: vscode.WebviewPanel | null = null;
  private presence: PagePresence = "hidden";
  private channel: PageChannel<Sent, Received> | null = null;
  private readonly appearances = new SpacedCalls(APPEAR_INTERVAL_MS, () => this.page.onDidAppear());

  constructor(
    private readonly pages: PanelPages,
    private readonly page: SinglePanelPage<Received>,
  ) {}

  /** Whether there is a tab, seen or not. */
  get exists(): boolean {
    return this.panel !== null;
  }

  /** Whether there is a page to send to. */
  get isOpen(): boolean {
    return this.presence === "open";
  }

  /** Of the tab; null where there is none. */
  get title(): string | null {
    return this.panel?.title ?? null;
  }

  setTitle(title: string): void {
    if (this.panel !== null) setTabTitle(this.panel, title);
  }

  /** @param title of a new tab */
  show(title: string): void {
    if (this.panel !== null) this.panel.reveal();
    else this.adopt(createWebviewTab(this.page.type, title, vscode.ViewColumn.Active));
  }

  /** Takes over a panel that a window reload has left. A second one is closed. */
  restore(panel: vscode.WebviewPanel): void {
    if (this.panel === null) this.adopt(panel);
    else panel.dispose();
  }

  /** Nothing while there is no page to send to. */
  post(message: Sent): void {
    if (this.isOpen) this.channel?.post(message);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { page } = this;
    this.panel = panel;
    this.presence = initialPresence(panel.visible);
    this.pages.adopt(panel);
    const channel = new PageChannel<Sent, Received>(panel.webview, page.name, {
      read: (data) => page.read(data),
      onMessage: (message) => this.onMessage(message),
      warn: (message) => page.warn(message),
    });
    this.channel = channel;
    panel.onDidChangeViewState(() => this.enter(afterVisibility(this.presence, panel.visible)));
    panel.onDidDispose(() => {
      channel.dispose();
      this.appearances.reset();
      this.channel = null;
      this.panel = null;
      this.presence = "hidden";
    });
    this.pages.load(panel, page.script);
  }

  private enter(presence: PagePresence): void {
    if (presence === this.presence) return;
    this.presence = presence;
    this.appearances.reset();
    if (this.isOpen) this.appearances.request();
  }

  private onMessage(message: Received): void {
    if (isNews(message)) {
      if (message.type === "viewError") return this.page.warn(`Error in ${this.page.name}: ${message.message}`);
      // Also of a page that was there before: one that is loaded anew knows nothing.
      this.presence = afterReady(this.presence);
      if (this.isOpen) this.appearances.request();
    } else this.page.onMessage(message as Exclude<Received, PageNews>);
  }
}

function isNews<T extends { readonly type: string }>(message: T): message is T & PageNews {
  return message.type === "ready" || message.type === "viewError";
}
