/** Sequences of different lengths, padded: `length: [1, 50]`. */
import { spawnSync } from "node:child_process";
import { describe, expect, it, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { dataFacts } from "../../../../src/core/analysis/dataFacts";
import { baselinesOf } from "../../../../src/core/analysis/baselines/baselines";
import { evaluateAtLength } from "../../../../src/core/analysis/evaluateAtLength";
import { SequenceInspector } from "../../../../src/core/analysis/inspectSequence";
import { createSnapshot } from "../../../../src/core/analysis/runSnapshot";
import { predictSequences } from "../../../../src/core/analysis/predictSequences";
import { createRandom } from "../../../../src/core/numerics/random";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import { targetWidth } from "../../../../src/core/tasks/task";
import { evaluateLoss } from "../../../../src/core/network/losses";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { finishWork } from "../../../../src/lib/slicedTask";
import { vectorColumn } from "../../../../src/shared/trace/trace";
import { experimentOf, run } from "../support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

const TASKS = [
  { kind: "parity", length: [1, 9] },
  { kind: "count-ones", length: [2, 7] },
  { kind: "adding", length: [2, 12] },
  { kind: "temporal-order", length: [10, 17] },
  { kind: "sine", length: [3, 8] },
] as const;

const fileOf = (task: (typeof TASKS)[number], readout: "auto" | "every" = "auto", cell: "lstm" | "gru" = "lstm") =>
  experimentOf({
    engine: "float64",
    task: { ...task, sequences: 40 },
    model: { cell, hiddenSize: 5, numLayers: 2, readout },
    training: { iterations: 3, optimizer: { kind: "adam", learningRate: 0.01 } },
  });

describe.each(TASKS)("$kind of lengths $length", (task) => {
  const { dataset } = createTrainer(fileOf(task));
  const { timeSteps: T, inputSize: I, lengths } = dataset;

  it("has each length, drawn from the seed, and zeros after the end", () => {
    const [least, most] = task.length;
    expect([Math.min(...lengths!), Math.max(...lengths!), T]).toEqual([least, most, most]);
    const batch = createBatch(dataset, 1);
    for (let n = 0; n < dataset.sequences; n++) {
      fillRow(dataset, n, batch, 0);
      expect(batch.inputs.subarray(lengths![n]! * I).every((value) => value === 0)).toBe(true);
      const weights = Array.from({ length: T }, (_, t) => dataset.weights!.at(n, t));
      const isAtEnd = dataset.answersOnce === true;
      expect(weights).toEqual(weights.map((_, t) => Number(isAtEnd ? t === lengths![n]! - 1 : t < lengths![n]!)));
    }
    expect(createTrainer(fileOf(task)).dataset.lengths).toEqual(lengths);
    expect(createTrainer({ ...fileOf(task), seed: 2 }).dataset.lengths).not.toEqual(lengths);
  });

  it.each(["float64", "float32"] as const)("has the loss and gradient that it has without padding, in %s", (engine) => {
    for (const readout of task.kind === "parity" || task.kind === "sine"
      ? (["auto", "every"] as const)
      : (["auto"] as const)) {
      const experiment = { ...fileOf(task, readout), engine };
      const trainer = createTrainer(experiment, { kernel: createWasmNetwork });
      const { loss, gradient } = withoutPadding(trainer);
      const step = trainer.captureStep();
      const limit = engine === "float64" ? 1e-12 : 2e-6;
      expect(Math.abs(step.loss - loss)).toBeLessThan(limit);
      const padded = step.gradients.flatMap(({ values }) => Array.from(values));
      expect(Math.max(...padded.map((value, i) => Math.abs(value - gradient[i]!)))).toBeLessThan(limit);
    }
  });
});

/** Loss and gradient over all sequences, each by itself and as long as it is. */
function withoutPadding(trainer: Trainer): { readonly loss: number; readonly gradient: Float64Array } {
  const { dataset, spec, loss: kind } = trainer;
  const { input, target } = trainer.captureStep();
  const [T, I, W, O] = [dataset.timeSteps, dataset.inputSize, targetWidth(dataset), dataset.outputSize];
  const network = trainer.cloneNetwork({ batch: 1, timeSteps: T });
  network.zeroGradients();
  const lengths = Array.from(dataset.lengths!);
  const total = dataset.answersOnce === true ? lengths.length : lengths.reduce((a, b) => a + b, 0);
  let loss = 0;
  for (const [b, L] of lengths.entries()) {
    const outputs = network.forward(input.values.slice(b * T * I, (b * T + L) * I), 1, L, null);
    const gradient = new Float64Array(L * O);
    const first = dataset.answersOnce === true ? L - 1 : 0;
    const share = (L - first) / total;
    const own = gradient.subarray(first * O);
    const targets = target.values.slice((b * T + first) * W, (b * T + L) * W);
    loss += evaluateLoss(kind, outputs.slice(first * O), targets, own, O) * share;
    network.backward(gradient.map((value) => value * share));
  }
  const gradient = new Float64Array(trainer.parameterCount);
  network.readGradients(gradient);
  expect(spec.readout).toBe("every");
  return { loss, gradient };
}

const PACKED = `
import json, sys, torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
torch.set_default_dtype(torch.float64)
case = json.load(sys.stdin)
cell = getattr(nn, case["cell"])(case["inputSize"], case["hiddenSize"], 2, batch_first=True)
readout = nn.Linear(case["hiddenSize"], case["outputSize"])
tensors = {f"cell.{n}": p for n, p in cell.named_parameters()}
tensors.update({f"readout.{n}": p for n, p in readout.named_parameters()})
with torch.no_grad():
    for name, values in case["parameters"].items():
        parameter = tensors[name if name.startswith("readout") else "cell." + name]
        parameter.copy_(torch.tensor(values).reshape(parameter.shape))
lengths = torch.tensor(case["lengths"])
inputs = torch.tensor(case["inputs"], dtype=torch.float64).reshape(len(lengths), -1, case["inputSize"])
states, (h, _) = cell(pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False))
if case["last"]:
    outputs = readout(h[-1])
else:
    outputs = readout(pad_packed_sequence(states, batch_first=True)[0])
targets = torch.tensor(case["targets"], dtype=torch.float64)
if case["last"]:
    loss = nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], targets)
else:
    present = torch.arange(outputs.shape[1])[None] < lengths[:, None]
    targets = targets.reshape(len(lengths), -1)
    loss = nn.functional.binary_cross_entropy_with_logits(outputs[..., 0][present], targets[present])
loss.backward()
print(json.dumps([loss.item(), {name.removeprefix("cell."): p.grad.flatten().tolist() for name, p in tensors.items()}]))
`;

test.skipIf(torch.missing !== null).each(["auto", "every"] as const)(
  "loss and gradient are those of PyTorch's packed sequences, read-out %s",
  (readout) => {
    for (const engine of ["float64", "float32"] as const) {
      const trainer = createTrainer({ ...fileOf(TASKS[0], readout), engine }, { kernel: createWasmNetwork });
      const { dataset, spec } = trainer;
      const step = trainer.captureStep();
      const last = readout === "auto";
      const lengths = Array.from(dataset.lengths!);
      const targets = lengths.flatMap((length, n) =>
        last
          ? [dataset.targets.at(n, length - 1)]
          : Array.from({ length: dataset.timeSteps }, (_, t) => dataset.targets.at(n, t)),
      );
      const { stdout, stderr } = spawnSync(torch.python, ["-c", PACKED], {
        encoding: "utf8",
        input: JSON.stringify({
          cell: "LSTM",
          inputSize: spec.inputSize,
          hiddenSize: spec.hiddenSize,
          outputSize: spec.outputSize,
          parameters: Object.fromEntries(step.parameters.map(({ name, values }) => [name, Array.from(values)])),
          lengths,
          last,
          inputs: Array.from(step.input.values),
          targets,
        }),
      });
      expect(stderr).toBe("");
      const [loss, gradients] = JSON.parse(stdout) as [number, Record<string, number[]>];
      const limit = engine === "float64" ? 1e-10 : 2e-6;
      expect(Math.abs(step.loss - loss)).toBeLessThan(limit);
      for (const { name, values } of step.gradients)
        for (const [i, value] of values.entries()) expect(Math.abs(value - gradients[name]![i]!)).toBeLessThan(limit);
    }
  },
);

test("parity over lengths from 1 to 20 is learned at the longest, by mixed lengths", () => {
  const experiment = experimentOf({
    engine: "float32",
    task: { kind: "parity", sequences: 3000, length: [1, 20] },
    model: { cell: "lstm", hiddenSize: 10 },
    training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 64, iterations: 1200 },
    trace: { every: 400 },
  });
  const { trainer } = run(experiment, { kernel: createWasmNetwork });
  expect(trainer.metrics.accuracy).toBe(1);
  expect(evaluateAtLength(trainer, experiment, 20).accuracy).toBe(1);
});

