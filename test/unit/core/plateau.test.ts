/** The schedule reduce-on-plateau beside PyTorch's ReduceLROnPlateau, and in a run. */
import { spawnSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { createRandom } from "../../../src/core/numerics/random";
import { PlateauRate } from "../../../src/core/optimizers/plateau";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { versionOf } from "../python";
import { experimentOf } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

const SCHEDULES = [
  { factor: 0.1, patience: 10, threshold: 1e-4, cooldown: 0, minimum: 0 },
  { factor: 0.5, patience: 0, threshold: 0, cooldown: 0, minimum: 0.01 },
  { factor: 0.7, patience: 2, threshold: 0.1, cooldown: 3, minimum: 1e-3 },
  { factor: 0.2, patience: 1, threshold: 0.01, cooldown: 1, minimum: 0 },
  // Above the learning rate, and reductions that become smaller than 1e-8.
  { factor: 0.5, patience: 1, threshold: 0, cooldown: 0, minimum: 2 },
  { factor: 0.01, patience: 0, threshold: 0, cooldown: 0, minimum: 0 },
].map((schedule) => ({ kind: "reduce-on-plateau", ...schedule }) as const);

/** Losses that fall, stand still, rise, and are NaN or infinite once. */
function drawLosses(seed: number): number[] {
  const random = createRandom(seed);
  const losses = Array.from(
    { length: 120 },
    (_, i) => Math.exp(-i / (10 + 20 * seed)) + 0.3 * random.double() ** 3 + (i > 60 ? 0.5 : 0),
  );
  losses[50] = NaN;
  losses[90] = Infinity;
  return losses;
}

const PYTORCH = `
import json, sys, torch
torch.set_default_dtype(torch.float64)
results = []
for case in json.load(sys.stdin):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.5)
    s = case["schedule"]
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=s["factor"], patience=s["patience"], threshold=s["threshold"],
        cooldown=s["cooldown"], min_lr=s["minimum"],
    )
    rates = []
    for loss in case["losses"]:
        plateau.step(float(loss))
        rates.append(optimizer.param_groups[0]["lr"])
    results.append(rates)
print(json.dumps(results))
`;

test.skipIf(torch.missing !== null)(`has the rates of PyTorch ${versionOf(torch)}, to the last bit`, () => {
  const cases = SCHEDULES.flatMap((schedule) => [1, 2, 3].map((seed) => ({ schedule, losses: drawLosses(seed) })));
  const input = JSON.stringify(cases.map(({ schedule, losses }) => ({ schedule, losses: losses.map(String) })));
  const { status, stdout, stderr } = spawnSync(torch.python, ["-c", PYTORCH], { input });
  expect([status, String(stderr)]).toEqual([0, ""]);
  const actual = cases.map(({ schedule, losses }) => {
    const rate = new PlateauRate(schedule, 0.5, 1);
    return losses.map((loss) => {
      rate.observe(loss);
      return rate.learningRate;
    });
  });
  expect(actual).toEqual(JSON.parse(String(stdout)));
  // Each schedule is put to the test, but the one whose minimum is above its rate.
  const counts = actual.map((rates) => new Set(rates).size);
  expect(counts.filter((count) => count === 1).length).toBe(3);
});

test("of training losses it observes the mean of each epoch", () => {
  const schedule = {
    kind: "reduce-on-plateau",
    factor: 0.5,
    patience: 0,
    threshold: 0,
    cooldown: 0,
    minimum: 0,
  } as const;
  const rate = new PlateauRate(schedule, 1, 3);
  const rates = [3, 3, 3, 9, 0, 0, 9, 0, 0.5].map((loss) => {
    rate.addTrainingLoss(loss);
    return rate.learningRate;
  });
  // Means of 3, 3 and 3.17: the second is not below the first.
  expect(rates).toEqual([1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
});

describe("a run", () => {
  const schedule = { kind: "reduce-on-plateau", factor: 0.5, patience: 1, threshold: 0.2 } as const;
  const experiment = experimentOf({
    task: { kind: "adding", sequences: 40, length: 6 },
    model: { cell: "rnn", hiddenSize: 4 },
    training: {
      iterations: 60,
      batchSize: 8,
      optimizer: { kind: "adam", learningRate: 0.05 },
      schedule,
      validation: { share: 0.2, every: 5 },
    },
  });
  const rates = (trainer: Trainer, steps: number): number[] =>
    Array.from({ length: steps }, () => {
      trainer.step(null);
      return trainer.metrics.learningRate;
    });

  test("reduces its rate at validations only, which is the rate of the same row's update", () => {
    const all = rates(createTrainer(experiment), 61);
    const changed = all.flatMap((rate, row) => (row > 0 && rate !== all[row - 1] ? [row] : []));
    expect(changed.length).toBeGreaterThan(2);
    expect(changed.every((row) => row % 5 === 0)).toBe(true);
    expect(all[0]).toBe(0.05);
    // No update follows the last row, so its validation changes nothing.
    expect(all[60]).toBe(all[59]);
  });

  test("goes on from a checkpoint in a plateau as if it had not stopped", () => {
    const whole = rates(createTrainer(experiment), 61);
    for (const at of [1, 13, 27, 44]) {
      const first = createTrainer(experiment);
      rates(first, at);
      const second = createTrainer(experiment);
      second.restore(first.checkpoint());
      expect(rates(second, 61 - at)).toEqual(whole.slice(at));
    }
  });

  test("keeps a reduced rate where only the clip changes, and starts anew where the rate does", () => {
    const trainer = createTrainer(experiment);
    const [, , , last = NaN] = rates(trainer, 40).slice(36);
    expect(last).toBeLessThan(0.05);
    trainer.changeUpdates({ ...experiment.training, clip: { norm: 1 } });
    expect(rates(trainer, 1)[0]).toBeLessThanOrEqual(last);
    const { optimizer } = experimentOf({ training: { optimizer: { kind: "adam", learningRate: 0.02 } } }).training;
    trainer.changeUpdates({ ...experiment.training, optimizer });
    expect(rates(trainer, 1)).toEqual([0.02]);
  });
});
