/** Leaky networks in the kernel: every form and nonlinearity, noise, constraints and penalties, as the reference. */
import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { findViolation, connectionsOf } from "../../../src/core/network/connections";
import type { Network, NetworkSpec, OptimizerUpdate } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import type { CtrnnForm, CtrnnNonlinearity, CtrnnSpec } from "../../../src/shared/trace/ctrnnSpec";
import { leakySpec } from "../core/leaky";
import { BUILDS, createKernelNetwork, largest, relativeError, runStep, specOf, tensorErrors, uniform } from "./support";

const FORMS: readonly CtrnnForm[] = ["rate", "current", "leak-inside"];
const NONLINEARITIES: readonly CtrnnNonlinearity[] = ["tanh", "relu", "softplus", "retanh", "power"];
const FORMED = FORMS.flatMap((form) => NONLINEARITIES.map((nonlinearity) => ({ form, nonlinearity })));
const EVERYTHING = {
  learnedTau: true,
  noise: 0.2,
  inputNoise: 0.1,
  connections: { excitatory: 8, connectivity: 0.7, seed: 3 },
  rateL2: 0.5,
  weightL2: 0.25,
};
const ADAM: OptimizerUpdate = {
  kind: "adam",
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};

function leakyOf(ctrnn: Partial<CtrnnSpec>, overrides: Partial<NetworkSpec> = {}): NetworkSpec {
  const cell = ctrnn.form === "current" ? "ctrnn-current" : "ctrnn";
  return specOf(cell, { hiddenSize: 11, ctrnn: leakySpec(ctrnn), ...overrides });
}

/** Weights that follow the constraints, small enough for the power not to explode. */
function writeParameters({ spec, layout, parameterCount }: Network, ...networks: Network[]): void {
  const parameters = uniform(createRandom(5), parameterCount, 1.2 / Math.sqrt(spec.hiddenSize + spec.inputSize));
  const H = spec.hiddenSize;
  connectionsOf(spec.ctrnn!.connections, H, spec.numLayers)?.forEach(({ exists, signs }, l) => {
    const { offset } = layout.find(({ name }) => name === `weight_hh_l${l}`)!;
    for (let i = 0; i < H * H; i++) {
      const sign = signs[i % H]!;
      if (sign !== 0) parameters[offset + i] = sign * Math.abs(parameters[offset + i]!);
      if (exists[i] === 0) parameters[offset + i] = 0;
    }
  });
  for (const network of networks) network.writeParameters(parameters);
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}

/** A step of training with penalties. */
function trainStep(network: Network, batch: number, timeSteps: number, seed: number) {
  const random = createRandom(seed);
  const input = uniform(random, batch * timeSteps * network.spec.inputSize, 1);
  const outputs = network.forward(input, batch, timeSteps, createRandom(seed + 1)).slice();
  network.zeroGradients();
  const penalty = network.penalize?.() ?? 0;
  network.backward(uniform(random, outputs.length, 1));
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return { outputs, penalty: Float64Array.of(penalty), gradients };
}

