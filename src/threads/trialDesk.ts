import type { Trial, TrialResult } from "../shared/wire/sweep";
import type { NextStep, TrialDirector } from "../sweepPlan/trialDirector";
import type { SweepThreadRequest } from "./sweepMessages";

/**
 * Between the threads of a sweep and what decides which run comes next. Threads propose: each is told what has happened
 * since it was told last, and one proposes at a time, so that all see the same events in the same order.
 */
export class TrialDesk {
  /** For each thread the events that it has seen. */
  private readonly seen = new Map<number, number>();
  private readonly trials = new Map<number, Trial>();
  /** Threads that have asked and are to be answered, the first first. */
  private readonly asking: number[] = [];
  /** Begun, and to be trained from their start before anything else. */
  private readonly repeated: Trial[] = [];
  private proposing: { readonly thread: number; readonly combination: number } | null = null;

  constructor(
    private readonly director: TrialDirector,
    private readonly post: (thread: number, request: SweepThreadRequest) => void,
  ) {}

  asked(thread: number): void {
    this.trials.delete(thread);
    this.asking.push(thread);
    this.answer();
  }

  proposed(values: readonly unknown[]): void {
    const { proposing } = this;
    if (proposing === null) return;
    this.proposing = null;
    this.director.begin(proposing.combination, values);
    this.asking.unshift(proposing.thread);
    this.answer();
  }

  ended(result: TrialResult): void {
    this.director.ended(result);
  }

  /** The thread is gone. @returns what it was at */
  lost(thread: number): Trial | null {
    const trial = this.trials.get(thread) ?? null;
    this.trials.delete(thread);
    this.seen.delete(thread);
    const at = this.asking.indexOf(thread);
    if (at !== -1) this.asking.splice(at, 1);
    if (this.proposing?.thread === thread) {
      this.director.abandon(this.proposing.combination);
      this.proposing = null;
      this.answer();
    }
    return trial;
  }

  /** A trial that was lost through no fault of its own. */
  repeat(trial: Trial): void {
    this.repeated.push(trial);
  }

  private answer(): void {
    for (let thread = this.asking[0]; thread !== undefined; thread = this.asking[0]) {
      const step = this.nextStep(thread);
      if (step.kind === "wait") return;
      this.asking.shift();
      switch (step.kind) {
        case "train":
          this.trials.set(thread, step.trial);
          this.post(thread, step);
          break;
        case "propose":
          this.proposing = { thread, combination: step.combination };
          this.seen.set(thread, this.director.events.length);
          this.post(thread, step);
          break;
        case "none":
          this.post(thread, { kind: "finish" });
          break;
        default:
          step satisfies never;
      }
    }
  }

  private nextStep(thread: number): NextStep {
    const trial = this.repeated.shift();
    return trial === undefined ? this.director.next(this.seen.get(thread) ?? 0) : { kind: "train", trial };
  }
}
