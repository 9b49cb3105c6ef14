import { describe, expect, it } from "vitest";
import type { RunSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { analyzeJacobians } from "../../../../src/core/dynamics/jacobians";
import { analyzeMemory, memoryOf, outputDependence } from "../../../../src/core/dynamics/memory";
import { analyzeTrajectories } from "../../../../src/core/dynamics/trajectories";
import { visitStates } from "../../../../src/core/dynamics/visitedStates";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf, expectClose, latestSnapshot } from "../support";
import { unheard } from "./maps";

type File = Parameters<typeof experimentOf>[0];

function snapshotOf(
  model: NonNullable<File["model"]>,
  task: NonNullable<File["task"]> = { kind: "adding", sequences: 40, length: 12 },
) {
  const experiment = experimentOf({ task, model, training: { batchSize: 20 }, engine: "float64" });
  return latestSnapshot(experiment, createTrainer(experiment));
}

const MODELS: readonly NonNullable<File["model"]>[] = [
  { cell: "rnn", hiddenSize: 5 },
  { cell: "gru", hiddenSize: 3, numLayers: 2 },
  { cell: "lstm", hiddenSize: 3 },
];

describe.each(MODELS)("along a sequence of $cell", (model) => {
  const snapshot = snapshotOf(model);

  it("the product of the Jacobians has the singular values of the derivative of the last state", () => {
    const found = finishWork(analyzeJacobians(snapshot, 1, unheard));
    const visited = finishWork(visitStates(snapshot));
    const n = visited.map.size;
    expect(found.singularValues).toHaveLength(12 * n);
    // |J|_F^2 and det J, from the values and from the matrix.
    const { jacobian } = visited.map.linearize(
      visited.states.slice(13 * n, 14 * n),
      visited.inputs.slice(12 * 2, 13 * 2),
    );
    const squares = found.singularValues.subarray(0, n).reduce((sum, value) => sum + value * value, 0);
    expect(squares).toBeCloseTo(
      jacobian.reduce((sum, value) => sum + value * value, 0),
      10,
    );
    const sizes = Array.from({ length: n }, (_, i) => Math.hypot(found.re[i]!, found.im[i]!));
    const product = (values: ArrayLike<number>) => Array.from(values).reduce((whole, value) => whole * value, 1);
    expectClose([product(sizes)], [product(found.singularValues.subarray(0, n))], 1e-7, 1e-12);
    // The largest growth of a small change of the first state, by differences.
    const first = visited.states.slice(13 * n, 14 * n);
    const after = (start: Float64Array) => {
      let h = start;
      for (let t = 0; t < 12; t++) h = visited.map.step(h, visited.inputs.slice((12 + t) * 2, (13 + t) * 2));
      return h;
    };
    let total = 0;
    for (let j = 0; j < n; j++) {
      const [ahead, behind] = [1e-5, -1e-5].map((by) => after(first.with(j, first[j]! + by)));
      total += ahead!.reduce((sum, value, i) => sum + ((value - behind![i]!) / 2e-5) ** 2, 0);
    }
    const known = found.logProduct.filter((value) => !Number.isNaN(value));
    expectClose([known.reduce((sum, value) => sum + Math.exp(2 * value), 0)], [total], 1e-5, 1e-20);
  });

  it("the last output depends on each input as central differences say", () => {
    const visited = finishWork(visitStates(snapshot));
    const norms = finishWork(outputDependence(visited, snapshot.parameters, 0));
    const network = createReferenceNetwork(snapshot.trainer.spec);
    network.writeParameters(snapshot.parameters);
    const input = visited.inputs.slice(0, 24);
    const last = (moved: Float64Array) => network.forward(moved, 1, 12, null)[0]!;
    for (const t of [0, 5, 11]) {
      const slopes = [0, 1].map(
        (i) =>
          (last(input.with(2 * t + i, input[2 * t + i]! + 1e-5)) -
            last(input.with(2 * t + i, input[2 * t + i]! - 1e-5))) /
          2e-5,
      );
      expect(norms[t]).toBeCloseTo(Math.hypot(...slopes), 8);
    }
  });
});

