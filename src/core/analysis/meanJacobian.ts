/**
 * The mean step Jacobian of a layer, E[dh_t / dh_{t-1}] (lstm: of h and c together), over some training sequences and
 * all steps.
 */
import { layerWidth } from "../../shared/trace/networkSpec";
import { finishWork, type SlicedTask } from "../../lib/slicedTask";
import { addInputGradient } from "../numerics/affine";
import type { Network } from "../network/network";
import { createBatch, fillRow, type Batch } from "../tasks/batches";
import type { Dataset } from "../tasks/task";
import { addNormalizedMatrix } from "./lstmCoefficients";
import type { RunSnapshot } from "./runSnapshot";
import {
  carriedPlaces,
  coefficientCount,
  inputMapBlocks,
  layerStateSize,
  partStarts,
  projectionOf,
  readCoefficients,
  recurrentMatrix,
  stateParts,
} from "./stepCoefficients";
import type { StateNetwork, StepCoefficients } from "./stepCoefficients";

/**
 * Sequences that are averaged over; never more than a batch, so that no piece of work takes longer than a training
 * step.
 */
const MAX_SEQUENCES = 16;
/** Fewer sequences where their coefficients, of one layer, would take more numbers than this (64 MB) ... */
const MAX_COEFFICIENTS = 2 ** 23;
/** ... but not fewer than these. */
const MIN_SEQUENCES = 4;

/** States and weights of a network for some sequences: all that the Jacobians of its steps follow from. */
export interface StateSample {
  readonly network: StateNetwork;
  readonly parameters: Float64Array;
  readonly batch: Pick<Batch, "size" | "inputs">;
  readonly timeSteps: number;
}

/** A network after a forward of the first training sequences. */
export interface Sample extends StateSample {
  readonly network: Network;
  readonly batch: Batch;
  readonly outputs: Float64Array;
}

export function runSample(snapshot: RunSnapshot): Sample {
  const { batch, timeSteps } = sampleBatch(snapshot);
  const network = snapshot.network();
  const outputs = network.forward(batch.inputs, batch.size, timeSteps, null, batch.lengths).slice();
  return { network, parameters: snapshot.parameters, batch, timeSteps, outputs };
}

/** The sequences of a sample. */
export function sampleBatch({ trainer }: RunSnapshot): Pick<Sample, "batch" | "timeSteps"> {
  const { dataset, batchSize, spec } = trainer;
  const { timeSteps: most } = dataset;
  const affordable = Math.max(MIN_SEQUENCES, Math.floor(MAX_COEFFICIENTS / coefficientCount(spec, most)));
  const size = Math.min(MAX_SEQUENCES, affordable, batchSize, dataset.trainingSequences);
  const { sequences, timeSteps: T } = longestSequences(dataset, size);
  return { batch: withoutPadding(dataset, sequences, T), timeSteps: T };
}

/**
 * The first training sequences, or where they have different lengths, the longest ones, up to the end of the shortest
 * of them: no step is padding.
 */
function longestSequences(
  { lengths, timeSteps, trainingSequences }: Dataset,
  size: number,
): { readonly sequences: readonly number[]; readonly timeSteps: number } {
  const all = Array.from({ length: trainingSequences }, (_, n) => n);
  if (lengths === undefined) return { sequences: all.slice(0, size), timeSteps };
  const sequences = all.sort((a, b) => lengths[b]! - lengths[a]! || a - b).slice(0, size);
  return { sequences, timeSteps: lengths[sequences.at(-1)!]! };
}

/** A batch of the first `timeSteps` of these sequences. */
function withoutPadding(dataset: Dataset, sequences: readonly number[], timeSteps: number): Batch {
  if (dataset.lengths === undefined) {
    const batch = createBatch(dataset, sequences.length);
    for (const [b, n] of sequences.entries()) fillRow(dataset, n, batch, b);
    return batch;
  }
  const one = createBatch(dataset, 1);
  const batch = createBatch({ ...dataset, timeSteps, outputSteps: timeSteps }, sequences.length);
  for (const [b, n] of sequences.entries()) {
    fillRow(dataset, n, one, 0);
    for (const [from, into] of [
      [one.inputs, batch.inputs],
      [one.targets, batch.targets],
      [one.weights, batch.weights],
    ] as const)
      if (from !== null && into !== null)
        into.set(from.subarray(0, into.length / sequences.length), (b * into.length) / sequences.length);
    if (batch.lengths !== null) batch.lengths[b] = timeSteps;
  }
  return batch;
}

/** Of one layer, by sequence. A piece of work is one sequence. */
export function* readSequences(sample: StateSample, layer: number): SlicedTask<StepCoefficients[]> {
  const sequences: StepCoefficients[] = [];
  for (let b = 0; b < sample.batch.size; b++) {
    sequences.push(readCoefficients({ ...sample, layer, inputs: sample.batch.inputs }, b));
    yield;
  }
  return sequences;
}

/**
 * J [n, n] with n = S H: row s H + i and column s' H + j are for unit i of part s at step t and unit j of part s' at
 * step t - 1. Parts in the order of COORDINATES. With a projection the part h has P rows and columns.
 */
