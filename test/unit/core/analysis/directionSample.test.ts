import { describe, expect, test } from "vitest";
import { predictDecay } from "../../../../src/core/analysis/gradientDecay";
import { createSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { spectrumOf } from "../../../../src/core/analysis/weightReport";
import { visitStates } from "../../../../src/core/dynamics/visitedStates";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { vectorColumn } from "../../../../src/shared/trace/trace";
import { experimentOf, expectClose, run } from "../support";

const CELLS = ["rnn", "lstm", "gru", "lstm with a projection"] as const;
/** Numbers of h with it. */
const P = 2;
const H = 3;
const T = 6;

function snapshotOf(cell: (typeof CELLS)[number], sequences = 4) {
  const experiment = experimentOf({
    task: { kind: "adding", sequences, length: T },
    model: {
      ...(cell === "lstm with a projection" ? { cell: "lstm", projSize: P } : { cell }),
      hiddenSize: H,
      numLayers: 2,
      bidirectional: true,
      learnedInitialState: true,
    },
    training: { iterations: 3, optimizer: { kind: "adam", learningRate: 0.05 } },
  });
  const trainer = createTrainer(experiment);
  for (let step = 0; step < 2; step++) trainer.step(null);
  return createSnapshot(experiment, trainer, { iteration: trainer.iteration, parameters: trainer.parameters() });
}

describe.each(CELLS)("one direction of a bidirectional %s", (cell) => {
  const width = cell === "lstm with a projection" ? P : H;

  test("steps through its states in the order in which it reads", () => {
    const snapshot = snapshotOf(cell);
    for (const layer of [0, 1, 2, 3]) {
      const { map, states, inputs, sequences, timeSteps } = finishWork(visitStates(snapshot, layer));
      const { inputSize: I } = map.spec;
      expect([timeSteps, I]).toEqual([T, layer < 2 ? 2 : 2 * width]);
      for (let b = 0; b < sequences; b++)
        for (let t = 0; t < T; t++) {
          const at = (b * (T + 1) + t) * map.size;
          const x = inputs.slice((b * T + t) * I, (b * T + t + 1) * I);
          const next = states.subarray(at + map.size, at + 2 * map.size);
          expectClose(map.step(states.slice(at, at + map.size), x), next, 1e-12, 1e-14);
        }
    }
  });

  test("the decay of one sequence is that of backpropagation, forward in the top layer", () => {
    const snapshot = snapshotOf(cell, 1);
    const { curve } = finishWork(predictDecay(snapshot, 2));
    const gradients = snapshot.trainer.captureStep().stateGradients[2]!.values;
    const norms = Array.from({ length: T + 1 }, (_, t) =>
      Math.hypot(...gradients.subarray(t * width, (t + 1) * width)),
    );
    expectClose(
      curve,
      norms.map((norm) => norm / norms[T]!),
      1e-9,
    );
    for (const layer of [0, 1, 3]) expect(() => finishWork(predictDecay(snapshot, layer))).toThrow(/predicted/);
  });

  test("has a spectrum of its own", () => {
    const snapshot = snapshotOf(cell);
    const moduli = [0, 1, 2, 3].map((layer) => {
      const { re, im } = finishWork(spectrumOf(snapshot, layer));
      return Math.max(...Array.from(re, (value, i) => Math.hypot(value, im[i]!)));
    });
    expect(new Set(moduli).size).toBe(4);
  });
});

test("a trace has each direction as a layer, in the order of the sequence", () => {
  const { trainer, column } = run(
    experimentOf({
      task: { kind: "adding", sequences: 5, length: T },
      model: { cell: "gru", hiddenSize: H, bidirectional: true },
      training: { iterations: 2, optimizer: { kind: "adam" } },
    }),
  );
  expect(trainer.header("a", "b")).toMatchObject({ numLayers: 2, directions: 2 });
  const [forward, backward] = [0, 1].map((layer) => column(vectorColumn.stateGradNorm(layer)).subarray(0, T + 1));
  // The loss reads the last state of each direction: its gradient is largest there and runs to the other end.
  expect(forward!.every((norm) => norm > 0)).toBe(true);
  expect([Number.isNaN(backward![0]), backward!.subarray(1).every((norm) => norm > 0)]).toEqual([true, true]);
  expect(forward![T]! / forward![1]!).toBeGreaterThan(1);
  expect(backward![1]! / backward![T]!).toBeGreaterThan(1);
});
