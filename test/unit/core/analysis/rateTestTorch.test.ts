/** The learning-rate range test beside a loop in PyTorch that is written out. */
import { spawnSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { RateTestRun } from "../../../../src/core/analysis/rateTest";
import type { NamedTensor } from "../../../../src/core/numerics/tensor";
import { createTrainer } from "../../../../src/core/training/trainer";
import { versionOf } from "../../python";
import { expectClose, experimentOf } from "../support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

const PYTORCH = `
import json, sys, torch
torch.set_default_dtype(torch.float64)
given = json.load(sys.stdin)
tensor = lambda t: torch.tensor(t["values"]).reshape(t["shape"])
lstm, readout = torch.nn.LSTM(2, 6, batch_first=True), torch.nn.Linear(6, 1)
weights = {name: tensor(value) for name, value in given["weights"].items()}
lstm.load_state_dict({name: weights[name] for name in lstm.state_dict()})
readout.load_state_dict({"weight": weights["readout.weight"], "bias": weights["readout.bias"]})
parameters = [*lstm.parameters(), *readout.parameters()]
optimizer = {
    "adam": lambda: torch.optim.Adam(parameters),
    "momentum": lambda: torch.optim.SGD(parameters, 1, momentum=0.9),
}[given["optimizer"]]()
losses, smoothed, mean, best, stopped = [], [], 0.0, float("inf"), False
for k, batch in enumerate(given["batches"]):
    loss = torch.nn.functional.mse_loss(readout(lstm(tensor(batch["input"]))[0][:, -1]), tensor(batch["target"]))
    losses.append(loss.item())
    mean = 0.9 * mean + 0.1 * loss.item()
    smoothed.append(mean / (1 - 0.9 ** (k + 1)))
    if k > 0 and not smoothed[-1] <= 4 * best:
        stopped = True
        break
    best = min(best, smoothed[-1])
    optimizer.param_groups[0]["lr"] = 1e-6 * (10 / 1e-6) ** (k / 59)
    optimizer.zero_grad()
    loss.backward()
    # As clip_grad_norm_, but that adds 1e-6 to the norm.
    norm = torch.sqrt(sum((p.grad ** 2).sum() for p in parameters))
    for p in parameters:
        p.grad *= min(1.0, given["clip"] / norm.item())
    optimizer.step()
print(json.dumps({"losses": losses, "smoothed": smoothed, "stopped": stopped}))
`;

test.skipIf(torch.missing !== null).each([
  { kind: "adam", clip: 0.5, stops: false },
  { kind: "momentum", clip: 100, stops: true },
] as const)(
  `has the losses of PyTorch ${versionOf(torch)} with $kind at the same rates from the same start, and stops with it`,
  ({ kind, clip, stops }) => {
    const experiment = experimentOf({
      task: { kind: "adding", sequences: 60, length: 8 },
      model: { cell: "lstm", hiddenSize: 6 },
      training: { batchSize: 20, optimizer: { kind, learningRate: 0.3 }, clip: { norm: clip } },
    });
    const run = new RateTestRun(experiment, {}, { from: 1e-6, to: 10, updates: 60 });
    while (run.advance());
    const ours = run.result();
    // The batches of a run do not depend on its weights.
    const trainer = createTrainer({ ...experiment, training: { ...experiment.training, iterations: 61 } });
    const plain = ({ shape, values }: NamedTensor) => ({ shape, values: [...values] });
    const weights = Object.fromEntries(trainer.parameterTensors().map((tensor) => [tensor.name, plain(tensor)]));
    const batches = Array.from({ length: 61 }, () => {
      const { input, target } = trainer.captureStep();
      trainer.step(null);
      return { input: plain(input), target: plain(target) };
    });
    const input = JSON.stringify({ optimizer: kind, clip, weights, batches });
    const { status, stdout, stderr } = spawnSync(torch.python, ["-c", PYTORCH], { input });
    expect([status, String(stderr)]).toEqual([0, ""]);
    const theirs = JSON.parse(String(stdout)) as { losses: number[]; smoothed: number[]; stopped: boolean };
    expectClose([ours.initialLoss, ...ours.losses], theirs.losses, 1e-9, 1e-12);
    expectClose([ours.initialLoss, ...ours.smoothed], theirs.smoothed, 1e-9, 1e-12);
    expect([ours.stoppedAt !== null, theirs.stopped]).toEqual([stops, stops]);
  },
);
