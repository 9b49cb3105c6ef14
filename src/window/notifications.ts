/** The only place that shows messages: VS Code makes links of "[text](command:…)" in them, so they are made inert. */
import * as vscode from "vscode";
import { describeError, inert, inertLine, MAX_MESSAGE, printable } from "../lib/outsideText";
import type { Disposable } from "../lib/dispose";
import type { Log } from "./log";

export interface NotificationAction {
  readonly label: string;
  run(): unknown;
}

/** Error messages with actions. Each is also logged. */
export class Notifications implements Disposable {
  private readonly shown = new vscode.EventEmitter<string>();
  readonly onDidShow = this.shown.event;
  private readonly showLog: NotificationAction;

  constructor(readonly log: Log) {
    this.showLog = { label: vscode.l10n.t("Show Log"), run: () => log.show() };
  }

  /** An operation failed. */
  showFailure(message: string, error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
    this.show(`${message}: ${describeError(error)}`, this.showLog);
  }

  /** A request was refused for a reason that the user can fix. */
  show(message: string, ...actions: readonly NotificationAction[]): void {
    const text = printable(message, MAX_MESSAGE);
    this.log.warn(text);
    this.shown.fire(text);
    offer(this.log, actions, (items) => vscode.window.showErrorMessage(inert(text), ...items));
  }

  /** Something was done. */
  inform(message: string, ...actions: readonly NotificationAction[]): void {
    const text = inertLine(message, MAX_MESSAGE);
    offer(this.log, actions, (items) => vscode.window.showInformationMessage(text, ...items));
  }

  dispose(): void {
    this.shown.dispose();
  }
}

interface Item extends vscode.MessageItem {
  readonly action: NotificationAction;
}

/** Not awaited: a command must not hang until the message is closed. */
function offer(
  log: Pick<Log, "warn">,
  actions: readonly NotificationAction[],
  show: (items: readonly Item[]) => Thenable<Item | undefined>,
): void {
  show(actions.map((action) => ({ title: action.label, action })))
    .then((chosen) => chosen?.action.run())
    .then(undefined, (error: unknown) => log.warn(describeError(error)));
}

/** Something is not as it should be, and the work goes on. It is logged as well. */
export function showWarning(log: Pick<Log, "warn">, message: string, ...actions: readonly NotificationAction[]): void {
  log.warn(printable(message, MAX_MESSAGE));
  const text = inertLine(message, MAX_MESSAGE);
  offer(log, actions, (items) => vscode.window.showWarningMessage(text, ...items));
}

/**
 * Asks in a dialog that has to be answered.
 * @param detail may have several lines, or be empty
 * @returns whether the user agreed
 */
export async function confirm(question: string, detail: string, agree: string): Promise<boolean> {
  const yes = { title: agree };
  const answer = await vscode.window.showWarningMessage(
    inertLine(question, MAX_MESSAGE),
    { modal: true, ...(detail === "" ? {} : { detail: inert(detail) }) },
    yes,
  );
  return answer === yes;
}
