/** Wiring only: frames go into the state, the state goes onto the page, once a frame. */
import "../language";
import "../styles/main.css";
import "../styles/grid.css";
import "../styles/sweep.css";
import type { SweepPageMessage } from "../../src/shared/wire/sweepProtocol";
import { chartFile } from "../chart/chartFile";
import { ConnectionBar } from "../ui/connectionBar";
import { DrawScheduler } from "../ui/drawScheduler";
import { errorText } from "../ui/errorText";
import { readTheme, watchTheme } from "../ui/theme";
import { keptState, listen, post, readSavedState, saveState } from "../wire/vscodeApi";
import { readSweepFrame } from "./messages";
import { initialSweepState, readSweepPreferences, reduceFrame, type SweepPreferences } from "./state";
import type { TrialFilter } from "./sweepCard";
import { SweepPage } from "./sweepPage";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");

const saved = readSavedState() as { uri?: unknown; preferences?: unknown } | null | undefined;
let state = initialSweepState(readSweepPreferences(saved?.preferences));
let filter: TrialFilter | null = null;
let theme = readTheme();
let toAcknowledge: number[] = [];

const send = (message: SweepPageMessage): void => post(message);

const frame = new DrawScheduler(() => {
  const drawn = toAcknowledge;
  toAcknowledge = [];
  try {
    page.show(state, filter, theme);
  } catch (error) {
    report(error);
  }
  for (const sequence of drawn) send({ type: "acknowledge", sequence });
});

function report(error: unknown): void {
  send({
    type: "viewError",
    message: errorText(error),
  });
}

function prefer(change: Partial<SweepPreferences>): void {
  state = { ...state, preferences: { ...state.preferences, ...change } };
  save();
  frame.mark();
}

/** The URI brings the panel back after a window reload. */
function save(): void {
  if (state.view !== null) saveState({ uri: state.view.uri, preferences: state.preferences });
}

function receive(data: unknown): void {
  const message = readSweepFrame(data);
  const { state: after, replies } = reduceFrame(state, message);
  // Another sweep: the places of the last one mean nothing in it.
  if (message.first === 0 && after.trials.length < state.trials.length) filter = null;
  state = after;
  for (const reply of replies) send(reply);
  // What is not the last of it is not worth a picture: the rest is to come as soon as it can.
  if (message.pending > 0) return send({ type: "acknowledge", sequence: message.sequence });
  save();
  toAcknowledge.push(message.sequence);
  frame.mark("stream");
}

const page = new SweepPage(root, {
  sendCommand: (command) => send({ type: "command", command }),
  openFile: () => send({ type: "openFile" }),
  openTrial: (index) => send({ type: "openTrial", index }),
  applyTrial: (index) => send({ type: "applyTrial", index }),
  filter(next) {
    filter = next;
    frame.mark();
  },
  prefer,
  sort: (next) => prefer({ sort: next(state.preferences.sort) }),
  saveChart: (card, format) =>
    void chartFile(card, format).then(
      (content) => send({ type: "chartFile", chart: card.id, format, content }),
      (error: unknown) => send({ type: "chartFailed", message: errorText(error) }),
    ),
  requestDraw: () => frame.mark(),
});

const connection = new ConnectionBar(root, "sweep", keptState);

listen(
  (data) => {
    try {
      receive(data);
    } catch (error) {
      report(error);
    }
  },
  (isConnected) => connection.show(isConnected),
);
window.addEventListener("error", (event) => report(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => report(event.reason));
watchTheme((next) => {
  theme = next;
  frame.mark();
});
send({ type: "ready" });
