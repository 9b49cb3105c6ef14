/**
 * The tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011) over all dimensions at once, with the widths of
 * Optuna 5: candidates are drawn from a density over the best trials, and the one that this density exceeds most
 * against the density over all others is next. Trials that run count among the others, so that trials that run at the
 * same time keep apart (constant liar).
 */
import { createKernels, type Kernels } from "./kernels";
import { SortedColumns } from "./sortedColumns";
import { pointAt, type Draw, type Outcome, type Point, type Search, type Space } from "./space";

/** Trials at random before it learns. */
const STARTUP_TRIALS = 10;
const CANDIDATES = 24;
/** Of the best trials: a tenth, but no more than this. */
const MOST_BEST = 25;
/** The latest of the others; earlier ones would have the lowest weights. */
const MOST_OTHERS = 10_000;

export class TpeSearch implements Search {
  private readonly points: Point[] = [];
  private readonly outcomes: (Outcome | null)[] = [];
  /** Trials that have ended, the best first. */
  private readonly order: number[] = [];
  private readonly columns: SortedColumns;

  constructor(private readonly space: Space) {
    this.columns = new SortedColumns(space);
  }

  begin(point: Point): number {
    this.outcomes.push(null);
    this.columns.add(point);
    return this.points.push(point) - 1;
  }

  tell(trial: number, outcome: Outcome): void {
    this.outcomes[trial] = outcome;
    // Where it belongs, found by halving: behind all that are as good.
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareOutcomes(outcome, this.outcomes[this.order[middle]!]!) < 0) high = middle;
      else low = middle + 1;
    }
    this.order.splice(low, 0, trial);
  }

  propose(draw: Draw, allows?: (point: Point) => boolean): Point {
    const { space, order, points } = this;
    if (order.length < STARTUP_TRIALS)
      return pointAt(
        space,
        space.map(() => draw()),
      );
    const best = order.slice(0, Math.min(MOST_BEST, Math.ceil(order.length / 10))).sort((a, b) => a - b);
    const isBest = new Uint8Array(points.length);
    for (const trial of best) isBest[trial] = 1;
    const others: number[] = [];
    for (let trial = points.length - 1; trial >= 0 && others.length < MOST_OTHERS; trial--)
      if (isBest[trial] === 0) others.push(trial);
    others.reverse();
    const good = createKernels(space, points, best, this.columns);
    return this.bestCandidate(good, createKernels(space, points, others, this.columns), draw, allows);
  }

  private bestCandidate(good: Kernels, bad: Kernels, draw: Draw, allows?: (point: Point) => boolean): Point {
    const all = Array.from({ length: CANDIDATES }, () => good.sample(draw));
    const allowed = allows === undefined ? all : all.filter(allows);
    const candidates = allowed.length === 0 ? all : allowed;
    const goodDensities = good.logDensities(candidates);
    const badDensities = bad.logDensities(candidates);
    let next = 0;
    const gain = (c: number): number => goodDensities[c]! - badDensities[c]!;
    for (let c = 1; c < candidates.length; c++) if (gain(c) > gain(next)) next = c;
    return candidates[next]!;
  }
}

/** Those that violate nothing and went to their end, then those that were stopped, the longest first, then the rest. */
function compareOutcomes(a: Outcome, b: Outcome): number {
  const difference = (x: number, y: number): number => (x === y ? 0 : x - y);
  const rank = (outcome: Outcome): number => (outcome.kind === "stopped" ? 1 : outcome.violation > 0 ? 2 : 0);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a.kind === "stopped" && b.kind === "stopped") return b.step - a.step || difference(a.value, b.value);
  if (a.kind === "done" && b.kind === "done")
    return difference(a.violation, b.violation) || difference(a.value, b.value);
  return 0;
}
