import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { readPageSignal } from "../shared/wire/pageSignals";
import { createWebviewTab } from "../window/webviewTab";
import { renderHtml, webviewOptions, type PageScript } from "./html";

const KEY = "rnnLab.panelStates";
/** Panels that are remembered; the longest unchanged go first. */
const MOST_STATES = 32;

interface KeptState {
  /** Of the webview. */
  readonly type: string;
  /** Of the tab, by which it is found again. */
  readonly title: string;
  /** JSON of what the page keeps. */
  readonly state: string;
}

/**
 * The panels of this extension host with their pages, and what each page keeps, in the memory of the workspace: when
 * the host is killed, VS Code leaves its tabs where they are, and the next host opens them again with it.
 */
export class PanelPages implements Disposable {
  private readonly open = new Map<vscode.WebviewPanel, KeptState | null>();
  /** States that VS Code does not give to the pages of panels which are opened again. */
  private readonly handedOver = new WeakMap<vscode.WebviewPanel, unknown>();
  private readonly keeping = new Emitter<void>();
  /** A page has kept something. */
  readonly onDidKeep = this.keeping.event;
  private readonly listening = vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
    if (changed.length > 0) this.followTitles();
  });

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
  ) {}

  /** The panel is this host's, until it is disposed of. Its page is not loaded yet. */
  adopt(panel: vscode.WebviewPanel): void {
    if (this.open.has(panel)) return;
    this.open.set(panel, null);
    panel.webview.options = webviewOptions(this.extensionUri);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    const receiving = panel.webview.onDidReceiveMessage((data) => {
      const signal = readPageSignal(data);
      if (signal?.type === "keepState") this.keep(panel, signal.state);
    });
    panel.onDidDispose(() => {
      this.open.delete(panel);
      receiving.dispose();
    });
  }

  /** A panel in place of one whose host is gone. @param state what the page before kept */
  reopen(type: string, title: string, viewColumn: vscode.ViewColumn, state: unknown): vscode.WebviewPanel {
    const panel = createWebviewTab(type, title, { viewColumn, preserveFocus: true });
    this.handedOver.set(panel, state);
    this.adopt(panel);
    return panel;
  }

  /**
   * @param first what the page starts with where nothing was kept of the same experiment: the host may be killed before
   * it keeps anything
   */
  load(panel: vscode.WebviewPanel, script: PageScript, first?: unknown): void {
    const { viewType, title } = panel;
    const kept = this.stateOf(viewType, title);
    const state = this.handedOver.get(panel) ?? (isOfSame(kept, first) ? kept : first);
    // Two experiments may have one title: the panel that was opened last is the one that is opened again.
    if (state !== undefined && !isOfSame(kept, state)) this.keep(panel, JSON.stringify(state));
    panel.webview.html = renderHtml(panel.webview, this.extensionUri, "wide", script, state);
  }

  /** Whether the tab that shows in this column belongs to a panel of this host. */
  isShownIn(column: vscode.ViewColumn): boolean {
    return [...this.open.keys()].some((panel) => panel.visible && panel.viewColumn === column);
  }

  /** Whether one of this host's panels is this one, or shows the same. */
  isOpen(panel: vscode.WebviewPanel, title: string): boolean {
    return [...this.open.keys()].some(
      (open) => open === panel || (open.viewType === panel.viewType && open.title === title),
    );
  }

  /** What the page of a tab kept last, in this host or in one before; undefined when it is not known. */
  stateOf(type: string, title: string): unknown {
    const kept = this.kept.find((one) => one.type === type && one.title === title);
    return kept === undefined ? undefined : (JSON.parse(kept.state) as unknown);
  }

  dispose(): void {
    this.listening.dispose();
    this.keeping.dispose();
  }

  private get kept(): readonly KeptState[] {
    return this.memory.get<readonly KeptState[]>(KEY, []);
  }

  private keep(panel: vscode.WebviewPanel, state: string): void {
    const { viewType: type, title } = panel;
    const entry = { type, title, state };
    this.open.set(panel, entry);
    const others = this.kept.filter((one) => one.type !== type || one.title !== title);
    void this.memory.update(KEY, [entry, ...others].slice(0, MOST_STATES));
    this.keeping.fire();
  }

  private followTitles(): void {
    for (const [panel, kept] of this.open)
      if (kept !== null && kept.title !== panel.title) this.keep(panel, kept.state);
  }
}

/** Whether two states of pages name the same experiment. */
function isOfSame(kept: unknown, first: unknown): boolean {
  const uri = uriOf(kept);
  return uri !== null && uri === uriOf(first);
}

function uriOf(state: unknown): string | null {
  return typeof state === "object" && state !== null && "uri" in state && typeof state.uri === "string"
    ? state.uri
    : null;
}
