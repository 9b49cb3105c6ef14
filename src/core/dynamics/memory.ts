/** What a network remembers of its inputs: what its last output depends on, and what can be read from its state. */
import * as l10n from "@vscode/l10n";
import { l2Norm } from "../numerics/l2Norm";
import { factorize, gramMatrix, solveFactorized } from "../numerics/solve";
import { tensorNamed } from "../analysis/stepCoefficients";
import type { RunSnapshot } from "../analysis/runSnapshot";
import { createBatch, fillRow } from "../tasks/batches";
import type { InputMemory } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import type { OnProgress } from "./progress";
import type { OutputSlope, StateMap } from "./stateMap";
import { statesAlong, visitStates, type Visited } from "./visitedStates";

const MAX_LAGS = 50;
/** Sequences that are decoded, and the multiplications, n^2 a step, that limit them. */
const MAX_SEQUENCES = 400;
const WORK = 4e9;
/** The share of them that the linear map is fitted to. */
const FITTED = 0.75;
/** Relative to the mean variance of a unit. */
const RIDGE = 1e-8;

/** @throws Error in words for a person of a bidirectional network */
export function* analyzeMemory(snapshot: RunSnapshot, onProgress: OnProgress): SlicedTask<InputMemory> {
  if (snapshot.trainer.spec.directions === 2)
    throw new Error(
      l10n.t("The memory is that of a state of what was read before it; a bidirectional model reads from both ends."),
    );
  const visited = yield* visitStates(snapshot);
  const { sequences, timeSteps: T } = visited;
  const total = sequences + 1;
  const squares = new Float64Array(T);
  for (let b = 0; b < sequences; b++) {
    onProgress(b, total);
    const norms = yield* outputDependence(visited, snapshot.parameters, b);
    for (let t = 0; t < T; t++) squares[t] = squares[t]! + norms[t]! ** 2 / sequences;
  }
  onProgress(sequences, total);
  const decoded = yield* decodeInputs(snapshot, visited.map);
  onProgress(total, total);
  return { timeSteps: T, inputGradient: squares.map(Math.sqrt), sequences, ...decoded };
}

/** |dy_T / dx_t|, [T], of one sequence: dy_T / dh_T goes back through the Jacobians of the steps. */
export function* outputDependence(
  { map, states, inputs, timeSteps: T }: Visited,
  parameters: Float64Array,
  b: number,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const { size: n } = map;
  const { inputSize: I } = map.spec;
  const norms = new Float64Array(T);
  let slope: OutputSlope | null = null;
  let back = new Float64Array(0);
  for (let t = T; t >= 1; t--) {
    const h = (b * (T + 1) + t - 1) * n;
    const x = (b * T + t - 1) * I;
    const { jacobian, inputJacobian } = map.linearize(states.subarray(h, h + n), inputs.subarray(x, x + I));
    if (slope === null) {
      slope = outputSlope(map, parameters);
      back = Float64Array.from(slope.state);
    }
    const passing = slope.input;
    const ofInput = product(back, inputJacobian, n, I);
    // What passes the state by at the last step.
    norms[t - 1] = l2Norm(t < T ? ofInput : ofInput.map((value, i) => value + passing[i]!));
    back = product(back, jacobian, n, n);
    yield;
  }
  return norms;
}

/** dy / d(state), [O, n], and what reaches y from the input past the state, [O, I]. */
function outputSlope(map: StateMap, parameters: Float64Array): OutputSlope {
  const { hiddenSize: H, inputSize: I, readout } = map.spec;
  const slope = map.outputSlope();
  if (readout === "state") return slope;
  const weights = tensorNamed(map.network, parameters, "readout.weight")!;
  return { state: product(weights, slope.state, H, map.size), input: product(weights, slope.input, H, I) };
}

/** a [rows, n] times b [n, width] */
function product(a: Float64Array, b: Float64Array, n: number, width: number): Float64Array<ArrayBuffer> {
  const rows = a.length / n;
  const result = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < n; k++) {
      const factor = a[r * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < width; j++) result[r * width + j] = result[r * width + j]! + factor * b[k * width + j]!;
    }
  return result;
}