describe.each(BUILDS)("a leaky network in the $floats kernel with $variant SIMD", (build) => {
  const { tolerance } = build;
  const pairOf = (spec: NetworkSpec): readonly [Network, Network] => {
    const pair = [createKernelNetwork(spec, build), createReferenceNetwork(spec)] as const;
    writeParameters(pair[0], ...pair);
    return pair;
  };
  const expectSameStep = ([kernel, reference]: readonly [Network, Network], size: readonly [number, number]): void => {
    const [actual, expected] = [kernel, reference].map((network) => trainStep(network, ...size, 7));
    expect(relativeError(actual!.outputs, expected!.outputs)).toBeLessThan(tolerance);
    expect(relativeError(actual!.penalty, expected!.penalty)).toBeLessThan(tolerance);
    expect(largest(tensorErrors(reference, actual!.gradients, expected!.gradients))).toBeLessThan(tolerance);
  };

  test.each(FORMED)("agrees: $form, $nonlinearity, alone", (ctrnn) => {
    for (const hiddenSize of [1, 8, 19])
      for (const size of [
        [1, 3],
        [7, 30],
      ] as const)
        expectSameStep(pairOf(leakyOf({ ...ctrnn, learnedTau: true }, { hiddenSize })), size);
  });

  test.each(FORMED)("agrees: $form, $nonlinearity, with everything else on, and in the updates", (ctrnn) => {
    for (const learnedInitialState of [false, true]) {
      const layers = { numLayers: 2, dropout: 0.3, truncate: 4, readout: "every", learnedInitialState } as const;
      const pair = pairOf(leakyOf({ ...ctrnn, ...EVERYTHING }, layers));
      for (const network of pair) runStep(network, 3, 5);
      expectSameStep(pair, [6, 9]);
      const [actual, expected] = pair.map((network) => ({ ...network.applyUpdate(ADAM) }));
      expect(actual!.update / expected!.update).toBeCloseTo(1, build.floats === "float32" ? 3 : 11);
      expect(actual!.parameters / expected!.parameters).toBeCloseTo(1, build.floats === "float32" ? 5 : 12);
      if (build.floats === "float32") pair[0].writeParameters(parametersOf(pair[1]));
      expectSameStep(pair, [5, 7]);
    }
  });

  test.each(FORMS)("agrees from given initial states, and without noise and dropout in evaluation: %s", (form) => {
    const spec = leakyOf({ ...EVERYTHING, form }, { numLayers: 2, dropout: 0.3 });
    const pair = pairOf(spec);
    const states = 2 * 4 * 11;
    const initial = uniform(createRandom(2), states, 0.8);
    for (const network of pair) network.writeInitialState(initial);
    expectSameStep(pair, [4, 6]);
    const input = uniform(createRandom(3), 4 * 6 * 2, 1);
    const [actual, expected] = pair.map((network) => {
      const outputs = network.forward(input, 4, 6, null).slice();
      const final = new Float64Array(states);
      network.readFinalState(final);
      return { outputs, final };
    });
    expect(relativeError(actual!.outputs, expected!.outputs)).toBeLessThan(tolerance);
    expect(relativeError(actual!.final, expected!.final)).toBeLessThan(tolerance);
    for (const network of pair) network.writeInitialState(null);
    expectSameStep(pair, [4, 6]);
  });

  test.each(FORMS)("the gradients of the states alone have the penalty of the rates: %s", (form) => {
    const [actual, expected] = pairOf(leakyOf({ ...EVERYTHING, form })).map((network) => {
      network.forward(uniform(createRandom(3), 4 * 6 * 2, 1), 4, 6, createRandom(4));
      network.penalize?.(0.5);
      network.backward(new Float64Array(4 * 3), true);
      const gradients = new Float64Array(4 * 7 * 11);
      network.readStateGradients(0, null, gradients);
      network.zeroGradients();
      network.backward(new Float64Array(4 * 3));
      return { gradients, norm: network.gradientNorm() };
    });
    expect(largestOf(expected!.gradients)).toBeGreaterThan(0);
    expect(relativeError(actual!.gradients, expected!.gradients)).toBeLessThan(tolerance);
    expect([actual!.norm, expected!.norm]).toEqual([0, 0]);
  });

  test("keeps signs and absent connections, whatever the updates do", () => {
    const spec = leakyOf({ ...EVERYTHING });
    const network = createKernelNetwork(spec, build);
    writeParameters(network, network);
    const connections = connectionsOf(spec.ctrnn!.connections, 11, 1)![0]!;
    const { offset } = network.layout.find(({ name }) => name === "weight_hh_l0")!;
    const weights = () => parametersOf(network).subarray(offset, offset + 11 * 11);
    for (let step = 0; step < 5; step++) {
      trainStep(network, 6, 9, step);
      network.applyUpdate({ ...ADAM, learningRate: 0.3 });
      expect(findViolation(weights(), connections)).toBeNull();
    }
    expect(weights().filter((value, i) => value === 0 && connections.exists[i] === 1).length).toBeGreaterThan(5);
    network.writeParameters(new Float64Array(network.parameterCount).fill(-0.25));
    expect(weights().every((value, i) => value === (connections.exists[i] === 1 ? -0.25 : 0))).toBe(true);
  });

  test("has the same noise, masks and results however many threads share the batch", () => {
    const spec = leakyOf({ ...EVERYTHING, form: "current" }, { hiddenSize: 40, numLayers: 2, dropout: 0.2 });
    const { floats, variant } = build;
    const [one, ...more] = [1, 2, 3].map((threads) => {
      const network = createWasmNetwork(spec, { batch: 12, timeSteps: 30, floats }, { variant, threads });
      writeParameters(network, network);
      return trainStep(network, 12, 30, 9);
    });
    for (const other of more) {
      expect(relativeError(other.outputs, one!.outputs)).toBeLessThan(tolerance);
      expect(relativeError(other.gradients, one!.gradients)).toBeLessThan(tolerance);
    }
  });
});

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
