/** Wiring only: messages and actions go into the store, the store's state goes onto the page, once a frame. */
import "./styles/main.css";
import { readSavedState, send, sendCommand, sendEdits, sendOpenFile, sendPace, sendRevealValue, writeSavedState } from "./actions";
import type { Changed } from "./charts/model";
import { Frame, type Urgency } from "./frame";
import { readHostMessage } from "./messages";
import { QuestionDesk } from "./questionDesk";
import { Page, type PageActions } from "./page/page";
import { readPreferences, withTable, type Preferences } from "./preferences";
import { gradientCheckKey, INITIAL_STATE, reduce, type LabEvent, type LabState } from "./store";
import { readTheme, watchTheme } from "./theme";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");

const saved = readSavedState() as { uri?: unknown; preferences?: unknown } | null | undefined;
let savedUri = typeof saved?.uri === "string" ? saved.uri : null;
let state: LabState = { ...INITIAL_STATE, preferences: readPreferences(saved?.preferences) };
let theme = readTheme();
let changed: Changed = { data: true, cursor: true, look: true };
let toAcknowledge: number[] = [];

const frame = new Frame(() => {
  const news = changed;
  const drawn = toAcknowledge;
  changed = { data: false, cursor: false, look: false };
  toAcknowledge = [];
  try {
    page.show(state, theme, news);
  } catch (error) {
    report(error);
  }
  for (const sequence of drawn) send({ type: "acknowledge", sequence });
});

const desk = new QuestionDesk(send);

/** Answers go past the store's reducer of messages: only the desk knows whether somebody waits for them. */
function receive(data: unknown): void {
  const message = readHostMessage(data);
  if (message.type === "answer" || message.type === "answerFailed") {
    const kind = desk.settle(message.requestId);
    if (kind !== null) dispatch({ type: "answered", kind, state: message.type === "answer" ? { answer: message.answer } : { failure: message.message } });
    return;
  }
  dispatch({ type: "host", message });
  if (message.type === "reveal" && message.place.card !== null) page.revealCard(message.place.card);
}

function dispatch(event: LabEvent): void {
  const before = state;
  const { state: after, replies, acknowledge } = reduce(before, event);
  state = after;
  for (const reply of replies) send(reply);
  if (acknowledge !== null) toAcknowledge.push(acknowledge);
  const data = after.run !== before.run || after.surface !== before.surface || after.ghosts !== before.ghosts || after.answers !== before.answers;
  mark({ data, cursor: after.cursor !== before.cursor, look: after.preferences !== before.preferences || after.zoom !== before.zoom }, event.type === "host" && event.message.type === "append" ? "stream" : "reader");
  save(before);
}

function mark(news: Changed, urgency: Urgency = "reader"): void {
  changed = { data: changed.data || news.data, cursor: changed.cursor || news.cursor, look: changed.look || news.look };
  frame.mark(urgency);
}

/** The URI brings the experiment back after a window reload; without one yet, the one of the last time stays. */
function save(before: LabState): void {
  const uri = state.view?.experiment?.uri ?? savedUri;
  if (uri === savedUri && state.preferences === before.preferences) return;
  savedUri = uri;
  writeSavedState({ uri, preferences: state.preferences });
}

function report(error: unknown): void {
  send({ type: "viewError", message: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error) });
}

function prefer(change: Partial<Preferences>): void {
  dispatch({ type: "preferences", preferences: { ...state.preferences, ...change } });
}

const actions: PageActions = {
  sendCommand,
  sendPace,
  openFile: sendOpenFile,
  moveCursor: (move) => dispatch({ type: "cursor", move }),
  zoom: (move) => dispatch({ type: "zoom", move }),
  showTable: (chartId, shown) => dispatch({ type: "preferences", preferences: withTable(state.preferences, chartId, shown) }),
  setLossScale: (lossScale) => prefer({ lossScale }),
  setRange(range) {
    prefer({ range });
    // Who asks for all or for the recent ones means these, not a part of them.
    dispatch({ type: "zoom", move: { kind: "reset", axis: "iteration" } });
  },
  setLayer: (layer) => prefer({ layer }),
  setQuantity: (quantity) => prefer({ quantity }),
  setUnits: (units) => prefer({ units }),
  dismissCheck() {
    const key = gradientCheckKey(state);
    if (key !== null) dispatch({ type: "dismissCheck", key });
  },
  ask: (question) => desk.ask(question, state.run?.header.runId ?? ""),
  editValues: sendEdits,
  revealValue: sendRevealValue,
  requestDraw: () => mark({ data: false, cursor: false, look: true }),
};

const page = new Page(root, root.dataset["layout"] === "compact" ? "compact" : "wide", actions);

window.addEventListener("message", (event) => {
  try {
    receive(event.data);
  } catch (error) {
    report(error);
  }
});
window.addEventListener("error", (event) => report(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => report(event.reason));
document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || target.tagName.startsWith("VSCODE-DROPDOWN") || ["SELECT", "INPUT", "TEXTAREA"].includes(target.tagName)) return;
  if (event.key === "l" || event.key === "L") actions.setLossScale(state.preferences.lossScale === "log" ? "linear" : "log");
  else if (event.key === "r" || event.key === "R") actions.setRange(state.preferences.range === "all" ? "recent" : "all");
});
watchTheme((next) => {
  theme = next;
  mark({ data: false, cursor: false, look: true });
});
send({ type: "ready" });
