import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";

/** Of one entry; the stack of an error is shorter. */
const MAX_ENTRY = 10_000;

/** The output channel of the extension. An entry is cut where it is longer than a person would read. */
export interface Log extends Disposable {
  info(message: string): void;
  warn(message: string): void;
  error(message: string | Error): void;
  show(): void;
}

export function createLog(name: string): Log {
  const channel = vscode.window.createOutputChannel(name, { log: true });
  const bounded = (message: string): string =>
    message.length > MAX_ENTRY ? `${message.slice(0, MAX_ENTRY)}…` : message;
  return {
    info: (message) => channel.info(bounded(message)),
    warn: (message) => channel.warn(bounded(message)),
    error: (message) =>
      channel.error(bounded(typeof message === "string" ? message : (message.stack ?? message.message))),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
