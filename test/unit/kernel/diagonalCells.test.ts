/** What lru and rglru have beside the other cells: projected inputs, heads, complex states, a capped derivative. */
import { describe, expect, test } from "vitest";
import { backendOf } from "../../../src/config/facts/engineChoice";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { statePartCount } from "../../../src/shared/trace/cells";
import { experimentOf } from "../core/support";
import {
  BUILDS,
  createKernelNetwork,
  largest,
  relativeError,
  runStep,
  specOf,
  tensorErrors,
  uniform,
  writeRandomParameters,
} from "./support";

const CELLS = ["lru", "rglru"] as const;
/** Units and heads: whole panels, parts of one, heads over the edges of panels, and a unit each. */
const HEADS = [
  [16, 2],
  [24, 3],
  [12, 3],
  [20, 2],
  [33, 3],
  [21, 7],
  [9, 9],
] as const;
const RPROP = { kind: "rprop", initialStep: 0.01, etaPlus: 1.2, etaMinus: 0.5 } as const;

function gradientsOf(network: Network): Float64Array {
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return gradients;
}

function parametersOf(network: Network): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  return parameters;
}

describe.each(BUILDS)("the $floats kernel with $variant SIMD, against the reference", (build) => {
  const { tolerance } = build;
  const pairOf = (spec: NetworkSpec): readonly [Network, Network] => [
    createKernelNetwork(spec, build),
    createReferenceNetwork(spec),
  ];

  test.each(HEADS)("rglru of %i units in %i heads: a step, its gradient norm, and an update", (hiddenSize, heads) => {
    for (const inputSize of [hiddenSize, 3]) {
      for (const bias of [false, true]) {
        const spec = specOf("rglru", { hiddenSize, heads, inputSize, bias, numLayers: 2, readout: "every" });
        const [wasm, reference] = pairOf(spec);
        writeRandomParameters(createRandom(hiddenSize), wasm, reference);
        for (let step = 0; step < 2; step++) {
          const [actual, expected] = [runStep(wasm, 5, 7, step), runStep(reference, 5, 7, step)];
          expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(tolerance);
          expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(tolerance);
          // Places that no head has are in no norm, and stay zero whatever the optimizer does.
          expect(Math.abs(wasm.gradientNorm() / reference.gradientNorm() - 1)).toBeLessThan(tolerance);
          const norms = [wasm, reference].map((network) => ({ ...network.applyUpdate(RPROP) }));
          expect(Math.abs(norms[0]!.parameters / norms[1]!.parameters - 1)).toBeLessThan(tolerance);
          wasm.writeParameters(parametersOf(reference));
        }
      }
    }
  });

  test.each(CELLS)("%s with as many inputs as units: truncated, and only the gradients of the states", (cell) => {
    for (const inputSize of [11, 3]) {
      const spec = specOf(cell, { hiddenSize: 11, inputSize, numLayers: 2, truncate: 4, learnedInitialState: true });
      const [wasm, reference] = pairOf(spec);
      writeRandomParameters(createRandom(2), wasm, reference);
      const [actual, expected] = [runStep(wasm, 3, 150), runStep(reference, 3, 150)];
      expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(tolerance);
      const outputGradient = uniform(createRandom(3), 9, 1);
      const states = [wasm, reference].map((network) => {
        network.backward(outputGradient, true);
        const values = new Float64Array(3 * 151 * 11);
        network.readStateGradients(0, null, values);
        return values;
      });
      expect(relativeError(states[0]!, states[1]!)).toBeLessThan(tolerance);
    }
  });

  test("rglru with a close to 1: the root keeps its digits, and its derivative is capped", () => {
    const spec = specOf("rglru", { hiddenSize: 9, inputSize: 9 });
    const [wasm, reference] = pairOf(spec);
    writeRandomParameters(createRandom(5), wasm, reference);
    const parameters = parametersOf(reference);
    // a_param: 1 - a^2 from about 1 to 1e-10; beyond -17 the derivative of its root is over 1000.
    const start = reference.layout.find(({ name }) => name === "a_param_l0")!.offset;
    for (let j = 0; j < 9; j++) parameters[start + j] = 4 - 3.5 * j;
    for (const network of [wasm, reference]) network.writeParameters(parameters);
    const [actual, expected] = [runStep(wasm, 4, 9), runStep(reference, 4, 9)];
    expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(tolerance);
    for (let j = 0; j < 9; j++) {
      const [own, other] = [actual, expected].map(({ gradients }) => gradients.subarray(start + j, start + j + 1));
      expect(relativeError(own!, other!), `a_param ${parameters[start + j]}`).toBeLessThan(10 * tolerance);
    }
  });

  test.each(CELLS)("%s has what is not finite where the reference has it", (cell) => {
    for (const odd of [NaN, Infinity]) {
      for (const inputSize of [5, 2]) {
        const kinds = pairOf(specOf(cell, { hiddenSize: 5, inputSize, numLayers: 2, readout: "every" })).map(
          (network) => {
            writeRandomParameters(createRandom(6), network);
            const input = uniform(createRandom(7), 3 * 4 * inputSize, 1);
            input[inputSize * 5] = odd;
            const outputs = network.forward(input, 3, 4, null).slice();
            network.zeroGradients();
            network.backward(uniform(createRandom(8), outputs.length, 1));
            const all = [...outputs, ...gradientsOf(network), network.gradientNorm()];
            return all.map((value) => Number.isFinite(value));
          },
        );
        expect(kinds[0]).toEqual(kinds[1]);
        expect(kinds[0]).toContain(true);
        expect(kinds[0]).toContain(false);
      }
    }
  });

  test.each(CELLS)("%s gives the same for a whole sequence, chunks of it and single steps, to the last bit", (cell) => {
    const [B, T, H] = [1, 7, 12];
    const network = createKernelNetwork(
      specOf(cell, { hiddenSize: H, heads: 3, inputSize: 3, numLayers: 2, readout: "every" }),
      build,
    );
    writeRandomParameters(createRandom(4), network);
    const input = uniform(createRandom(9), B * T * 3, 1);
    const whole = network.forward(input, B, T, null).slice();
    const state = new Float64Array(statePartCount(cell) * 2 * B * H);
    const final = new Float64Array(state.length);
    network.readFinalState(final);
    for (const length of [1, 3]) {
      network.writeInitialState(null);
      for (let from = 0; from < T; from += length) {
        const steps = Math.min(length, T - from);
        const outputs = network.forward(input.subarray(from * 3, (from + steps) * 3), B, steps, null);
        network.readFinalState(state);
        network.writeInitialState(state);
        // The read-out's rows are those of any linear layer.
        expect(relativeError(outputs, whole.subarray(from * 3, (from + steps) * 3))).toBeLessThan(tolerance);
      }
      expect(state).toEqual(final);
    }
  });
});

