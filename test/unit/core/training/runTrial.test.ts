import { describe, expect, test } from "vitest";
import { runTrial } from "../../../../src/core/training/runTrial";
import { createTrainer } from "../../../../src/core/training/trainer";
import { countOnesExperiment, experimentOf } from "../support";

const ADDITION = experimentOf({
  seed: 4,
  task: { kind: "binary-addition", sequences: 200, bits: 3 },
  model: { cell: "rnn", hiddenSize: 4 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.05 },
    batchSize: 20,
    iterations: 400,
    validation: { share: 0.2, every: 10 },
  },
  engine: "float64",
});
const clock = () => 0;

describe("a trial", () => {
  test("is the run that the experiment would be by itself, bit for bit", () => {
    const trainer = createTrainer(ADDITION);
    while (trainer.step(null) === "running");
    const { loss, validationLoss, accuracy, exactAccuracy } = trainer.metrics;
    expect(runTrial(ADDITION, null, {}, clock)).toEqual({
      status: "done",
      iterations: 400,
      loss,
      validationLoss,
      bestValidationLoss: trainer.best?.validationLoss,
      accuracy,
      exactAccuracy,
      gradientReach: trainer.gradientReach(),
      reachedAt: null,
      trainMs: 0,
    });
  });

  test("notes the first iteration at its goal, and ends there when told to", () => {
    const goal = { metric: "exactAccuracy", value: 0.9, stop: false } as const;
    const trainer = createTrainer(ADDITION);
    const reached: number[] = [];
    for (let row = 0; trainer.step(null) === "running"; row++)
      if (trainer.metrics.exactAccuracy >= 0.9) reached.push(row);
    const whole = runTrial(ADDITION, goal, {}, clock);
    expect([whole.reachedAt, whole.iterations]).toEqual([reached[0], 400]);
    const stopped = runTrial(ADDITION, { ...goal, stop: true }, {}, clock);
    expect([stopped.reachedAt, stopped.iterations, stopped.status]).toEqual([reached[0], reached[0], "done"]);
    expect(stopped.exactAccuracy).toBeGreaterThanOrEqual(0.9);
  });

  test("counts a loss down to the goal, and an accuracy of the batch where nothing is held out", () => {
    const experiment = countOnesExperiment({ training: { iterations: 500 } });
    const { reachedAt, loss } = runTrial(experiment, { metric: "loss", value: 1, stop: true }, {}, clock);
    expect(reachedAt).toBeGreaterThan(10);
    expect(loss).toBeLessThanOrEqual(1);
    expect(runTrial(experiment, { metric: "accuracy", value: 1, stop: true }, {}, clock).reachedAt).toBeGreaterThan(
      reachedAt ?? Infinity,
    );
  });

  test("that diverges says so, with the figures where it happened", () => {
    const experiment = countOnesExperiment({ training: { optimizer: { kind: "sgd", learningRate: 1 } } });
    expect(runTrial(experiment, { metric: "loss", value: 1e-9, stop: true }, {}, clock)).toMatchObject({
      status: "diverged",
      reachedAt: null,
      loss: Infinity,
    });
  });

  test("whose goal is a figure that it does not have is refused, with what to use instead", () => {
    expect(() =>
      runTrial(countOnesExperiment(), { metric: "exactAccuracy", value: 1, stop: false }, {}, clock),
    ).toThrow(/exactAccuracy is not available .* Use accuracy/);
    expect(() =>
      runTrial(countOnesExperiment(), { metric: "validationLoss", value: 1, stop: false }, {}, clock),
    ).toThrow(/validationLoss is not available .* Use loss/);
  });
});
