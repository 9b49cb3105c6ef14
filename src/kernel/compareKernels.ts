import type { Network, NetworkSpec } from "../core/network/network";
import { createRandom } from "../core/numerics/random";
import type { KernelVariant } from "./kernelModule";
import type { FloatType } from "./panelMatrix";
import { createWasmNetwork } from "./wasmNetwork";

/** How one build of the kernel does beside another. */
export interface KernelComparison {
  /** Whether the parameters were the same to the last bit after each step. */
  readonly isEqual: boolean;
  /** Its time for a step over that of the other, at best. */
  readonly timeRatio: number;
}

/** Small, with all kinds of tiles: 27 rows are 26 in sixes and fives, or 24 in fours, and the rest by itself. */
const SPEC: NetworkSpec = {
  cell: "lstm",
  nonlinearity: "tanh",
  inputSize: 3,
  hiddenSize: 40,
  numLayers: 1,
  bias: true,
  dropout: 0,
  readout: "last",
  outputSize: 2,
  truncate: null,
};
const BATCH = 27;
const TIME_STEPS = 20;
/** Until V8 has compiled both with its optimizing compiler; less than a tenth of a second in all. */
const STEPS = 60;
/** Of the last steps the fastest counts. */
const TIMED_STEPS = 20;

/** Trains a small network with both builds, in turns. @param now milliseconds */
export function compareKernels(
  floats: FloatType,
  variant: KernelVariant,
  other: KernelVariant,
  now: () => number,
): KernelComparison {
  const random = createRandom(1);
  const uniform = (length: number, limit: number): Float64Array =>
    Float64Array.from({ length }, () => (2 * random.double() - 1) * limit);
  const input = uniform(BATCH * TIME_STEPS * SPEC.inputSize, 1.5);
  const outputGradient = uniform(BATCH * SPEC.outputSize, 1);
  const capacity = { batch: BATCH, timeSteps: TIME_STEPS, floats };
  const first = createWasmNetwork(SPEC, capacity, { variant });
  const second = createWasmNetwork(SPEC, capacity, { variant: other });
  const networks = [first, second];
  const parameters = uniform(first.parameterCount, 0.3);
  for (const network of networks) network.writeParameters(parameters);
  const best = [Infinity, Infinity];
  let isEqual = true;
  for (let step = 0; step < STEPS && isEqual; step++) {
    for (const [index, network] of networks.entries()) {
      const start = now();
      trainStep(network, input, outputGradient);
      if (step >= STEPS - TIMED_STEPS) best[index] = Math.min(best[index]!, now() - start);
    }
    isEqual = haveSameParameters(first, second);
  }
  for (const network of networks) network.dispose();
  return { isEqual, timeRatio: best[0]! / best[1]! };
}

function trainStep(network: Network, input: Float64Array, outputGradient: Float64Array): void {
  network.forward(input, BATCH, TIME_STEPS, null);
  network.zeroGradients();
  network.backward(outputGradient);
  network.applyUpdate({ kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
}

function haveSameParameters(first: Network, second: Network): boolean {
  const a = new Float64Array(first.parameterCount);
  const b = new Float64Array(second.parameterCount);
  first.readParameters(a);
  second.readParameters(b);
  return a.every((value, index) => Object.is(value, b[index]));
}
