/** The losses of an error, mae and huber, beside PyTorch, in both engines, and in the baselines. */
import { spawnSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import type { Loss } from "../../../src/config/facts/taskTraits";
import { evaluateLoss } from "../../../src/core/network/losses";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { versionOf } from "../python";
import { lossesByName } from "./analysis/baselines/support";
import { expectClose, experimentOf } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

const PYTORCH = `
import json, sys, torch
from torch.nn import HuberLoss, L1Loss
torch.set_default_dtype(torch.float64)
results = []
for case in json.load(sys.stdin):
    outputs = torch.tensor(case["outputs"], dtype=torch.float64).reshape(-1, 2).requires_grad_()
    targets = torch.tensor(case["targets"], dtype=torch.float64).reshape(-1, 2)
    weights = torch.tensor(case["weights"], dtype=torch.float64)
    kind = L1Loss if case["delta"] is None else lambda reduction: HuberLoss(reduction, case["delta"])
    mean = kind(reduction="mean")(outputs, targets)
    weighted = (kind(reduction="none")(outputs, targets).mean(dim=-1) * weights).sum() / weights.sum()
    for loss in (mean, weighted):
        (gradient,) = torch.autograd.grad(loss, outputs)
        results.append([loss.item(), *gradient.flatten().tolist()])
print(json.dumps(results))
`;

/** Errors of 0, of exactly delta, beside both, and far beyond. */
const ERRORS = [0, -0, 1e-300, 1, -1, 1 - 1e-12, -1 - 1e-12, 0.3, -0.3, 2.5, 1e12, -1e12];
const LOSSES: readonly { readonly loss: Loss; readonly delta: number | null }[] = [
  { loss: "mae", delta: null },
  ...[1, 0.3, 1e-6, 40].map((delta) => ({ loss: { kind: "huber", delta } as const, delta })),
];

test.skipIf(torch.missing !== null)(`mae and huber are L1Loss and HuberLoss of PyTorch ${versionOf(torch)}`, () => {
  const targets = ERRORS.map((_, i) => (i % 3) - 1);
  const outputs = ERRORS.map((error, i) => targets[i]! + error);
  const weights = ERRORS.filter((_, i) => i % 2 === 0).map((_, row) => row % 3);
  const cases = LOSSES.map(({ delta }) => ({ delta, outputs, targets, weights }));
  const { status, stdout, stderr } = spawnSync(torch.python, ["-c", PYTORCH], { input: JSON.stringify(cases) });
  expect([status, String(stderr)]).toEqual([0, ""]);
  const expected = JSON.parse(String(stdout)) as number[][];
  const actual = LOSSES.flatMap(({ loss }) =>
    [null, Float64Array.from(weights)].map((given) => {
      const gradient = new Float64Array(outputs.length);
      const mean = evaluateLoss(loss, Float64Array.from(outputs), Float64Array.from(targets), gradient, 2, given);
      return [mean, ...gradient];
    }),
  );
  expect(actual.length).toBe(expected.length);
  for (const [i, values] of actual.entries()) expectClose(values, expected[i]!, 1e-10, 1e-300);
});

test("an error of NaN stays one, in loss and gradient", () => {
  for (const { loss } of LOSSES) {
    const gradient = new Float64Array(2);
    expect(evaluateLoss(loss, Float64Array.of(NaN, 1), Float64Array.of(0, 0), gradient, 2)).toBeNaN();
    expect(gradient[0]).toBeNaN();
    expect(gradient[1]).not.toBeNaN();
  }
});

describe.each(["mae", "huber"] as const)("a run with the loss %s", (loss) => {
  const file = {
    task: { kind: "adding", sequences: 12, length: 6 },
    model: { cell: "lstm", hiddenSize: 5 },
    training: { loss, delta: 0.4, iterations: 30, optimizer: { kind: "adam", learningRate: 0.01 } },
  } as const;

  test("has gradients in float32 that are those of float64", () => {
    const [exact, single] = (["float64", "float32"] as const).map((engine) => {
      const trainer = createTrainer({ ...experimentOf(file), engine }, { kernel: createWasmNetwork });
      const { loss: value, gradients } = trainer.captureStep();
      return [value, ...gradients.flatMap(({ values }) => Array.from(values))];
    });
    expectClose(single!, exact!, 1e-5, 1e-6);
  });

  test("lowers it, and has the slope of its differences", () => {
    const trainer = createTrainer({ ...experimentOf(file), engine: "float64" });
    const first = trainer.lossAt(trainer.parameters());
    const parameters = trainer.parameters();
    const gradient = trainer.gradientAt(parameters);
    const numeric = gradient.map((_, i) => {
      const [up, down] = [1e-6, -1e-6].map((step) => {
        const moved = parameters.slice();
        moved[i] = moved[i]! + step;
        return trainer.lossAt(moved);
      });
      return (up! - down!) / 2e-6;
    });
    expectClose(numeric, gradient, 1e-6, 1e-8);
    while (trainer.step(null) === "running");
    expect(trainer.metrics.loss).toBeLessThan(0.6 * first);
  });
});

describe("the best constant", () => {
  // Targets as they are: of a table they would be standardized.
  const data = [0, 1, 2, 3, 100].map((target) => JSON.stringify({ inputs: [[0]], targets: [target] })).join("\n");
  const parts = { format: "jsonl", training: [{ name: "", bytes: new TextEncoder().encode(data) }], validation: null };
  const lossOf = (training: { loss: "mse" | "mae" | "huber"; delta?: number }): number => {
    const experiment = experimentOf({ task: { kind: "arrays", file: "a.jsonl" }, training });
    return lossesByName(experiment, parts as never)["best-constant"]!;
  };

  test("is the median for mae, so that one outlier does not move it", () => {
    expect(lossOf({ loss: "mae" })).toBeCloseTo((2 + 1 + 0 + 1 + 98) / 5, 12);
    expect(lossOf({ loss: "mse" })).toBeCloseTo([0, 1, 2, 3, 100].reduce((a, t) => a + (t - 21.2) ** 2, 0) / 5, 9);
  });

  test("for huber is Huber's estimate: the mean where all errors are small, near the median where few are", () => {
    // The errors but the last are below 2: Σ (c - t) over them is the 2 that the outlier pulls with, so c = 2.
    const errors = [0, 1, 2, 3].map((t) => 0.5 * (2 - t) ** 2);
    expect(lossOf({ loss: "huber", delta: 2 })).toBeCloseTo((errors.reduce((a, b) => a + b) + 2 * (98 - 1)) / 5, 9);
    expect(lossOf({ loss: "huber", delta: 1e6 })).toBeCloseTo(lossOf({ loss: "mse" }) / 2, 9);
  });
});

test("the best memoryless answer is left out where it is the best for squares only", () => {
  const sine = (loss: "mse" | "mae", noise: number) =>
    lossesByName(experimentOf({ task: { kind: "sine", noise }, training: { loss } })).memoryless;
  expect([sine("mse", 0.2), sine("mae", 0), sine("mae", 0.2)].map((loss) => loss === undefined)).toEqual([
    false,
    false,
    true,
  ]);
});
