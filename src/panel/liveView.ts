import type * as vscode from "vscode";
import type { PanelSession } from "../session/panelSession";
import type { Disposable } from "../lib/dispose";
import { renderHtml, webviewOptions } from "./html";
import { PanelConnection } from "./panelConnection";
import type { PanelServices } from "./pageRequests";

export const LIVE_VIEW = "rnnLab.live";

/** The compact view in the side bar: the active experiment, live. */
export class LiveView implements vscode.WebviewViewProvider, Disposable {
  private session: PanelSession | null = null;
  private current: PanelConnection | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly host: PanelServices,
  ) {}

  /** Null while VS Code has not made the view. */
  get link(): PanelConnection | null {
    return this.current;
  }

  show(session: PanelSession | null): void {
    this.session = session;
    this.current?.show(session);
  }

  sendView(): void {
    this.current?.sendView();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    view.webview.options = webviewOptions(this.extensionUri);
    const link = new PanelConnection(view.webview, this.host, view.visible);
    this.current?.dispose();
    this.current = link;
    view.onDidChangeVisibility(() => link.setVisible(view.visible));
    view.onDidDispose(() => {
      link.dispose();
      this.current = this.current === link ? null : this.current;
    });
    link.show(this.session);
    view.webview.html = renderHtml(view.webview, this.extensionUri, "compact");
  }

  dispose(): void {
    this.current?.dispose();
    this.current = null;
  }
}
