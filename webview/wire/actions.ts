/** The verbs the page can say to the host. The only module that touches VS Code's webview API. */
import type { ConfigPath, FixEdit } from "../../src/shared/wire/findings";
import type { Pace, ViewCommand, WebviewMessage } from "../../src/shared/wire/protocol";

interface VsCodeApi {
  postMessage(message: WebviewMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

// VS Code gives it out once a page.
const vscode = acquireVsCodeApi();

export function send(message: WebviewMessage): void {
  vscode.postMessage(message);
}

export function sendCommand(command: ViewCommand): void {
  send({ type: "command", command });
}

export function sendPace(pace: Pace): void {
  send({ type: "setPace", pace });
}

export function sendOpenFile(): void {
  send({ type: "openFile" });
}

export function sendEdits(edits: readonly FixEdit[], moving = false): void {
  send({ type: "editValues", edits, moving });
}

export function sendRevealValue(path: ConfigPath): void {
  send({ type: "revealValue", path });
}

export function readSavedState(): unknown {
  return vscode.getState();
}

export function writeSavedState(state: unknown): void {
  vscode.setState(state);
}
