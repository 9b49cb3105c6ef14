/** `training.classWeights` against PyTorch's `weight` and `pos_weight`, in both engines. */
import { spawnSync } from "node:child_process";
import { describe, expect, it, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import type { ArrayFiles } from "../../../../src/config/facts/dataFiles";
import { baselinesOf } from "../../../../src/core/analysis/baselines/baselines";
import { createRandom } from "../../../../src/core/numerics/random";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { finishWork } from "../../../../src/lib/slicedTask";
import { bytesOf, npyBytes } from "../../formats/npyBytes";
import { experimentOf } from "../support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");
const [N, T, I] = [10, 4, 2];
const random = createRandom(8);
const draw = (count: number, of: () => number) => Array.from({ length: count }, of);
const INPUTS = draw(N * T * I, () => random.double() * 2 - 1);
/** Class 0 and the bit 1 are rare. */
const CLASSES = draw(N * T, () => (random.double() < 0.15 ? 0 : 1 + Math.floor(random.double() * 2)));
const BITS = draw(N * T * 2, () => Number(random.double() < 0.2));
/** Every sequence has a step that counts. */
const MASK = draw(N * T, () => Number(random.double() < 0.7)).map((bit, i) => (i % T === T - 1 ? 1 : bit));

const array = (shape: readonly number[], values: readonly number[]) =>
  npyBytes("'<f8'", `(${shape.join(",")},)`, bytesOf(Float64Array.from(values)));

function trainerOf(
  targetKind: "classes" | "bits",
  classWeights: unknown,
  { engine = "float64", masked = false }: { engine?: "float64" | "float32"; masked?: boolean } = {},
) {
  const targets = targetKind === "classes" ? array([N, T], CLASSES) : array([N, T, 2], BITS);
  const data: ArrayFiles = {
    format: "npz",
    training: [
      { name: "inputs", bytes: array([N, T, I], INPUTS) },
      { name: "targets", bytes: targets },
      { name: "mask", bytes: array([N, T], MASK) },
    ],
    validation: null,
  };
  const experiment = experimentOf({
    engine,
    task: { kind: "arrays", file: "d.npz", targetKind, mask: masked ? "mask" : "" },
    model: { cell: "lstm", hiddenSize: 4, readout: "every" },
    training: { iterations: 3, classWeights: classWeights as "balanced" },
  });
  return {
    experiment,
    trainer: createTrainer(experiment, { files: { data, weights: null }, kernel: createWasmNetwork }),
  };
}

const ORACLE = `
import json, sys, torch
from torch import nn
torch.set_default_dtype(torch.float64)

def answer(case):
    cell = nn.LSTM(${I}, 4, batch_first=True)
    readout = nn.Linear(4, case["outputSize"])
    tensors = {n: p for n, p in cell.named_parameters()}
    tensors.update({f"readout.{n}": p for n, p in readout.named_parameters()})
    with torch.no_grad():
        for name, values in case["parameters"].items():
            tensors[name].copy_(torch.tensor(values).reshape(tensors[name].shape))
    outputs = readout(cell(torch.tensor(case["inputs"]).reshape(${N}, ${T}, ${I}))[0])
    counted = torch.tensor(case["mask"]).reshape(${N}, ${T}) == 1
    weights = torch.tensor(case["weights"], dtype=torch.float64)
    if case["kind"] == "classes":
        targets = torch.tensor(case["targets"]).reshape(${N}, ${T})
        loss = nn.CrossEntropyLoss(weight=weights)(outputs[counted], targets[counted].long())
    else:
        targets = torch.tensor(case["targets"], dtype=torch.float64).reshape(${N}, ${T}, 2)
        loss = nn.BCEWithLogitsLoss(pos_weight=weights)(outputs[counted], targets[counted])
    loss.backward()
    return [loss.item(), {name: p.grad.flatten().tolist() for name, p in tensors.items()}]

print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
`;

const counts = (values: readonly number[], of: number) => values.filter((value) => value === of).length;
const bitsOf = (output: number) => BITS.filter((_, i) => i % 2 === output);
const BALANCED = {
  classes: [0, 1, 2].map((label) => (N * T) / (3 * counts(CLASSES, label))),
  bits: [0, 1].map((output) => counts(bitsOf(output), 0) / counts(bitsOf(output), 1)),
};

