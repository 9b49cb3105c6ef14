/** What is told of one of several seeds, beside the run that it is. */
import { describe, expect, test } from "vitest";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer } from "../../../src/core/training/trainer";
import { runSeedTrial } from "../../../src/worker/seedTrial";

const clock = { now: () => 0, onStep: () => undefined };
const read = (value: object): Experiment => withDefaults(experimentSchema, value) as Experiment;

/** A figure of each row of the same run by itself. */
function rowsOf(experiment: Experiment, figure: "loss" | "validationLoss"): number[] {
  const trainer = createTrainer(experiment);
  const rows: number[] = [];
  let result = "running";
  while (result === "running") {
    result = trainer.step(null);
    rows.push(trainer.metrics[figure]);
  }
  return rows;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("one of several seeds", () => {
  test("has the loss of its run at the common iterations, unsmoothed where each batch is the whole set", () => {
    const experiment = read({ seed: 3, training: { iterations: 1200 } });
    const { seed } = runSeedTrial(experiment, null, {}, clock);
    const rows = rowsOf(experiment, "loss");
    expect(seed.loss).toEqual({ on: "training", window: 1, final: "mean" });
    expect(seed.curve).toHaveLength(500);
    expect([...seed.curve]).toEqual([...seed.iterations].map((iteration) => rows[iteration]));
    expect(seed.finalLoss).toBeCloseTo(mean(rows.slice(-61)), 12);
  });

  test("is smoothed over an epoch where each batch is another one", () => {
    const experiment = read({
      task: { kind: "adding", sequences: 40, length: 5 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: { iterations: 90, batchSize: 10, optimizer: { kind: "adam" } },
    });
    const { seed } = runSeedTrial(experiment, null, {}, clock);
    const rows = rowsOf(experiment, "loss");
    expect(seed.loss).toEqual({ on: "training", window: 4, final: "mean" });
    expect(seed.curve[0]).toBe(rows[0]);
    expect(seed.curve[50]).toBeCloseTo(mean(rows.slice(47, 51)), 12);
  });

  test("has the validation loss where there is one, the lowest where training stops early", () => {
    const training = { iterations: 60, batchSize: 10, validation: { share: 0.25, every: 7 } };
    const task = { kind: "adding", sequences: 40, length: 5 };
    const experiment = read({ task, model: { cell: "rnn", hiddenSize: 3 }, training });
    const { seed } = runSeedTrial(experiment, null, {}, clock);
    const rows = rowsOf(experiment, "validationLoss");
    expect(seed.loss).toEqual({ on: "validation", window: 1, final: "last" });
    expect([...seed.curve]).toEqual(rows);
    expect(seed.finalLoss).toBe(rows.at(-1));

    const early = read({ task, model: experiment.model, training: { ...training, stop: { patience: 1 } } });
    const stopped = runSeedTrial(early, null, {}, clock);
    expect(stopped.seed.loss.final).toBe("lowest");
    expect(stopped.seed.finalLoss).toBe(Math.min(...rowsOf(early, "validationLoss")));
    expect(stopped.seed.curve).toHaveLength(stopped.figures.iterations + 1);
  });

  test("ends its curve before the iteration at which it diverged, and has no final loss then", () => {
    const experiment = read({
      training: { optimizer: { kind: "sgd", learningRate: 1 } },
    });
    const { figures, seed } = runSeedTrial(experiment, null, {}, clock);
    expect(figures.status).toBe("diverged");
    expect(seed.curve.length).toBeGreaterThan(0);
    expect(seed.curve.length).toBeLessThanOrEqual(figures.iterations + 1);
    expect(seed.curve.every(Number.isFinite)).toBe(true);
    expect(seed.finalLoss).toBeNaN();
  });

  test("goes on beyond its goal, and has the lowest baseline of its data where there is no goal", () => {
    const experiment = read({ training: { iterations: 300 } });
    const goal = { metric: "loss", value: 0.5, stop: true } as const;
    const reaching = runSeedTrial(experiment, goal, {}, clock);
    expect(reaching.figures.reachedAt).toBeGreaterThan(0);
    expect(reaching.figures.iterations).toBe(300);
    expect(reaching.seed.baseline).toBeNull();
    // The best constant for the number of ones among 10 bits is the variance of the counts, about 2.5.
    const { baseline } = runSeedTrial(experiment, null, {}, clock).seed;
    expect(baseline).toBeGreaterThan(1.5);
    expect(baseline).toBeLessThan(3.5);
  });

  test("says after each iteration how far it has come", () => {
    const shares: number[] = [];
    const experiment = read({ training: { iterations: 4 } });
    runSeedTrial(experiment, null, {}, { now: () => 0, onStep: (share) => void shares.push(share) });
    expect(shares).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});
