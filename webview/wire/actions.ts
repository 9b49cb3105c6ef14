/** The verbs the page can say to the host. */
import type { ConfigPath, FixEdit } from "../../src/shared/wire/findings";
import type { Pace, ViewCommand, WebviewMessage } from "../../src/shared/wire/protocol";
import { post } from "./vscodeApi";

export function send(message: WebviewMessage): void {
  post(message);
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
