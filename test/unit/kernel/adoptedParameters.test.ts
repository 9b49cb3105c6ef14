import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { CellKind, Network } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { GATES, KERNEL_CELLS, STATE_PARTS } from "../../../src/shared/trace/cells";
import { BUILDS, createKernelNetwork, runStep, specOf, uniform, writeRandomParameters } from "./support";

const CELLS: readonly CellKind[] = [...KERNEL_CELLS];
const STEPS = 9;
const SPEC = { hiddenSize: 11, numLayers: 2, learnedInitialState: true } as const;
const ADAM = { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;

/** All that a trace reads of the one sequence of the last passes. */
function readAll(network: Network): Float64Array[] {
  const { cell, hiddenSize, numLayers } = network.spec;
  return Array.from({ length: numLayers }, (_, layer) => {
    const all: Float64Array[] = [];
    const add = (steps: number, read: (into: Float64Array) => void): void => {
      all.push(new Float64Array(steps * hiddenSize));
      read(all.at(-1)!);
    };
    add(STEPS + 1, (into) => network.readStates(layer, 0, into));
    add(STEPS + 1, (into) => network.readStateGradients(layer, 0, into));
    for (const part of STATE_PARTS[cell]) add(STEPS + 1, (into) => network.readPart(layer, part, 0, into));
    for (const gate of GATES[cell]) add(STEPS, (into) => network.readGate(layer, gate, 0, into));
    return all;
  }).flat();
}

function gradientsOf(network: Network): Float64Array {
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return gradients;
}

const ENGINES = [
  ...BUILDS.map((build) => ({
    name: `${build.floats} with ${build.variant} SIMD`,
    create: (cell: CellKind, every: boolean) =>
      createKernelNetwork(specOf(cell, { ...SPEC, readout: every ? "every" : "last" }), build),
  })),
  {
    name: "the reference",
    create: (cell: CellKind, every: boolean) =>
      createReferenceNetwork(specOf(cell, { ...SPEC, readout: every ? "every" : "last" })),
  },
];

describe.each(ENGINES)("a sequence beside the batch: $name", ({ create }) => {
  test.each(CELLS)(
    "has the bits of a network that was given the parameters, and leaves the batch alone: %s",
    (cell) => {
      for (const every of [false, true]) {
        const [trained, side, given] = [create(cell, every), create(cell, every), create(cell, every)];
        writeRandomParameters(createRandom(2), trained);
        const parameters = new Float64Array(trained.parameterCount);
        for (let step = 0; step < 3; step++) {
          runStep(trained, 6, STEPS, step);
          const before = gradientsOf(trained);
          side.adoptParameters(trained);
          trained.readParameters(parameters);
          given.writeParameters(parameters);
          const random = createRandom(10 + step);
          const input = uniform(random, STEPS * 2, 1);
          const outputGradient = uniform(random, (every ? STEPS : 1) * 3, 0.1);
          for (const network of [side, given]) network.forward(input, 1, STEPS, null);
          side.backward(outputGradient, true);
          given.zeroGradients();
          given.backward(outputGradient);
          expect(readAll(side)).toEqual(readAll(given));
          expect(gradientsOf(trained)).toEqual(before);
          // The derived weights are stale after an update, and are taken over all the same.
          trained.applyUpdate(ADAM);
          side.adoptParameters(trained);
          side.forward(input, 1, STEPS, null);
          side.zeroGradients();
          side.backward(outputGradient);
          trained.readParameters(parameters);
          given.writeParameters(parameters);
          given.forward(input, 1, STEPS, null);
          given.zeroGradients();
          given.backward(outputGradient);
          expect(gradientsOf(side)).toEqual(gradientsOf(given));
        }
      }
    },
  );
});

test("parameters of another engine are refused", () => {
  const kernel = createKernelNetwork(specOf("rnn"), BUILDS[0]!);
  const reference = createReferenceNetwork(specOf("rnn"));
  expect(() => kernel.adoptParameters(reference)).toThrow(TypeError);
  expect(() => reference.adoptParameters(kernel)).toThrow(TypeError);
});
