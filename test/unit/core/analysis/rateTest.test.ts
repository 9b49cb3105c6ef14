import { describe, expect, test } from "vitest";
import { rateTest } from "../../../../src/core/analysis/rateTest";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf } from "../support";

const adding = experimentOf({
  task: { kind: "adding", sequences: 60, length: 8 },
  model: { cell: "lstm", hiddenSize: 8 },
  training: {
    batchSize: 20,
    optimizer: { kind: "adam", learningRate: 0.5 },
    schedule: { kind: "cosine" },
    validation: { share: 0.2 },
    stop: { patience: 1 },
  },
});

describe("the range test", () => {
  test("tries rates from low to high by one factor, and keeps nothing of those of the run", () => {
    const { rates, losses } = finishWork(rateTest(adding, {}, { from: 1e-5, to: 1e-2, steps: 4 }));
    expect(rates.map((rate) => Number(rate.toPrecision(12)))).toEqual([1e-5, 1e-4, 1e-3, 1e-2]);
    expect(losses.length).toBe(4);
  });

  test("has the losses of training with these rates, one batch after each update", () => {
    const test_ = finishWork(rateTest(adding, {}));
    const { training } = adding;
    const trainer = createTrainer({
      ...adding,
      training: { ...training, stop: null, validation: { ...training.validation, every: 1000 } },
    });
    const losses: number[] = [];
    for (const rate of test_.rates) {
      trainer.changeUpdates({
        ...training,
        optimizer: { ...training.optimizer, learningRate: rate } as typeof training.optimizer,
        schedule: { kind: "constant" },
      });
      trainer.step(null);
      losses.push(trainer.metrics.loss);
    }
    trainer.step(null);
    losses.push(trainer.metrics.loss);
    expect([test_.initialLoss, ...test_.losses]).toEqual(losses);
  });

  test("of gradient descent on a quadratic stops beyond the rate at which it diverges, and suggests one below", () => {
    // L = (w - 1)² / 2 times the mean square of the input, 1: descent diverges above a rate of 1.
    const line = ['{"inputs":[[1]],"targets":[1]}', '{"inputs":[[-1]],"targets":[-1]}'].join("\n");
    const data = {
      format: "jsonl",
      training: [{ name: "", bytes: new TextEncoder().encode(line) }],
      validation: null,
    } as const;
    const experiment = experimentOf({
      task: { kind: "arrays", file: "a.jsonl" },
      model: { cell: "linear", readout: "state", init: { weight_ih_l0: 3, weight_hh_l0: 0 } },
      training: { optimizer: { kind: "sgd" } },
    });
    const result = finishWork(rateTest(experiment, { files: { data, weights: null } as never }));
    expect(result.diverged).toBe(true);
    expect(result.initialLoss).toBe(4);
    expect(result.rates.at(-1)).toBeLessThan(10);
    expect(result.rates.at(-1)).toBeGreaterThan(1);
    expect(result.steepest).toBeLessThanOrEqual(result.lowest!);
    const rule = Math.min(result.steepest!, result.lowest! / 10);
    expect(result.suggested).toBe(Number(rule.toPrecision(1)));
    expect(result.suggested).toBeLessThan(1);
    expect(result.suggested).toBeGreaterThan(0.01);
  });

  test("is the same in float32 as far as 32 bits go", () => {
    const [exact, single] = (["float64", "float32"] as const).map((engine) =>
      finishWork(rateTest({ ...adding, engine }, { float32: createWasmNetwork })),
    );
    expect(single!.losses[20]).toBeCloseTo(exact!.losses[20]!, 5);
    expect(single!.suggested).toBe(exact!.suggested);
  });

  test("says why there is nothing to test", () => {
    const experiment = experimentOf({ training: { optimizer: { kind: "rprop" } } });
    expect(() => finishWork(rateTest(experiment, {}))).toThrow(/^The optimizer rprop has no learning rate to test/);
  });

  test("suggests nothing where no rate lowers the loss", () => {
    // At the minimum already: every gradient is 0.
    const solved = experimentOf({
      model: { init: { weight_ih_l0: 1, weight_hh_l0: 1 } },
      training: { optimizer: { kind: "sgd" } },
    });
    const { steepest, lowest, suggested, initialLoss } = finishWork(rateTest(solved, {}));
    expect([steepest, lowest, suggested, initialLoss]).toEqual([null, null, null, 0]);
  });
});
