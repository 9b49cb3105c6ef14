import { NO_TRIAL } from "./sweepMessages";

/** Then a sweep has failed. A process may end before it has said what it is at. */
const MOST_VAIN_STARTS = 3;

/** What is known of the trials of a sweep: which have results, and which were under way when their process ended. */
export class SweepLedger {
  private readonly done: Set<number>;
  private readonly suspects = new Set<number>();
  /** Whether a trial has ended since all threads were started. */
  private hasResults = false;
  /** Processes in a row that ended before anything was known of a trial. */
  private vainStarts = 0;
  /** Trials among which the threads do not look: all of them count through the same ones. */
  doneAtStart: readonly number[];

  /** @param done indices of the trials that have results */
  constructor(done: readonly number[]) {
    this.done = new Set(done);
    this.doneAtStart = done;
  }

  /** Whether a trial that was under way when a process ended has no result yet. */
  get hasSuspects(): boolean {
    return [...this.suspects].some((index) => !this.done.has(index));
  }

  isDone(index: number): boolean {
    return this.done.has(index);
  }

  add(index: number): void {
    this.hasResults = true;
    this.done.add(index);
  }

  /**
   * A process has ended; all threads are started anew.
   * @param current what they were at
   * @returns the trial that has failed, since it was under way for the second time; null: none. "vain": another process
   * would end as this one did
   */
  processEnded(current: readonly number[]): number | null | "vain" {
    const underWay = current.filter((index) => index !== NO_TRIAL && !this.done.has(index));
    this.vainStarts = underWay.length === 0 && !this.hasResults ? this.vainStarts + 1 : 0;
    if (this.vainStarts >= MOST_VAIN_STARTS) return "vain";
    const broken = underWay.find((index) => this.suspects.has(index)) ?? null;
    for (const index of underWay) this.suspects.add(index);
    if (broken !== null) this.done.add(broken);
    this.hasResults = false;
    this.doneAtStart = [...this.done];
    return broken;
  }
}
