/** Wiring only: messages and actions go into the store, the store's state goes onto the page, once a frame. */
import "./language";
import "./styles/main.css";
import { takesOver } from "../src/shared/handover/policy";
import { ANALYSIS_ACTIONS, isAnalysisAction, isLayoutAction } from "../src/shared/wire/panelActions";
import type { RevealedPlace } from "../src/shared/wire/protocol";
import { send, sendCommand, sendEdits, sendOpenFile, sendPace, sendRevealValue } from "./wire/actions";
import { keptState, listen, readSavedState, saveState } from "./wire/vscodeApi";
import type { Changed } from "./chart/model";
import { ConnectionBar } from "./ui/connectionBar";
import { DrawScheduler, type Urgency } from "./ui/drawScheduler";
import { readHostMessage } from "./wire/messages";
import { PageMemory } from "./state/savedState";
import { QueryClient } from "./wire/queryClient";
import { Page, type PageActions } from "./page/page";
import { withTableToggled, withUnit, type Preferences } from "./state/preferences";
import { travelForKey } from "./page/scrubber";
import { SavedCards } from "./page/savedCards";
import { cursorPlace, gradientCheckKey, INITIAL_STATE, reduce, type LabEvent, type LabState } from "./state/store";
import { errorText } from "./ui/errorText";
import { readTheme, watchTheme } from "./ui/theme";
import { isTyping } from "./ui/typing";

/** A film does not leap over what was not seen. */
const MAX_STEP_MS = 250;

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no #app.");

const memory = new PageMemory(readSavedState(), saveState);
const { preferences, lastRun, lastRace } = memory.saved;
let state: LabState = { ...INITIAL_STATE, preferences, lastRun, lastRace };
let theme = readTheme();
let changed: Changed = { data: true, cursor: true, style: true };
const toAcknowledge: number[] = [];

let isDrawn = true;

const frame = new DrawScheduler(() => {
  if (isDrawn) playOn();
  const news = changed;
  changed = { data: false, cursor: false, style: false };
  try {
    isDrawn = page.show(state, theme, news);
  } catch (error) {
    isDrawn = true;
    report(error);
  }
  if (!isDrawn) return frame.goOn();
  for (const sequence of toAcknowledge.splice(0)) send({ type: "acknowledge", sequence });
  for (const callback of afterDraw.splice(0)) callback();
  // After the draw, so that it gets its rest; a hidden page plays on when it is seen again.
  if (state.playback.playing && !document.hidden)
    queueMicrotask(() => mark({ data: false, cursor: true, style: false }));
});

const afterDraw: (() => void)[] = [];
let playedAt: number | null = null;

/** Moves a film that plays by the time since the last draw: never more than one step a frame, however fast it plays. */
function playOn(): void {
  const now = performance.now();
  const elapsedMs = playedAt === null ? 0 : Math.min(now - playedAt, MAX_STEP_MS);
  playedAt = state.playback.playing ? now : null;
  const { zoom } = state;
  state = reduce(state, { type: "frame", elapsedMs }).state;
  if (state.zoom !== zoom) changed = { ...changed, style: true };
}

const queries = new QueryClient(send, (kind, outcome) => dispatch({ type: "answered", kind, state: outcome }));
const savedCards = new SavedCards(send, (id, callback) => {
  if (id !== null) page.drawAnyway(id);
  afterDraw.push(callback);
  mark({ data: false, cursor: false, style: true });
});

/**
 * Answers go past the store's reducer of messages: only the client of the queries knows whether somebody waits for
 * them.
 */
function receive(data: unknown): void {
  const message = readHostMessage(data);
  if (message.type === "answer" || message.type === "answerFailed") return queries.receive(message);
  if (message.type === "listCharts") return savedCards.list(message.requestId);
  if (message.type === "drawChart") return savedCards.draw(message.requestId, message.chart, message.format);
  dispatch({ type: "host", message });
  if (message.type === "perform" && isLayoutAction(message.action)) page.performLayout(message.action);
  if (message.type === "perform" && isAnalysisAction(message.action)) page.start(ANALYSIS_ACTIONS[message.action]);
  if (message.type === "reveal") showCard(message.place);
}

function showPlace(place: RevealedPlace): void {
  dispatch({ type: "host", message: { type: "reveal", place } });
  showCard(place);
}

function showCard({ card }: RevealedPlace): void {
  if (card !== null) page.revealCard(card);
}

