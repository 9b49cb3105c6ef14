import { spawnSync } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import type { RunSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { GradientOfSequences } from "../../../../src/core/dynamics/meanGradient";
import { analyzeSharpness, gradientNoise, stabilityThreshold } from "../../../../src/core/dynamics/sharpness";
import { symmetricEigen } from "../../../../src/core/numerics/symmetricEigen";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { versionOf } from "../../python";
import { experimentOf, expectClose, latestSnapshot } from "../support";
import { unheard } from "./maps";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

function snapshotOf60(): RunSnapshot {
  const experiment = experimentOf({
    task: { kind: "copy", sequences: 40, symbols: 2, length: 1, delay: 2 },
    model: { cell: "rnn", hiddenSize: 5, bias: false },
    training: { optimizer: { kind: "sgd", learningRate: 0.1 }, batchSize: 8, iterations: 20 },
    engine: "float64",
  });
  const trainer = createTrainer(experiment);
  for (let i = 0; i < 10; i++) trainer.step(null);
  return latestSnapshot(experiment, trainer);
}

const snapshot = snapshotOf60();

const HESSIAN = `
import json, sys, torch
torch.set_default_dtype(torch.float64)
given = json.load(sys.stdin)
inputs = torch.tensor(given["inputs"]).double().reshape(given["inputShape"])
targets = torch.tensor(given["targets"]).long()
flat = torch.tensor(given["parameters"])
def loss(p):
    at, w = 0, {}
    for name, shape in given["layout"]:
        size = 1
        for axis in shape: size *= axis
        w[name] = p[at:at + size].reshape(shape)
        at += size
    h = torch.zeros(inputs.shape[0], w["weight_hh_l0"].shape[0])
    out = []
    for t in range(inputs.shape[1]):
        h = torch.tanh(inputs[:, t] @ w["weight_ih_l0"].T + h @ w["weight_hh_l0"].T)
        out.append(h @ w["readout.weight"].T)
    y = torch.stack(out, 1)
    return torch.nn.functional.cross_entropy(y.reshape(-1, y.shape[-1]), targets, reduction="none").reshape(-1)
weights = torch.tensor(given["weights"]).double() if given["weights"] else None
def mean(p):
    each = loss(p)
    return each.mean() if weights is None else (each * weights).sum() / weights.sum()
hessian = torch.autograd.functional.hessian(mean, flat)
print(json.dumps({"loss": mean(flat).item(), "values": torch.linalg.eigvalsh(hessian).flip(0).tolist()}))
`;

describe("sharpness", () => {
  const found = finishWork(analyzeSharpness(snapshot, unheard));

  it.skipIf(torch.missing !== null)(
    `is that of the full Hessian of PyTorch ${versionOf(torch)} of a network of 60 parameters, within 1e-6`,
    () => {
      const { dataset, layout, parameterCount } = snapshot.trainer;
      expect(parameterCount).toBe(60);
      const batch = createBatch(dataset, dataset.trainingSequences);
      for (let n = 0; n < batch.size; n++) fillRow(dataset, n, batch, n);
      const { stdout, stderr } = spawnSync(torch.python, ["-c", HESSIAN], {
        encoding: "utf8",
        input: JSON.stringify({
          inputs: [...batch.inputs],
          inputShape: [batch.size, dataset.timeSteps, dataset.inputSize],
          targets: [...batch.targets],
          weights: batch.weights === null ? null : [...batch.weights],
          parameters: [...snapshot.parameters],
          layout: layout.map(({ name, shape }) => [name, shape]),
        }),
      });
      expect(stderr).toBe("");
      const { loss, values } = JSON.parse(stdout) as { loss: number; values: number[] };
      expectClose([found.loss], [loss], 1e-12);
      expectClose(found.eigenvalues, values.slice(0, 5), 1e-6);
    },
  );

  it("is that of the full Hessian by differences of the gradient", () => {
    const { parameters, trainer } = snapshot;
    const n = trainer.parameterCount;
    const all = Array.from({ length: trainer.dataset.trainingSequences }, (_, i) => i);
    const gradient = new GradientOfSequences(snapshot);
    const slopeAt = (j: number, by: number) =>
      finishWork(gradient.at(parameters.with(j, parameters[j]! + by), all)).gradient;
    const hessian = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      const [ahead, behind] = [slopeAt(j, 1e-5), slopeAt(j, -1e-5)];
      for (let i = 0; i < n; i++) hessian[i * n + j] = (ahead[i]! - behind[i]!) / 2e-5;
    }
    expectClose(found.eigenvalues, symmetricEigen(hessian, n).values.slice(0, 5), 1e-6);
    expect(found.sequences).toBe(trainer.dataset.trainingSequences);
  });

  it("the threshold is 2 / learning rate, more with momentum, and none where each parameter is scaled", () => {
    expect(found.threshold).toBe(20);
    expect(stabilityThreshold({ kind: "momentum", learningRate: 0.1, momentum: 0.9, weightDecay: 0 })).toBeCloseTo(38);
    expect(stabilityThreshold({ kind: "nesterov", learningRate: 0.1, momentum: 0.9, weightDecay: 0 })).toBeCloseTo(
      3.8 / 0.28,
    );
    const { optimizer } = experimentOf({ training: { optimizer: { kind: "adam" } } }).training;
    expect(stabilityThreshold(optimizer)).toBeNull();
  });
});

describe("the gradient noise scale", () => {
  it("is near that of the gradients of all sequences, one by one", () => {
    const gradient = new GradientOfSequences(snapshot);
    const { trainingSequences: N } = snapshot.trainer.dataset;
    const each = Array.from({ length: N }, (_, i) => finishWork(gradient.at(snapshot.parameters, [i])).gradient);
    const mean = each[0]!.map((_, p) => each.reduce((sum, g) => sum + g[p]! / N, 0));
    const squared = mean.reduce((sum, value) => sum + value * value, 0);
    const variance = each.reduce((sum, g) => sum + g.reduce((s, v, p) => s + (v - mean[p]!) ** 2, 0) / N, 0);
    const found = finishWork(gradientNoise(snapshot, gradient, unheard));
    expect([found.batches, found.batchSize]).toEqual([32, 8]);
    // The standard error of a variance from 32 batches is a quarter of it.
    expect(found.gradientVariance / variance).toBeGreaterThan(0.6);
    expect(found.gradientVariance / variance).toBeLessThan(1.6);
    expect(Math.abs(found.gradientSquared - squared)).toBeLessThan((2 * variance) / 32);
    expect(found.noiseScale).toBe(found.gradientSquared > 0 ? found.gradientVariance / found.gradientSquared : null);
  });
});