test.skipIf(torch.missing !== null)("loss and gradient are those of PyTorch's weight and pos_weight", () => {
  const cases = (["classes", "bits"] as const).flatMap((kind) =>
    (["float64", "float32"] as const).flatMap((engine) =>
      [
        { given: kind === "classes" ? [3, 1, 0.25] : [4, 0.5], masked: false },
        { given: kind === "classes" ? [3, 1, 0.25] : [4, 0.5], masked: true },
        { given: "balanced", masked: false },
      ].map(({ given, masked }) => {
        const { trainer } = trainerOf(kind, given, { engine, masked });
        const step = trainer.captureStep();
        return {
          engine,
          step,
          question: {
            kind,
            outputSize: trainer.spec.outputSize,
            weights: given === "balanced" ? BALANCED[kind] : given,
            mask: masked ? MASK : MASK.map(() => 1),
            inputs: INPUTS,
            targets: kind === "classes" ? CLASSES : BITS,
            parameters: Object.fromEntries(step.parameters.map(({ name, values }) => [name, Array.from(values)])),
          },
        };
      }),
    ),
  );
  const { stdout, stderr } = spawnSync(torch.python, ["-c", ORACLE], {
    encoding: "utf8",
    input: JSON.stringify(cases.map(({ question }) => question)),
  });
  expect(stderr).toBe("");
  const answers = JSON.parse(stdout) as [number, Record<string, number[]>][];
  for (const [index, { engine, step }] of cases.entries()) {
    const [loss, gradients] = answers[index]!;
    const limit = engine === "float64" ? 1e-10 : 2e-6;
    expect(Math.abs(step.loss - loss)).toBeLessThan(limit);
    for (const { name, values } of step.gradients)
      for (const [i, value] of values.entries()) expect(Math.abs(value - gradients[name]![i]!)).toBeLessThan(limit);
  }
});

describe("class weights", () => {
  it("have the gradient of their loss, by central differences", () => {
    for (const [kind, weights] of [
      ["classes", [3, 1, 0.25]],
      ["bits", [4, 0.5]],
    ] as const) {
      const { trainer } = trainerOf(kind, weights, { masked: true });
      const at = trainer.parameters();
      const gradient = trainer.gradientAt(at);
      for (let i = 0; i < at.length; i += 7) {
        const shifted = (by: number) => trainer.lossAt(at.map((value, j) => (j === i ? value + by : value)));
        expect(gradient[i]).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 8);
      }
    }
  });

  it("of equal numbers change a cross-entropy by nothing, and accuracy counts every step alike", () => {
    const plain = trainerOf("classes", null).trainer;
    const equal = trainerOf("classes", [2, 2, 2]).trainer;
    const rare = trainerOf("classes", [100, 1, 1]).trainer;
    for (const { step } of [plain, equal, rare]) while (step(null) === "running");
    expect(equal.metrics.loss).toBeCloseTo(plain.metrics.loss, 12);
    const right = (trainer: typeof rare): number => {
      const { output, target } = trainer.captureStep();
      const answers = Array.from(target.values, (_, row) => {
        const logits = output.values.subarray(row * 3, row * 3 + 3);
        return logits.indexOf(Math.max(...logits));
      });
      return answers.filter((answer, row) => answer === target.values[row]).length / answers.length;
    };
    expect(rare.metrics.accuracy).toBeCloseTo(right(rare), 12);
  });

  it("are those of the training targets that count, and 1 for what does not occur", () => {
    const { dataset } = trainerOf("classes", "balanced", { masked: true }).trainer;
    const counted = CLASSES.filter((_, i) => MASK[i] === 1);
    const weights = copySequences(dataset.weights!, 0, N);
    for (const [i, label] of CLASSES.entries())
      expect(weights[i]).toBeCloseTo(MASK[i] === 1 ? counted.length / (3 * counts(counted, label)) : 0, 12);
    const experiment = experimentOf({
      task: { kind: "parity", sequences: 1, length: 1 },
      training: { classWeights: "balanced" },
    });
    expect(createTrainer(experiment).loss).toEqual({ kind: "bce-with-logits", positiveWeights: [1] });
  });

  it("have a best constant that no other constant beats", () => {
    for (const [kind, weights] of [
      ["classes", [3, 1, 0.25]],
      ["bits", [4, 0.5]],
    ] as const) {
      const { trainer, experiment } = trainerOf(kind, weights, { masked: true });
      const { dataset, loss } = trainer;
      const [best] = finishWork(baselinesOf({ dataset, loss, experiment }));
      const parameters = trainer.parameters().fill(0);
      const { offset } = trainer.layout.find(({ name }) => name === "readout.bias")!;
      const lossWith = (bias: readonly number[]): number => {
        parameters.set(bias, offset);
        return trainer.lossAt(parameters);
      };
      let lowest = Infinity;
      const size = dataset.outputSize;
      for (let tried = 0; tried < 3000; tried++)
        lowest = Math.min(lowest, lossWith(draw(size, () => random.double() * 6 - 3)));
      // Frequencies are smoothed, so the constant is a little above the very best.
      expect(best!.loss).toBeLessThan(lowest + 2e-3);
      expect(best!.loss).toBeGreaterThan(lowest - 5e-2);
    }
  });

  test.each([
    ["classes", [1, 2], /training\.classWeights has 2 numbers, but there are 3 classes/],
    ["bits", [1], /has 1 numbers, but a target has 2 bits/],
  ] as const)("of another number than there are %s are refused", (kind, weights, message) => {
    expect(() => trainerOf(kind, weights)).toThrow(
      expect.objectContaining({
        code: "misfit",
        path: ["training", "classWeights"],
        message: expect.stringMatching(message),
      }),
    );
  });

  it("are refused where nothing is told apart", () => {
    const experiment = experimentOf({ task: { kind: "sine" }, training: { classWeights: "balanced" } });
    expect(() => createTrainer(experiment)).toThrow(/classWeights requires the loss cross-entropy or bce-with-logits/);
  });
});
