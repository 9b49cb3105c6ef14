import type { Network, NetworkSpec } from "../../src/core/network/network";
import { createRandom } from "../../src/core/numerics/random";
import { isMinimalCell, type CellKind } from "../../src/shared/trace/cells";
import type { CtrnnSpec } from "../../src/shared/trace/ctrnnSpec";
import { allowWideVectors, tryWideVectorsFor } from "../../src/worker/wideVectors";

export { vectorBits } from "../../src/worker/wideVectors";

/** [input, hidden, batch, steps] */
export type Shape = readonly [number, number, number, number];

const LEAKY: CtrnnSpec = {
  form: "rate",
  nonlinearity: "tanh",
  alpha: 0.2,
  learnedTau: false,
  noise: 0,
  inputNoise: 0,
  connections: { excitatory: null, connectivity: 1, seed: 1 },
  rateL2: 0,
  weightL2: 0,
};

/** Rows beside those of the cells: an LSTM in both directions, and one with the options that cost most time. */
const VARIANTS = {
  bilstm: { cell: "lstm", numLayers: 2, directions: 2, readsEnds: true },
  lnlstm: { cell: "lstm-variant", lstm: { peephole: true, layerNorm: true } },
} as const;

export function benchSpec(name: CellKind | keyof typeof VARIANTS, [inputSize, hiddenSize]: Shape): NetworkSpec {
  const variant = name === "bilstm" || name === "lnlstm" ? VARIANTS[name] : { cell: name };
  const { cell } = variant;
  const scalar = cell === "linear";
  return {
    nonlinearity: "tanh",
    ...(cell === "ctrnn" ? { ctrnn: LEAKY } : {}),
    ...(isMinimalCell(cell) ? { variant: "log-space" } : {}),
    inputSize,
    hiddenSize,
    numLayers: 1,
    bias: !scalar,
    dropout: 0,
    readout: scalar ? "state" : "last",
    outputSize: scalar ? hiddenSize : 1,
    truncate: null,
    ...variant,
  };
}

/** How a network is trained where it is not as usual. */
interface StepOptions {
  /** Records states and gradients of one sequence, and norms, at every step. */
  readonly traced?: boolean;
  /** Factor of the initial weights. */
  readonly gain?: number;
  readonly learningRate?: number;
}

/**
 * A whole training step: forward, squared error on the last state, backward, clipping to norm 1, Adam. Returns the
 * loss.
 */
export function createTrainingStep(
  network: Network,
  [inputSize, , batch, timeSteps]: Shape,
  { traced = false, gain = 1, learningRate = 1e-3 }: StepOptions = {},
): () => number {
  const { spec } = network;
  const random = createRandom(1);
  const uniform = (limit: number) => (2 * random.double() - 1) * limit;
  network.writeParameters(
    Float64Array.from({ length: network.parameterCount }, () =>
      spec.cell === "linear" ? 0.9 : uniform(gain / Math.sqrt(spec.hiddenSize)),
    ),
  );
  const input = Float64Array.from({ length: batch * timeSteps * inputSize }, () => uniform(1.7));
  const target = Float64Array.from({ length: batch * spec.outputSize }, () => uniform(1.7));
  const outputGradient = new Float64Array(target.length);
  const states = new Float64Array((timeSteps + 1) * spec.hiddenSize);
  const norms = new Float64Array(timeSteps + 1);
  return () => {
    const outputs = network.forward(input, batch, timeSteps, null);
    let loss = 0;
    for (let i = 0; i < target.length; i++) {
      const error = outputs[i]! - target[i]!;
      loss += error * error;
      outputGradient[i] = (2 * error) / target.length;
    }
    network.zeroGradients();
    network.backward(outputGradient);
    const norm = network.gradientNorm();
    if (norm > 1) network.scaleGradients(1 / norm);
    if (traced) {
      network.readStates(0, 0, states);
      network.readStateGradients(0, 0, states);
      network.readStateGradientNorms(0, norms);
    }
    network.applyUpdate({ kind: "adam", learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
    return loss / target.length;
  };
}

/** Part of the entries of dL/dh that are subnormal in float32, and part that are zero, after a step. */
export function smallGradients(network: Network, [, hidden, batch, timeSteps]: Shape) {
  const values = new Float64Array(batch * (timeSteps + 1) * hidden);
  network.readStateGradients(0, null, values);
  const part = (isCounted: (size: number) => boolean): number =>
    values.reduce((sum, value) => sum + (isCounted(Math.abs(value)) ? 1 : 0), 0) / values.length;
  return { subnormal: part((size) => size > 0 && size < 2 ** -126), zero: part((size) => size === 0) };
}

/** From now on, where they are faster. */
export function useWideVectors(): void {
  allowWideVectors();
  for (const floats of ["float32", "float64"] as const) tryWideVectorsFor(floats, "fast", Infinity);
}
