/**
 * What the page knows, and how each event changes it. Pure but for one thing: rows are appended in place to the bounded
 * trace and series of the run (copying them at every frame would cost more than drawing); `revision` changes with them.
 */
import * as l10n from "@vscode/l10n";
import { indexAt } from "../../src/shared/trace/decimate";
import {
  isAnalysisAction,
  isAxesAction,
  isLayoutAction,
  isTravelAction,
  type PanelAction,
  type TravelAction,
} from "../../src/shared/wire/panelActions";
import type { Answer, QuestionKind } from "../../src/shared/wire/questions";
import type { ShownRace } from "../../src/shared/wire/race";
import type { ShownRateTest } from "../../src/shared/wire/rateTest";
import type { SeedTrials } from "../../src/shared/wire/seeds";
import type { Ghost, HostMessage, Speed, ViewState, WebviewMessage } from "../../src/shared/wire/protocol";
import { ScalarSeries, seriesUpdateFits } from "../../src/shared/trace/scalarSeries";
import { type LossSurface, type TraceHeader, COLUMN } from "../../src/shared/trace/trace";
import { boundedCapacity, firstRows, TraceBuffer } from "../../src/shared/trace/traceBuffer";
import {
  FREE_CURSOR,
  moveCursor,
  placedCursor,
  placeOf,
  type Cursor,
  type CursorMove,
  type CursorPlace,
  type CursorSpace,
} from "./cursor";
import { rowsFit } from "../../src/shared/trace/columnRules";
import type { Incoming } from "../wire/messages";
import { isActive } from "../ui/controlRules";
import { lastRaceOf, type LastRace } from "./lastRace";
import type { LastRun } from "./lastRun";
import { withAxes } from "./axesActions";
import { DEFAULT_PREFERENCES, type Preferences } from "./preferences";
import { RunClock } from "./runClock";
import { playOn, STILL, travel, type Playback, type TravelSpace } from "./timeTravel";
import {
  iterationWindow,
  NO_ZOOM,
  timeStepsOf,
  wholeIterations,
  zoomAfterCursor,
  zoomBy,
  ZOOM_STEP,
  type Course,
  type Zoom,
  type ZoomMove,
  type ZoomSpace,
} from "./zoom";

/** Bound of what the page keeps: enough rows for two a pixel, and memory for wide rows. */
const MAX_ROWS = 4096;
const MAX_TRACE_BYTES = 48 * 1024 * 1024;
/** A request for a snapshot may be lost too: ask again after so many frames that could not be used. */
const ASK_AGAIN_AFTER = 30;
/** The run that shows, and as many earlier ones as the host has. */
const MAX_CLOCKS = 4;

export interface Run {
  readonly header: TraceHeader;
  /** Rows with their vectors; thinned when the run is long. */
  readonly trace: TraceBuffer;
  /** Of every iteration. */
  readonly scalars: ScalarSeries;
  readonly revision: number;
}

export interface LabState {
  /** Null until the first snapshot. */
  readonly view: ViewState | null;
  readonly run: Run | null;
  readonly ghosts: readonly Ghost[];
  readonly surface: LossSurface | null;
  readonly lastSequence: number;
  /** Frames dropped since a snapshot was asked for; null when none is awaited. */
  readonly awaiting: number | null;
  /** Of the run that shows and of those before it, the latest first; they go on in place, like the trace. */
  readonly clocks: readonly RunClock[];
  readonly cursor: Cursor;
  readonly zoom: Zoom;
  readonly playback: Playback;
  readonly preferences: Preferences;
  /** How far the run had come that was there before the window was reloaded. */
  readonly lastRun: LastRun | null;
  /** The gradient check that was closed, as {@link gradientCheckKey}. */
  readonly dismissedCheck: string | null;
  /** The latest answer to each kind of question about this run, or why there is none. */
  readonly answers: Readonly<Partial<Record<QuestionKind, AnswerState>>>;
  /** Time steps of the sequence that the reader typed last, which may be more than training has. */
  readonly typedSteps: number;
  readonly race: ShownRace | null;
  /** As far as this or an earlier page has seen it. */
  readonly lastRace: LastRace | null;
  /** Whether this page has seen a race: one that only an earlier page has seen ended with its host. */
  readonly hasSeenRace: boolean;
  readonly rateTest: ShownRateTest | null;
  readonly seeds: SeedTrials | null;
  readonly badMessages: number;
}

export type AnswerState = { readonly answer: Answer } | { readonly failure: string };

export const INITIAL_STATE: LabState = {
  view: null,
  run: null,
  ghosts: [],
  surface: null,
  lastSequence: -1,
  awaiting: null,
  clocks: [],
  cursor: FREE_CURSOR,
  zoom: NO_ZOOM,
  playback: STILL,
  preferences: DEFAULT_PREFERENCES,
  lastRun: null,
  dismissedCheck: null,
  answers: {},
  typedSteps: 0,
  race: null,
  lastRace: null,
  hasSeenRace: false,
  rateTest: null,
  seeds: null,
  badMessages: 0,
};