describe.each(CELLS)("a batch of %s that is split", (cell) => {
  test("is that of one thread within rounding, and the same in every run", () => {
    const spec = specOf(cell, { hiddenSize: 32, numLayers: 2, inputSize: 4 });
    const [one, two, again] = [1, 2, 2].map((threads) => {
      const network = createWasmNetwork(spec, null, { threads });
      writeRandomParameters(createRandom(3), network);
      return runStep(network, 24, 30);
    });
    expect(two).toEqual(again);
    expect(relativeError(two!.outputs, one!.outputs)).toBeLessThan(2e-6);
    expect(relativeError(two!.gradients, one!.gradients)).toBeLessThan(2e-6);
    expect(two!.gradients).not.toEqual(one!.gradients);
  });

  test("is float32 by default, and a run that the reference computed goes on by the reference", () => {
    const model = { cell, hiddenSize: 6 };
    const experiment = experimentOf({ task: { kind: "adding", length: 6 }, model, training: { iterations: 3 } });
    const resources = { kernel: createWasmNetwork };
    expect(createTrainer(experiment, resources).backend).toBe("float32");
    expect(createTrainer({ ...experiment, engine: "float64" }, resources).backend).toBe("float64");
    for (const engine of ["auto", "float32", "float64"] as const) {
      const asBefore = createTrainer({ ...experiment, engine }, { ...resources, recorded: { engine: "float64" } });
      expect([asBefore.backend, asBefore.engine]).toEqual(["reference", "float64"]);
      expect(backendOf({ ...experiment, engine }, { engine: "float32" })).not.toBe("reference");
      const reference = createTrainer({ ...experiment, engine: "float64" });
      for (const trainer of [asBefore, reference]) while (trainer.step(null) === "running");
      expect(asBefore.parameters()).toEqual(reference.parameters());
    }
  });
});
