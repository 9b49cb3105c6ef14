import * as vscode from "vscode";
import { inert, inertLine, MAX_MESSAGE } from "../lib/outsideText";

interface Shown {
  readonly label: string;
  readonly description?: string;
  /** May have several lines. Left out: VS Code's own, the path of the resource. */
  readonly tooltip?: string;
  readonly resourceUri?: vscode.Uri;
  readonly collapsibleState?: vscode.TreeItemCollapsibleState;
}

type Texts = Pick<vscode.TreeItem, "label" | "description" | "tooltip">;
type ShownItem = Omit<vscode.TreeItem, keyof Texts> & Readonly<Texts>;

/** An item of a tree, whose texts are shown as they stand. They are set here only. */
export function createTreeItem({ label, description, tooltip, resourceUri, collapsibleState }: Shown): ShownItem {
  const item = new vscode.TreeItem(inertLine(label), collapsibleState);
  if (description !== undefined) item.description = inertLine(description);
  if (tooltip !== undefined) item.tooltip = inert(tooltip);
  if (resourceUri !== undefined) item.resourceUri = resourceUri;
  return item;
}

/** For an item that is asked for its tooltip later. @param tooltip may have several lines */
export function withTooltip(item: vscode.TreeItem, tooltip: string): vscode.TreeItem {
  item.tooltip = inert(tooltip);
  return item;
}

/** The line above the items of a tree. */
export function setTreeMessage(view: vscode.TreeView<unknown>, message: string): void {
  const shown = inertLine(message, MAX_MESSAGE);
  if (view.message !== shown) view.message = shown;
}