it("states are visited a few steps at a time, and are those of one pass, to the last bit", () => {
  const snapshot = snapshotOf(
    { cell: "lstm", hiddenSize: 40, numLayers: 2 },
    { kind: "adding", sequences: 40, length: 30 },
  );
  const work = visitStates(snapshot);
  let pieces = 0;
  let step = work.next();
  for (; step.done !== true; pieces++) step = work.next();
  expect(pieces).toBeGreaterThan(2);
  const { states, inputs, sequences, timeSteps, map } = step.value;
  const network = createReferenceNetwork(snapshot.trainer.spec);
  network.writeParameters(snapshot.parameters);
  network.forward(inputs, sequences, timeSteps, null);
  for (let part = 0; part < 4; part++) {
    const expected = new Float64Array(31 * 40);
    network.readPart(part % 2, part < 2 ? "h" : "c", 7, expected);
    const found = Float64Array.from(expected, (_, i) => {
      const [t, unit] = [Math.floor(i / 40), i % 40];
      return states[(7 * 31 + t) * map.size + part * 40 + unit]!;
    });
    expect(found).toEqual(expected);
  }
});

/** h_t is the last three inputs: a shift register. */
function shiftRegister(): RunSnapshot {
  const task = { kind: "count-ones", sequences: 60, length: 12 } as const;
  const snapshot = snapshotOf({ cell: "linear", hiddenSize: 3, bias: false }, task);
  const parameters = new Float64Array(snapshot.parameters.length);
  parameters.set([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  return { ...snapshot, parameters };
}

describe("memory", () => {
  it("of a shift register of three is three inputs, read exactly, and no fourth", () => {
    const { decodable, capacity, fitted, tested } = finishWork(analyzeMemory(shiftRegister(), unheard));
    expectClose(decodable.slice(0, 3), [1, 1, 1], 1e-6);
    expect(Math.max(...decodable.slice(3))).toBeLessThan(0.3);
    expect(capacity).toBeGreaterThan(2.99);
    expect([fitted, tested]).toEqual([45 * 7, 15 * 7]);
  });

  it("of a layer alone is read from its recorded states, without the output, and refused where they are few", () => {
    const visited = finishWork(visitStates(shiftRegister()));
    const { decodable, inputGradient, sequences, fitted, tested } = finishWork(memoryOf(visited, unheard));
    expectClose(decodable.slice(0, 3), [1, 1, 1], 1e-6);
    expect(Math.max(...decodable.slice(3))).toBeLessThan(0.5);
    expect([inputGradient, sequences, fitted, tested]).toEqual([null, 0, 12 * 7, 4 * 7]);
    expect(() => finishWork(memoryOf({ ...visited, sequences: 1 }, unheard))).toThrow(
      "A state has 3 numbers, so that a linear map has to be fitted to at least 6 states. " +
        "Captured sequences: 1, which give 7. Call watch with sequences=2 or more; a batch has to have as many.",
    );
  });
});

describe("trajectories", () => {
  it("are in axes of length 1 at right angles, which explain what the places vary by", () => {
    const { axes, shares, places, mean } = finishWork(analyzeTrajectories(snapshotOf({ cell: "gru", hiddenSize: 6 })));
    const n = mean.length;
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++) {
        let along = 0;
        for (let i = 0; i < n; i++) along += axes[a * n + i]! * axes[b * n + i]!;
        expect(along).toBeCloseTo(Number(a === b), 8);
      }
    const variance = [0, 1, 2].map((k) => {
      let sum = 0;
      for (let at = k; at < places.length; at += 3) sum += places[at]! ** 2;
      return sum / (places.length / 3);
    });
    expect(variance[1]! / variance[0]!).toBeCloseTo(shares[1]! / shares[0]!, 8);
    expect(shares[0]).toBeGreaterThan(shares[1]!);
    expect(shares[0]! + shares[1]! + shares[2]!).toBeLessThan(1 + 1e-9);
  });
});
