import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";

export interface NotificationAction {
  readonly label: string;
  run(): unknown;
}

/** Error messages with actions. Each is also logged. */
export class Notifications implements Disposable {
  private readonly shown = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shown.event;
  private readonly showLog: NotificationAction;

  constructor(readonly log: vscode.LogOutputChannel) {
    this.showLog = { label: vscode.l10n.t("Show Log"), run: () => log.show() };
  }

  /** An operation failed. */
  showFailure(message: string, error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
    this.show(`${message}: ${error instanceof Error ? error.message : String(error)}`, this.showLog);
  }

  /** A request was refused for a reason that the user can fix. */
  show(message: string, ...actions: readonly NotificationAction[]): void {
    this.log.warn(message);
    this.shown.fire(message);
    // Not awaited: a command must not hang until the message is closed.
    const items = actions.map((action) => ({ title: action.label, action }));
    vscode.window.showErrorMessage(message, ...items).then((chosen) => chosen?.action.run());
  }

  dispose(): void {
    this.shown.dispose();
  }
}
