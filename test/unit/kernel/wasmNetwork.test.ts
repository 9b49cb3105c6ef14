import { describe, expect, test } from "vitest";
import { GATES, KERNEL_CELLS, STATE_PARTS, statePartCount } from "../../../src/shared/trace/cells";
import type { CellKind, Network } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { measureGradient } from "../../../src/shared/trace/gradientCurve";
import { curveSentences } from "../../../webview/chart/gradientWords";
import { headerOf } from "../webview/support";
import {
  largest,
  relativeError,
  runStep,
  specOf,
  tensorErrors,
  uniform,
  BUILDS,
  createKernelNetwork,
  writeRandomParameters,
} from "./support";

const CELLS: readonly CellKind[] = [...KERNEL_CELLS];
const SIZES = [1, 2, 3, 5, 7, 8, 9, 17, 33, 64, 65];

function expectSameStep(wasm: Network, reference: Network, batch: number, timeSteps: number, tolerance: number): void {
  const actual = runStep(wasm, batch, timeSteps);
  const expected = runStep(reference, batch, timeSteps);
  expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(tolerance);
  expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(tolerance);
}

describe.each(BUILDS)("the $floats kernel with $variant SIMD, against the reference", (build) => {
  const { tolerance } = build;
  describe.each(CELLS)("%s", (cell) => {
    test.each(SIZES)(
      "agrees at hidden size %i, with as many inputs, sequences and steps as the sizes beside it",
      (hiddenSize) => {
        const index = SIZES.indexOf(hiddenSize);
        const inputSize = SIZES[(index + 3) % SIZES.length]!;
        const batch = SIZES[(index + 5) % SIZES.length]!;
        const timeSteps = SIZES[(index + 2) % 8]!;
        const spec = specOf(cell, { hiddenSize, inputSize });
        const wasm = createKernelNetwork(spec, build);
        const reference = createReferenceNetwork(spec);
        writeRandomParameters(createRandom(hiddenSize), wasm, reference);
        expectSameStep(wasm, reference, batch, timeSteps, tolerance);
      },
    );

    test.each(["state", "last", "every"] as const)(
      "agrees for three layers, without and with bias, with the output from: %s",
      (readout) => {
        for (const bias of [false, true]) {
          const spec = specOf(cell, { hiddenSize: 11, numLayers: 3, outputSize: 9, bias, readout });
          const wasm = createKernelNetwork(spec, build);
          const reference = createReferenceNetwork(spec);
          writeRandomParameters(createRandom(3), wasm, reference);
          expectSameStep(wasm, reference, 5, 6, tolerance);
        }
      },
    );

    test("agrees with dropout between layers, with truncation, and with given initial states", () => {
      const spec = specOf(cell, { hiddenSize: 10, numLayers: 3, dropout: 0.4, truncate: 3, readout: "every" });
      const wasm = createKernelNetwork(spec, build);
      const reference = createReferenceNetwork(spec);
      const random = createRandom(4);
      writeRandomParameters(random, wasm, reference);
      const states = statePartCount(cell) * 3 * 6 * 10;
      const initial = uniform(random, states, 0.8);
      // Of slstm n, the sum of the weights.
      if (cell === "slstm") for (let i = states / 2; i < (3 * states) / 4; i++) initial[i] = Math.abs(initial[i]!);
      for (const network of [wasm, reference]) network.writeInitialState(initial);
      expectSameStep(wasm, reference, 6, 10, tolerance);
      const [actual, expected] = [new Float64Array(states), new Float64Array(states)];
      wasm.readFinalState(actual);
      reference.readFinalState(expected);
      expect(relativeError(actual, expected)).toBeLessThan(tolerance);
      for (const network of [wasm, reference]) network.writeInitialState(null);
      expectSameStep(wasm, reference, 6, 10, tolerance);
      expectSameStep(wasm, reference, 2, 4, tolerance);
    });

    test("shows the same states, cells, gates and gradients over time", () => {
      const [B, T, H] = [3, 7, 9];
      const spec = specOf(cell, { hiddenSize: H, numLayers: 2 });
      const wasm = createKernelNetwork(spec, build);
      const reference = createReferenceNetwork(spec);
      writeRandomParameters(createRandom(5), wasm, reference);
      for (const network of [wasm, reference]) runStep(network, B, T);
      const compare = (size: number, read: (network: Network, into: Float64Array) => void): void => {
        const [actual, expected] = [new Float64Array(size).fill(NaN), new Float64Array(size)];
        read(wasm, actual);
        read(reference, expected);
        expect(relativeError(actual, expected)).toBeLessThan(tolerance);
      };
      for (const layer of [0, 1]) {
        compare(T + 1, (network, into) => network.readStateGradientNorms(layer, into));
        for (const sequence of [null, 0, 2]) {
          const sequences = sequence === null ? B : 1;
          compare(sequences * (T + 1) * H, (network, into) => network.readStates(layer, sequence, into));
          compare(sequences * (T + 1) * H, (network, into) => network.readStateGradients(layer, sequence, into));
          for (const part of STATE_PARTS[cell])
            compare(sequences * (T + 1) * H, (network, into) => network.readPart(layer, part, sequence, into));
          for (const gate of GATES[cell])
            compare(sequences * T * H, (network, into) => network.readGate(layer, gate, sequence, into));
        }
      }
    });
  });

  test("agrees for a relu", () => {
    const spec = specOf("rnn", { nonlinearity: "relu", hiddenSize: 13, numLayers: 2 });
    const wasm = createKernelNetwork(spec, build);
    const reference = createReferenceNetwork(spec);
    writeRandomParameters(createRandom(6), wasm, reference);
    expectSameStep(wasm, reference, 9, 8, tolerance);
  });

  test("adds up the gradients of several backward passes until they are zeroed", () => {
    const network = createKernelNetwork(specOf("gru", { numLayers: 2 }), build);
    writeRandomParameters(createRandom(8), network);
    const { gradients } = runStep(network, 4, 5);
    network.backward(uniform(createRandom(9), 4 * 3, 1));
    network.zeroGradients();
    const random = createRandom(7);
    network.forward(uniform(random, 4 * 5 * 2, 1.5), 4, 5, null);
    const outputGradient = uniform(random, 4 * 3, 1);
    network.backward(outputGradient);
    network.backward(outputGradient);
    const twice = new Float64Array(network.parameterCount);
    network.readGradients(twice);
    expect(
      relativeError(
        twice,
        gradients.map((value) => 2 * value),
      ),
    ).toBeLessThan(tolerance);
  });

  test("gives back the parameters it was given", () => {
    const network = createKernelNetwork(
      specOf("gru", { hiddenSize: 5, inputSize: 7, numLayers: 2, outputSize: 11 }),
      build,
    );
    const parameters = uniform(createRandom(10), network.parameterCount, 3);
    network.writeParameters(parameters);
    const read = new Float64Array(network.parameterCount);
    network.readParameters(read);
    expect(read).toEqual(parameters);
  });

  test("gradients whose squares the numbers cannot hold have their norms, small and large", () => {
    for (const size of build.floats === "float32" ? [1e-25, 1e25] : [1e-200, 1e-290, 1e200]) {
      const spec = specOf("rnn", { hiddenSize: 11, readout: "state" });
      const wasm = createKernelNetwork(spec, build);
      const reference = createReferenceNetwork(spec);
      writeRandomParameters(createRandom(12), wasm, reference);
      const outputGradient = uniform(createRandom(13), 3 * 11, 1).map((value) => value * size);
      const [actual, expected] = [new Float64Array(6), new Float64Array(6)];
      for (const [network, norms] of [
        [wasm, actual],
        [reference, expected],
      ] as const) {
        network.forward(uniform(createRandom(14), 3 * 5 * 2, 1), 3, 5, null);
        network.backward(outputGradient);
        network.readStateGradientNorms(0, norms);
      }
      expect(relativeError(actual, expected)).toBeLessThan(tolerance);
    }
  });

  test("the norm of 64 entries of 2.5e-23 is 2e-22, and small entries keep their bits", () => {
    const H = 64;
    const rounded = build.floats === "float32" ? Math.fround : Number;
    const sizes = build.floats === "float32" ? [1e-40, 5.6e-45, 1e30] : [1e-160, 1e-300, 5e-322, 1e160, 1e307];
    for (const size of [2.5e-23, ...sizes]) {
      const entry = rounded(size);
      const network = createKernelNetwork(specOf("linear", { hiddenSize: H, readout: "state" }), build);
      network.forward(new Float64Array(2), 1, 1, null);
      network.backward(new Float64Array(H).fill(size));
      const [norms, states] = [new Float64Array(2), new Float64Array(2 * H)];
      network.readStateGradientNorms(0, norms);
      network.readStateGradients(0, 0, states);
      expect(states.subarray(H)).toEqual(new Float64Array(H).fill(entry));
      expect(norms[1]! / (8 * entry)).toBeCloseTo(1, 14);
    }
  });

  test("sequences with gradients of all sizes have the mean of their norms", () => {
    const H = 13;
    const sizes = [1, 1e-12, 1e-25, 1e3, 1e-29, 1e9, 0, 0.5, 1e-36, 1e12, 1e20, 2, 1e-40, 1e30, 0.1, 1e-4, 5, 6, 7];
    const network = createKernelNetwork(specOf("linear", { hiddenSize: H, readout: "state" }), build);
    for (const largest of [1e-30, 1e-20, 1, 1e12, 1e37]) {
      const own = sizes.filter((size) => size <= largest);
      network.forward(new Float64Array(2 * own.length), own.length, 1, null);
      network.backward(
        Float64Array.from({ length: H * own.length }, (_, i) => own[Math.floor(i / H)]! * (1 + (i % H))),
      );
      const norms = new Float64Array(2);
      const gradients = new Float64Array(2 * H * own.length);
      network.readStateGradientNorms(0, norms);
      network.readStateGradients(0, null, gradients);
      const rows = own.map((_, b) => Math.hypot(...gradients.subarray(H * (2 * b + 1), H * (2 * b + 2))));
      const mean = rows.reduce((sum, norm) => sum + norm, 0) / rows.length;
      expect(norms[1]! / mean).toBeCloseTo(1, build.floats === "float32" ? 6 : 14);
    }
  });

  test("the norm of one gradient that is not a number is none", () => {
    for (const batch of [1, 4, 6]) {
      const network = createKernelNetwork(specOf("linear", { readout: "state" }), build);
      network.forward(new Float64Array(2 * batch), batch, 1, null);
      network.backward(new Float64Array(8 * batch).fill(1).fill(NaN, 8 * batch - 3));
      const norms = new Float64Array(2);
      network.readStateGradientNorms(0, norms);
      expect(norms[1]).toBeNaN();
    }
  });

  test("a number that is not finite reaches loss and gradients", () => {
    const network = createKernelNetwork(specOf("lstm"), build);
    writeRandomParameters(createRandom(11), network);
    const outputs = network.forward(Float64Array.of(1, 2, NaN, 4), 1, 2, null);
    expect([...outputs]).toEqual([NaN, NaN, NaN]);
    network.backward(Float64Array.of(1, 1, 1));
    expect(network.gradientNorm()).toBeNaN();
  });
});

