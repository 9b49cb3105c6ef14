/**
 * The distribution of CMA-ES and its update by one generation: N. Hansen, "The CMA Evolution Strategy: A Tutorial",
 * arXiv 1604.00772v2, with the numbers of its equations. With weights below 0, as in its default.
 */
import { symmetricEigen } from "./eigen";
import { drawNormal } from "../shared/statistics/normal";
import type { Draw } from "./space";

export interface Solution {
  readonly x: readonly number[];
  /** Lower is better. */
  readonly value: number;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
const sumOf = (a: readonly number[]): number => a.reduce((sum, x) => sum + x, 0);

export class Evolution {
  mean: number[];
  sigma: number;
  covariance: number[][];
  readonly population: number;
  private readonly rates: ReturnType<typeof learningRates>;
  private pathSigma: number[];
  private pathC: number[];
  private generation = 0;
  private basis: { readonly scales: number[]; readonly vectors: number[][] } | null = null;

  constructor(mean: readonly number[], sigma: number, population = defaultPopulation(mean.length)) {
    this.mean = [...mean];
    this.sigma = sigma;
    this.population = population;
    this.rates = learningRates(mean.length, population);
    this.covariance = mean.map((_, i) => mean.map((__, j) => (i === j ? 1 : 0)));
    this.pathSigma = mean.map(() => 0);
    this.pathC = mean.map(() => 0);
  }

  /** The largest standard deviation along an axis of the ellipsoid. */
  get spread(): number {
    return this.sigma * Math.max(...this.axes().scales);
  }

  /** (38) to (40) */
  sample(draw: Draw): number[] {
    const { scales, vectors } = this.axes();
    const z = scales.map((scale) => scale * drawNormal(draw));
    return this.mean.map((m, i) => m + this.sigma * dot(vectors[i]!, z));
  }

  /** A generation has been evaluated. @param solutions as many as the population */
  update(solutions: readonly Solution[]): void {
    const { weights, parents, muEff, cSigma, dSigma, cc, c1, cMu, expectedNorm } = this.rates;
    this.generation++;
    const n = this.mean.length;
    const steps = [...solutions]
      .sort((a, b) => (a.value === b.value ? 0 : a.value - b.value))
      .map(({ x }) => x.map((xi, i) => (xi - this.mean[i]!) / this.sigma));
    // (41), (42)
    const step = this.mean.map((_, i) => sumOf(steps.slice(0, parents).map((y, k) => weights[k]! * y[i]!)));
    this.mean = this.mean.map((m, i) => m + this.sigma * step[i]!);
    // (43), (44)
    const whitened = this.whiten(step);
    const pull = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    this.pathSigma = this.pathSigma.map((p, i) => (1 - cSigma) * p + pull * whitened[i]!);
    const length = norm(this.pathSigma);
    // (45)
    const expected = Math.sqrt(1 - (1 - cSigma) ** (2 * (this.generation + 1)));
    const h = length / expected < (1.4 + 2 / (n + 1)) * expectedNorm ? 1 : 0;
    this.pathC = this.pathC.map((p, i) => (1 - cc) * p + h * Math.sqrt(cc * (2 - cc) * muEff) * step[i]!);
    // (46), (47)
    const active = weights.map((w, k) => (w >= 0 ? w : (w * n) / (norm(this.whiten(steps[k]!)) ** 2 + 1e-8)));
    const kept = 1 + c1 * (1 - h) * cc * (2 - cc) - c1 - cMu * sumOf(weights);
    this.covariance = this.covariance.map((row, i) =>
      row.map((c, j) => {
        const rankMu = sumOf(active.map((w, k) => w * steps[k]![i]! * steps[k]![j]!));
        return kept * c + c1 * this.pathC[i]! * this.pathC[j]! + cMu * rankMu;
      }),
    );
    this.sigma *= Math.exp((cSigma / dSigma) * (length / expectedNorm - 1));
    this.basis = null;
  }

  /** Keeps a coordinate from shrinking to a point: whole numbers would all be the same one. */
  widen(coordinate: number, leastDeviation: number): void {
    const least = (leastDeviation / this.sigma) ** 2;
    if (this.covariance[coordinate]![coordinate]! >= least) return;
    this.covariance[coordinate]![coordinate] = least;
    this.basis = null;
  }

  /** C^(-1/2) y */
  private whiten(y: readonly number[]): number[] {
    const { scales, vectors } = this.axes();
    const along = scales.map((scale, k) => sumOf(vectors.map((row, i) => row[k]! * y[i]!)) / scale);
    return vectors.map((row) => dot(row, along));
  }

  private axes(): { readonly scales: number[]; readonly vectors: number[][] } {
    if (this.basis === null) {
      const { values, vectors } = symmetricEigen(this.covariance);
      this.basis = { scales: values.map((value) => Math.sqrt(value > 0 ? value : 1e-8)), vectors };
    }
    return this.basis;
  }
}

/** (48) */
function defaultPopulation(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

/** (49) to (58) */
function learningRates(n: number, population: number) {
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const effective = (w: readonly number[]): number => sumOf(w) ** 2 / sumOf(w.map((x) => x * x));
  const muEff = effective(raw.slice(0, parents));
  const muEffMinus = effective(raw.slice(parents));
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  const least = Math.min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  const positive = sumOf(raw.filter((w) => w > 0));
  const negative = -sumOf(raw.filter((w) => w < 0));
  const cSigma = (muEff + 2) / (n + muEff + 5);
  return {
    parents,
    weights: raw.map((w) => (w >= 0 ? w / positive : (least * w) / negative)),
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cc: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu,
    /** E|N(0, I)| */
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
