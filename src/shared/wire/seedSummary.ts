/** Curves of several seeds as a band, and their ends as a few numbers. */
import type { SeedTrials } from "./seeds";

/** At each of the common iterations that a seed has a point at, over the seeds that have one there. */
export interface SeedBand {
  readonly iterations: Float64Array;
  readonly low: Float64Array;
  readonly lowerQuartile: Float64Array;
  readonly median: Float64Array;
  readonly upperQuartile: Float64Array;
  readonly high: Float64Array;
  /** How many seeds it is over. */
  readonly seeds: Int32Array;
}

/** Seeds that diverged or stopped early are in it up to where they ended. Costs points x seeds x log(seeds). */
export function collectSeedBand({ iterations, results }: Pick<SeedTrials, "iterations" | "results">): SeedBand {
  const length = results.reduce((longest, { curve }) => Math.max(longest, curve.length), 0);
  const column = (): Float64Array => new Float64Array(length);
  const band: SeedBand = {
    iterations: iterations.subarray(0, length),
    low: column(),
    lowerQuartile: column(),
    median: column(),
    upperQuartile: column(),
    high: column(),
    seeds: new Int32Array(length),
  };
  for (let i = 0; i < length; i++) {
    const losses = results.flatMap(({ curve }) => (i < curve.length ? [curve[i]!] : [])).toSorted((a, b) => a - b);
    band.low[i] = quantile(losses, 0);
    band.lowerQuartile[i] = quantile(losses, 0.25);
    band.median[i] = quantile(losses, 0.5);
    band.upperQuartile[i] = quantile(losses, 0.75);
    band.high[i] = quantile(losses, 1);
    band.seeds[i] = losses.length;
  }
  return band;
}

/**
 * With linear interpolation between the two nearest values, as NumPy's default (method 7 of Hyndman and Fan, 1996).
 * @param sorted ascending
 * @returns NaN of none
 */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export interface SeedOutcome {
  /** Seeds that were trained, the diverged ones included. */
  readonly trained: number;
  readonly diverged: number;
  /** Seeds that could not be trained. */
  readonly failed: number;
  /** Seeds that reached the goal, or without one ended below the lowest baseline; null where there is neither. */
  readonly passed: number | null;
  /** The lowest baseline: lowest and highest over the seeds, as each seed may have data of its own. */
  readonly baseline: { readonly low: number; readonly high: number } | null;
  /** Of the seeds that did not diverge. */
  readonly loss: Spread;
  /** The same; null where it makes no sense. */
  readonly accuracy: Spread | null;
  readonly exactAccuracy: Spread | null;
  /** Seeds that end without a mistake: whole sequences where there is such a metric, otherwise outputs. */
  readonly flawless: number;
}

/** NaN of none. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export function summarizeSeeds({ results, goal }: Pick<SeedTrials, "results" | "goal">): SeedOutcome {
  const trained = results.filter(({ status }) => status !== "failed");
  const done = trained.filter(({ status }) => status === "done");
  const baselines = trained.flatMap(({ baseline }) => (baseline === null ? [] : [baseline])).toSorted((a, b) => a - b);
  const hasBaseline = goal === null && baselines.length > 0 && baselines.length === trained.length;
  const isPassed = (result: (typeof trained)[number]): boolean =>
    goal === null ? result.status === "done" && result.finalLoss < (result.baseline ?? NaN) : result.reached === true;
  return {
    trained: trained.length,
    diverged: trained.filter(({ status }) => status === "diverged").length,
    failed: results.length - trained.length,
    passed: goal !== null || hasBaseline ? trained.filter(isPassed).length : null,
    baseline: hasBaseline ? { low: quantile(baselines, 0), high: quantile(baselines, 1) } : null,
    loss: spreadOf(done.map(({ finalLoss }) => finalLoss)),
    accuracy: share(done.map(({ accuracy }) => accuracy)),
    exactAccuracy: share(done.map(({ exactAccuracy }) => exactAccuracy)),
    flawless: done.filter(isFlawless).length,
  };
}

function isFlawless({ accuracy, exactAccuracy }: SeedTrials["results"][number]): boolean {
  return (Number.isNaN(exactAccuracy) ? accuracy : exactAccuracy) === 1;
}

/** Of the finite values. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  return { low: quantile(sorted, 0), median: quantile(sorted, 0.5), high: quantile(sorted, 1) };
}

function share(values: readonly number[]): Spread | null {
  return values.some(Number.isFinite) ? spreadOf(values) : null;
}