describe("nothing is said of the padding", () => {
  const experiment = { ...fileOf(TASKS[0], "every"), trace: { every: 1, sequence: 3 } };
  const recorded = run(experiment);
  const { trainer } = recorded;
  const { dataset } = trainer;
  const length = dataset.lengths![3]!;

  it("by the accuracy, which is that of the steps that are data", () => {
    const network = trainer.cloneNetwork();
    let right = 0;
    let exact = 0;
    let steps = 0;
    const batch = createBatch(dataset, 1);
    for (let n = 0; n < dataset.sequences; n++) {
      fillRow(dataset, n, batch, 0);
      const outputs = network.forward(batch.inputs, 1, dataset.timeSteps, null);
      const L = dataset.lengths![n]!;
      const correct = Array.from({ length: L }, (_, t) => outputs[t]! > 0 === dataset.targets.at(n, t) > 0.5);
      right += correct.filter(Boolean).length;
      exact += Number(correct.every(Boolean));
      steps += L;
    }
    expect(trainer.metrics.accuracy).toBeCloseTo(right / steps, 12);
    expect(trainer.metrics.exactAccuracy).toBeCloseTo(exact / dataset.sequences, 12);
  });

  it("by the inspected sequence, in the trace and by itself", () => {
    const steps = (dataset.timeSteps + 1) * 5;
    expect(length).toBeLessThan(dataset.timeSteps);
    const states = recorded.column(vectorColumn.state(1)).subarray(0, steps);
    expect(states.findIndex(Number.isNaN)).toBe((length + 1) * 5);
    expect(states.subarray((length + 1) * 5).every(Number.isNaN)).toBe(true);
    expect(trainer.inspected.target).toHaveLength(length);
    const inspection = new SequenceInspector(trainer, experiment).inspect(3, trainer.parameters());
    expect(inspection).toMatchObject({ timeSteps: length });
  });

  it("by predictions, baselines and facts about the data", () => {
    const snapshot = createSnapshot(experiment, trainer, { iteration: 3, parameters: trainer.parameters() });
    const predictions = finishWork(predictSequences(snapshot, "training"));
    const { steps } = predictions;
    for (let n = 0; n < predictions.sequences; n++)
      expect(predictions.outputs.subarray(n * steps, (n + 1) * steps).findIndex(Number.isNaN)).toBe(
        dataset.lengths![n]! < steps ? dataset.lengths![n]! : -1,
      );
    const baselines = finishWork(baselinesOf({ dataset, loss: trainer.loss, experiment }));
    // Half a bit less than ln 2 at each first step, which is the bit itself; ln 2 at every other.
    const total = dataset.lengths!.reduce((sum, one) => sum + one, 0);
    const memoryless = baselines.find(({ name }) => name === "memoryless")!.loss;
    expect(memoryless).toBeCloseTo((Math.LN2 * (total - dataset.sequences)) / total, 12);
    expect(finishWork(dataFacts(dataset, trainer.loss)).padding.most).toBeLessThanOrEqual(dataset.timeSteps);
  });
});

it("a range of one length is that length, and its bits are those of the sequences one by one", () => {
  const of = (length: unknown) =>
    createDataset(
      experimentOf({ task: { kind: "count-ones", sequences: 1, length } }).task,
      "last",
      0,
      createRandom(4),
      null,
    );
  const { dataset } = of([6, 6]);
  expect([dataset.timeSteps, dataset.outputSteps, dataset.lengths![0]]).toEqual([6, 6, 6]);
  expect(dataset.targets.at(0, 5)).toBe(
    Array.from({ length: 6 }, (_, t) => dataset.inputs.at(0, t)).reduce((a, b) => a + b),
  );
});

test.each([
  [{ kind: "parity", length: [9, 3] }, {}, /from 9 to 3: the first number must not be above the second/],
  [{ kind: "count-ones", length: [3, 9] }, { readout: "state", hiddenSize: 1 }, /need a read-out of their own/],
] as const)("%j is refused", (task, model, message) => {
  expect(() => createTrainer(experimentOf({ task, model }))).toThrow(message);
});
