/**
 * What the host knows of the page of a panel: one state, and a pure function for each thing that may happen. The
 * connection sends what the state calls for.
 */
import type { HostMessage, RevealedPlace } from "../shared/wire/protocol";
import type { TraceHeader } from "../shared/trace/trace";
import type { PendingRows } from "./pendingRows";
import { afterReady, afterVisibility, initialPresence, type PagePresence } from "./pagePresence";

/** Messages that wait for a page; what is asked for beyond is dropped. */
const MAX_MESSAGES_DUE = 8;

/**
 * What waits until the page shows a run: the place to go to, the latest of which counts, and messages in their order.
 */
interface DueMessages {
  readonly place: RevealedPlace | null;
  readonly messages: readonly HostMessage[];
}

export const NOTHING_DUE: DueMessages = { place: null, messages: [] };

/** ID of the run that an open page has drawn rows of, by its own word; null before the first. */
interface OpenPage {
  readonly drawnRun: string | null;
}

export type PanelState =
  /** Nothing can be sent. */
  | { readonly kind: "away"; readonly presence: Exclude<PagePresence, "open">; readonly due: DueMessages }
  /**
   * The next frame is a snapshot, whatever the page has.
   * `showsEarlier`: the page shows the run before, which may stay until the present one has something to show.
   */
  | (OpenPage & { readonly kind: "needsSnapshot"; readonly showsEarlier: boolean; readonly due: DueMessages })
  /** The page shows the run before; the present one has not begun yet. */
  | (OpenPage & { readonly kind: "awaitsRun" })
  /** The page has had its snapshot, drawn with `header`. `rows` came since, and wait for a credit. */
  | (OpenPage & {
      readonly kind: "streaming";
      readonly header: TraceHeader | null;
      readonly rows: PendingRows | null;
    });

export function initialState(visible: boolean): PanelState {
  return withPresence(initialPresence(visible), NOTHING_DUE);
}

/** The page says ready. One that said so before was loaded anew. */
export function pageReady(state: PanelState): PanelState {
  return state.kind === "away" ? withPresence(afterReady(state.presence), state.due) : startOver(state);
}

export function pageVisible(state: PanelState, visible: boolean): PanelState {
  if (state.kind === "away") return withPresence(afterVisibility(state.presence, visible), state.due);
  return visible ? state : withPresence("hidden", dueIn(state));
}

/** The page asks for everything, or is to show another session. */
export function startOver(state: PanelState): PanelState {
  return state.kind === "away" ? state : withPresence("open", dueIn(state));
}

/** Another run was started (without a header), or has begun (with one). */
export function runChanged(state: PanelState, hasHeader: boolean): PanelState {
  if (state.kind === "away") return state;
  const { drawnRun } = state;
  return hasHeader || state.kind === "needsSnapshot"
    ? { kind: "needsSnapshot", showsEarlier: true, drawnRun, due: dueIn(state) }
    : { kind: "awaitsRun", drawnRun };
}

/** @param header of the present run: a new object when its settings were changed on its way */
export function headerChanged(state: PanelState, header: TraceHeader | null): PanelState {
  const isOther = state.kind === "streaming" && state.header?.runId === header?.runId && state.header !== header;
  return isOther && header !== null
    ? { kind: "needsSnapshot", showsEarlier: false, drawnRun: state.drawnRun, due: NOTHING_DUE }
    : state;
}

/** Frames were not acknowledged, and are taken for lost. */
export function framesLost(state: PanelState): PanelState {
  if (state.kind === "away" || state.kind === "needsSnapshot") return state;
  const showsEarlier = state.kind === "awaitsRun";
  return { kind: "needsSnapshot", showsEarlier, drawnRun: state.drawnRun, due: NOTHING_DUE };
}

/** A snapshot is on its way; what is due in the state before may follow. */
export function snapshotSent(state: PanelState, header: TraceHeader | null): PanelState {
  return state.kind === "needsSnapshot" ? { kind: "streaming", header, rows: null, drawnRun: state.drawnRun } : state;
}

/** @param createPending for rows that wait, made when the first ones come */
export function rowsCame(state: PanelState, createPending: () => PendingRows): PanelState {
  return state.kind === "streaming" && state.rows === null ? { ...state, rows: createPending() } : state;
}

/** The page has drawn rows of a run. */
export function runDrawn(state: PanelState, runId: string): PanelState {
  return state.kind === "away" || state.drawnRun === runId ? state : { ...state, drawnRun: runId };
}

export function drawnRunOf(state: PanelState): string | null {
  return state.kind === "away" ? null : state.drawnRun;
}

/** @returns null when the message need not wait: the page shows a run, or that there is none */
export function queued(state: PanelState, message: HostMessage): PanelState | null {
  if (state.kind !== "away" && state.kind !== "needsSnapshot") return null;
  const { place, messages } = state.due;
  if (message.type === "reveal") return { ...state, due: { place: message.place, messages } };
  return messages.length < MAX_MESSAGES_DUE ? { ...state, due: { place, messages: [...messages, message] } } : state;
}

export function dueIn(state: PanelState): DueMessages {
  return state.kind === "away" || state.kind === "needsSnapshot" ? state.due : NOTHING_DUE;
}

function withPresence(presence: PagePresence, due: DueMessages): PanelState {
  return presence === "open"
    ? { kind: "needsSnapshot", showsEarlier: false, drawnRun: null, due }
    : { kind: "away", presence, due };
}
