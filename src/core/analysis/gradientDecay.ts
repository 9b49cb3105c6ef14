/**
 * What theory says of |dL/dh_t| on its way back through one layer, from the parameters and states alone: the factor of
 * each step, multiplied from the last step on. It is held against what backpropagation measures.
 *
 *   linear   the spectral radius of W_hh; with one unit the weight itself, exactly
 *   rnn      the spectral radius times the mean of f'(a_t): 1 - h^2 for tanh, the share of active units for relu
 *   lstm dc_{t-1} = dc_t f_t: the product of the forget gates, unit by unit, as a root mean square over the units.
 *   dL/dh_{t-1} is
 *            proportional to dL/dc_t, so it begins at step T - 1
 *   gru      dh_{t-1} = dh_t z_t + ...: the product of the update gates in the same way
 *
 * Pascanu, Mikolov and Bengio, ICML 2013 (the radius and the slope); Hochreiter and Schmidhuber, Neural Computation 9,
 * 1997 (the constant error carousel), with the forget gate of Gers et al., 2000. What flows in at each step, from a
 * loss there or from the layer above, is left out.
 */
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import { isCut, sizeOf } from "../../shared/trace/networkSpec";
import { MAX_EIGENVALUES } from "../../shared/trace/weightReport";
import { createBatch, fillRow } from "../tasks/batches";
import type { Network } from "../network/network";
import { eigenvaluesOf, spectralRadius } from "../numerics/eigenvalues";
import type { RunSnapshot } from "./runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";

/**
 * Sequences that are averaged over; never more than a batch, so that no piece of work takes longer than a training
 * step.
 */
const MAX_SEQUENCES = 16;
const POWER_STEPS = 400;

export function* predictDecay(snapshot: RunSnapshot, layer: number): SlicedTask<GradientDecay> {
  const { trainer, parameters } = snapshot;
  const { spec, dataset, batchSize } = trainer;
  const { timeSteps: T } = dataset;
  const { hiddenSize: H, truncate } = spec;
  const sequences = Math.min(MAX_SEQUENCES, batchSize, dataset.trainingSequences);
  const batch = createBatch(dataset, sequences);
  for (let b = 0; b < sequences; b++) fillRow(dataset, b, batch, b);
  const network = snapshot.network();
  network.forward(batch.inputs, sequences, T, null);
  yield;

  const curve = new Float64Array(T + 1);
  curve[T] = 1;
  if (spec.cell === "lstm" || spec.cell === "gru") {
    const gates = new Float64Array(sequences * T * H);
    network.readGate(layer, spec.cell === "lstm" ? "f" : "z", null, gates);
    multiplyGates(gates, curve, { sequences, T, H, from: spec.cell === "lstm" ? T - 1 : T, truncate });
    return {
      curve,
      from: spec.cell === "lstm" ? T - 1 : T,
      radius: null,
      share: gates.reduce((sum, gate) => sum + gate, 0) / gates.length,
      sequences,
    };
  }
  const info = trainer.layout.find(({ name }) => name === `weight_hh_l${layer}`)!;
  const weights = parameters.subarray(info.offset, info.offset + sizeOf(info.shape));
  const radius = H === 1 ? weights[0]! : yield* radiusOf(weights, H);
  const slopes = meanSlopes(network, layer, sequences, T);
  for (let t = T; t >= 1; t--) curve[t - 1] = isCut(t, T, truncate) ? 0 : curve[t]! * radius * slopes[t]!;
  return {
    curve,
    from: T,
    radius,
    share: spec.cell === "linear" ? null : slopes.subarray(1).reduce((sum, slope) => sum + slope, 0) / T,
    sequences,
  };
}

/**
 * curve_{t-1} = mean over sequences of the root mean square over units of the product of the gates of the steps after
 * t - 1.
 */
function multiplyGates(
  gates: Float64Array,
  curve: Float64Array,
  {
    sequences,
    T,
    H,
    from,
    truncate,
  }: { sequences: number; T: number; H: number; from: number; truncate: number | null },
): void {
  const products = new Float64Array(sequences * H).fill(1);
  curve[from] = 1;
  for (let t = from; t >= 1; t--) {
    // lstm: from dL/dh_t to dL/dh_{t-1} is from dL/dc_{t+1} to dL/dc_t, through f_{t+1}.
    const gateStep = t + (T - from);
    if (isCut(t, T, truncate)) products.fill(0);
    let sum = 0;
    for (let b = 0; b < sequences; b++) {
      let squares = 0;
      for (let j = 0; j < H; j++) {
        const product = products[b * H + j]! * gates[(b * T + gateStep - 1) * H + j]!;
        products[b * H + j] = product;
        squares += product * product;
      }
      sum += Math.sqrt(squares / H);
    }
    curve[t - 1] = sum / sequences;
  }
}

/** Mean over sequences and units of f'(a_t), t from 1 to T; entry 0 is not used. */
function meanSlopes(network: Network, layer: number, sequences: number, T: number): Float64Array {
  const { cell, nonlinearity, hiddenSize: H } = network.spec;
  const slopes = new Float64Array(T + 1).fill(1);
  if (cell === "linear") return slopes;
  const states = new Float64Array(sequences * (T + 1) * H);
  network.readStates(layer, null, states);
  for (let t = 1; t <= T; t++) {
    let sum = 0;
    for (let b = 0; b < sequences; b++) {
      for (let j = 0; j < H; j++) {
        const h = states[(b * (T + 1) + t) * H + j]!;
        sum += nonlinearity === "tanh" ? 1 - h * h : h > 0 ? 1 : 0;
      }
    }
    slopes[t] = sum / (sequences * H);
  }
  return slopes;
}

/**
 * Spectral radius; of a large matrix |W^k v|^(1/k), which tends to it (Gelfand), the first half of the steps left out.
 */
export function* radiusOf(weights: ArrayLike<number>, n: number): SlicedTask<number> {
  if (n <= MAX_EIGENVALUES) return spectralRadius(yield* eigenvaluesOf(weights, n));
  let v = Float64Array.from({ length: n }, (_, i) => Math.cos(i + 1));
  let growth = 0;
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += weights[i * n + j]! * v[j]!;
      next[i] = sum;
    }
    const length = Math.hypot(...next);
    if (!(length > 0)) return length;
    if (step >= POWER_STEPS / 2) growth += Math.log(length);
    v = next.map((value) => value / length);
    yield;
  }
  return Math.exp(growth / (POWER_STEPS / 2));
}
