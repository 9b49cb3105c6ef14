import type { ColumnSpec } from "../shared/trace/trace";
import { firstSteps } from "./reportSize";

/**
 * Someone types and waits for the curve: its first rows are drawn before the training takes every core. So long at
 * most.
 */
const FIRST_LOOK_MS = 250;
/**
 * Whoever types may type on: so much of the training takes half of the time, and the window is free to draw the next
 * letter.
 */
const GENTLE_MS = 500;

/**
 * How a run that was typed makes way for the window. One that was asked for otherwise rests only when it is told to.
 */
export class TypedRunThrottle {
  private throttledUntil = -Infinity;
  private firstSteps: number;

  constructor(
    private readonly typed: boolean,
    columns: readonly ColumnSpec[],
    every: number,
  ) {
    this.firstSteps = typed ? firstSteps(columns, every) : Infinity;
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
    if (this.typed && trainMs < GENTLE_MS) this.throttle(milliseconds, now);
  }

  /** The first rows are on their way to somebody. */
  reported(now: number): void {
    if (this.firstSteps === Infinity) return;
    this.firstSteps = Infinity;
    this.throttle(FIRST_LOOK_MS, now);
  }
}
