/**
 * How far back the last state of a network remembers: the size of dh_T/dh_k, the product of the Jacobians of the steps
 * between (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, eq. 5),
 * by steps back.
 *
 *   gain(T - k) = mean over sequences of max over layers l of |dh^L_T / dh^l_k|_F / sqrt(H)
 *
 * h^L is the state of the last layer. Frobenius norm over sqrt(H): the root mean square factor by which a change of h_k
 * in a random direction arrives; 1 for no step back. As in a trace, dh_k is a change of what a layer hands on: the cell
 * state of an lstm at step k itself stays, what is written into it later counts.
 */
import { FORGOTTEN_GAIN, type MemoryLength } from "../../shared/wire/race";
import type { CreateNetwork, Network } from "../network/network";
import { layerWidth, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { RandomSource } from "../numerics/random";

/** Rows of the Jacobian that are computed; with more units than these random combinations of rows stand for all. */
const MAX_ROWS = 32;
const MIN_ROWS = 4;
const MIN_SEQUENCES = 2;
/** Multiplications to spend, half a second's worth at most. */
const WORK = 1e9;

export interface MemoryInput {
  /** [N, T, I] as the network sees it. */
  readonly inputs: Float64Array;
  readonly sequences: number;
  readonly timeSteps: number;
  /** Entries of a gradient nearer to 0 count as 0: the engine holds few of their digits, and they no longer shrink. */
  readonly smallest?: number;
}

/**
 * @param spec of the trained network
 * @param parameters flat
 * @param random for the combinations of rows, where there are too many units for all rows
 */
export function measureMemory(
  createNetwork: CreateNetwork,
  spec: NetworkSpec,
  parameters: Float64Array,
  { inputs, sequences, timeSteps: T, smallest = 0 }: MemoryInput,
  random: RandomSource,
): MemoryLength {
  const { numLayers: L, inputSize: I } = spec;
  const H = layerWidth(spec);
  // The same cells with the last state as the output: a gradient that goes in at h_T is then the gradient of the
  // output.
  const probe = createNetwork(
    { ...spec, readout: "state", outputSize: H, truncate: null, dropout: 0 },
    { batch: sequences, timeSteps: T },
  );
  probe.writeParameters(parameters.subarray(0, probe.parameterCount));
  const { sequences: N, rows } = planWork(3 * T * probe.parameterCount, sequences, H);
  const exact = rows === H;
  const batch = { inputs: inputs.subarray(0, N * T * I), sequences: N, timeSteps: T, smallest };
  const squares = sumSquares(probe, batch, exact ? null : random, rows);
  const gains = new Float64Array(T + 1);
  // Without a step back it is 1, whatever was drawn.
  gains[0] = 1;
  for (let back = 1; back <= T; back++) gains[back] = gainAt(squares, T - back, N, T, L, exact ? H : rows * H);
  const steps = gains.findIndex((gain) => gain < FORGOTTEN_GAIN);
  return { steps: steps < 0 ? null : steps, measured: T, gains };
}

/**
 * Sequences to average over, and rows of the Jacobian, or random combinations of them.
 * @param one multiplications for one row of one sequence
 */
function planWork(one: number, sequences: number, H: number): { readonly sequences: number; readonly rows: number } {
  const affordable = Math.floor(WORK / (one * Math.min(H, MAX_ROWS)));
  const N = Math.max(Math.min(MIN_SEQUENCES, sequences), Math.min(sequences, affordable));
  if (H <= MAX_ROWS && one * N * H <= WORK) return { sequences: N, rows: H };
  return { sequences: N, rows: Math.max(MIN_ROWS, Math.min(MAX_ROWS, Math.floor(WORK / (one * N)))) };
}

/**
 * Sum over the rows of |v^T J|^2 for each layer, sequence and step: [L, N, T + 1].
 * @param random null: v is each unit vector; else a vector of random signs
 */
function sumSquares(
  probe: Network,
  { inputs, sequences: N, timeSteps: T, smallest = 0 }: MemoryInput,
  random: RandomSource | null,
  rows: number,
): Float64Array {
  const { numLayers: L } = probe.spec;
  const H = layerWidth(probe.spec);
  const seed = new Float64Array(N * H);
  const gradients = new Float64Array(N * (T + 1) * H);
  const squares = new Float64Array(L * N * (T + 1));
  for (let row = 0; row < rows; row++) {
    // With signs at random the mean of |v^T J|^2 is |J|_F^2 (Hutchinson, 1990).
    if (random === null) for (let i = 0; i < seed.length; i++) seed[i] = i % H === row ? 1 : 0;
    else
      for (let j = 0; j < H; j++)
        for (let n = 0, sign = random.double() < 0.5 ? -1 : 1; n < N; n++) seed[n * H + j] = sign;
    probe.forward(inputs, N, T, null);
    probe.zeroGradients();
    probe.backward(seed);
    for (let l = 0; l < L; l++) {
      probe.readStateGradients(l, null, gradients);
      for (let i = 0, at = l * N * (T + 1); i < gradients.length; at++) {
        let sum = 0;
        for (let j = 0; j < H; j++, i++)
          if (!(Math.abs(gradients[i]!) < smallest)) sum += gradients[i]! * gradients[i]!;
        squares[at] = squares[at]! + sum;
      }
    }
  }
  return squares;
}

/** Mean over the sequences of the root mean square gain of step t to the last state, of the layer that keeps most. */
function gainAt(squares: Float64Array, t: number, N: number, T: number, L: number, count: number): number {
  let sum = 0;
  for (let n = 0; n < N; n++) {
    let largest = 0;
    for (let l = 0; l < L; l++) {
      const value = squares[(l * N + n) * (T + 1) + t]!;
      // Written so that NaN is not lost.
      if (!(value <= largest)) largest = value;
    }
    sum += Math.sqrt(largest / count);
  }
  return sum / N;
}
