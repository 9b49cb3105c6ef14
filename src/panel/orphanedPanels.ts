import * as vscode from "vscode";
import { Deadline } from "../lib/deadline";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { PageKind } from "../shared/wire/pageSignals";
import type { PanelPages } from "./panelPages";

/** VS Code puts this before the type of a webview when it lists tabs. */
const TAB_TYPE_PREFIX = "mainThreadWebview-";
/** By then VS Code has handed over a panel that a reload of the window has left. */
const SETTLE_MS = 2500;

/** How a tab of one kind is opened again. */
export interface Reopening {
  readonly kind: PageKind;
  /** Of the webview. */
  readonly type: string;
  readonly serializer: vscode.WebviewPanelSerializer;
}

/**
 * Tabs whose extension host is gone. When a host is killed, VS Code starts another one and leaves the webviews of the
 * first where they are, with nobody behind them: it neither asks a serializer nor closes them. Each is replaced by a
 * panel with the same contents, one behind another tab when it comes to the front.
 */
export class OrphanedPanels implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly settling = new Deadline(SETTLE_MS);
  /** Tabs that could not be opened again; the reader may still ask for it in the page. */
  private readonly given = new Set<vscode.Tab>();

  constructor(
    private readonly pages: PanelPages,
    private readonly reopenings: readonly Reopening[],
    private readonly warn: (message: string) => void,
  ) {
    const { tabGroups } = vscode.window;
    this.owned.add(tabGroups.onDidChangeTabs(() => this.lookSoon()));
    this.owned.add(tabGroups.onDidChangeTabGroups(() => this.lookSoon()));
    this.lookSoon();
  }

  /** The reader asks for it in the page, which knows its state. @returns whether there was such a tab */
  async reopen(kind: unknown, state: unknown): Promise<boolean> {
    const ofKind = this.reopenings.filter((one) => one.kind === kind);
    const tabs = this.orphans.filter(({ type }) => ofKind.some((one) => one.type === type));
    // A click in a page makes its group the active one.
    const orphan = tabs.find(({ tab }) => tab.group.isActive) ?? tabs[0];
    const reopening = ofKind.find(({ type }) => type === orphan?.type);
    if (orphan === undefined || reopening === undefined) return false;
    await this.replace(orphan.tab, reopening, state);
    return true;
  }

  dispose(): void {
    this.settling.clear();
    this.owned.dispose();
  }

  /** Tabs of ours that show and that no panel of this host stands behind. */
  private get orphans(): readonly { readonly tab: vscode.Tab; readonly type: string }[] {
    return vscode.window.tabGroups.all.flatMap(({ activeTab: tab, viewColumn }) => {
      const type = tab === undefined ? null : webviewType(tab);
      return tab === undefined || type === null || this.pages.isShownIn(viewColumn) ? [] : [{ tab, type }];
    });
  }

  private lookSoon(): void {
    this.settling.set(() => {
      for (const { tab, type } of this.orphans) {
        const reopening = this.reopenings.find((one) => one.type === type);
        const state = this.pages.stateOf(type, tab.label);
        if (reopening === undefined || state === undefined || this.given.has(tab)) continue;
        this.given.add(tab);
        this.replace(tab, reopening, state).catch((error: unknown) =>
          this.warn(`A panel could not be opened again: ${String(error)}`),
        );
      }
    });
  }

  private async replace(tab: vscode.Tab, { type, serializer }: Reopening, state: unknown): Promise<void> {
    const panel = this.pages.reopen(type, tab.label, tab.group.viewColumn, state);
    await serializer.deserializeWebviewPanel(panel, state);
    // The serializer closes what it can't show, unless another panel shows it.
    if (this.pages.isOpen(panel, tab.label)) await vscode.window.tabGroups.close(tab, true);
  }
}

/** Null for a tab that is no webview. */
function webviewType({ input }: vscode.Tab): string | null {
  return input instanceof vscode.TabInputWebview && input.viewType.startsWith(TAB_TYPE_PREFIX)
    ? input.viewType.slice(TAB_TYPE_PREFIX.length)
    : null;
}
