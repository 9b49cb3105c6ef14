/**
 * A density over the points of a space: a mixture of one kernel for each of some trials and a prior one, each a product
 * over the dimensions. Widths, weights and prior are those of Optuna 5.0 (`_ParzenEstimator`).
 */
import { drawNormal, normalMass, tabulatedTail } from "../shared/statistics/normal";
import type { SortedColumns } from "./sortedColumns";
import { coordinateAt, type Dimension, type Draw, type Point, type Space } from "./space";

export interface Kernels {
  sample(draw: Draw): Point;
  logDensities(points: readonly Point[]): Float64Array;
}

/** The latest trials have the whole weight each; earlier ones less, down to the first. */
const WHOLE_WEIGHT = 25;

/** What an exponential this far below the largest one adds is lost in rounding. */
const NEGLIGIBLE = -45;

/** @param trials in the order in which they began */
export function createKernels(
  space: Space,
  points: readonly Point[],
  trials: readonly number[],
  columns: SortedColumns,
): Kernels {
  const weights = kernelWeights(trials.length);
  const factors = space.map((dimension, d) =>
    dimension.kind === "choice"
      ? choiceFactor(dimension.count, points, trials, d)
      : numberFactor(dimension, trials, columns.shares[d]!, columns.order(d)),
  );
  return {
    sample(draw) {
      const kernel = drawIndex(weights, draw);
      return factors.map((factor) => factor.sample(kernel, draw));
    },
    logDensities: (candidates) => logDensities(weights, factors, candidates),
  };
}

function logDensities(weights: Float64Array, factors: readonly Factor[], candidates: readonly Point[]): Float64Array {
  const kernels = weights.length;
  const base = weights.map(Math.log);
  for (const factor of factors) factor.addConstants(base);
  const logs = new Float64Array(kernels);
  return Float64Array.from(candidates, (point) => {
    logs.set(base);
    for (const [d, factor] of factors.entries()) factor.addLogs(logs, point[d]!);
    let most = -Infinity;
    for (let k = 0; k < kernels; k++) if (logs[k]! > most) most = logs[k]!;
    let sum = 0;
    for (let k = 0; k < kernels; k++) if (logs[k]! - most > NEGLIGIBLE) sum += Math.exp(logs[k]! - most);
    return most + Math.log(sum);
  });
}

/** One dimension of all kernels. */
interface Factor {
  sample(kernel: number, draw: Draw): number;
  /** Adds what does not depend on the point. */
  addConstants(logs: Float64Array): void;
  addLogs(logs: Float64Array, coordinate: number): void;
}

function kernelWeights(trials: number): Float64Array {
  const weights = new Float64Array(trials + 1).fill(1);
  const ramp = trials - WHOLE_WEIGHT;
  for (let k = 0; k < ramp; k++)
    weights[k] = ramp === 1 ? 1 / trials : 1 / trials + ((1 - 1 / trials) * k) / (ramp - 1);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** On each choice the same part, and one more on the observed one. */
function choiceFactor(count: number, points: readonly Point[], trials: readonly number[], d: number): Factor {
  const each = 1 / (trials.length + 1);
  const whole = 1 + count * each;
  const [seen, unseen] = [(1 + each) / whole, each / whole];
  const observed = (kernel: number): number => {
    const trial = trials[kernel];
    return trial === undefined ? NaN : points[trial]![d]!;
  };
  const logs = [Math.log(unseen), Math.log(seen), -Math.log(count)] as const;
  return {
    sample(kernel, draw) {
      const at = observed(kernel);
      const share = draw();
      if (Number.isNaN(at) || share >= seen - unseen) return Math.min(count - 1, Math.floor(draw() * count));
      return at;
    },
    addConstants: () => undefined,
    addLogs(sums, coordinate) {
      for (let k = 0; k < sums.length; k++) {
        const at = observed(k);
        sums[k]! += Number.isNaN(at) ? logs[2] : at === coordinate ? logs[1] : logs[0];
      }
    },
  };
}

/** Normal distributions within [0, 1]; of whole numbers, what lies between the edges of a level. */
function numberFactor(
  dimension: Exclude<Dimension, { readonly kind: "choice" }>,
  trials: readonly number[],
  shares: Float64Array,
  order: Int32Array,
): Factor {
  const { means, widths } = placeKernels(trials, shares, order);
  const scales = widths.map((width) => Math.SQRT1_2 / width);
  return {
    sample: (kernel, draw) => coordinateAt(dimension, drawWithin(means[kernel]!, widths[kernel]!, draw)),
    addConstants(logs) {
      for (let k = 0; k < logs.length; k++) {
        const width = widths[k]!;
        const within = normalMass(-means[k]! / width, (1 - means[k]!) / width, tabulatedTail);
        logs[k]! -= Math.log(dimension.kind === "real" ? within * width * Math.sqrt(2 * Math.PI) : within);
      }
    },
    addLogs(logs, coordinate) {
      if (dimension.kind === "real") {
        for (let k = 0; k < logs.length; k++) {
          const distance = (coordinate - means[k]!) * scales[k]!;
          logs[k]! -= distance * distance;
        }
        return;
      }
      const [from, to] = [dimension.edge(coordinate), dimension.edge(coordinate + 1)];
      for (let k = 0; k < logs.length; k++) {
        const mass = normalMass((from - means[k]!) / widths[k]!, (to - means[k]!) / widths[k]!, tabulatedTail);
        logs[k]! += Math.log(Math.max(mass, 1e-12));
      }
    },
  };
}

/**
 * The width of a kernel is its larger gap to a neighbor, at the ends the only one, but at least a part of the range
 * that shrinks to a hundredth with the number of trials. The last kernel is the prior: the middle, and the whole range.
 * So is that of a trial without a value.
 */
function placeKernels(
  trials: readonly number[],
  shares: Float64Array,
  order: Int32Array,
): { readonly means: Float64Array; readonly widths: Float64Array } {
  const means = new Float64Array(trials.length + 1).fill(0.5);
  const widths = new Float64Array(trials.length + 1).fill(1);
  const kernelOf = new Int32Array(shares.length).fill(-1);
  for (const [kernel, trial] of trials.entries()) kernelOf[trial] = kernel;
  const sorted = order.filter((trial) => kernelOf[trial] !== -1);
  const least = 1 / Math.min(100, trials.length + 2);
  const at = (i: number): number => shares[sorted[i]!]!;
  for (let i = 0; i < sorted.length; i++) {
    const below = i === 0 ? (sorted.length === 1 ? at(i) : 0) : at(i) - at(i - 1);
    const above = i === sorted.length - 1 ? (sorted.length === 1 ? 1 - at(i) : 0) : at(i + 1) - at(i);
    const kernel = kernelOf[sorted[i]!]!;
    means[kernel] = at(i);
    widths[kernel] = Math.max(least, below, above);
  }
  return { means, widths };
}

function drawIndex(weights: Float64Array, draw: Draw): number {
  let left = draw();
  for (let k = 0; k < weights.length - 1; k++) {
    left -= weights[k]!;
    if (left < 0) return k;
  }
  return weights.length - 1;
}

/** Again until it lies within: a third of the draws at least do, as mean and width are within the range. */
function drawWithin(mean: number, width: number, draw: Draw): number {
  for (;;) {
    const share = mean + width * drawNormal(draw);
    if (share >= 0 && share < 1) return share;
  }
}
