/** Bidirectional networks in the kernel, as the reference has them. */
import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { BIDIRECTIONAL_CELLS, GATES, STATE_PARTS } from "../../../src/shared/trace/cells";
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

const CELLS = [...BIDIRECTIONAL_CELLS];

interface Batch {
  readonly size: number;
  readonly steps: number;
  readonly lengths: Uint32Array | null;
}
const LENGTHS: Batch = { size: 5, steps: 7, lengths: Uint32Array.of(7, 1, 4, 6, 2) };
const WHOLE: Batch = { size: 3, steps: 9, lengths: null };

function specOfBoth(cell: NetworkSpec["cell"], heights: number, changes: Partial<NetworkSpec> = {}): NetworkSpec {
  return specOf(cell, { hiddenSize: 11, inputSize: 3, numLayers: 2 * heights, directions: 2, ...changes });
}

function runBatch(network: Network, { size, steps, lengths }: Batch) {
  return runStep(network, size, steps, 7, lengths);
}

/** What a trace reads. */
function readAll(network: Network, layer: number, { size, steps }: Batch, sequence: number | null): Float64Array[] {
  const { cell, hiddenSize: H } = network.spec;
  const sequences = sequence === null ? size : 1;
  const all: Float64Array[] = [];
  const add = (numbers: number, read: (into: Float64Array) => void): void => {
    all.push(new Float64Array(numbers));
    read(all.at(-1)!);
  };
  const states = sequences * (steps + 1) * H;
  add(states, (into) => network.readStates(layer, sequence, into));
  add(states, (into) => network.readStateGradients(layer, sequence, into));
  for (const part of STATE_PARTS[cell]) add(states, (into) => network.readPart(layer, part, sequence, into));
  for (const gate of GATES[cell]) add(sequences * steps * H, (into) => network.readGate(layer, gate, sequence, into));
  add(steps + 1, (into) => network.readStateGradientNorms(layer, into));
  return all;
}

describe.each(BUILDS)("both directions in the $floats kernel with $variant SIMD", (build) => {
  const { tolerance } = build;
  const pairOf = (spec: NetworkSpec): readonly [Network, Network] => {
    const pair = [createKernelNetwork(spec, build), createReferenceNetwork(spec)] as const;
    writeRandomParameters(createRandom(4), ...pair);
    return pair;
  };
  const expectSameStep = ([kernel, reference]: readonly [Network, Network], batch: Batch): void => {
    const [actual, expected] = [runBatch(kernel, batch), runBatch(reference, batch)];
    expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(tolerance);
    expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(tolerance);
  };

  test.each(CELLS)("agree: %s of many sizes, in one and three layers, without and with bias", (cell) => {
    for (const [index, hiddenSize] of [1, 3, 8, 13, 33].entries())
      for (const heights of [1, 3])
        for (const ends of [true, false]) {
          const readout = ends ? ({ readout: "last", readsEnds: true } as const) : ({ readout: "every" } as const);
          const size = { hiddenSize, inputSize: 1 + 4 * index, bias: index % 2 === 0 };
          const pair = pairOf(specOfBoth(cell, heights, { ...size, ...readout }));
          expectSameStep(pair, { size: 1 + 2 * index, steps: 1 + 3 * (4 - index), lengths: null });
        }
  });

  test.each(CELLS)("agree: %s with dropout, truncation, learned initial states and different lengths", (cell) => {
    for (const readsEnds of [undefined, true] as const)
      for (const hiddenSize of [4, 11]) {
        const layers = { dropout: 0.4, truncate: 3, learnedInitialState: true, readout: "every" } as const;
        const spec = specOfBoth(cell, 3, { ...layers, hiddenSize, ...(readsEnds && { readsEnds }) });
        const pair = pairOf(spec);
        expectSameStep(pair, LENGTHS);
        expectSameStep(pair, WHOLE);
        const states = STATE_PARTS[cell].length * 6 * WHOLE.size * hiddenSize;
        const initial = uniform(createRandom(9), states, 0.8);
        for (const network of pair) network.writeInitialState(initial);
        expectSameStep(pair, WHOLE);
        const [actual, expected] = pair.map((network) => {
          const final = new Float64Array(states);
          network.readFinalState(final);
          return final;
        });
        expect(relativeError(actual!, expected!)).toBeLessThan(tolerance);
      }
  });

  test.each(CELLS)("show the same states, cells, gates and gradients in the order of the sequence: %s", (cell) => {
    const spec = specOfBoth(cell, 2, { readout: "every", dropout: 0.3 });
    for (const batch of [LENGTHS, WHOLE]) {
      const pair = pairOf(spec);
      for (const network of pair) runBatch(network, batch);
      for (let layer = 0; layer < 4; layer++)
        for (const sequence of [null, 0, 2]) {
          const [actual, expected] = pair.map((network) => readAll(network, layer, batch, sequence));
          actual!.forEach((values, i) => {
            const places = values.map((_, at) => at).filter((at) => !Number.isNaN(expected![i]![at]!));
            expect(values.filter(Number.isNaN).length).toBe(values.length - places.length);
            const [a, b] = [values, expected![i]!].map((each) => Float64Array.from(places, (at) => each[at]!));
            expect(relativeError(a!, b!)).toBeLessThan(tolerance);
          });
        }
    }
  });

  test("give the same however many threads share the batch, and with the gradients of the states alone", () => {
    const spec = specOfBoth("gru", 2, { hiddenSize: 24, readout: "every", readsEnds: true, dropout: 0.2 });
    const lengths = Uint32Array.from({ length: 14 }, (_, b) => 30 - 2 * b);
    const batch = { size: 14, steps: 30, lengths };
    const { floats, variant } = build;
    const networks = [1, 3].map((threads) => {
      const network = createWasmNetwork(spec, { batch: 14, timeSteps: 30, floats }, { variant, threads });
      writeRandomParameters(createRandom(4), network);
      return network;
    });
    const [one, three] = networks.map((network) => runBatch(network, batch));
    expect(relativeError(three!.outputs, one!.outputs)).toBeLessThan(tolerance);
    expect(relativeError(three!.gradients, one!.gradients)).toBeLessThan(tolerance);
    const [network] = networks;
    const back = new Float64Array(14 * 31 * 24);
    const outputGradient = uniform(createRandom(2), one!.outputs.length, 1);
    const [all, alone] = [false, true].map((statesOnly) => {
      network!.backward(outputGradient, statesOnly);
      network!.readStateGradients(1, null, back);
      return back.slice();
    });
    expect(alone).toEqual(all);
  });
});
