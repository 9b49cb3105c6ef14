/** Wiring of the page with the table of runs: messages and clicks change the state, which is drawn once a frame. */
import "../language";
import "../styles/grid.css";
import "../styles/runsTable.css";
import type { RunsTablePageMessage } from "../../src/shared/wire/runsTable";
import { ConnectionBar } from "../ui/connectionBar";
import { errorText } from "../ui/errorText";
import { readTheme, watchTheme } from "../ui/theme";
import { keptState, listen, post, readSavedState, saveState } from "../wire/vscodeApi";
import { readRunsTableMessage, readRunsTableState } from "./readMessage";
import { TablePage } from "./tablePage";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");
const send = (message: RunsTablePageMessage): void => post(message);
const connection = new ConnectionBar(root, "runsTable", keptState);
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
  send({
    type: "viewError",
    message: errorText(error),
  });
}

const page = new TablePage(
  { post: (message) => send(message), save: (state) => saveState(state), requestDraw },
  readRunsTableState(readSavedState()),
  document.documentElement.lang || "en",
);
root.classList.add("lab", "lab-runs-table");
root.replaceChildren(page.element);

listen(
  (data) => {
    const message = readRunsTableMessage(data);
    if (message === null) return report(new Error("Ignored an unknown message from the host."));
    page.receive(message);
  },
  (isConnected) => connection.show(isConnected),
);
window.addEventListener("error", (event) => report(event.error ?? event.message));
watchTheme((next) => {
  theme = next;
  requestDraw();
});
send({ type: "ready" });
