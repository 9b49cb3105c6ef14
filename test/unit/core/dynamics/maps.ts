import { StateMap } from "../../../../src/core/dynamics/stateMap";
import type { NetworkSpec } from "../../../../src/core/network/network";
import { createRandom, normal } from "../../../../src/core/numerics/random";
import { parameterCountOf, parameterLayout } from "../../../../src/shared/trace/networkSpec";

export function specOf(changes: Partial<NetworkSpec>): NetworkSpec {
  return {
    cell: "rnn",
    nonlinearity: "tanh",
    inputSize: 1,
    hiddenSize: 4,
    numLayers: 1,
    bias: false,
    dropout: 0,
    readout: "last",
    outputSize: 1,
    truncate: null,
    ...changes,
  };
}

export function randomNumbers(count: number, seed: number, deviation = 1): Float64Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => deviation * normal(random));
}

/** h = tanh(W h), W [n, n]; the input counts for nothing. */
export function tanhMap(W: ArrayLike<number>): StateMap {
  const n = Math.sqrt(W.length);
  return mapOf(specOf({ hiddenSize: n }), W);
}

/** v' = (1 - alpha) v + alpha W tanh(v): Euler's steps of alpha tau in continuous time. */
export function leakyMap(W: ArrayLike<number>, alpha: number): StateMap {
  const ctrnn = {
    form: "current",
    nonlinearity: "tanh",
    alpha,
    learnedTau: false,
    noise: 0,
    inputNoise: 0,
    connections: { excitatory: null, connectivity: 1, seed: 1 },
    rateL2: 0,
    weightL2: 0,
  } as const;
  return mapOf(specOf({ cell: "ctrnn-current", hiddenSize: Math.sqrt(W.length), ctrnn }), W);
}

function mapOf(spec: NetworkSpec, W: ArrayLike<number>): StateMap {
  const layout = parameterLayout(spec);
  const parameters = new Float64Array(parameterCountOf(layout));
  parameters.set(Array.from(W), layout.find(({ name }) => name === "weight_hh_l0")!.offset);
  return new StateMap(spec, parameters);
}

/** W[i] = -roll(linspace(-1, 1, n), -i) */
export function rolledWeights(n: number): number[] {
  const line = Array.from({ length: n }, (_, j) => -1 + (2 * j) / (n - 1));
  return Array.from({ length: n * n }, (_, at) => -line[((at % n) + Math.floor(at / n)) % n]!);
}

export const NO_INPUT = new Float64Array(1);
export const unheard = (): void => {};
