import { describe, expect, test } from "vitest";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { validationInterval } from "../../../../src/config/facts/validationInterval";
import { TraceBuffer } from "../../../../src/shared/trace/traceBuffer";
import { expectClose, experimentOf } from "../support";

type File = Parameters<typeof experimentOf>[0];

const FILE: File = {
  task: { kind: "parity", sequences: 24, length: 6 },
  model: { cell: "lstm", hiddenSize: 5, readout: "every" },
  training: { iterations: 25, optimizer: { kind: "adam", learningRate: 0.02 }, clip: { norm: 0.02 } },
};

function trainerOf(file: File, training: object, engine: "float64" | "float32" = "float64"): Trainer {
  const experiment = experimentOf({ ...file, engine, training: { ...file.training, ...training } });
  return createTrainer(experiment, { kernel: createWasmNetwork });
}

/** The scalars of so many steps. */
function figures(trainer: Trainer, steps: number): number[][] {
  return Array.from({ length: steps }, () => {
    trainer.step(null);
    const { loss, gradientNorm, clippedNorm, updateRatio } = trainer.metrics;
    return [loss, gradientNorm, clippedNorm, updateRatio];
  });
}

describe.each(["float64", "float32"] as const)("in %s", (engine) => {
  const [relative, absolute] = engine === "float64" ? [1e-10, 1e-13] : [1e-5, 1e-6];

  test("four batches of six sequences are one batch of 24, in loss, gradient, clip and update", () => {
    const whole = trainerOf(FILE, { batchSize: "full" }, engine);
    const parts = trainerOf(FILE, { batchSize: 6, accumulate: 4 }, engine);
    const steps = engine === "float64" ? 25 : 3;
    const [expected, actual] = [figures(whole, steps), figures(parts, steps)];
    for (const [k, row] of actual.entries()) expectClose(row, expected[k]!, 10 * relative, absolute);
    if (engine === "float64") expectClose(parts.parameters(), whole.parameters(), 1e-8, 1e-10);
    // The clip is at work, after the mean: of each batch alone the norm would be another.
    expect(expected[0]![2]).toBeLessThan(expected[0]![1]!);
  });
});

test("an iteration is one update, and takes so many batches; epochs are rounded up to whole updates", () => {
  const trainer = trainerOf(FILE, { batchSize: 5, accumulate: 3, epochs: 4 });
  // Four batches of five in an epoch: sixteen in all.
  expect([trainer.batchesPerEpoch, trainer.iterationsPerEpoch, trainer.iterations]).toEqual([4, 4 / 3, 6]);
  expect(trainer.header("r", "h").data?.batchesPerEpoch).toBe(4 / 3);
  let steps = 0;
  while (trainer.step(null) === "running") steps++;
  expect(steps).toBe(6);
});

test("the accuracy of a row is that of all its batches", () => {
  const whole = trainerOf(FILE, { batchSize: "full" });
  const parts = trainerOf(FILE, { batchSize: 6, accumulate: 4 });
  for (const trainer of [whole, parts]) trainer.step(new TraceBuffer(trainer.columns, 64));
  expect(parts.metrics.accuracy).toBeCloseTo(whole.metrics.accuracy, 12);
  expect(parts.metrics.exactAccuracy).toBeCloseTo(whole.metrics.exactAccuracy, 12);
});

test("validation that is to cost a tenth of training comes so many times sooner", () => {
  const data = { sequences: 1000, trainingSequences: 500 };
  const { training } = experimentOf({ training: { batchSize: 10 } });
  expect(validationInterval(training, data)).toBe(170);
  expect(validationInterval({ ...training, accumulate: 4 }, data)).toBe(50);
});

test.each([
  ["in batches", { batchSize: 5, accumulate: 3 }, FILE],
  [
    "with dropout and validation",
    { batchSize: 5, accumulate: 2, validation: { share: 0.3, every: 3 }, stop: { patience: 9 } },
    { ...FILE, model: { cell: "gru", hiddenSize: 4, numLayers: 2, dropout: 0.3, readout: "every" } } as File,
  ],
] as const)("a run %s goes on past its end as if it had been longer", (_, training, file) => {
  const short = trainerOf(file, { ...training, iterations: 8 });
  const rows = figures(short, 9);
  short.restore(short.checkpoint());
  short.extend(20);
  const longer = trainerOf(file, { ...training, iterations: 20, stop: null });
  expect([...rows.slice(0, -1), ...figures(short, 13)]).toEqual(figures(longer, 21));
});
