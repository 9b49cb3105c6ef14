import { describe, expect, test } from "vitest";
import type { Network, OptimizerUpdate } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { BUILDS, createKernelNetwork, relativeError, runStep, specOf, uniform, writeRandomParameters } from "./support";

const UPDATES: readonly OptimizerUpdate[] = [
  { kind: "sgd", learningRate: 0.1, weightDecay: 0.01 },
  { kind: "momentum", learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 },
  { kind: "nesterov", learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 },
  { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
  { kind: "rprop-pytorch", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001, minStep: 1e-6, maxStep: 0.0015 },
  { kind: "rmsprop", learningRate: 0.01, alpha: 0.9, epsilon: 1e-8, momentum: 0.5, weightDecay: 0.01 },
  { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  { kind: "adamw", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
];

/** Weights of about this size. */
function scaled({ parameterCount }: Network, size: number): Float64Array {
  return uniform(createRandom(4), parameterCount, 1).map((value) => value * size);
}

describe.each(BUILDS)("the $floats kernel with $variant SIMD", (build) => {
  const { tolerance } = build;
  test.each(UPDATES)("$kind makes the same ten training steps as the reference", (update) => {
    const spec = specOf("gru", { hiddenSize: 9, inputSize: 3 });
    const wasm = createKernelNetwork(spec, build);
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(1), wasm, reference);
    const [actual, expected] = [new Float64Array(wasm.parameterCount), new Float64Array(wasm.parameterCount)];
    for (let step = 0; step < 10; step++) {
      for (const network of [wasm, reference]) runStep(network, 4, 6, step);
      const norms = { ...wasm.applyUpdate(update) };
      const referenceNorms = reference.applyUpdate(update);
      expect(Math.abs(norms.update / referenceNorms.update - 1)).toBeLessThan(3 * tolerance);
      expect(Math.abs(norms.parameters / referenceNorms.parameters - 1)).toBeLessThan(tolerance);
    }
    wasm.readParameters(actual);
    reference.readParameters(expected);
    expect(relativeError(actual, expected)).toBeLessThan(tolerance);
  });

  test("rprop stays finite however long gradients are zero, as in padding, and then goes on with the step it had", () => {
    const spec = specOf("gru", { hiddenSize: 9, inputSize: 3 });
    const wasm = createKernelNetwork(spec, build);
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(1), wasm, reference);
    const [before, after] = [new Float64Array(wasm.parameterCount), new Float64Array(wasm.parameterCount)];
    wasm.readParameters(before);
    // 2^1100 is beyond float64.
    const update = { kind: "rprop", etaPlus: 2, etaMinus: 0.5, initialStep: 0.001 } as const;
    for (const network of [wasm, reference])
      for (let step = 0; step < 1100; step++) {
        network.zeroGradients();
        network.applyUpdate(update);
      }
    wasm.readParameters(after);
    expect(after).toEqual(before);
    for (const network of [wasm, reference]) {
      runStep(network, 4, 6);
      network.applyUpdate(update);
      runStep(network, 4, 6);
    }
    expect(wasm.gradientNorm()).toBeGreaterThan(0);
    wasm.readParameters(after);
    reference.readParameters(before);
    expect(relativeError(after, before)).toBeLessThan(tolerance);
  });

  test("writing the parameters makes the optimizer forget", () => {
    const network = createKernelNetwork(specOf("lstm"), build);
    const after = (): Float64Array => {
      writeRandomParameters(createRandom(2), network);
      runStep(network, 3, 4);
      network.applyUpdate(UPDATES[6]!);
      const parameters = new Float64Array(network.parameterCount);
      network.readParameters(parameters);
      return parameters;
    };
    const first = after();
    network.applyUpdate(UPDATES[6]!);
    expect(after()).toEqual(first);
  });

  test("norm, scaling and clamping of the gradients are those of the reference", () => {
    const spec = specOf("rnn", { hiddenSize: 7 });
    const wasm = createKernelNetwork(spec, build);
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(3), wasm, reference);
    for (const network of [wasm, reference]) runStep(network, 5, 6);
    expect(Math.abs(wasm.gradientNorm() / reference.gradientNorm() - 1)).toBeLessThan(tolerance);
    for (const network of [wasm, reference]) {
      network.scaleGradients(0.75);
      network.clampGradients(0.02);
    }
    const [actual, expected] = [new Float64Array(wasm.parameterCount), new Float64Array(wasm.parameterCount)];
    wasm.readGradients(actual);
    reference.readGradients(expected);
    expect(Math.max(...actual.map(Math.abs))).toBe(build.floats === "float32" ? Math.fround(0.02) : 0.02);
    expect(relativeError(actual, expected)).toBeLessThan(tolerance);
  });

  test("the norm of gradients as large and as small as the numbers can be is finite, and none is lost", () => {
    const sizes = build.floats === "float32" ? [3e38, 1e-44] : [1.7e308, 1e-160, 5e-322];
    const network = createKernelNetwork(
      specOf("linear", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" }),
      build,
    );
    network.writeParameters(Float64Array.of(1, 1));
    network.forward(Float64Array.of(1), 1, 1, null);
    for (const size of sizes) {
      network.zeroGradients();
      network.backward(Float64Array.of(size));
      const entry = build.floats === "float32" ? Math.fround(size) : size;
      expect(network.gradientNorm() / entry).toBeCloseTo(1, 6);
    }
  });
});

describe.each(BUILDS.filter(({ floats }) => floats === "float64"))("the $floats kernel with $variant SIMD", (build) => {
  test("updates and weights whose squares float64 cannot hold have their norms", () => {
    const spec = specOf("rnn", { hiddenSize: 7 });
    for (const [weights, size, steps] of [
      [1e-250, 1e-250, 3],
      [1e-160, 1e-160, 3],
      [1e-60, 1e-60, 3],
      [1e-3, 1e160, 1],
    ] as const) {
      const wasm = createKernelNetwork(spec, build);
      const reference = createReferenceNetwork(spec);
      for (const network of [wasm, reference]) network.writeParameters(scaled(network, weights));
      for (let step = 0; step < steps; step++) {
        const [actual, expected] = [wasm, reference].map((network) => {
          network.forward(new Float64Array(4).fill(0.1), 1, 2, null);
          network.zeroGradients();
          network.backward(new Float64Array(3).fill(size));
          return { ...network.applyUpdate({ kind: "sgd", learningRate: 0.1, weightDecay: 0 }) };
        });
        expect(Math.abs(actual!.update / expected!.update - 1)).toBeLessThan(build.tolerance);
        expect(Math.abs(actual!.parameters / expected!.parameters - 1)).toBeLessThan(build.tolerance);
      }
    }
  });
});
