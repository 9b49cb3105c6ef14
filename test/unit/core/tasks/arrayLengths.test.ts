/** Arrays whose sequences have different lengths, and masks: what does not count changes nothing. */
import { spawnSync } from "node:child_process";
import { describe, expect, it, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { countData } from "../../../../src/config/facts/dataCounts";
import type { ArrayFiles } from "../../../../src/config/facts/dataFiles";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { baselinesOf } from "../../../../src/core/analysis/baselines/baselines";
import { SequenceInspector } from "../../../../src/core/analysis/inspectSequence";
import { predictSequences } from "../../../../src/core/analysis/predictSequences";
import { createSnapshot } from "../../../../src/core/analysis/runSnapshot";
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
const [N, T, I] = [12, 9, 2];
const random = createRandom(3);
const LENGTHS = Array.from({ length: N }, () => 1 + Math.floor(random.double() * T));
const INPUTS = Array.from({ length: N * T * I }, () => random.double() * 2 - 1);
/** Some steps within a sequence do not count, its first and last ones may. */
const MASK = LENGTHS.flatMap((length) =>
  Array.from({ length: T }, (_, t) => Number(t < length && (t === length - 1 || random.double() < 0.6))),
);

type Kind = "values" | "bits" | "classes";
const KINDS = ["values", "bits", "classes"] as const;

function targetsOf(kind: Kind, count: number): number[] {
  return Array.from({ length: count }, () =>
    kind === "values" ? random.double() : Math.floor(random.double() * (kind === "bits" ? 2 : 3)),
  );
}

const array = (shape: readonly number[], values: readonly number[]) =>
  npyBytes("'<f8'", `(${shape.join(",")},)`, bytesOf(Float64Array.from(values)));

const npz = (arrays: Readonly<Record<string, Uint8Array>>): ArrayFiles => ({
  format: "npz",
  training: Object.entries(arrays).map(([name, bytes]) => ({ name, bytes })),
  validation: null,
});
const textFile = (format: "jsonl" | "ts", text: string, validation: string | null = null): ArrayFiles => ({
  format,
  training: [{ name: "", bytes: new TextEncoder().encode(text) }],
  validation: validation === null ? null : [{ name: "", bytes: new TextEncoder().encode(validation) }],
});

function trainerOf(
  data: ArrayFiles,
  task: Record<string, unknown>,
  { readout = "auto", engine = "float64", share = 0, cell = "lstm" }: Record<string, unknown> = {},
) {
  const experiment = experimentOf({
    engine: engine as "float64",
    task: { kind: "arrays", file: `d.${data.format}`, ...task },
    model: { cell: cell as "lstm", hiddenSize: 5, numLayers: 2, readout: readout as "auto" },
    training: { iterations: 3, validation: { share: share as number } },
  });
  return {
    experiment,
    trainer: createTrainer(experiment, { files: { data, weights: null }, kernel: createWasmNetwork }),
  };
}

/** Answers to any number of cases: starting Python takes far longer than all of them. */
const ORACLE = `
import json, sys, torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
torch.set_default_dtype(torch.float64)

def answer(case):
    cell = getattr(nn, case["cell"])(case["inputSize"], case["hiddenSize"], 2, batch_first=True)
    readout = nn.Linear(case["hiddenSize"], case["outputSize"])
    tensors = {n: p for n, p in cell.named_parameters()}
    tensors.update({f"readout.{n}": p for n, p in readout.named_parameters()})
    with torch.no_grad():
        for name, values in case["parameters"].items():
            tensors[name].copy_(torch.tensor(values).reshape(tensors[name].shape))
    lengths = torch.tensor(case["lengths"])
    inputs = torch.tensor(case["inputs"], dtype=torch.float64).reshape(len(lengths), -1, case["inputSize"])
    states, final = cell(pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False))
    final = final[0] if isinstance(final, tuple) else final
    targets = torch.tensor(case["targets"], dtype=torch.float64)
    if case["last"]:
        outputs = readout(final[-1])
    else:
        outputs = readout(pad_packed_sequence(states, batch_first=True)[0])
        counted = torch.tensor(case["mask"]).reshape(len(lengths), -1)[:, : outputs.shape[1]] == 1
        targets = targets.reshape(len(lengths), -1)[:, : outputs.shape[1]][counted]
        outputs = outputs[counted]
    if case["kind"] == "classes":
        loss = nn.functional.cross_entropy(outputs, targets.long())
    elif case["kind"] == "bits":
        loss = nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], targets)
    else:
        loss = nn.functional.mse_loss(outputs[:, 0], targets)
    loss.backward()
    return [loss.item(), {name: p.grad.flatten().tolist() for name, p in tensors.items()}]

print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
`;

type Answered = readonly [loss: number, gradients: Readonly<Record<string, readonly number[]>>];

function askTorch(cases: readonly object[]): Answered[] {
  const { stdout, stderr } = spawnSync(torch.python, ["-c", ORACLE], {
    encoding: "utf8",
    input: JSON.stringify(cases),
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Answered[];
}

/** Loss and gradient of the first step, and what PyTorch needs to compute them. */
function caseOf(kind: Kind, readout: "last" | "every", by: "lengths" | "mask" | "both", cell: string, engine: string) {
  const last = readout === "last";
  const targets = targetsOf(kind, last ? N : N * T);
  const mask = by === "lengths" ? LENGTHS.flatMap((length) => prefix(length)) : MASK;
  const data = npz({
    // What follows the end may be anything, and so may a target that does not count.
    inputs: array(
      [N, T, I],
      INPUTS.map((value, i) => (Math.floor(i / I) % T < LENGTHS[Math.floor(i / (T * I))]! ? value : NaN)),
    ),
    targets: array(
      last ? [N] : [N, T],
      targets.map((target, i) => (!last && mask[i] === 0 ? NaN : target)),
    ),
    ...(by === "mask" ? {} : { lengths: array([N], LENGTHS) }),
    ...(by === "lengths" ? {} : { mask: array([N, T, 1], mask) }),
  });
  const task = {
    targetKind: kind,
    ...(by === "mask" ? {} : { lengths: "lengths" }),
    ...(by === "lengths" ? {} : { mask: "mask" }),
  };
  const { trainer } = trainerOf(data, task, { readout, engine, cell: cell.toLowerCase() });
  const { inputSize, hiddenSize, outputSize } = trainer.spec;
  const step = trainer.captureStep();
  const parameters = Object.fromEntries(step.parameters.map(({ name, values }) => [name, Array.from(values)]));
  return {
    engine,
    step,
    question: {
      cell,
      kind,
      last,
      mask,
      targets,
      inputSize,
      hiddenSize,
      outputSize,
      parameters,
      lengths: LENGTHS,
      inputs: INPUTS,
    },
  };
}

test.skipIf(torch.missing !== null)("loss and gradient are those of PyTorch, which sees no padding", () => {
  const cases = KINDS.flatMap((kind) =>
    (["float64", "float32"] as const).flatMap((engine) => [
      caseOf(kind, "last", "lengths", "LSTM", engine),
      caseOf(kind, "every", "lengths", "GRU", engine),
      caseOf(kind, "last", "mask", "GRU", engine),
      caseOf(kind, "every", "mask", "LSTM", engine),
      caseOf(kind, "every", "both", "RNN", engine),
    ]),
  );
  const answers = askTorch(cases.map(({ question }) => question));
  for (const [index, { engine, step }] of cases.entries()) {
    const [loss, gradients] = answers[index]!;
    const limit = engine === "float64" ? 1e-10 : 2e-6;
    expect(Math.abs(step.loss - loss)).toBeLessThan(limit);
    for (const { name, values } of step.gradients)
      for (const [i, value] of values.entries()) expect(Math.abs(value - gradients[name]![i]!)).toBeLessThan(limit);
  }
});

function prefix(length: number): number[] {
  return Array.from({ length: T }, (_, t) => Number(t < length));
}

describe("a mask within the sequences", () => {
  const targets = targetsOf("values", N * T);
  const data = npz({
    inputs: array([N, T, I], INPUTS),
    targets: array([N, T], targets),
    mask: array([N, T], MASK),
  });
  const { experiment, trainer } = trainerOf(data, { mask: "mask" }, { readout: "every", share: 0.25 });
  const { dataset } = trainer;

  it("weighs the steps, and ends a sequence at its last step that counts", () => {
    expect(dataset.timeSteps).toBe(Math.max(...LENGTHS));
    expect(Array.from(dataset.lengths!)).toEqual(LENGTHS);
    const weights = copySequences(dataset.weights!, 0, N);
    for (let n = 0; n < N; n++)
      for (let t = 0; t < dataset.timeSteps; t++) expect(weights[n * dataset.timeSteps + t]).toBe(MASK[n * T + t]);
  });

  it("leaves no target where a step does not count, in the inspected sequence and in predictions", () => {
    for (const n of [0, 1, 2]) {
      const inspected = new SequenceInspector(trainer, experiment).inspect(n, trainer.parameters());
      const expected = Array.from({ length: LENGTHS[n]! }, (_, t) =>
        MASK[n * T + t] === 1 ? targets[n * T + t]! : NaN,
      );
      expect(inspected).toMatchObject({ timeSteps: LENGTHS[n]!, target: expected });
    }
    const snapshot = createSnapshot(experiment, trainer, { iteration: 0, parameters: trainer.parameters() });
    const predictions = finishWork(predictSequences(snapshot, "training"));
    for (let n = 0; n < predictions.sequences; n++)
      for (let t = 0; t < dataset.timeSteps; t++)
        expect(Number.isNaN(predictions.targets[n * dataset.timeSteps + t])).toBe(MASK[n * T + t] === 0);
  });

  it("takes no part in the linear map of the current step, whose loss is that of the steps that count alone", () => {
    const baselines = finishWork(baselinesOf({ dataset, loss: trainer.loss, experiment }));
    const other = npz({
      inputs: array([N, T, I], INPUTS),
      targets: array(
        [N, T],
        targets.map((target, i) => (MASK[i] === 1 ? target : 1e6)),
      ),
      mask: array([N, T], MASK),
    });
    const changed = trainerOf(other, { mask: "mask" }, { readout: "every", share: 0.25 });
    expect(
      finishWork(baselinesOf({ dataset: changed.trainer.dataset, loss: trainer.loss, experiment: changed.experiment })),
    ).toEqual(baselines);
    expect(baselines.map(({ name }) => name)).toEqual(["best-constant", "memoryless"]);
  });
});

describe("files of sequences of different lengths", () => {
  const TS = "@univariate false\n@equalLength false\n@classLabel true in out\n@data\n1,2,3:4,5,6:in\n7,8:9,0:out\n";

  it("are padded, whichever file has the longest sequence", () => {
    const { trainer } = trainerOf(textFile("ts", TS, TS.replace("7,8:9,0:out", "7,8,1,2:9,0,1,2:out")), {
      targetKind: "classes",
      validation: "v.ts",
    });
    const { dataset } = trainer;
    expect(trainer.warnings).toEqual([]);
    expect(dataset).toMatchObject({
      sequences: 4,
      trainingSequences: 2,
      timeSteps: 4,
      outputSteps: 4,
      answersOnce: true,
    });
    expect(Array.from(dataset.lengths!)).toEqual([3, 2, 3, 4]);
    expect([...copySequences(dataset.inputs, 1, 2)]).toEqual([7, 9, 8, 0, 0, 0, 0, 0]);
    expect([...copySequences(dataset.targets, 0, 4)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect([...copySequences(dataset.weights!, 0, 2)]).toEqual([0, 0, 1, 0, 0, 1, 0, 0]);
    while (trainer.step(null) === "running");
    expect(trainer.metrics.accuracy).toBeGreaterThanOrEqual(0);
  });

  it("have targets of their own number at every step, or one number or row each", () => {
    const lines = (...targets: readonly string[]) =>
      textFile(
        "jsonl",
        targets.map((target, n) => `{"inputs": [${prefix(n + 1).slice(0, n + 1)}], "targets": ${target}}`).join("\n"),
      );
    const every = trainerOf(lines("[1]", "[0, 1]", "[1, 1, 0]"), { targetKind: "bits" }, { readout: "every" });
    expect([...copySequences(every.trainer.dataset.targets, 0, 3)]).toEqual([1, 0, 0, 0, 1, 0, 1, 1, 0]);
    const rows = trainerOf(lines("[[1, 2]]", "[[3, 4]]"), {}).trainer.dataset;
    expect(rows).toMatchObject({ outputSize: 2, timeSteps: 2, answersOnce: true });
    expect([...copySequences(rows.targets, 0, 2)]).toEqual([1, 2, 0, 0, 0, 0, 3, 4]);
    const mask = textFile(
      "jsonl",
      '{"inputs": [1, 2, 3], "targets": [5, 6, 7], "mask": [0, 1, 0]}\n{"inputs": [4], "targets": [8], "mask": [true]}',
    );
    const masked = trainerOf(mask, { mask: "mask" }, { readout: "every" }).trainer.dataset;
    expect([masked.timeSteps, ...copySequences(masked.targets, 0, 2)]).toEqual([2, 0, 6, 8, 0]);
    expect([...copySequences(masked.weights!, 0, 2)]).toEqual([0, 1, 1, 0]);
  });

  it("have a size that is that of the longest line", () => {
    const { experiment } = trainerOf(textFile("ts", TS), { targetKind: "classes" });
    const shapeOf = (data: ArrayFiles) => datasetShape(experiment.task, 0, countData(experiment.task, data));
    expect(shapeOf(textFile("ts", TS))).toMatchObject({ sequences: 2, timeSteps: 3, inputSize: 2, isPadded: false });
    const longer = TS.replace("7,8:9,0:out", "7,8,1,2:9,0,1,2:out");
    expect(shapeOf(textFile("ts", longer))).toMatchObject({ timeSteps: 4, isPadded: true });
    const times = "@timestamps true\n@classLabel true a\n@data\n(0,1):a\n(0,1),(1,2),(2,3):a\n";
    expect(shapeOf(textFile("ts", times))).toMatchObject({ timeSteps: 3, isPadded: true });
    const lines = '{"inputs": [1], "targets": "a"}\n{"inputs": [1, 2], "targets": "b"}\n';
    expect(shapeOf(textFile("jsonl", lines))).toMatchObject({ timeSteps: 2, isPadded: true });
  });
});

test("a mask of ones, and lengths that are those of the array, change nothing", () => {
  const arrays = { inputs: array([N, T, I], INPUTS), targets: array([N], targetsOf("values", N)) };
  const plain = trainerOf(npz(arrays), {}).trainer;
  const named = trainerOf(
    npz({ ...arrays, mask: array([N, T], Array(N * T).fill(1)), lengths: array([N, 1], Array(N).fill(T)) }),
    { mask: "mask", lengths: "lengths" },
  ).trainer;
  expect(named.dataset).toMatchObject({ outputSteps: 1, timeSteps: T });
  expect([named.dataset.weights, named.dataset.lengths, named.dataset.answersOnce]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(named.captureStep()).toEqual(plain.captureStep());
});

describe("what does not go together is refused at the key", () => {
  const inputs = array([2, 3, 1], [1, 2, 3, 4, 5, 6]);
  const targets = array([2], [0, 1]);
  const lines = (text: string) => textFile("jsonl", text);
  test.each<[string, ArrayFiles, Record<string, unknown>, string, string, RegExp]>([
    [
      "no step counts",
      npz({ inputs, targets, mask: array([2, 3], [1, 1, 1, 0, 0, 0]) }),
      { mask: "mask" },
      "auto",
      "mask",
      /excludes every step of sequence 1\. Remove/,
    ],
    [
      "a mask of other steps",
      npz({ inputs, targets, mask: array([2, 2], [1, 1, 1, 1]) }),
      { mask: "mask" },
      "auto",
      "mask",
      /shape \[2, 2\]; expected \[2, 3\]$/,
    ],
    [
      "a share",
      npz({ inputs, targets, mask: array([2, 3], [1, 1, 1, 1, 0.5, 1]) }),
      { mask: "mask" },
      "auto",
      "mask",
      /has 0\.5 at \[1, 1\]; expected 1 for a step that counts/,
    ],
    [
      "a length of 0",
      npz({ inputs, targets, lengths: array([2], [3, 0]) }),
      { lengths: "lengths" },
      "auto",
      "lengths",
      /sequence 1 has the length 0; expected an integer from 1 to 3$/,
    ],
    [
      "too long",
      npz({ inputs, targets, lengths: array([2], [4, 1]) }),
      { lengths: "lengths" },
      "auto",
      "lengths",
      /sequence 0 has the length 4; expected/,
    ],
    [
      "other lengths",
      npz({ inputs, targets, lengths: array([3], [1, 1, 1]) }),
      { lengths: "lengths" },
      "auto",
      "lengths",
      /lengths has the shape \[3\]; expected \[2\]$/,
    ],
    [
      "NaN before the end",
      npz({ inputs: array([2, 3, 1], [1, 2, 3, 4, NaN, NaN]), targets, lengths: array([2], [3, 2]) }),
      { lengths: "lengths" },
      "auto",
      "inputs",
      /has NaN at \[1, 1, 0\]/,
    ],
    [
      "a target that counts",
      npz({ inputs, targets: array([2, 3], [1, 0, 1, 0, NaN, 2]), lengths: array([2], [3, 2]) }),
      { lengths: "lengths" },
      "every",
      "targets",
      /has NaN at \[1, 1\]/,
    ],
    [
      "targets of other steps",
      lines('{"inputs": [1, 2], "targets": [1, 2]}\n{"inputs": [1], "targets": [1, 2]}'),
      {},
      "every",
      "targets",
      /sequence 1 has 1 time steps, but 2 targets; model\.readout "every" requires/,
    ],
    [
      "targets of the steps",
      lines('{"inputs": [1, 2], "targets": [1, 2]}\n{"inputs": [1], "targets": [1]}'),
      {},
      "auto",
      "targets",
      /sequence 0 has 2 targets, but others have 1\. Set model\.readout to "every"/,
    ],
    [
      "a mask within ragged lines",
      lines('{"inputs": [1, 2], "targets": 1, "mask": [1, 1]}\n{"inputs": [1], "targets": 1, "mask": [2]}'),
      { mask: "mask" },
      "auto",
      "mask",
      /has 2 at \[1, 0\]; expected/,
    ],
    [
      "a bit of a ragged line",
      lines('{"inputs": [1, 2], "targets": [1, 1]}\n{"inputs": [1], "targets": [3]}'),
      { targetKind: "bits" },
      "every",
      "targetKind",
      /target 3 at \[1, 0\] is not a bit/,
    ],
  ])("%s", (_what, data, task, readout, key, message) => {
    expect(() => trainerOf(data, task, { readout })).toThrow(
      expect.objectContaining({ code: "bad-file", path: ["task", key], message: expect.stringMatching(message) }),
    );
  });

  test("the state as read-out", () => {
    const experiment = experimentOf({
      task: { kind: "arrays", file: "d.npz", lengths: "lengths" },
      model: { cell: "linear", hiddenSize: 1, readout: "state" },
    });
    const data = npz({ inputs, targets, lengths: array([2], [3, 2]) });
    expect(() => createTrainer(experiment, { files: { data, weights: null } })).toThrow(
      expect.objectContaining({ code: "misfit", path: ["model", "readout"] }),
    );
  });
});
