/** Wiring of the page with the table of runs: messages and clicks change the state, which is drawn once a frame. */
import "../language";
import "../styles/runsTable.css";
import type { RunsTablePageMessage } from "../../src/shared/wire/runsTable";
import { errorText } from "../ui/errorText";
import { readTheme, watchTheme } from "../ui/theme";
import { readRunsTableMessage, readRunsTableState } from "./readMessage";
import { TablePage } from "./tablePage";

declare function acquireVsCodeApi(): {
  postMessage(message: RunsTablePageMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const vscode = acquireVsCodeApi();
const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");
let theme = readTheme();
let frame: number | null = null;

function requestDraw(): void {
  frame ??= requestAnimationFrame(() => {
    frame = null;
    try {
      page.draw(theme);
    } catch (error) {
      report(error);
    }
  });
}

function report(error: unknown): void {
  vscode.postMessage({
    type: "viewError",
    message: errorText(error),
  });
}

const page = new TablePage(
  { post: (message) => vscode.postMessage(message), save: (state) => vscode.setState(state), requestDraw },
  readRunsTableState(vscode.getState()),
  document.documentElement.lang || "en",
);
root.classList.add("lab", "lab-runs-table");
root.replaceChildren(page.element);

window.addEventListener("message", (event) => {
  const message = readRunsTableMessage(event.data);
  if (message === null) return report(new Error("Ignored an unknown message from the host."));
  page.receive(message);
});
window.addEventListener("error", (event) => report(event.error ?? event.message));
watchTheme((next) => {
  theme = next;
  requestDraw();
});
vscode.postMessage({ type: "ready" });
