import { describe, expect, test } from "vitest";
import { RATE_RANGE } from "../../../../src/config/facts/rateTestPlan";
import type { Experiment } from "../../../../src/config/schema/schema";
import { RateTestRun } from "../../../../src/core/analysis/rateTest";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import type { RateTest } from "../../../../src/shared/wire/rateTest";
import { expectClose, experimentOf } from "../support";

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

function rateTest(experiment: Experiment, resources: Parameters<typeof createTrainer>[1] = {}, range = {}): RateTest {
  const run = new RateTestRun(experiment, resources, { ...RATE_RANGE, ...range });
  while (run.advance());
  return run.result();
}

describe("the range test", () => {
  test("tries rates from low to high by one factor, and keeps nothing of those of the run", () => {
    const { rates, losses, suggested } = rateTest(adding, {}, { from: 1e-5, to: 1e-2, updates: 4 });
    expect(Array.from(rates, (rate) => Number(rate.toPrecision(12)))).toEqual([1e-5, 1e-4, 1e-3, 1e-2]);
    expect(suggested).toBeNull();
    expect(losses.length).toBe(4);
  });

  test("has the losses of training with these rates, one batch after each update", () => {
    const test_ = rateTest(adding);
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
    const result = rateTest(experiment, { files: { data, weights: null } as never });
    expect(result.stoppedAt).toBe(result.rates.at(-1));
    expect(result.largestStable).toBe(Number((result.stoppedAt! / 10).toPrecision(1)));
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
      rateTest({ ...adding, engine }, { kernel: createWasmNetwork }),
    );
    expect(single!.losses[20]).toBeCloseTo(exact!.losses[20]!, 5);
    expect(single!.suggested).toBe(exact!.suggested);
  });

  test("says why there is nothing to test", () => {
    const experiment = experimentOf({ training: { optimizer: { kind: "rprop" } } });
    expect(() => rateTest(experiment)).toThrow(/^The optimizer rprop has no learning rate to test/);
  });

  test("suggests nothing where no rate lowers the loss", () => {
    // At the minimum already: every gradient is 0.
    const solved = experimentOf({
      model: { init: { weight_ih_l0: 1, weight_hh_l0: 1 } },
      training: { optimizer: { kind: "sgd" } },
    });
    const { steepest, lowest, suggested, initialLoss, fall } = rateTest(solved);
    expect([steepest, lowest, suggested, initialLoss, fall]).toEqual([null, null, null, 0, 0]);
  });

  test("suggests nothing where the loss falls by no more than it differs between batches", () => {
    // No rate makes a network learn the parity of 60 bits in 100 updates, whatever the seed.
    const flat = [1, 2, 3].map((seed) =>
      rateTest(
        experimentOf({
          seed,
          task: { kind: "parity", sequences: 200, length: 60 },
          model: { cell: "lstm", hiddenSize: 4 },
          training: { batchSize: 20, optimizer: { kind: "adam" } },
        }),
      ),
    );
    for (const { fall, noise, steepest, lowest, suggested } of flat) {
      expect(fall).toBeLessThanOrEqual(1.5 * noise);
      expect([steepest, lowest, suggested]).toEqual([null, null, null]);
    }
  });

  test("gives the same curve each time, and leaves no state behind", () => {
    expect(rateTest(adding)).toEqual(rateTest(adding));
  });

  test("smooths and judges as a direct computation from its losses does", () => {
    const { rates, losses, smoothed, initialLoss, steepest, lowest, suggested, fall, noise } = rateTest(adding);
    const raw = [initialLoss, ...losses];
    // Weights 0.9^age of all losses so far, normalized.
    const means = raw.map((_, k) => {
      const weights = raw.slice(0, k + 1).map((_loss, i) => 0.9 ** (k - i));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.reduce((total, weight, i) => total + weight * raw[i]!, 0) / sum;
    });
    expectClose(smoothed, means.slice(1), 1e-12, 1e-14);
    const after = means.slice(10);
    const low = 10 + after.indexOf(Math.min(...after));
    expect(lowest).toBe(rates[low - 1]);
    expect(fall).toBeCloseTo(means[10]! - means[low]!, 10);
    const slopes = Array.from({ length: low - 10 }, (_, i) => {
      const [from, to] = [Math.max(10, i + 10 - 4), Math.min(low, i + 10 + 5)];
      return (means[to]! - means[from]!) / (Math.log(rates[to]!) - Math.log(rates[from]!));
    });
    expect(steepest).toBe(rates[10 + slopes.indexOf(Math.min(...slopes))]);
    expect(suggested).toBe(Number(Math.min(steepest!, lowest! / 10).toPrecision(1)));
    const steps = raw
      .slice(1, low + 1)
      .map((loss, i) => Math.abs(loss - raw[i]!))
      .sort((a, b) => a - b);
    expect(noise).toBe(steps[Math.floor(steps.length / 2)]);
  });

  test("stops at the first loss that is not finite, and does not begin where the first one is not", () => {
    const exploding = experimentOf({
      task: { kind: "count-ones", length: 400 },
      model: { init: { weight_ih_l0: 9, weight_hh_l0: 9 } },
      training: { optimizer: { kind: "sgd" } },
    });
    const { initialLoss, rates, stoppedAt, largestStable, suggested } = rateTest(exploding);
    expect(Number.isFinite(initialLoss)).toBe(false);
    expect([rates.length, stoppedAt, largestStable, suggested]).toEqual([0, null, null, null]);
  });
});
