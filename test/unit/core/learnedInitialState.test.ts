/** Learned initial states: their gradient by differences, beside PyTorch and in both engines, and their views. */
import { spawnSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { reportTensors, spectrumOf } from "../../../src/core/analysis/weightReport";
import { initialStateNames, type CellName } from "../../../src/shared/trace/cells";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { finishWork } from "../../../src/lib/slicedTask";
import { versionOf } from "../python";
import { expectClose, experimentOf, latestSnapshot } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");
const CELLS: readonly CellName[] = ["linear", "rnn", "lstm", "gru", "mingru", "minlstm", "lru", "rglru", "slstm"];

/** The gradient of the input gate's bias of slstm is rounding alone, which Adam would scale to a whole step. */
const WITHOUT_SCALING = { training: { iterations: 30, optimizer: { kind: "sgd", learningRate: 0.1 } } };

function fileOf(cell: CellName, changes: object = {}): Experiment {
  return experimentOf({
    task: { kind: "adding", sequences: 12, length: 6 },
    model: {
      cell,
      hiddenSize: 5,
      numLayers: 2,
      learnedInitialState: true,
      init: { scheme: "pytorch", values: initialValues(cell) },
    },
    training: { iterations: 30, optimizer: { kind: "adam", learningRate: 0.01 } },
    ...changes,
  });
}

function trainerOf(cell: CellName, changes: object = {}, engine: "float64" | "float32" = "float64"): Trainer {
  return createTrainer({ ...fileOf(cell, changes), engine }, { kernel: createWasmNetwork });
}

/** Away from zero, so that everything has a gradient. */
function initialValues(cell: CellName): Record<string, number[]> {
  const names = initialStateNames(cell);
  const values = (at: number): number[] => Array.from({ length: 5 }, (_, j) => Math.sin(at + j) / 2);
  return Object.fromEntries(names.flatMap((name, k) => [0, 1].map((l) => [`${name}_l${l}`, values(3 * k + l)])));
}

describe.each(CELLS)("of the %s cell", (cell) => {
  const names = Object.keys(initialValues(cell)).toSorted();

  test("they have plain names, start at zero, and leave the other weights as they are without them", () => {
    const model = { cell, hiddenSize: 5, numLayers: 2, init: { scheme: "pytorch" } } as const;
    const [plain, learned] = [false, true].map((learnedInitialState) =>
      trainerOf(cell, { model: { ...model, learnedInitialState } }).parameterTensors(),
    );
    const others = learned!.filter(({ name }) => !names.includes(name));
    expect(
      learned!
        .filter(({ name }) => names.includes(name))
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names);
    expect(others).toEqual(plain);
    for (const { shape, values } of learned!.filter(({ name }) => names.includes(name)))
      expect([shape, [...values]]).toEqual([[5], [0, 0, 0, 0, 0]]);
  });

  test.each([0, 2])("their gradient is that of finite differences, pieces of %d", (truncate) => {
    const trainer = trainerOf(cell, { training: { truncate } });
    const report = checkGradients(trainer);
    const own = report.tensors.filter(({ name }) => names.includes(name));
    expect(own.map(({ name }) => name).toSorted()).toEqual(names);
    for (const { maxRelativeError } of own) expect(maxRelativeError).toBeLessThan(1e-6);
  });

  test("float32 has the outputs and gradients of float64, and after ten updates its parameters", () => {
    const [exact, single] = (["float64", "float32"] as const).map((engine) => {
      const trainer = trainerOf(cell, cell === "slstm" ? WITHOUT_SCALING : {}, engine);
      const { output, gradients } = trainer.captureStep();
      const first = [...output.values, ...gradients.flatMap(({ values }) => Array.from(values))];
      for (let k = 0; k < 10; k++) trainer.step(null);
      return { first, parameters: trainer.parameters() };
    });
    expectClose(single!.first, exact!.first, 1e-5, 1e-6);
    expectClose(single!.parameters, exact!.parameters, 1e-3, 1e-4);
  });
});

const PYTORCH = `
import json, sys, torch
from torch import nn
torch.set_default_dtype(torch.float64)
results = []
for case in json.load(sys.stdin):
    kind = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[case["cell"]]
    cell, readout = kind(2, 5, 2, batch_first=True), nn.Linear(5, 1)
    named = {**dict(cell.named_parameters()), **{f"readout.{n}": p for n, p in readout.named_parameters()}}
    parts = ["h0", "c0"] if case["cell"] == "lstm" else ["h0"]
    for part in parts:
        for layer in range(2):
            named[f"{part}_l{layer}"] = nn.Parameter(torch.zeros(5))
    with torch.no_grad():
        for name, values in case["parameters"].items():
            named[name].copy_(torch.tensor(values, dtype=torch.float64).reshape(named[name].shape))
    x = torch.tensor(case["input"], dtype=torch.float64).reshape(12, 6, 2)
    learned = [torch.stack([named[f"{part}_l{layer}"] for layer in range(2)]) for part in parts]
    states = [state[:, None].expand(-1, 12, -1).contiguous() for state in learned]
    h, _ = cell(x, tuple(states) if len(states) == 2 else states[0])
    loss = nn.functional.mse_loss(readout(h[:, -1])[:, 0], torch.tensor(case["target"], dtype=torch.float64))
    loss.backward()
    results.append([loss.item(), {name: p.grad.flatten().tolist() for name, p in named.items()}])
print(json.dumps(results))
`;

test.skipIf(torch.missing !== null)(`have the gradients of PyTorch ${versionOf(torch)}`, () => {
  const trainers = (["rnn", "gru", "lstm"] as const).map((cell) => trainerOf(cell));
  const cases = trainers.map((trainer) => {
    const { input, target, parameters } = trainer.captureStep();
    return {
      cell: trainer.spec.cell,
      input: [...input.values],
      target: [...target.values],
      parameters: Object.fromEntries(parameters.map(({ name, values }) => [name, [...values]])),
    };
  });
  const { status, stdout, stderr } = spawnSync(torch.python, ["-c", PYTORCH], { input: JSON.stringify(cases) });
  expect([status, String(stderr)]).toEqual([0, ""]);
  const expected = JSON.parse(String(stdout)) as [number, Record<string, number[]>][];
  for (const [i, trainer] of trainers.entries()) {
    const { loss, gradients } = trainer.captureStep();
    expectClose([loss], [expected[i]![0]], 1e-10);
    expect(gradients.length).toBe(Object.keys(expected[i]![1]).length);
    for (const { name, values } of gradients) expectClose(values, expected[i]![1][name]!, 1e-10, 1e-14);
  }
});

test("the weight view and the eigenvalues take them in", () => {
  const trainer = trainerOf("lstm");
  trainer.step(null);
  const snapshot = latestSnapshot(fileOf("lstm"), trainer);
  const reports = finishWork(reportTensors(snapshot));
  expect(reports.find(({ name }) => name === "c0_l1")).toMatchObject({ rows: 5, columns: 1, shape: [5] });
  expect(finishWork(spectrumOf(snapshot, 1)).of).toBe("meanJacobian");
});
