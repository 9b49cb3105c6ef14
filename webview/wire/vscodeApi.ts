/** The only module that touches VS Code's webview API. */
import { isPong, MAX_STATE_LENGTH, type PageSignal } from "../../src/shared/wire/pageSignals";
import { HostWatch, LOOK_INTERVAL_MS } from "./hostWatch";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

// VS Code gives it out once a page.
const vscode = acquireVsCodeApi();
let kept = "";

export function post(message: unknown): void {
  vscode.postMessage(message);
}

/**
 * What the page kept before the window was reloaded, or the page before it that lost its host. Not checked: an older
 * version may have written it.
 */
export function readSavedState(): unknown {
  const state = vscode.getState() ?? JSON.parse(document.getElementById("app")?.dataset["state"] ?? "null");
  kept = JSON.stringify(state);
  return state;
}

/** VS Code keeps it across a reload of the window; the host keeps it for the next host. */
export function saveState(state: unknown): void {
  vscode.setState(state);
  const text = JSON.stringify(state);
  if (text === kept) return;
  kept = text;
  if (text.length <= MAX_STATE_LENGTH) post({ type: "keepState", state: text } satisfies PageSignal);
}

/** What the page keeps now. */
export function keptState(): unknown {
  return JSON.parse(kept === "" ? "null" : kept);
}

/** @param onConnection the host is gone, or there again; found within 4 s while the page is visible */
export function listen(receive: (data: unknown) => void, onConnection: (isConnected: boolean) => void): void {
  const watch = new HostWatch(
    () => post({ type: "ping" } satisfies PageSignal),
    onConnection,
    () => performance.now(),
  );
  window.addEventListener("message", ({ data }) => {
    watch.heard();
    if (!isPong(data)) receive(data);
  });
  window.setInterval(() => watch.look(!document.hidden), LOOK_INTERVAL_MS);
}