export type LabEvent =
  | { readonly type: "host"; readonly message: Incoming }
  | { readonly type: "cursor"; readonly move: CursorMove }
  | { readonly type: "zoom"; readonly move: ZoomMove }
  | { readonly type: "travel"; readonly action: TravelAction }
  | { readonly type: "speed"; readonly speed: Speed }
  /** A frame is about to be drawn, so long after the last one. */
  | { readonly type: "frame"; readonly elapsedMs: number }
  | { readonly type: "preferences"; readonly preferences: Preferences }
  | { readonly type: "dismissCheck"; readonly key: string | null }
  /** An answer that was waited for, or the news that none will come. */
  | { readonly type: "answered"; readonly kind: QuestionKind; readonly state: AnswerState };

interface Reduced {
  readonly state: LabState;
  /** To send at once. */
  readonly replies: readonly WebviewMessage[];
  /** To acknowledge when the frame that shows it has been drawn. */
  readonly acknowledge: number | null;
}

export function reduce(state: LabState, event: LabEvent): Reduced {
  switch (event.type) {
    case "host":
      return reduceMessage(state, event.message);
    case "cursor":
      return noReply(reduceCursor(state, event.move));
    case "zoom":
      return noReply({ ...state, zoom: zoomBy(state.zoom, event.move, zoomSpace(state)) });
    case "travel":
      return noReply(reduceTravel(state, event.action));
    case "speed":
      return noReply({ ...state, playback: { ...state.playback, speed: event.speed } });
    case "frame":
      return noReply(
        state.playback.playing
          ? withCursorInView({ ...state, ...playOn(state, event.elapsedMs, travelSpace(state)) })
          : state,
      );
    case "preferences":
      return noReply({ ...state, preferences: event.preferences });
    case "dismissCheck":
      return noReply({ ...state, dismissedCheck: event.key });
    case "answered":
      return noReply({
        ...state,
        answers: { ...state.answers, [event.kind]: event.state },
        typedSteps: typedSteps(state, event.state),
      });
  }
}

function reduceMessage(state: LabState, message: Incoming): Reduced {
  switch (message.type) {
    case "snapshot":
      return reduceSnapshot(state, message);
    case "append":
      return reduceAppend(state, message);
    case "view":
      return noReply({ ...state, view: message.view });
    case "surface":
      return noReply(
        message.surface.runId === state.run?.header.runId ? { ...state, surface: message.surface } : state,
      );
    case "race":
      return noReply(withRace(state, message.race));
    case "rateTest":
      return noReply({ ...state, rateTest: message.test });
    case "seeds":
      return noReply({ ...state, seeds: message.trials });
    case "answer":
    case "answerFailed":
    case "listCharts":
    case "drawChart":
      // The desk that asked turns answers into "answered"; charts are drawn by the cards.
      return noReply(state);
    case "reveal":
      return noReply(
        withCursorInView({
          ...state,
          cursor: placedCursor(state.cursor, message.place),
          playback: { ...state.playback, playing: false },
        }),
      );
    case "perform":
      return noReply(perform(state, message.action));
    case "malformed":
      return reportBadMessage(state, message.reason);
  }
}

/** A race that ended with the host that ran it; null where there is a race, or was none. */
export function lostRaceOf({ view, race, lastRace, hasSeenRace }: LabState): LastRace | null {
  return race === null && !hasSeenRace && lastRace?.uri === view?.experiment?.uri ? lastRace : null;
}

function withRace(state: LabState, race: ShownRace | null): LabState {
  const uri = state.view?.experiment?.uri;
  // Where this page has seen none, the host has none either: what an earlier page has seen is still the latest.
  if (race === null) return { ...state, race, lastRace: state.hasSeenRace ? null : state.lastRace };
  return { ...state, race, lastRace: uri === undefined ? null : lastRaceOf(uri, race), hasSeenRace: true };
}

