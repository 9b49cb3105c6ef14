/**
 * Which of the leading combinations of a sweep is the best with seeds that the sweep did not use: the best of many runs
 * is partly luck. Successive Rejects (Audibert and Bubeck, COLT 2010): after each phase the worst combination is
 * dropped, and the others get more seeds. Where the paper has the mean this has the median, since a run may diverge.
 */
import { seedsOf } from "../config/schema/sweepAxes";
import { isLoss, type Trial, type TrialFigure, type TrialResult } from "../shared/wire/sweep";
import { badnessOf, leadingFigure, median, ranked } from "../shared/wire/sweepSummary";
import type { SweepJob } from "./trials";

const MOST_COMBINATIONS = 5;
/** Of each combination that is not dropped. */
const NEW_SEEDS = 5;
const SEEDS = 2 ** 32;

/** A combination that was trained with new seeds. */
export interface Contender {
  /** Place of its best run among those of all combinations in the sweep, from 1. */
  readonly rank: number;
  /** Its best run in the sweep. */
  readonly best: TrialResult;
  /** With the new seeds, in their order. */
  readonly runs: readonly TrialResult[];
  /** Of the figure over these runs; NaN: diverged. */
  readonly median: number;
  readonly worst: number;
}

export interface Verdict {
  readonly figure: TrialFigure;
  /** The winner, then the others, the last dropped first. */
  readonly contenders: readonly [Contender, ...Contender[]];
  /** The median run of the winner: its values and its seed. */
  readonly applied: TrialResult;
  /** The best of the sweep, if its median is worse than its run in the sweep by more than its new seeds differ. */
  readonly fallenBack: { readonly contender: Contender; readonly spread: number } | null;
}

interface Arm {
  readonly rank: number;
  readonly best: TrialResult;
  readonly runs: TrialResult[];
}

export class Confirmation {
  readonly figure: TrialFigure;
  /** All runs that there may be: those of a combination follow each other. */
  readonly job: SweepJob & { readonly trials: readonly Trial[] };
  /** Not dropped yet. */
  private arms: Arm[];
  /** The last dropped first. */
  private readonly dropped: Arm[] = [];
  private readonly phases: readonly number[];
  private phase = 0;

  constructor({ file, seed, sweep }: SweepJob, results: readonly TrialResult[]) {
    this.figure = leadingFigure(results, sweep.goal?.metric ?? null);
    this.arms = leading(results, this.figure).map((best, i) => ({ rank: i + 1, best, runs: [] }));
    this.phases = seedsByPhase(this.arms.length);
    const seeds = newSeeds(seedsOf(sweep, seed));
    const trials = this.arms
      .flatMap(({ best: { values } }) => seeds.map((newSeed) => ({ seed: newSeed, values })))
      .map((trial, index) => ({ index, ...trial }));
    this.job = { file, seed, sweep: { ...sweep, search: { kind: "grid" } }, trials };
  }

  get combinations(): number {
    return this.arms.length + this.dropped.length;
  }

  /** Of all phases together. */
  get runs(): number {
    const last = this.phases.at(-1) ?? 0;
    return this.phases.reduce((sum, seeds) => sum + seeds, 0) + (this.combinations > 1 ? last : 0);
  }

  /** The runs of the phase that is next; none when all is decided, or when no run of the sweep can be repeated. */
  next(): readonly Trial[] {
    const seeds = this.phases[this.phase] ?? 0;
    return this.arms.flatMap(({ rank, runs }) => {
      const first = (rank - 1) * NEW_SEEDS;
      return this.job.trials.slice(first + runs.length, first + seeds);
    });
  }

  /** @param results of the phase, in any order */
  end(results: readonly TrialResult[]): void {
    for (const result of [...results].sort((a, b) => a.index - b.index))
      this.arms.find(({ rank }) => rank - 1 === Math.floor(result.index / NEW_SEEDS))?.runs.push(result);
    this.phase++;
    const [worst] = this.arms.length > 1 ? this.ordered().slice(-1) : [];
    if (worst === undefined) return;
    this.arms = this.arms.filter((arm) => arm !== worst);
    this.dropped.unshift(worst);
  }

  /** Null before all is decided. */
  get verdict(): Verdict | null {
    const [winner] = this.arms;
    if (winner === undefined || this.phase < this.phases.length) return null;
    const { figure } = this;
    const runs = ranked(winner.runs, figure);
    const others = this.dropped.map((arm) => this.contender(arm));
    const contenders = [this.contender(winner), ...others] as const;
    return {
      figure,
      contenders,
      applied: runs[Math.floor((runs.length - 1) / 2)]!,
      fallenBack: fallenBack(
        contenders.find(({ rank }) => rank === 1)!,
        figure,
      ),
    };
  }

  private contender({ rank, best, runs }: Arm): Contender {
    const badness = runs.map((run) => badnessOf(run, this.figure));
    const shown = (value: number): number => (value === Infinity ? NaN : isLoss(this.figure) ? value : -value);
    return { rank, best, runs, median: shown(median(badness)), worst: shown(Math.max(...badness)) };
  }

  /** The best first: by the median of the figure, of when the goal was reached, by the worst, and by the sweep. */
  private ordered(): Arm[] {
    const keys = new Map(
      this.arms.map((arm) => {
        const badness = arm.runs.map((run) => badnessOf(run, this.figure));
        const reached = arm.runs.map(({ reachedAt }) => reachedAt ?? Infinity);
        return [arm, [median(badness), median(reached), Math.max(...badness), arm.rank]];
      }),
    );
    return [...this.arms].sort((a, b) => compare(keys.get(a)!, keys.get(b)!));
  }
}

/**
 * How many seeds each combination that is left has had at the end of each phase: n_k of the paper, with the largest
 * budget that gives the last two combinations {@link NEW_SEEDS} each.
 */
export function seedsByPhase(combinations: number): number[] {
  if (combinations <= 1) return combinations === 1 ? [NEW_SEEDS] : [];
  let log = 1 / 2;
  for (let i = 2; i <= combinations; i++) log += 1 / i;
  // The budget without one run for each combination.
  const rest = Math.floor(2 * log * NEW_SEEDS);
  return Array.from({ length: combinations - 1 }, (_, k) => Math.ceil(rest / log / (combinations - k)));
}

/** The first ones after the largest seed of the sweep that it did not use. */
export function newSeeds(used: readonly number[]): number[] {
  const seeds: number[] = [];
  const known = new Set(used);
  for (let seed = Math.max(...used) + 1; seeds.length < NEW_SEEDS; seed++)
    if (!known.has(seed % SEEDS)) seeds.push(seed % SEEDS);
  return seeds;
}

/** The best run of each of the first combinations. */
function leading(results: readonly TrialResult[], figure: TrialFigure): TrialResult[] {
  const bests = new Map<string, TrialResult>();
  for (const result of ranked(results, figure)) {
    if (badnessOf(result, figure) === Infinity || bests.size === MOST_COMBINATIONS) break;
    const key = JSON.stringify(result.values);
    if (!bests.has(key)) bests.set(key, result);
  }
  return [...bests.values()];
}

function fallenBack(contender: Contender, figure: TrialFigure): Verdict["fallenBack"] {
  const { best, runs } = contender;
  const badness = runs.map((run) => badnessOf(run, figure));
  const finite = badness.filter(Number.isFinite);
  const spread = finite.length === 0 ? 0 : Math.max(...finite) - Math.min(...finite);
  return median(badness) - badnessOf(best, figure) > spread ? { contender, spread } : null;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
