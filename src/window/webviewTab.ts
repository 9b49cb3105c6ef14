import * as vscode from "vscode";
import { inertLine } from "../lib/outsideText";

type Place = vscode.ViewColumn | { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus?: boolean };

/** @param title is shown as it stands */
export function createWebviewTab(type: string, title: string, place: Place): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(type, inertLine(title), place);
}

export function setTabTitle(tab: vscode.WebviewPanel, title: string): void {
  const shown = inertLine(title);
  if (tab.title !== shown) tab.title = shown;
}
