import { expect, test } from "vitest";
import { createTrainer } from "../../../src/core/training/trainer";
import { exportFiles } from "../../../src/export/exportFiles";
import { restartAtBest, restarts } from "../../../src/runs/restartedRun";
import { upToCheckpoint } from "../../../src/worker/resumedRun";
import { COLUMN } from "../../../src/shared/trace/trace";
import { runOf } from "../export/support";

/** It overfits, with an optimizer that remembers. */
const TEXT = JSON.stringify({
  seed: 3,
  task: { kind: "adding", sequences: 20, length: 12 },
  model: { cell: "rnn", hiddenSize: 8 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 5,
    iterations: 300,
    validation: { share: 0.4, every: 10 },
  },
});

test("a run goes on at its best weights, with the rows before them and a new optimizer", () => {
  const run = runOf(TEXT);
  const best = run.checkpoint?.best;
  if (best == null || run.checkpoint === null) return expect.fail("it was not validated");
  expect(best.iteration).toBeLessThan(run.checkpoint.iteration);
  const restarted = restartAtBest(run);
  if (restarted?.checkpoint == null) return expect.fail("it is not to be restarted");
  const trainer = createTrainer(run.meta.config);
  trainer.restore(restarted.checkpoint);
  expect(trainer.iteration).toBe(best.iteration);
  expect(trainer.parameters()).toEqual(Float64Array.from(best.parameters));
  expect(trainer.best).toMatchObject({ iteration: best.iteration, validationLoss: best.validationLoss });
  trainer.step(null);
  // Evaluated again at the same parameters.
  expect(trainer.metrics.validationLoss).toBe(best.validationLoss);
  // The first update of Adam moves each parameter by the learning rate, whatever the gradient.
  const moved = trainer.parameters().map((value, i) => Math.abs(value - best.parameters[i]!));
  for (const distance of moved) expect(distance).toBeCloseTo(0.02, 4);

  const { metrics, events } = upToCheckpoint(restarted, { data: null, weights: null }, 1);
  const iterations = metrics.rows.columns[metrics.columns.findIndex(({ name }) => name === COLUMN.iteration)]!;
  expect(iterations.at(-1)).toBe(best.iteration - 1);
  expect(restarts(events)).toEqual([best.iteration]);
});

test("a run whose best weights are its last ones, or that has none, is not", () => {
  const run = runOf(TEXT);
  const checkpoint = run.checkpoint!;
  expect(restartAtBest({ ...run, checkpoint: { ...checkpoint, best: null } })).toBeNull();
  const atEnd = { ...checkpoint.best!, iteration: checkpoint.iteration };
  expect(restartAtBest({ ...run, checkpoint: { ...checkpoint, best: atEnd } })).toBeNull();
});

test("such a run is not exported as a script, which would have other losses", () => {
  const run = restartAtBest(runOf(TEXT))!;
  expect(() => exportFiles("pytorch", run, { data: null, weights: null })).toThrow(
    /^The run was resumed from its best weights, those of iteration \d+, with a new optimizer\. A script/,
  );
});
