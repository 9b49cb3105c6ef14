import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";

export interface NotificationAction {
  readonly label: string;
  run(): unknown;
}

/** Messages that ask the user to act. Each also goes to the log. */
export class Notifications implements Disposable {
  private readonly shown = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shown.event;
  private readonly showLog: NotificationAction;

  constructor(readonly log: vscode.LogOutputChannel) {
    this.showLog = { label: vscode.l10n.t("Show Log"), run: () => log.show() };
  }

  /** Something broke. */
  showFailure(message: string, error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
    this.show(`${message}: ${error instanceof Error ? error.message : String(error)}`, this.showLog);
  }

  /** Something was refused, for a reason that the user can do something about. */
  show(message: string, ...actions: readonly NotificationAction[]): void {
    this.log.warn(message);
    this.shown.fire(message);
    // Not awaited: a command must not hang until somebody closes the message.
    const items = actions.map((action) => ({ title: action.label, action }));
    vscode.window.showErrorMessage(message, ...items).then((chosen) => chosen?.action.run());
  }

  dispose(): void {
    this.shown.dispose();
  }
}
