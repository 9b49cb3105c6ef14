import * as vscode from "vscode";
import { inert } from "../lib/outsideText";
import type { Disposable } from "../lib/dispose";
import type { IconText } from "./iconText";

interface Shown {
  readonly text: IconText;
  /** One that holds a link is made by `linkedText`. */
  readonly tooltip: string | vscode.MarkdownString;
  /** For a screen reader. */
  readonly label: string;
  readonly command: string | vscode.Command;
}

/** An item on the left of the status bar. It takes no raw text: the status bar draws icons in it. */
export class StatusItem implements Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor(id: string, name: string, priority: number) {
    this.item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
    this.item.name = name;
  }

  get text(): string {
    return this.item.text;
  }

  show({ text, tooltip, label, command }: Shown): void {
    this.item.text = text;
    this.item.tooltip = typeof tooltip === "string" ? inert(tooltip) : tooltip;
    this.item.accessibilityInformation = { label: inert(label) };
    this.item.command = command;
    this.item.show();
  }

  hide(): void {
    this.item.hide();
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** Shows a text in the status bar for some seconds. */
export function showStatusMessage(text: IconText, milliseconds: number): void {
  vscode.window.setStatusBarMessage(text, milliseconds);
}
