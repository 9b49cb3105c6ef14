/**
 * How much each parameter decides whether a trial is among the best tenth: PED-ANOVA (Watanabe, Bansal and Hutter,
 * IJCAI 2023) with parameters that only some trials have (Conditional PED-ANOVA, arXiv 2601.20800), as Optuna 5.0
 * computes it.
 */
import { normalMass } from "./normal";

/** A parameter with its values in all trials, NaN where it has none. */
export type MeasuredParameter =
  /** Indices of the choices. */
  | { readonly kind: "choice"; readonly count: number; readonly values: readonly number[] }
  | {
      readonly kind: "number";
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      /** Of whole numbers 1; null: any number. */
      readonly step: number | null;
      readonly values: readonly number[];
    };

const BEST_SHARE = 0.1;
const MOST_CELLS = 50;
/** A parameter that fewer trials have says nothing. */
const FEWEST_TRIALS = 2;
/** Of a kernel, in cells: 90 % of it then lie in its own cell. */
const NARROWEST = 0.5 / 1.64;
/** Added to each density, so that none is 0. */
const FLOOR = 1e-12;

/**
 * The share of each parameter; together 1. All the same where nothing can be said.
 * @param losses of the trials, the lower the better; trials whose loss is not finite are left out
 */
export function importances(losses: readonly number[], parameters: readonly MeasuredParameter[]): number[] {
  const trials = losses.map((_, trial) => trial).filter((trial) => Number.isFinite(losses[trial]));
  const sorted = trials.map((trial) => losses[trial]!).sort((a, b) => a - b);
  const bound = sorted[Math.ceil(BEST_SHARE * sorted.length) - 1] ?? -Infinity;
  const best = trials.filter((trial) => losses[trial]! <= bound);
  const divergences = parameters.map((parameter) => {
    const has = (trial: number): boolean => !Number.isNaN(parameter.values[trial]);
    const [top, all] = [best.filter(has), trials.filter(has)];
    if (trials.length < 2 || all.length < FEWEST_TRIALS || top.length === 0 || isSingle(parameter)) return 0;
    const among = (top.length / best.length) ** 2 / (all.length / trials.length);
    return among * divergence(parameter, top, all);
  });
  const sum = divergences.reduce((a, b) => a + b, 0);
  return divergences.map((value) => (sum === 0 ? 1 / parameters.length : value / sum));
}

function isSingle(parameter: MeasuredParameter): boolean {
  return parameter.kind === "choice" ? parameter.count < 2 : parameter.low === parameter.high;
}

/** Pearson's divergence of the density of the best from that of all, over the cells of the parameter. */
function divergence(parameter: MeasuredParameter, best: readonly number[], all: readonly number[]): number {
  const estimate = parameter.kind === "choice" ? choiceDensity : numberDensity;
  const densities = [best, all].map((trials) => {
    const counts = new Float64Array(cellCount(parameter));
    for (const trial of trials) counts[cellOf(parameter, counts.length, parameter.values[trial]!)]!++;
    return estimate(counts).map((density) => density + FLOOR);
  });
  const [top, whole] = [densities[0]!, densities[1]!];
  return whole.reduce((sum, density, cell) => sum + density * (top[cell]! / density - 1) ** 2, 0);
}

function cellCount(parameter: MeasuredParameter): number {
  if (parameter.kind === "choice") return parameter.count;
  const { low, high, log, step } = parameter;
  if (step === null) return MOST_CELLS;
  if (log) return Math.min(Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1, MOST_CELLS);
  return Math.min(Math.round((high - low) / step) + 1, MOST_CELLS);
}

function cellOf(parameter: MeasuredParameter, cells: number, value: number): number {
  if (parameter.kind === "choice") return value;
  const place = parameter.log ? Math.log : (x: number) => x;
  const [low, high] = [place(parameter.low), place(parameter.high)];
  // What lies in the middle between two cells goes to the lower one.
  const cell = Math.ceil((place(value) - low) / ((high - low) / (cells - 1)) - 0.5);
  return Math.min(Math.max(cell, 0), cells - 1);
}

/** Each observation adds to its own choice, and a part to all of them. */
function choiceDensity(counts: Float64Array): Float64Array {
  const observed = counts.filter((count) => count > 0);
  const each = 1 / (observed.length + 1);
  const whole = 1 + counts.length * each;
  const total = observed.reduce((a, b) => a + b, 0) + 1;
  // The prior is a kernel without an observation.
  const shared = ((total - 1) * each) / whole + 1 / counts.length;
  return counts.map((count) => (count / whole + shared) / total);
}

/** Kernels of one width by Scott's rule (Multivariate Density Estimation, 1992), and a prior over all cells. */
function numberDensity(counts: Float64Array): Float64Array {
  const cells = [...counts.keys()].filter((cell) => counts[cell]! > 0);
  const weights = cells.map((cell) => counts[cell]!);
  const width = Math.max(kernelWidth(cells, weights), NARROWEST);
  const high = counts.length - 1;
  const total = weights.reduce((a, b) => a + b, 0) + 1;
  const kernels = [
    ...cells.map((mean, i) => ({ mean, width, weight: weights[i]! })),
    { mean: high / 2, width: high + 1, weight: 1 },
  ];
  const density = new Float64Array(counts.length);
  for (const { mean, width: sigma, weight } of kernels) {
    const within = normalMass((-0.5 - mean) / sigma, (high + 0.5 - mean) / sigma);
    for (let cell = 0; cell < density.length; cell++)
      density[cell]! +=
        ((weight / total) * normalMass((cell - 0.5 - mean) / sigma, (cell + 0.5 - mean) / sigma)) / within;
  }
  return density;
}

function kernelWidth(cells: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = cells.reduce((sum, cell, i) => sum + cell * weights[i]!, 0) / total;
  const squares = cells.reduce((sum, cell, i) => sum + (cell - mean) ** 2 * weights[i]!, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  let sum = 0;
  const cumulated = weights.map((weight) => (sum += weight));
  const first = cumulated.findIndex((value) => value >= Math.floor(total / 4));
  const behind = cumulated.findIndex((value) => value > Math.floor((total * 3) / 4));
  const third = behind === -1 ? cells.length - 1 : Math.min(cells.length - 1, behind);
  const range = cells[third]! - cells[Math.max(first, 0)]!;
  return 1.059 * Math.min(range / 1.34, deviation) * total ** -0.2;
}
