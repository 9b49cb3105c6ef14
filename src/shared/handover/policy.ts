/**
 * One policy for runs that typing starts: what such a run waits for, and what waits for it. Host, worker, and page ask
 * here instead of deciding by themselves. The times are in times.ts; what has a state is in session/handover.ts. Times
 * are in milliseconds.
 */
import { HANDOVER_MS } from "./times";

/**
 * What an edit of the text means for the run: nothing by itself; a run of the text will follow; none, since the run is
 * a long one.
 */
export type EditState = "settled" | "coming" | "held";

/** The setting `rnnLab.autoRun`. */
export type AutoRun = "onType" | "onSave" | "off";

/** Where a run comes from. */
export interface RunOrigin {
  /** Started by an edit of the text, not by a command. */
  readonly byTyping?: boolean;
}

/** A session between two of its runs. */
export interface HandoverState {
  /** Another run has been asked for, or will be when the text has settled. */
  readonly expectsRun: boolean;
  /** The present run is under way and has no rows yet. */
  readonly isBlank: boolean;
  /** The present run was started by an edit. */
  readonly byTyping: boolean;
}

/**
 * What follows once the text has settled.
 * @param text whether it is an experiment, and another one than the run that was asked for last
 * @param longRunMs training after which typing does not replace a run; 0: it always does
 */
export function decideAfterEdit(
  text: { readonly isRunnable: boolean; readonly differs: boolean },
  run: { readonly isActive: boolean; readonly trainMs: number },
  longRunMs: number,
): "settled" | "held" | "run" {
  if (!text.isRunnable || !text.differs) return "settled";
  return longRunMs > 0 && run.isActive && run.trainMs >= longRunMs ? "held" : "run";
}

/**
 * Whether saving runs a text that differs from the run.
 * @param byHand not by auto-save. Where typing starts runs, only a run that was held back is left to start
 */
export function runsOnSave(autoRun: AutoRun, byHand: boolean): boolean {
  return autoRun === "onSave" || (autoRun === "onType" && byHand);
}

/** Whether the run under way pauses for an edit. */
export function pausesForEdit(edit: EditState, isActive: boolean): boolean {
  return edit === "coming" && isActive;
}

/** Whether a run was only passed through on the way to the next one, and so leaves neither a curve nor a file. */
export function isTransient(run: RunOrigin & { readonly startedAt: number }, next: RunOrigin, now: number): boolean {
  return run.byTyping === true && next.byTyping === true && now - run.startedAt < HANDOVER_MS.transientRun;
}

/** Whether a run that ended is not worth its last findings and its surface: another one replaced it soon. */
export function endsAtOnce({ replaced, trainMs }: { readonly replaced: boolean; readonly trainMs: number }): boolean {
  return replaced && trainMs < HANDOVER_MS.briefRun;
}

/** How long a run waits with its first write to the disk. */
export function firstWriteDelay({ byTyping }: RunOrigin): number {
  return byTyping === true ? HANDOVER_MS.firstWrite : 0;
}

/** Whether a run leaves every other moment to the window. */
export function trainsAtHalfSpeed({ byTyping }: RunOrigin, trainMs: number): boolean {
  return byTyping === true && trainMs < HANDOVER_MS.halfSpeed;
}

/** Whether a page keeps the curves of an earlier run, which it shows, until the present one has something to show. */
export function keepsEarlierCurves({ isBlank }: HandoverState, showsEarlier: boolean): boolean {
  return showsEarlier && isBlank;
}

/** Whether more rows of the present run would only keep the page from drawing the next one. */
export function rowsWait({ expectsRun }: HandoverState): boolean {
  return expectsRun;
}

/** Whether what is said beside the curves may come with the next ones. */
export function viewWaits(state: HandoverState, showsEarlier: boolean): boolean {
  return state.expectsRun || keepsEarlierCurves(state, showsEarlier);
}

/** Whether what surrounds the editor waits: a typed run that stops and starts within a moment would make it flicker. */
export function surroundingsWait({ expectsRun, isBlank, byTyping }: HandoverState): boolean {
  return expectsRun || (isBlank && byTyping);
}

/**
 * Whether another run has taken over the page: it is drawn at once, without the pause that a draw otherwise leaves the
 * window.
 * @param before ID of the run that the page showed; null when it showed none
 */
export function takesOver(before: string | null, after: string | null): boolean {
  return before !== null && before !== after;
}