export function meanJacobian(sample: StateSample, layer: number, sequences: readonly StepCoefficients[]): Float64Array {
  return finishWork(meanJacobianInPieces(sample, layer, sequences));
}

/** The same. A piece of work is everything, but with layer normalization one step of one sequence. */
export function* meanJacobianInPieces(
  sample: StateSample,
  layer: number,
  sequences: readonly StepCoefficients[],
): SlicedTask<Float64Array> {
  if (sequences[0]?.norms !== undefined) return yield* normalizedJacobian(sample, layer, sequences);
  const { network, parameters, timeSteps: T } = sample;
  const { spec } = network;
  const H = spec.hiddenSize;
  const S = stateParts(spec);
  const G = inputMapBlocks(spec.cell);
  const weights = recurrentMatrix(network, parameters, layer);
  const carried = carriedPlaces(spec.cell);
  const a = meanOverSteps(sequences, T);
  const slopes = meanSlopes(sequences, T, H);
  const n = layerStateSize(spec);
  const starts = partStarts(spec);
  const P = layerWidth(spec);
  const J = new Float64Array(S * H * n);
  for (let s = 0; s < S; s++) {
    for (let i = 0; i < H; i++) {
      const row = (s * H + i) * n;
      for (let k = 0; weights !== null && k < G; k++) {
        const coefficient = a[(k * S + s) * H + i]!;
        for (let j = 0; j < P; j++) {
          const weight = weights[(k * H + i) * P + j]!;
          J[row + j] = J[row + j]! + coefficient * (slopes === null ? weight : weight * slopes[j]!);
        }
      }
      for (const [e, part] of carried.entries()) {
        const at = row + starts[part]! + i;
        J[at] = J[at]! + a[((G + e) * S + s) * H + i]!;
      }
    }
  }
  return projectRows(J, projectionOf(network, parameters, layer), H, n);
}

/** Rows [S H, n] of a layer with those of h projected, [P + (S - 1) H, n]; themselves without a projection. */
export function projectRows(
  rows: Float64Array<ArrayBuffer>,
  projection: Float64Array | null,
  H: number,
  n: number,
): Float64Array<ArrayBuffer> {
  if (projection === null) return rows;
  const P = projection.length / H;
  const projected = new Float64Array((P - H) * n + rows.length);
  projected.set(rows.subarray(H * n), P * n);
  const y = { values: projected, start: 0, stride: n };
  addInputGradient(y, { values: projection, start: 0, stride: H }, rows.subarray(0, H * n), P, H, n);
  return projected;
}

/**
 * Of an lstm with layer normalization: from the mean of what a step makes of its sums and of c_{t-1}, [2 H, K H]. Not
 * of the first step: from h = 0 its sums are 0, and a normalization is as steep there as it can be, 1 / sqrt(1e-5).
 */
function* normalizedJacobian(
  { network, parameters, timeSteps: T }: StateSample,
  layer: number,
  sequences: readonly StepCoefficients[],
): SlicedTask<Float64Array> {
  const H = network.spec.hiddenSize;
  const N = inputMapBlocks(network.spec.cell) * H;
  const sums = new Float64Array(2 * H * (N + H));
  const first = T > 1 ? 1 : 0;
  for (const coefficients of sequences) {
    for (let t = first; t < T; t++) {
      addNormalizedMatrix(coefficients, coefficients.norms!, "hidden", t, sums);
      yield;
    }
  }
  const mean = sums.map((sum) => sum / ((T - first) * sequences.length));
  const weights = recurrentMatrix(network, parameters, layer)!;
  const P = layerWidth(network.spec);
  const n = P + H;
  const J = new Float64Array(2 * H * n);
  for (let row = 0; row < 2 * H; row++) {
    const from = row * (N + H);
    const y = { values: J, start: row * n, stride: P };
    addInputGradient(y, { values: mean, start: from, stride: N }, weights, 1, N, P);
    J.set(mean.subarray(from + N, from + N + H), row * n + P);
  }
  return projectRows(J, projectionOf(network, parameters, layer), H, n);
}

/**
 * Of ctrnn-current: the mean of f'(v_{t-1}) over sequences and steps, [H]. Its coefficients are the same at all steps.
 */
function meanSlopes(sequences: readonly StepCoefficients[], T: number, H: number): Float64Array | null {
  if (sequences[0]?.slopes === undefined) return null;
  const sums = new Float64Array(H);
  for (const { slopes } of sequences) for (let i = 0; i < T * H; i++) sums[i % H] = sums[i % H]! + slopes![i]!;
  return sums.map((sum) => sum / (T * sequences.length));
}

/** The mean of a^{ks} over sequences and steps, [K, S, H]. */
function meanOverSteps(sequences: readonly StepCoefficients[], T: number): Float64Array {
  const n = sequences[0]!.hidden.length / T;
  const mean = new Float64Array(n);
  for (const { hidden } of sequences)
    for (let i = 0, j = 0; i < hidden.length; i++, j = j + 1 === n ? 0 : j + 1) mean[j] = mean[j]! + hidden[i]!;
  return mean.map((sum) => sum / (T * sequences.length));
}
