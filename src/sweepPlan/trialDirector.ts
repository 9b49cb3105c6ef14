/**
 * Which run of a sweep comes next where that depends on the runs before. It decides; whoever trains asks. Its decisions
 * are recorded, and the same decisions give the same table, wherever the runs are trained.
 */
import type { SweepConfig } from "../config/schema/schema";
import { countDraws, seedsOf } from "../config/schema/sweepAxes";
import type { Trial, TrialResult } from "../shared/wire/sweep";
import type { SearchEvent } from "./searchEvents";
import { judgedValue } from "./stopping";

/** What whoever is free is to do. */
export type NextStep =
  | { readonly kind: "train"; readonly trial: Trial }
  /** Propose the values of a combination, after these events, and say so with {@link TrialDirector.begin}. */
  | { readonly kind: "propose"; readonly combination: number; readonly events: readonly SearchEvent[] }
  /** Ask again when a combination has been proposed. */
  | { readonly kind: "wait" }
  | { readonly kind: "none" };

/** The runs of a combination: with all seeds, which are the same for each, so that they compare. */
export function combinationTrials(
  combination: number,
  values: readonly unknown[],
  seeds: readonly number[],
): readonly Trial[] {
  return seeds.map((seed, s) => ({ index: combination * seeds.length + s, seed, values }));
}

export class TrialDirector {
  /** All that has been decided and learned, in its order. */
  readonly events: SearchEvent[] = [];
  private readonly combinations: number;
  private readonly seeds: readonly number[];
  /** Runs that were proposed and that nobody trains yet. */
  private readonly waiting: Trial[] = [];
  private readonly results = new Map<number, TrialResult>();
  /** Combinations of which it is recorded that they have ended. */
  private readonly settled = new Set<number>();
  /** Combinations that have no values, though later ones have, the first first. */
  private free: number[] = [];
  private begun = 0;
  private isProposing = false;

  /** @param onEvent called for each event, before anything follows from it */
  constructor(
    private readonly sweep: SweepConfig,
    firstSeed: number,
    private readonly onEvent: (event: SearchEvent) => void = () => undefined,
  ) {
    this.seeds = seedsOf(sweep, firstSeed);
    this.combinations = sweep.search.kind === "grid" ? 0 : countDraws(sweep.search.budget, this.seeds.length);
  }

  /** @param seen events that whoever asks has seen */
  next(seen: number): NextStep {
    for (let trial = this.waiting.shift(); trial !== undefined; trial = this.waiting.shift())
      if (!this.results.has(trial.index)) return { kind: "train", trial };
    if (this.isProposing) return { kind: "wait" };
    const combination = this.free.shift() ?? this.begun;
    if (combination >= this.combinations) return { kind: "none" };
    this.begun = Math.max(this.begun, combination + 1);
    this.isProposing = true;
    return { kind: "propose", combination, events: this.events.slice(seen) };
  }

  /** A combination has values. */
  begin(combination: number, values: readonly unknown[]): void {
    this.isProposing = false;
    this.record({ kind: "begun", combination, values });
    this.waiting.push(...combinationTrials(combination, values, this.seeds));
  }

  /** Whoever was to propose it is gone. */
  abandon(combination: number): void {
    this.isProposing = false;
    this.free.unshift(combination);
  }

  ended(result: TrialResult): void {
    if (this.results.has(result.index)) return;
    this.results.set(result.index, result);
    const combination = Math.floor(result.index / this.seeds.length);
    if (this.settled.has(combination)) return;
    const runs = this.seeds.map((_, s) => this.results.get(combination * this.seeds.length + s));
    if (!runs.every((run) => run !== undefined)) return;
    const value = runs.reduce((sum, run) => sum + badness(run, this.sweep), 0) / runs.length;
    this.record({ kind: "ended", combination, outcome: { kind: "done", value, violation: 0 } });
  }

  /**
   * Takes up a sweep that was interrupted, from its runs in the order in which they ended. Combinations without any are
   * proposed again.
   */
  restore(results: readonly TrialResult[]): void {
    const known = new Set<number>();
    for (const result of results) {
      const combination = Math.floor(result.index / this.seeds.length);
      if (!known.has(combination)) this.begin(combination, result.values);
      known.add(combination);
      this.ended(result);
    }
    this.skip(known);
  }

  /** Takes up a sweep of which everything was recorded, before its results. */
  resume(events: readonly SearchEvent[]): void {
    const known = new Set<number>();
    for (const event of events) {
      this.events.push(event);
      if (event.kind === "ended") this.settled.add(event.combination);
      else {
        known.add(event.combination);
        this.waiting.push(...combinationTrials(event.combination, event.values, this.seeds));
      }
    }
    this.skip(known);
  }

  /** @param known combinations that have values */
  private skip(known: ReadonlySet<number>): void {
    for (const combination of known) this.begun = Math.max(this.begun, combination + 1);
    this.free = Array.from({ length: this.begun }, (_, i) => i).filter((combination) => !known.has(combination));
  }

  private record(event: SearchEvent): void {
    this.events.push(event);
    this.onEvent(event);
  }
}

/**
 * How bad a run is: by the metric of the goal, or else by its lowest validation loss or its loss. A run that stopped at
 * its goal is better the earlier it did. One that was stopped early counts with its last value. What diverged or failed
 * is worst.
 */
function badness(result: TrialResult, { goal }: Pick<SweepConfig, "goal">): number {
  const { value, sign } = judgedValue(result, goal);
  if (goal?.stop === true && result.reachedAt !== null) return sign * goal.value - 1 / (1 + result.reachedAt);
  const hasValue = result.status === "done" || result.status === "stopped";
  return hasValue && Number.isFinite(value) ? sign * value : Infinity;
}
