/** How well a linear map reads earlier inputs from the states of a network, on sequences it was not fitted to. */
import type { InputMemory } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { factorize, gramMatrix, solveFactorized } from "../numerics/solve";

/** Sequences that are read at most. */
export const MAX_DECODED = 400;
const MAX_LAGS = 50;
/** The share of the sequences that the linear map is fitted to. */
const FITTED = 0.75;
/** Relative to the mean variance of a unit. */
const RIDGE = 1e-8;
/** Multiplications between two yields: a few milliseconds. */
const PIECE = 4e6;

export interface DecodedSequences {
  /** n, of a state. */
  readonly size: number;
  readonly inputSize: number;
  readonly timeSteps: number;
  readonly count: number;
  /** Of one of them: states [T + 1, n], and inputs [T, I], valid until the next one. */
  readonly read: (index: number) => SlicedTask<{ readonly states: Float64Array; readonly inputs: Float64Array }>;
}

type Decoded = Pick<InputMemory, "decodable" | "capacity" | "fitted" | "tested">;

/** States and inputs of steps t > lags, of which each input back to t - lags is known. */
interface Pairs {
  /** [rows, n] */
  readonly states: Float64Array;
  /** Of each lag [rows, I] */
  readonly inputs: readonly Float64Array[];
  readonly rows: number;
}

/** Pairs of state and input of so many sequences. */
export function pairCounts(sequences: number, timeSteps: number): Pick<InputMemory, "fitted" | "tested"> {
  const each = timeSteps - lagsOf(timeSteps);
  const fitted = fittedOf(sequences);
  return { fitted: fitted * each, tested: (sequences - fitted) * each };
}

function lagsOf(timeSteps: number): number {
  return Math.min(MAX_LAGS, Math.floor((timeSteps - 1) / 2));
}

function fittedOf(sequences: number): number {
  return Math.max(1, Math.floor(sequences * FITTED));
}

export function* decodeInputs(source: DecodedSequences): SlicedTask<Decoded> {
  const boundary = fittedOf(source.count);
  const fit = yield* collectPairs(source, 0, boundary);
  const test = yield* collectPairs(source, boundary, source.count);
  const decodable = yield* decodingScores(fit, test, source.size, source.inputSize);
  const capacity = decodable.reduce((sum, score) => sum + Math.max(0, Number.isNaN(score) ? 0 : score), 0);
  return { decodable, capacity, fitted: fit.rows, tested: test.rows };
}

function* collectPairs(
  { size: n, inputSize: I, timeSteps: T, read }: DecodedSequences,
  from: number,
  to: number,
): SlicedTask<Pairs> {
  const lags = lagsOf(T);
  const each = T - lags;
  const rows = (to - from) * each;
  const states = new Float64Array(rows * n);
  const inputs = Array.from({ length: lags + 1 }, () => new Float64Array(rows * I));
  for (let b = 0; b < to - from; b++) {
    const one = yield* read(from + b);
    states.set(one.states.subarray((lags + 1) * n), b * each * n);
    for (const [k, into] of inputs.entries()) into.set(one.inputs.subarray((lags - k) * I, (T - k) * I), b * each * I);
    yield;
  }
  return { states, inputs, rows };
}

/** R^2 on the pairs of `test` for each lag: NaN without them, or where the inputs do not vary. */
function* decodingScores(fit: Pairs, test: Pairs, n: number, I: number): SlicedTask<Float64Array<ArrayBuffer>> {
  const mean = columnMeans(fit.states, n);
  const centered = fit.states.map((value, i) => value - mean[i % n]!);
  const tested = test.states.map((value, i) => value - mean[i % n]!);
  const gram = yield* gramMatrix(centered, fit.rows, n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += gram[i * n + i]!;
  for (let i = 0; i < n; i++) gram[i * n + i] = gram[i * n + i]! + RIDGE * (trace > 0 ? trace / n : 1);
  const scores = new Float64Array(fit.inputs.length).fill(NaN);
  if (!(yield* factorize(gram, n))) return scores;
  const chunk = Math.ceil(PIECE / n);
  for (let k = 0; k < scores.length; k++) {
    let errors = 0;
    let total = 0;
    for (let i = 0; i < I; i++) {
      const { weights, offset } = yield* fitInput(gram, centered, fit.inputs[k]!, n, I, i);
      const values = test.inputs[k]!;
      const middle = meanOf(values, I, i);
      for (let r = 0; r < test.rows; r++) {
        const value = values[r * I + i]!;
        let predicted = offset;
        for (let j = 0; j < n; j++) predicted += weights[j]! * tested[r * n + j]!;
        errors += (value - predicted) ** 2;
        total += (value - middle) ** 2;
        if (r % chunk === chunk - 1) yield;
      }
    }
    scores[k] = total > 0 ? 1 - errors / total : NaN;
  }
  return scores;
}

interface LinearFit {
  readonly weights: Float64Array;
  readonly offset: number;
}

function* fitInput(
  factor: Float64Array,
  centered: Float64Array,
  inputs: Float64Array,
  n: number,
  I: number,
  i: number,
): SlicedTask<LinearFit> {
  const offset = meanOf(inputs, I, i);
  const weights = new Float64Array(n);
  const chunk = Math.ceil(PIECE / n);
  for (let r = 0; r < centered.length / n; r++) {
    const value = inputs[r * I + i]! - offset;
    if (value !== 0) for (let j = 0; j < n; j++) weights[j] = weights[j]! + value * centered[r * n + j]!;
    if (r % chunk === chunk - 1) yield;
  }
  solveFactorized(factor, weights, n);
  yield;
  return { weights, offset };
}

function columnMeans(values: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => meanOf(values, n, i));
}

function meanOf(values: Float64Array, width: number, column: number): number {
  let sum = 0;
  for (let at = column; at < values.length; at += width) sum += values[at]!;
  return sum / (values.length / width);
}
