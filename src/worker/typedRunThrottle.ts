import { trainsAtHalfSpeed, type RunOrigin } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import type { ColumnSpec } from "../shared/trace/trace";
import { firstSteps } from "./reportSize";

/** Slows a run that typing started for the window. Any other run pauses only for an edit. */
export class TypedRunThrottle {
  private throttledUntil = -Infinity;
  private firstSteps: number;

  constructor(
    private readonly origin: RunOrigin,
    columns: readonly ColumnSpec[],
    every: number,
  ) {
    this.firstSteps = origin.byTyping === true ? firstSteps(columns, every) : Infinity;
  }

  /** How many of the steps that are due may be taken now. */
  stepsNow(due: number, now: number): number {
    return now < this.throttledUntil ? 0 : Math.min(due, this.firstSteps);
  }

  /** Until the next step, in ms; not above 0: at once. */
  waitMs(now: number): number {
    return this.throttledUntil - now;
  }

  throttle(milliseconds: number, now: number): void {
    this.throttledUntil = now + milliseconds;
  }

  /** Its first rows have been drawn: no need to leave the processor to the views any longer. */
  resumeFullSpeed(): void {
    this.throttledUntil = -Infinity;
  }

  trained(milliseconds: number, trainMs: number, now: number): void {
    if (trainsAtHalfSpeed(this.origin, trainMs)) this.throttle(milliseconds, now);
  }

  /** The first rows are on their way to somebody. */
  reported(now: number): void {
    if (this.firstSteps === Infinity) return;
    this.firstSteps = Infinity;
    this.throttle(HANDOVER_MS.firstDraw, now);
  }
}
