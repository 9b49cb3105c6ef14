import type { Pace } from "../shared/wire/protocol";

/** At most this much is made up for after a delay; without it a held-up run would rush. Seconds. */
const MAX_CATCH_UP = 0.1;

/** Says how many steps a paced run may take by now. Times in milliseconds. */
export class Pacer {
  private since: number;
  private taken = 0;

  constructor(
    private pace: Pace,
    now: number,
  ) {
    this.since = now;
  }

  setPace(pace: Pace, now: number): void {
    this.pace = pace;
    this.restart(now);
  }

  /** Time before now no longer counts, as after a pause. */
  restart(now: number): void {
    this.since = now;
    this.taken = 0;
  }

  /** Infinity at full speed. The first step is due at once. */
  stepsDue(now: number): number {
    if (this.pace === 0) {
      return Infinity;
    }
    const due = Math.floor(((now - this.since) / 1000) * this.pace) + 1 - this.taken;
    const most = Math.max(1, Math.floor(this.pace * MAX_CATCH_UP));
    if (due > most) {
      this.restart(now - ((most - 1) / this.pace) * 1000);
      return most;
    }
    return Math.max(0, due);
  }

  took(steps: number): void {
    this.taken += steps;
  }

  /** Until the next step is due; 0 at full speed. */
  waitMs(now: number): number {
    return this.pace === 0 ? 0 : Math.max(0, this.since + (this.taken / this.pace) * 1000 - now);
  }
}
