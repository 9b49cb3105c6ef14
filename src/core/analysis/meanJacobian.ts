/**
 * The mean step Jacobian of a layer, E[dh_t / dh_{t-1}] (lstm: of h and c together), over some training sequences: at
 * each step, or over all steps.
 */
import { gateCount } from "../../shared/trace/networkSpec";
import type { SlicedTask } from "../../lib/slicedTask";
import type { Network } from "../network/network";
import { addInputGradient } from "../numerics/affine";
import { createBatch, fillRow, type Batch } from "../tasks/batches";
import type { RunSnapshot } from "./runSnapshot";
import { addCoefficients, createCoefficients, tensorNamed, type StepCoefficients } from "./stepCoefficients";

/**
 * Sequences that are averaged over; never more than a batch, so that no piece of work takes longer than a training
 * step.
 */
const MAX_SEQUENCES = 16;

/** A network after a forward of the first training sequences. */
export interface Sample {
  readonly network: Network;
  readonly parameters: Float64Array;
  readonly batch: Batch;
  readonly timeSteps: number;
  readonly outputs: Float64Array;
}

export function runSample(snapshot: RunSnapshot): Sample {
  const { dataset, batchSize } = snapshot.trainer;
  const size = Math.min(MAX_SEQUENCES, batchSize, dataset.trainingSequences);
  const batch = createBatch(dataset, size);
  for (let b = 0; b < size; b++) fillRow(dataset, b, batch, b);
  const network = snapshot.network();
  const outputs = network.forward(batch.inputs, size, dataset.timeSteps, null).slice();
  return { network, parameters: snapshot.parameters, batch, timeSteps: dataset.timeSteps, outputs };
}

/** Of each step, the mean over the sequences. A piece of work is one sequence. */
export function* meanCoefficients(sample: Sample, layer: number): SlicedTask<StepCoefficients> {
  const { network, batch, timeSteps } = sample;
  const mean = createCoefficients(network.spec, timeSteps);
  for (let b = 0; b < batch.size; b++) {
    addCoefficients({ ...sample, layer, inputs: batch.inputs }, b, mean);
    yield;
  }
  for (const sums of new Set([mean.hidden, mean.input, mean.carried]))
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! / batch.size;
  return mean;
}

/**
 * J [S H, S H], averaged over steps as well: row s H + i and column s' H + j are for unit i of part s at step t and unit
 * j of part s' at step t - 1. Part 0 is h, part 1 is c.
 */
export function meanJacobian(
  { network, parameters, timeSteps: T }: Sample,
  layer: number,
  steps: StepCoefficients,
): Float64Array {
  const { cell, hiddenSize: H } = network.spec;
  const { parts: S } = steps;
  const G = gateCount(cell);
  const weights = tensorNamed(network, parameters, `weight_hh_l${layer}`)!;
  const a = meanOverSteps(steps.hidden, T);
  const e = meanOverSteps(steps.carried, T);
  const J = new Float64Array(S * H * S * H);
  for (let s = 0; s < S; s++) {
    for (let i = 0; i < H; i++) {
      const row = (s * H + i) * S * H;
      for (let k = 0; k < G; k++) {
        const coefficient = a[(k * S + s) * H + i]!;
        for (let j = 0; j < H; j++) J[row + j] = J[row + j]! + coefficient * weights[(k * H + i) * H + j]!;
      }
      const last = row + (S - 1) * H + i;
      if (e.length > 0) J[last] = J[last]! + e[s * H + i]!;
    }
  }
  return J;
}

/** [T, n] to [n]. */
function meanOverSteps(values: Float64Array, T: number): Float64Array {
  const n = values.length / T;
  const mean = new Float64Array(n);
  for (let i = 0; i < values.length; i++) mean[i % n] = mean[i % n]! + values[i]!;
  return mean.map((sum) => sum / T);
}

/** One layer of the way back through mean Jacobians. */
export class MeanStep {
  private readonly gates: number;
  private readonly H: number;
  private readonly I: number;
  private readonly wHh: Float64Array;
  private readonly wIh: Float64Array;
  /** Gradient of the gates before their nonlinearity, [G H]. */
  private readonly d: Float64Array;

  constructor(
    { network, parameters }: Sample,
    layer: number,
    private readonly steps: StepCoefficients,
  ) {
    const { cell, hiddenSize, inputSize } = network.spec;
    this.gates = gateCount(cell);
    this.H = hiddenSize;
    this.I = layer === 0 ? inputSize : hiddenSize;
    this.wHh = tensorNamed(network, parameters, `weight_hh_l${layer}`)!;
    this.wIh = tensorNamed(network, parameters, `weight_ih_l${layer}`)!;
    this.d = new Float64Array(this.gates * hiddenSize);
  }

  /** J_t^T v: dL/d(state)_{t-1} from v = dL/d(state)_t, [S H], t from 1. */
  toPreviousState(v: Float64Array, t: number): Float64Array<ArrayBuffer> {
    const { H, gates } = this;
    const { hidden, carried, parts: S } = this.steps;
    this.fillGates(hidden, v, t);
    const previous = new Float64Array(v.length);
    addInputGradient(rowOf(previous), rowOf(this.d), this.wHh, 1, gates * H, H);
    if (carried.length === 0) return previous;
    const last = (S - 1) * H;
    let at = (t - 1) * S * H;
    for (let s = 0; s < S; s++)
      for (let j = 0; j < H; j++) previous[last + j] = previous[last + j]! + carried[at++]! * v[s * H + j]!;
    return previous;
  }

  /** dL/dx_t, [I]. */
  toInput(v: Float64Array, t: number): Float64Array {
    this.fillGates(this.steps.input, v, t);
    const x = new Float64Array(this.I);
    addInputGradient(rowOf(x), rowOf(this.d), this.wIh, 1, this.gates * this.H, this.I);
    return x;
  }

  private fillGates(coefficients: Float64Array, v: Float64Array, t: number): void {
    const { H, gates, d } = this;
    const S = this.steps.parts;
    let at = (t - 1) * gates * S * H;
    d.fill(0);
    for (let k = 0; k < gates; k++)
      for (let s = 0; s < S; s++)
        for (let j = 0; j < H; j++) d[k * H + j] = d[k * H + j]! + coefficients[at++]! * v[s * H + j]!;
  }
}

function rowOf(values: Float64Array) {
  return { values, start: 0, stride: values.length };
}
