import type { CellKind, Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom, type RandomSource } from "../../../src/core/numerics/random";
import type { KernelVariant } from "../../../src/kernel/kernelModule";
import { placeParameters, placeShares } from "../../../src/kernel/networkMemory";
import type { FloatType } from "../../../src/kernel/panelMatrix";
import { leakySpec } from "../core/leaky";
import { createWasmNetwork, type WasmNetwork } from "../../../src/kernel/wasmNetwork";

/** A build of the kernel, and how far it may be from the reference, relative to the largest entry of a tensor. */
export interface Build {
  readonly floats: FloatType;
  readonly variant: KernelVariant;
  readonly tolerance: number;
}

export const BUILDS: readonly Build[] = [
  { floats: "float32", variant: "relaxed", tolerance: 2e-5 },
  { floats: "float32", variant: "plain", tolerance: 2e-5 },
  { floats: "float64", variant: "relaxed", tolerance: 1e-12 },
  { floats: "float64", variant: "plain", tolerance: 1e-12 },
];

/** A network that takes its memory as batches come. */
export function createKernelNetwork(spec: NetworkSpec, { floats, variant }: Omit<Build, "tolerance">): WasmNetwork {
  return createWasmNetwork(spec, { batch: 1, timeSteps: 1, floats }, { variant });
}

export function specOf(cell: CellKind, overrides: Partial<NetworkSpec> = {}): NetworkSpec {
  const spec: NetworkSpec = {
    cell,
    nonlinearity: "tanh",
    inputSize: 2,
    hiddenSize: 8,
    numLayers: 1,
    bias: true,
    dropout: 0,
    readout: "last",
    outputSize: 3,
    truncate: null,
    ...(cell === "ctrnn" ? { ctrnn: leakySpec() } : {}),
    ...(cell === "ctrnn-current" ? { ctrnn: leakySpec({ form: "current" }) } : {}),
    ...overrides,
  };
  return spec.readout === "state" ? { ...spec, outputSize: spec.hiddenSize } : spec;
}

/** Bytes that a network takes for batches of this size. */
export function bytesOf(
  spec: NetworkSpec,
  batch: number,
  timeSteps: number,
  threads = 1,
  floats: FloatType = "float32",
): number {
  return placeShares(spec, placeParameters(spec, floats, threads), batch, timeSteps).at(-1)!.end;
}

export function uniform(random: RandomSource, length: number, limit: number): Float64Array {
  // Rounded to float32, so that both engines start from the same numbers.
  return Float64Array.from({ length }, () => Math.fround((2 * random.double() - 1) * limit));
}

/** Parameters large enough for the gates to leave their linear range, small enough for a linear cell not to explode. */
export function writeRandomParameters(random: RandomSource, ...networks: Network[]): void {
  const { spec, parameterCount } = networks[0]!;
  const parameters = uniform(
    random,
    parameterCount,
    (spec.cell === "linear" ? 0.9 : 1.8) / Math.sqrt(spec.hiddenSize + spec.inputSize),
  );
  for (const network of networks) network.writeParameters(parameters);
}

export interface StepResult {
  readonly outputs: Float64Array;
  readonly gradients: Float64Array;
}

/** One forward and backward pass on data and output gradients drawn from the seed. */
export function runStep(
  network: Network,
  batch: number,
  timeSteps: number,
  seed = 7,
  lengths: Uint32Array | null = null,
): StepResult {
  const random = createRandom(seed);
  const input = uniform(random, batch * timeSteps * network.spec.inputSize, 1.5);
  const outputs = network.forward(input, batch, timeSteps, createRandom(seed + 1), lengths).slice();
  network.zeroGradients();
  network.backward(uniform(random, outputs.length, 1));
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return { outputs, gradients };
}

/** max |actual - expected| / max |expected|; NaN where anything is. */
export function relativeError(actual: Float64Array, expected: Float64Array): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return largest === 0 ? difference : difference / largest;
}

/** The part of a flat vector that each tensor takes. */
export function tensorErrors(
  network: Pick<Network, "layout">,
  actual: Float64Array,
  expected: Float64Array,
): Record<string, number> {
  return Object.fromEntries(
    network.layout.map(({ name, shape, offset }) => {
      const end = offset + shape.reduce((product, axis) => product * axis, 1);
      return [name, relativeError(actual.subarray(offset, end), expected.subarray(offset, end))];
    }),
  );
}

export function largest(errors: Record<string, number>): number {
  return Math.max(...Object.values(errors));
}
