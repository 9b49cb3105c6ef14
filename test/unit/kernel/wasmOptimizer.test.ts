import { describe, expect, test } from "vitest";
import type { OptimizerUpdate } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { relativeError, runStep, specOf, VARIANTS, writeRandomParameters } from "./support";

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

describe.each(VARIANTS)("the %s SIMD build", (variant) => {
  test.each(UPDATES)("$kind makes the same ten training steps as float64", (update) => {
    const spec = specOf("gru", { hiddenSize: 9, inputSize: 3 });
    const wasm = createWasmNetwork(spec, null, { variant });
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(1), wasm, reference);
    const [actual, expected] = [new Float64Array(wasm.parameterCount), new Float64Array(wasm.parameterCount)];
    for (let step = 0; step < 10; step++) {
      for (const network of [wasm, reference]) runStep(network, 4, 6, step);
      const norms = { ...wasm.applyUpdate(update) };
      const referenceNorms = reference.applyUpdate(update);
      expect(norms.update / referenceNorms.update).toBeCloseTo(1, 4);
      expect(norms.parameters / referenceNorms.parameters).toBeCloseTo(1, 6);
    }
    wasm.readParameters(actual);
    reference.readParameters(expected);
    expect(relativeError(actual, expected)).toBeLessThan(2e-5);
  });

  test("writing the parameters makes the optimizer forget", () => {
    const network = createWasmNetwork(specOf("lstm"), null, { variant });
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

  test("norm, scaling and clamping of the gradients are those of float64", () => {
    const spec = specOf("rnn", { hiddenSize: 7 });
    const wasm = createWasmNetwork(spec, null, { variant });
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(3), wasm, reference);
    for (const network of [wasm, reference]) runStep(network, 5, 6);
    expect(wasm.gradientNorm() / reference.gradientNorm()).toBeCloseTo(1, 6);
    for (const network of [wasm, reference]) {
      network.scaleGradients(0.75);
      network.clampGradients(0.02);
    }
    const [actual, expected] = [new Float64Array(wasm.parameterCount), new Float64Array(wasm.parameterCount)];
    wasm.readGradients(actual);
    reference.readGradients(expected);
    expect(Math.max(...actual.map(Math.abs))).toBe(Math.fround(0.02));
    expect(relativeError(actual, expected)).toBeLessThan(2e-5);
  });

  test("the norm of gradients as large as float32 can hold is finite", () => {
    const network = createWasmNetwork(
      specOf("linear", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" }),
      null,
      { variant },
    );
    network.writeParameters(Float64Array.of(1, 1));
    network.forward(Float64Array.of(1), 1, 1, null);
    network.backward(Float64Array.of(3e38));
    expect(network.gradientNorm() / 3e38).toBeCloseTo(1, 6);
  });
});