/** States and inputs of steps t > lags, of which each input back to t - lags is known. */
interface Pairs {
  /** [rows, n] */
  readonly states: Float64Array;
  /** Of each lag [rows, I] */
  readonly inputs: readonly Float64Array[];
  readonly rows: number;
}

type Decoded = Pick<InputMemory, "decodable" | "capacity" | "fitted" | "tested">;

function* decodeInputs({ trainer: { dataset } }: RunSnapshot, map: StateMap): SlicedTask<Decoded> {
  const T = dataset.lengths === undefined ? dataset.timeSteps : Math.min(...dataset.lengths);
  const lags = Math.min(MAX_LAGS, Math.floor((T - 1) / 2));
  const affordable = Math.floor(WORK / (map.size ** 2 * T));
  const count = Math.min(dataset.sequences, Math.max(4, Math.min(MAX_SEQUENCES, affordable)));
  const boundary = Math.max(1, Math.floor(count * FITTED));
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * dataset.sequences) / count));
  const readPairs = function* (sequences: readonly number[]): SlicedTask<Pairs> {
    return yield* collectPairs(map, dataset, sequences, T, lags);
  };
  const fit = yield* readPairs(chosen.slice(0, boundary));
  const test = yield* readPairs(chosen.slice(boundary));
  const decodable = yield* decodingScores(fit, test, map.size, map.spec.inputSize);
  const capacity = decodable.reduce((sum, score) => sum + Math.max(0, Number.isNaN(score) ? 0 : score), 0);
  return { decodable, capacity, fitted: fit.rows, tested: test.rows };
}

function* collectPairs(
  map: StateMap,
  dataset: RunSnapshot["trainer"]["dataset"],
  sequences: readonly number[],
  T: number,
  lags: number,
): SlicedTask<Pairs> {
  const { size: n } = map;
  const { inputSize: I } = map.spec;
  const perSequence = T - lags;
  const rows = sequences.length * perSequence;
  const states = new Float64Array(rows * n);
  const inputs = Array.from({ length: lags + 1 }, () => new Float64Array(rows * I));
  const batch = createBatch(dataset, 1);
  for (const [b, sequence] of sequences.entries()) {
    fillRow(dataset, sequence, batch, 0);
    const visited = yield* statesAlong(map, batch.inputs.subarray(0, T * I), 1, T);
    states.set(visited.subarray((lags + 1) * n), b * perSequence * n);
    for (const [k, into] of inputs.entries())
      into.set(batch.inputs.subarray((lags - k) * I, (T - k) * I), b * perSequence * I);
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
  for (let k = 0; k < scores.length; k++) {
    let errors = 0;
    let total = 0;
    for (let i = 0; i < I; i++) {
      const { weights, offset } = fitInput(gram, centered, fit.inputs[k]!, n, I, i);
      const values = test.inputs[k]!;
      const middle = meanOf(values, I, i);
      for (let r = 0; r < test.rows; r++) {
        const value = values[r * I + i]!;
        let predicted = offset;
        for (let j = 0; j < n; j++) predicted += weights[j]! * tested[r * n + j]!;
        errors += (value - predicted) ** 2;
        total += (value - middle) ** 2;
      }
    }
    scores[k] = total > 0 ? 1 - errors / total : NaN;
    yield;
  }
  return scores;
}

function fitInput(factor: Float64Array, centered: Float64Array, inputs: Float64Array, n: number, I: number, i: number) {
  const offset = meanOf(inputs, I, i);
  const weights = new Float64Array(n);
  for (let r = 0; r < centered.length / n; r++) {
    const value = inputs[r * I + i]! - offset;
    if (value === 0) continue;
    for (let j = 0; j < n; j++) weights[j] = weights[j]! + value * centered[r * n + j]!;
  }
  solveFactorized(factor, weights, n);
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