function dispatch(event: LabEvent): void {
  const before = state;
  const { state: after, replies, acknowledge } = reduce(before, event);
  state = after;
  for (const reply of replies) send(reply);
  if (acknowledge !== null) toAcknowledge.push(acknowledge);
  const data =
    after.run !== before.run ||
    after.surface !== before.surface ||
    after.ghosts !== before.ghosts ||
    after.answers !== before.answers ||
    after.race !== before.race ||
    after.rateTest !== before.rateTest ||
    after.seeds !== before.seeds;
  mark(
    {
      data,
      cursor: after.cursor !== before.cursor || after.playback !== before.playback,
      style: after.preferences !== before.preferences || after.zoom !== before.zoom,
    },
    urgencyOf(event, before, after),
  );
  memory.save(state);
}

function urgencyOf(event: LabEvent, before: LabState, after: LabState): Urgency {
  if (event.type === "host" && event.message.type === "append") return "stream";
  // What is asked about the newest iteration is asked anew with each of them.
  if (event.type === "answered" && after.view?.status.phase === "running" && cursorPlace(after).followsLatest)
    return "stream";
  return takesOver(before.run?.header.runId ?? null, after.run?.header.runId ?? null) ? "newRun" : "reader";
}

function mark(news: Changed, urgency: Urgency = "reader"): void {
  changed = {
    data: changed.data || news.data,
    cursor: changed.cursor || news.cursor,
    style: changed.style || news.style,
  };
  frame.mark(urgency);
}

function report(error: unknown): void {
  send({
    type: "viewError",
    message: errorText(error),
  });
}

function prefer(change: Partial<Preferences>): void {
  dispatch({ type: "preferences", preferences: { ...state.preferences, ...change } });
}

const actions: PageActions = {
  sendCommand,
  sendPace,
  openFile: sendOpenFile,
  moveCursor: (move) => dispatch({ type: "cursor", move }),
  travel: (action) => dispatch({ type: "travel", action }),
  setSpeed: (speed) => dispatch({ type: "speed", speed }),
  zoom: (move) => dispatch({ type: "zoom", move }),
  toggleTable: (chartId) =>
    dispatch({ type: "preferences", preferences: withTableToggled(state.preferences, chartId) }),
  setAxes(choice) {
    prefer(choice);
    // Who asks for all or for the recent ones means these, not a part of them.
    if (choice.range !== undefined) dispatch({ type: "zoom", move: { kind: "reset", axis: "iteration" } });
  },
  setLayer: (layer) => prefer({ layer }),
  setQuantity: (quantity) => prefer({ quantity }),
  chooseUnit: (unit, several) =>
    prefer({ units: withUnit(state.preferences.units, unit ?? cursorPlace(state).unit ?? 0, several) }),
  setPageLayout: (layout) => prefer({ layout }),
  requestFrame: () => mark({ data: false, cursor: false, style: false }),
  bringCheckBack: () => dispatch({ type: "dismissCheck", key: null }),
  dismissCheck() {
    const key = gradientCheckKey(state);
    if (key !== null) dispatch({ type: "dismissCheck", key });
  },
  ask: (question) => queries.ask(question, state.run?.header.runId ?? ""),
  editValues: sendEdits,
  showPlace,
  saveChart: (card, format) => savedCards.draw(null, card.id, format),
  header: () => state.run?.header ?? null,
  addSavable: (card) => savedCards.add(card),
  revealValue: sendRevealValue,
  requestDraw: () => mark({ data: false, cursor: false, style: true }),
};

const layout = root.dataset["layout"] === "compact" ? "compact" : "wide";
const page = new Page(root, layout, actions);
const connection = new ConnectionBar(root, layout === "compact" ? null : "main", keptState);

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
document.addEventListener("keydown", (event) => {
  const { ctrlKey, metaKey, altKey, isComposing, key } = event;
  if (ctrlKey || metaKey || altKey || isComposing || isTyping(event.composedPath())) return;
  const travel = travelForKey(key);
  if (travel !== null) actions.travel(travel);
  else if (key === "l" || key === "L")
    actions.setAxes({ lossScale: state.preferences.lossScale === "log" ? "linear" : "log" });
  else if (key === "r" || key === "R") actions.setAxes({ range: state.preferences.range === "all" ? "recent" : "all" });
});
document.addEventListener("visibilitychange", () => mark({ data: false, cursor: true, style: false }));
watchTheme((next) => {
  theme = next;
  mark({ data: false, cursor: false, style: true });
});
send({ type: "ready" });
