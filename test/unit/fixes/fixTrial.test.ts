import { expect, test } from "vitest";
import { createTrainer } from "../../../src/core/training/trainer";
import { runFixTrial, TRIAL_MS } from "../../../src/fixes/fixTrial";
import { experimentIn } from "../diagnosis/support";
import { EXPLODING, steppingResources } from "./support";

const HEALTHY = experimentIn(EXPLODING.replace(`"sgd", "learningRate": 0.001`, `"rprop"`));

/** Losses of rows 0 to `iterations` of a run of its own. */
function lossesOf(iterations: number): number[] {
  const trainer = createTrainer({ ...HEALTHY, training: { ...HEALTHY.training, iterations } });
  const losses: number[] = [];
  for (let result = "running"; result === "running";) {
    result = trainer.step(null);
    losses.push(trainer.metrics.loss);
  }
  return losses;
}

test("a trial that has the time is the run, to the last bit", () => {
  const losses = lossesOf(500);
  expect(runFixTrial(HEALTHY, steppingResources(1), TRIAL_MS)).toMatchObject({
    iterations: 500,
    finalLoss: losses.at(-1),
    bestLoss: Math.min(...losses),
    validationLoss: null,
  });
});

test("a trial that is cut short is the run with as many iterations, to the last bit", () => {
  const trial = runFixTrial(HEALTHY, steppingResources(100), TRIAL_MS);
  expect(trial.iterations).toBe(99);
  expect(trial.finalLoss).toBe(lossesOf(99).at(-1));
  expect(trial.trainMs).toBe(TRIAL_MS);
});

test("a trial takes no more than what is left of the budget", () => {
  expect(runFixTrial(HEALTHY, steppingResources(100), 1000).trainMs).toBe(1000);
});

test("a trial that diverges has no judged loss, and frees what it used", () => {
  const freed: string[] = [];
  const resources = steppingResources(1);
  const trial = runFixTrial(
    experimentIn(EXPLODING),
    {
      ...resources,
      prepare: (experiment) => ({ ...resources.prepare(experiment), dispose: () => freed.push("trainer") }),
    },
    TRIAL_MS,
  );
  expect(trial).toMatchObject({ iterations: 2, finalLoss: Infinity, judgedLoss: NaN });
  expect(freed).toEqual(["trainer"]);
});

test("with a validation set it is judged by the validation loss at the end", () => {
  const experiment = experimentIn(
    `{ "task": { "kind": "adding", "sequences": 40, "length": 5 }, "model": { "cell": "rnn", "hiddenSize": 4 },
       "training": { "optimizer": { "kind": "adam" }, "iterations": 25,
                     "validation": { "share": 0.25, "every": 10 } } }`,
  );
  const trial = runFixTrial(experiment, steppingResources(1), TRIAL_MS);
  const trainer = createTrainer(experiment);
  while (trainer.step(null) === "running");
  expect(trial.validationLoss).toBe(trainer.metrics.validationLoss);
  expect(trial.judgedLoss).toBe(trial.validationLoss);
});