function reduceSnapshot(state: LabState, message: Extract<HostMessage, { type: "snapshot" }>): Reduced {
  if (state.awaiting === null && message.sequence <= state.lastSequence) {
    // The same snapshot twice is harmless. An older one means that the order is lost or the host counts anew: either
    // way, ask.
    const duplicate = message.sequence === state.lastSequence;
    return duplicate ? { state, replies: [], acknowledge: message.sequence } : askForSnapshot(state, message.sequence);
  }
  const sameRun = message.header !== null && message.header.runId === state.run?.header.runId;
  let run: Run | null = null;
  if (message.header !== null) {
    const specs = message.header.columns;
    const trace = new TraceBuffer(specs, boundedCapacity(specs, MAX_ROWS, MAX_TRACE_BYTES), firstRows(specs));
    if (message.rows !== null) trace.append(message.rows);
    const scalars = new ScalarSeries(specs);
    if (message.scalars !== null) scalars.restore(message.scalars);
    run = { header: message.header, trace, scalars, revision: (state.run?.revision ?? 0) + 1 };
  }
  return {
    state: {
      ...state,
      view: message.view,
      run,
      ghosts: message.ghosts,
      surface: message.surface,
      lastSequence: message.sequence,
      awaiting: null,
      clocks: withClock(state.clocks, message),
      // A sequence that the reader has chosen or typed is looked into in the next run too.
      cursor: sameRun
        ? state.cursor
        : { ...FREE_CURSOR, sequence: sameFile(state.view, message.view) ? state.cursor.sequence : null },
      zoom: sameRun ? state.zoom : NO_ZOOM,
      playback: sameRun ? state.playback : { ...STILL, speed: state.playback.speed },
      answers: sameRun ? state.answers : {},
      // Those that are about the file follow.
      race: null,
      rateTest: null,
      seeds: null,
    },
    replies: [],
    acknowledge: message.sequence,
  };
}

function reduceAppend(state: LabState, message: Extract<HostMessage, { type: "append" }>): Reduced {
  const knownRun = state.run !== null && message.runId === state.run.header.runId;
  if (state.awaiting === null && knownRun && message.sequence <= state.lastSequence)
    return { state, replies: [], acknowledge: message.sequence };
  if (
    state.awaiting !== null ||
    !knownRun ||
    state.run === null ||
    state.view === null ||
    message.sequence !== state.lastSequence + 1
  )
    return askForSnapshot(state, message.sequence);
  const { columns } = state.run.header;
  if (!rowsFit(message.rows, columns) || !seriesUpdateFits(message.scalars, columns)) {
    const asked = askForSnapshot(state, message.sequence);
    const complained = reportBadMessage(asked.state, "an append whose rows do not fit the header");
    return { ...complained, replies: [...complained.replies, ...asked.replies], acknowledge: message.sequence };
  }
  state.run.trace.append(message.rows);
  state.run.scalars.update(message.scalars);
  state.clocks[0]?.note(message.status.iteration, message.status.trainMs);
  return {
    state: {
      ...state,
      view: { ...state.view, status: message.status },
      run: { ...state.run, revision: state.run.revision + 1 },
      lastSequence: message.sequence,
    },
    replies: [],
    acknowledge: message.sequence,
  };
}

/** The clock of the run in the snapshot comes first, and goes on where it was known before. */
function withClock(
  clocks: readonly RunClock[],
  { header, view }: Extract<HostMessage, { type: "snapshot" }>,
): readonly RunClock[] {
  if (header === null) return clocks;
  const clock =
    clocks.find(({ runId }) => runId === header.runId) ?? new RunClock(header.runId, header.data?.batchesPerEpoch ?? 1);
  // That of a recorded run is the time of all of it.
  if (view.recorded === null) clock.note(view.status.iteration, view.status.trainMs);
  return [clock, ...clocks.filter((other) => other !== clock)].slice(0, MAX_CLOCKS);
}

/** The frame is of no use, but it is acknowledged: its credit must not be lost with it. */
function askForSnapshot(state: LabState, sequence: number): Reduced {
  const dropped = state.awaiting === null ? 0 : state.awaiting + 1;
  const ask = dropped % ASK_AGAIN_AFTER === 0;
  return {
    state: { ...state, awaiting: dropped },
    replies: ask ? [{ type: "requestSnapshot" }] : [],
    acknowledge: sequence,
  };
}

function reportBadMessage(state: LabState, reason: string): Reduced {
  const badMessages = state.badMessages + 1;
  return {
    state: { ...state, badMessages },
    replies: [
      {
        type: "viewError",
        message: l10n.t("The panel received {0} (invalid messages so far: {1}).", reason, badMessages),
      },
    ],
    acknowledge: null,
  };
}

function noReply(state: LabState): Reduced {
  return { state, replies: [], acknowledge: null };
}

function reduceCursor(state: LabState, move: CursorMove): LabState {
  const { playing } = state.playback;
  const cursor = moveCursor(state.cursor, move, cursorSpace(state));
  // A film that plays is not halted by a pointer that happens to rest on it.
  const moved = { ...state, cursor: playing && move.kind === "hover" ? { ...cursor, hoveredIteration: null } : cursor };
  // What is under the pointer is in view.
  if (move.kind === "hover" || move.kind === "leave") return moved;
  const still =
    playing && moved.cursor.pinnedIteration !== state.cursor.pinnedIteration
      ? { ...moved, playback: { ...state.playback, playing: false } }
      : moved;
  return move.kind === "follow" ? still : withCursorInView(still);
}