describe.each(BUILDS.filter(({ floats }) => floats === "float32"))("the $floats kernel with $variant SIMD", (build) => {
  test("a gradient that shrinks by 0.9 a step has that factor, and a stretch in which it is cut", () => {
    const [T, H] = [300, 3];
    for (const hiddenSize of [1, H]) {
      const spec = specOf("linear", { hiddenSize, inputSize: 1, readout: "state", bias: false });
      const network = createKernelNetwork(spec, build);
      const weights = new Float64Array(network.parameterCount);
      for (let i = 0; i < hiddenSize; i++) weights[hiddenSize + i * hiddenSize + i] = 0.9;
      network.writeParameters(weights);
      network.forward(new Float64Array(T), 1, T, null);
      network.backward(new Float64Array(hiddenSize).fill(1e-20));
      const norms = new Float64Array(T + 1);
      network.readStateGradientNorms(0, norms);
      expect(norms[0]).toBe(0);
      const { trend, tooSmall, cutBefore } = measureGradient(norms, { engine: "float32" });
      expect(trend?.factor).toBeCloseTo(0.9, 5);
      expect(trend?.fits).toBe(true);
      expect(tooSmall).toEqual({ from: 0, to: (trend?.from ?? NaN) - 1 });
      expect(norms[trend!.from]).toBeGreaterThanOrEqual(2 ** -93);
      expect(norms[trend!.from - 1]).toBeLessThan(2 ** -93);
      expect(cutBefore).toBeNull();
      const header = { ...headerOf("a"), engine: "float32" as const, timeSteps: T };
      expect(curveSentences(measureGradient(norms, header), header).join(" ")).toMatch(
        /^Measured: ×0\.900 per step back, ×\S+ over \d+ steps\. Below float32's range \(1\.0e-28\) before step \d+;/,
      );
    }
  });
});
