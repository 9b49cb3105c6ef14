import { describe, expect, test } from "vitest";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";

const experimentOf = (training: object, engine: "float64" | "float32" = "float64"): Experiment =>
  withDefaults(experimentSchema, {
    engine,
    task: { kind: "adding", sequences: 20, length: 6 },
    model: { cell: "lstm", hiddenSize: 4 },
    training: { iterations: 20, ...training },
  }) as Experiment;
const open = (experiment: Experiment) =>
  createTrainer(experiment, { kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
const steps = (trainer: Trainer, count: number) => {
  for (let i = 0; i < count; i++) trainer.step(null);
  return trainer;
};
const SLOW = { optimizer: { kind: "sgd", learningRate: 0.01 } };
const FAST = { optimizer: { kind: "sgd", learningRate: 0.1 } };

describe.each(["float64", "float32"] as const)("a run of %s whose updates change on the way", (engine) => {
  test("goes on from the same weights, with the new learning rate from the next update on", () => {
    const changed = steps(open(experimentOf(SLOW, engine)), 5);
    const weights = changed.parameters();
    changed.changeUpdates(experimentOf(FAST, engine).training);
    expect(changed.parameters()).toEqual(weights);
    const gradient = changed.gradientAt(weights);
    steps(changed, 1);
    expect(changed.metrics.learningRate).toBe(0.1);
    const after = changed.parameters();
    for (let i = 0; i < weights.length; i++)
      expect(after[i]).toBeCloseTo(weights[i]! - 0.1 * gradient[i]!, engine === "float64" ? 14 : 6);
  });

  test("is the run of the new settings when they change before its first update", () => {
    const changed = open(experimentOf(SLOW, engine));
    changed.changeUpdates(
      experimentOf({ optimizer: { kind: "adam", learningRate: 0.05 }, clip: { norm: 0.1 } }, engine).training,
    );
    const direct = open(experimentOf({ optimizer: { kind: "adam", learningRate: 0.05 }, clip: { norm: 0.1 } }, engine));
    expect(steps(changed, 20).parameters()).toEqual(steps(direct, 20).parameters());
  });

  test("starts another optimizer with empty moments, as if it had begun at these weights", () => {
    const adam = { optimizer: { kind: "adam", learningRate: 0.05 } };
    const changed = steps(open(experimentOf({ optimizer: { kind: "momentum", learningRate: 0.05 } }, engine)), 5);
    changed.changeUpdates(experimentOf(adam, engine).training);
    const before = changed.parameters();
    const gradient = changed.gradientAt(before);
    const after = steps(changed, 1).parameters();
    // The first step of Adam is the learning rate times the sign of the gradient.
    const steep = [...before.keys()].filter((i) => Math.abs(gradient[i]!) > 1e-4);
    expect(steep.length).toBeGreaterThan(before.length / 2);
    for (const i of steep) expect(after[i]! - before[i]!).toBeCloseTo(-0.05 * Math.sign(gradient[i]!), 4);
  });

  test("clips from then on, or no longer", () => {
    const changed = steps(open(experimentOf(SLOW, engine)), 1);
    expect(changed.metrics.clippedNorm).toBe(changed.metrics.gradientNorm);
    changed.changeUpdates(experimentOf({ ...SLOW, clip: { norm: 1e-3 } }, engine).training);
    steps(changed, 1);
    expect(changed.metrics.clippedNorm).toBeCloseTo(1e-3, 8);
    changed.changeUpdates(experimentOf(SLOW, engine).training);
    steps(changed, 1);
    expect(changed.metrics.clippedNorm).toBe(changed.metrics.gradientNorm);
  });
});

test("a run without a learning rate refuses an optimizer with one, and goes on as it was", () => {
  const rprop = experimentOf({ optimizer: { kind: "rprop" } });
  const trainer = steps(open(rprop), 2);
  expect(() => trainer.changeUpdates(experimentOf(FAST).training)).toThrow(/only one of them has a learning rate/);
  expect(steps(trainer, 18).parameters()).toEqual(steps(open(rprop), 20).parameters());
});