function reduceTravel(state: LabState, action: TravelAction): LabState {
  return withCursorInView({ ...state, ...travel(state, action, travelSpace(state)) });
}

/** By a command; buttons and keys come to the same. */
function perform(state: LabState, action: PanelAction): LabState {
  if (isTravelAction(action)) return reduceTravel(state, action);
  if (isAxesAction(action)) {
    const preferences = withAxes(state.preferences, action);
    // Who asks for all or for the recent ones means these, not a part of them.
    const zoom = preferences.range === state.preferences.range ? state.zoom : { ...state.zoom, iteration: null };
    return { ...state, preferences, zoom };
  }
  // The page knows which sections there are, and prefers what it comes to.
  if (isLayoutAction(action) || isAnalysisAction(action)) return state;
  const move: ZoomMove =
    action === "resetZoom"
      ? { kind: "reset" }
      : { kind: "scale", axis: "iteration", factor: action === "zoomIn" ? ZOOM_STEP : 1 / ZOOM_STEP };
  return { ...state, zoom: zoomBy(state.zoom, move, zoomSpace(state)) };
}

function travelSpace(state: LabState): TravelSpace {
  const space = cursorSpace(state);
  const { from } = zoomSpace(state).shown.iteration;
  return {
    ...space,
    begin: indexAt(space.iterations, space.rows, from),
    frames: state.run?.trace.column(COLUMN.iteration) ?? [],
    findings: state.view?.findings ?? [],
  };
}

function withCursorInView(state: LabState): LabState {
  return { ...state, zoom: zoomAfterCursor(state.zoom, zoomSpace(state)) };
}

function zoomSpace(state: LabState): ZoomSpace {
  const space = cursorSpace(state);
  const place = placeOf(state.cursor, space);
  const course = courseOf(state);
  const timeSteps = timeStepsOf(space.timeSteps);
  return {
    whole: { iteration: wholeIterations(course), timeStep: timeSteps },
    shown: {
      iteration: iterationWindow(course, state.preferences.range, state.zoom.iteration),
      timeStep: state.zoom.timeStep ?? timeSteps,
    },
    cursor: { iteration: place.row < 0 || place.followsLatest ? null : place.iteration, timeStep: place.timeStep },
  };
}

/** How far the run that shows has come. */
export function courseOf({ run, view, ghosts }: LabState): Course {
  return {
    iterations: run?.scalars.column(COLUMN.iteration) ?? [],
    rows: run?.scalars.points ?? 0,
    active: isActive(view?.status.phase ?? "idle"),
    planned: run?.header.iterations ?? 0,
    ghostEnds: ghosts.map(({ iteration }) => iteration.at(-1) ?? 0),
  };
}

function sameFile(before: ViewState | null, after: ViewState): boolean {
  return before?.experiment?.uri === after.experiment?.uri;
}

/** While what is typed is wrong for a moment, the last that was right stays. */
function typedSteps(before: LabState, state: AnswerState): number {
  if (!("answer" in state) || state.answer.kind !== "inspect" || "problem" in state.answer.result)
    return before.typedSteps;
  return typeof state.answer.sequence === "string" ? state.answer.result.timeSteps : 0;
}

/** The iterations that the cursor can be at: all of them, whatever rows are left out. */
function cursorSpace(state: LabState): CursorSpace {
  const scalars = state.run?.scalars;
  const points = scalars?.points ?? 0;
  const header = state.run?.header;
  return {
    iterations: scalars?.column(COLUMN.iteration) ?? [],
    rows: points,
    latest:
      header?.probed === undefined ? latestFinite(scalars?.column(COLUMN.gradientNorm) ?? null, points) : points - 1,
    timeSteps: Math.max(header?.timeSteps ?? 0, typeof state.cursor.sequence === "string" ? state.typedSteps : 0),
    units: header?.hiddenSize ?? 1,
    sequence: header?.inspected.sequence ?? 0,
  };
}

/** A run that diverged ends in rows of NaN and infinity; what led there is in the row before. */
function latestFinite(gradientNorm: Float64Array | null, rows: number): number {
  for (let row = rows - 1; row > 0; row--) if (Number.isFinite(gradientNorm?.[row] ?? NaN)) return row;
  return rows - 1;
}

export function cursorPlace(state: LabState): CursorPlace {
  return placeOf(state.cursor, cursorSpace(state));
}

/** Names a gradient check, so that a closed one stays closed when the host sends it again. */
export function gradientCheckKey(state: LabState): string | null {
  const check = state.view?.gradientCheck;
  return check
    ? `${state.run?.header.runId ?? ""}:${check.iteration}:${check.epsilon}:${check.tensors.map((tensor) => tensor.maxRelativeError).join()}`
    : null;
}
