/** Tables with classes, bits and several values to predict, at every row or once for a whole series. */
import { spawnSync } from "node:child_process";
import { describe, expect, it, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { countData } from "../../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { findIncompatibility } from "../../../../src/config/facts/taskTraits";
import { baselinesOf } from "../../../../src/core/analysis/baselines/baselines";
import { predictSequences } from "../../../../src/core/analysis/predictSequences";
import { createRandom } from "../../../../src/core/numerics/random";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf, latestSnapshot, run } from "../support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");

const random = createRandom(3);
const SLOPES = { up: "rises", down: "falls", "10": "stays", "9": "stays" } as const;
/** Recordings of different lengths: a level that rises, falls, or stays; whether it is above 0; and twice the level. */
const KINDS = ["up", "down", "10", "9"] as const;
const RECORDINGS = Array.from({ length: 24 }, (_, n) => {
  const kind = KINDS[n % KINDS.length]!;
  const slope = { up: 0.3, down: -0.3, "10": 0, "9": 0.1 }[kind];
  return {
    kind,
    rows: Array.from({ length: 3 + ((n * 7) % 9) }, (_unused, t) => slope * t + 0.3 * random.double() - 0.1),
  };
});
const TABLE = `id,level,kind,high,double,slope\n${RECORDINGS.flatMap(({ kind, rows }, n) =>
  rows.map((level) => [n, level, kind, Number(level > 0), 2 * level, SLOPES[kind]].join(",")),
).join("\n")}\n`;

type File = Parameters<typeof experimentOf>[0];
const fileOf = (task: object, more: Omit<File, "task"> = {}) =>
  experimentOf({
    engine: "float64",
    model: { cell: "lstm", hiddenSize: 6 },
    training: { iterations: 3, optimizer: { kind: "adam", learningRate: 0.02 }, validation: { share: 0.25 } },
    ...more,
    task: { kind: "csv", file: "t.csv", columns: ["level"], horizon: 0, length: 3, group: "id", ...task },
  });
const trainerOf = (experiment: ReturnType<typeof fileOf>, data = TABLE): Trainer =>
  createTrainer(experiment, { files: { data, weights: null }, kernel: createWasmNetwork });

describe("the kind of the targets", () => {
  it.each([
    ["a column of words", { target: "slope" }, "auto", "classes", "cross-entropy", 3],
    ["numbers", { target: "double" }, "auto", "values", "mse", 1],
    ["several columns of numbers", { target: ["double", "high", "level"] }, "auto", "values", "mse", 3],
    ["0 and 1, which stay numbers", { target: "high" }, "auto", "values", "mse", 1],
    ["0 and 1 for a loss of bits", { target: "high" }, "bce-with-logits", "bits", "bce-with-logits", 1],
    ["0 and 1 for a loss of classes", { target: "high" }, "cross-entropy", "classes", "cross-entropy", 2],
    ["bits by the key", { target: ["high"], targetKind: "bits" }, "auto", "bits", "bce-with-logits", 1],
    ["bits with squares", { target: "high", targetKind: "bits" }, "mse", "bits", "mse", 1],
    ["numbers as classes", { target: "high", targetKind: "classes" }, "auto", "classes", "cross-entropy", 2],
  ] as const)("is recognized of %s", (_name, task, loss, kind, resolved, outputs) => {
    const experiment = fileOf(task, { training: { iterations: 1, loss, validation: { share: 0.25 } } });
    const trainer = trainerOf(experiment);
    const { dataset } = trainer;
    expect([dataset.targetKind, trainer.loss, dataset.outputSize]).toEqual([kind, resolved, outputs]);
    expect(trainer.table?.target?.kind ?? "values").toBe(kind);
    expect(trainer.step(null)).toBe("running");
    expect(Number.isFinite(trainer.metrics.loss)).toBe(true);
    expect(Number.isNaN(trainer.metrics.accuracy)).toBe(kind === "values");
  });

  it.each([
    [{ target: "kind", targetKind: "values" }, "mse", null, /line 2, column "kind": "up"/],
    [{ target: "level", targetKind: "bits" }, "auto", null, /line 2, column "level": .* is not a bit/],
    [{ target: ["high", "slope"] }, "auto", null, /column "slope" has words, which cannot be targets/],
    [
      { target: ["high", "level"], targetKind: "classes", columns: ["double"] },
      "auto",
      null,
      /labels of one column, .* names 2/,
    ],
    [{ targetKind: "classes" }, "auto", null, /set task\.target to the column of labels/],
    [
      { target: "high", targetKind: "values" },
      "bce-with-logits",
      /"bce-with-logits" cannot be used with the targets of csv/,
      null,
    ],
    [{ target: "high", targetKind: "classes" }, "mse", /Use "auto" or "cross-entropy"/, null],
  ] as const)("that does not fit is refused: %j with %s", (task, loss, misfit, message) => {
    const experiment = fileOf(task, { training: { loss } });
    if (misfit !== null) expect(findIncompatibility(experiment)?.message).toMatch(misfit);
    else {
      expect(findIncompatibility(experiment)).toBeNull();
      expect(() => trainerOf(experiment)).toThrow(message);
    }
  });

  it("is hinted at where a number is always 0 or 1", () => {
    const [problem] = trainerOf(fileOf({ target: "high" })).table!.problems.filter(({ key }) => key === "targetKind");
    expect(problem).toMatchObject({ severity: "information", fixes: [{ key: "targetKind", value: "bits" }] });
    expect(trainerOf(fileOf({ target: "level" })).table!.problems).toEqual([]);
  });
});

describe("classes", () => {
  const trainer = trainerOf(fileOf({ target: "kind", targetKind: "classes" }));
  const { dataset } = trainer;

  it("are the labels as written, numbers in their order and then words", () => {
    expect(dataset.classes).toEqual(["9", "10", "down", "up"]);
    expect(trainer.table?.target).toEqual({ kind: "classes", classes: ["9", "10", "down", "up"] });
    expect(trainer.header("run", "hash").data).toMatchObject({ classes: dataset.classes, targetKind: "classes" });
    expect(trainer.header("run", "hash").data?.vocabulary).toBeNull();
  });

  it("have the number of the label of their row", () => {
    const labels = TABLE.split("\n")
      .slice(1)
      .map((line) => line.split(",")[2]!);
    for (let n = 0; n < dataset.sequences; n++)
      expect(dataset.classes![dataset.targets.at(n, 2)]).toBe(labels[dataset.targetRow!(n)]);
  });

  it("that may be meant as one are warned of, and one alone is refused", () => {
    const data = "x,y\n1,Up\n2,up\n3,1\n4,1.0\n5,down\n";
    const { table, dataset: own } = trainerOf(
      fileOf({ columns: ["x"], target: "y", targetKind: "classes", group: "", length: 1 }, { training: {} }),
      data,
    );
    expect(own.classes).toEqual(["1", "1.0", "Up", "down", "up"]);
    const texts = table!.problems.map(({ text }) => text);
    expect(texts[0]).toMatch(/the labels "1" and "1\.0" are two classes/);
    expect(texts[1]).toMatch(/the labels "Up" and "up" are two classes/);
    expect(() => trainerOf(fileOf({ target: "y", columns: ["x"], group: "" }), "x,y\n1,a\n2,a\n3,a\n4,a\n")).toThrow(
      /column "y" has one label, "a"/,
    );
  });

  it("have the baselines of classes: the frequencies, and no linear map", () => {
    const experiment = fileOf({ target: "kind", targetKind: "classes" });
    const found = finishWork(baselinesOf({ dataset, loss: trainer.loss, experiment }));
    expect(found.map(({ name }) => name)).toEqual(["best-constant"]);
    expect(found[0]!.loss).toBeGreaterThan(1);
    expect(found[0]!.loss).toBeLessThan(1.6);
  });

  it("are as many outputs as are counted before the data are made", () => {
    const { task } = fileOf({ target: "kind", targetKind: "classes" });
    expect(datasetShape(task, 0.25, countData(task, TABLE))).toMatchObject({
      outputSize: 4,
      sequences: dataset.sequences,
      trainingSequences: dataset.trainingSequences,
    });
  });
});

describe("several values", () => {
  it("are each scaled by their own training rows, with their names", () => {
    const { dataset } = trainerOf(fileOf({ target: ["double", "level"] }));
    const [double, level] = dataset.units!.target;
    expect([double!.name, level!.name]).toEqual(["double", "level"]);
    expect(double!.mean).toBeCloseTo(2 * level!.mean, 12);
    expect(double!.deviation).toBeCloseTo(2 * level!.deviation, 12);
    const targets = copySequences(dataset.targets, 0, 1);
    for (let t = 0; t < 3; t++) expect(targets[2 * t]).toBeCloseTo(targets[2 * t + 1]!, 12);
  });
});

describe("whole series", () => {
  const experiment = fileOf(
    { target: "kind", targetKind: "classes", length: "series" },
    { model: { cell: "lstm", hiddenSize: 6, readout: "last" } },
  );
  const trainer = trainerOf(experiment);
  const { dataset } = trainer;

  it("are sequences of their own lengths, the last ones for validation", () => {
    expect(Array.from(dataset.lengths!)).toEqual(RECORDINGS.map(({ rows }) => rows.length));
    expect([dataset.sequences, dataset.trainingSequences, dataset.timeSteps]).toEqual([24, 18, 11]);
    const training = RECORDINGS.slice(0, 18).flatMap(({ rows }) => rows);
    const mean = training.reduce((sum, level) => sum + level, 0) / training.length;
    expect(dataset.units!.input[0]!.mean).toBeCloseTo(mean, 12);
    const batch = createBatch(dataset, 1);
    batch.inputs.fill(7);
    for (const [n, { kind, rows }] of RECORDINGS.entries()) {
      fillRow(dataset, n, batch, 0);
      const { deviation } = dataset.units!.input[0]!;
      const expected = Array.from({ length: 11 }, (_, t) => (t < rows.length ? (rows[t]! - mean) / deviation : 0));
      for (const [t, value] of expected.entries()) {
        expect(batch.inputs[t]).toBeCloseTo(value, 10);
        expect(dataset.inputs.at(n, t)).toBe(batch.inputs[t]);
      }
      expect(Array.from(batch.weights!)).toEqual(expected.map((_, t) => Number(t === rows.length - 1)));
      expect(dataset.classes![batch.targets[rows.length - 1]!]).toBe(kind);
    }
    const { task } = experiment;
    expect(datasetShape(task, 0.25, countData(task, TABLE))).toMatchObject({
      sequences: 24,
      trainingSequences: 18,
      timeSteps: 11,
    });
  });

  it("are learned, and predicted with their labels", () => {
    const learned = run(
      fileOf(
        { target: "kind", targetKind: "classes", length: "series" },
        {
          model: { cell: "lstm", hiddenSize: 12, readout: "last" },
          training: { iterations: 300, optimizer: { kind: "adam", learningRate: 0.02 }, validation: { share: 0.25 } },
        },
      ),
      { files: { data: TABLE, weights: null } },
    );
    expect(learned.trainer.metrics.loss).toBeLessThan(0.2);
    const shown = finishWork(predictSequences(latestSnapshot(experiment, learned.trainer), "training"));
    expect([shown.arrangement, shown.targetKind, shown.sequences]).toEqual(["last", "classes", 18]);
    const classes = learned.trainer.dataset.classes!;
    expect(Array.from(shown.targets, (target) => classes[target])).toEqual(
      RECORDINGS.slice(0, 18).map(({ kind }) => kind),
    );
    const right = Array.from(shown.outputs).filter((output, n) => output === shown.targets[n]).length;
    expect(right / 18).toBe(shown.accuracy);
    expect(right).toBeGreaterThanOrEqual(16);
  });

  it("with a horizon lose the rows that have no target, and those without any are not used", () => {
    const own = trainerOf(fileOf({ target: "level", length: "series", horizon: 4 }));
    const lengths = RECORDINGS.map(({ rows }) => rows.length - 4).filter((length) => length > 0);
    expect(Array.from(own.dataset.lengths!)).toEqual(lengths);
    expect(own.table?.series).toEqual({ count: 24, unused: 24 - lengths.length });
    expect(own.table?.problems.at(-1)?.text).toMatch(/no more rows than task\.horizon 4, which are not used: \d of 24/);
    expect(() => trainerOf(fileOf({ target: "level", length: "series", horizon: 40 }))).toThrow(
      /none of the 24 series has more rows than task\.horizon, which is 40/,
    );
  });

  it("have nothing to carry over, and no read-out of the state", () => {
    expect(findIncompatibility(fileOf({ length: "series", stream: true }))?.path).toEqual(["task", "stream"]);
    expect(findIncompatibility(fileOf({ length: "series" }, { model: { readout: "state" } }))?.path).toEqual([
      "model",
      "readout",
    ]);
  });
});

const PACKED = `
import json, sys, torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
torch.set_default_dtype(torch.float64)
case = json.load(sys.stdin)
cell = nn.LSTM(case["inputSize"], case["hiddenSize"], batch_first=True)
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
states = pad_packed_sequence(states, batch_first=True)[0]
present = torch.arange(states.shape[1])[None] < lengths[:, None]
outputs = readout(h[-1] if case["last"] else states[present])
width = case["outputSize"] if case["loss"] == "mse_loss" or "binary" in case["loss"] else 1
targets = torch.tensor(case["targets"], dtype=torch.float64).reshape(len(lengths), -1, width)
at = targets[torch.arange(len(lengths)), lengths - 1] if case["last"] else targets[present]
at = at[:, 0].long() if case["loss"] == "cross_entropy" else at
loss = getattr(nn.functional, case["loss"])(outputs, at)
loss.backward()
print(json.dumps([loss.item(), {name.removeprefix("cell."): p.grad.flatten().tolist() for name, p in tensors.items()}]))
`;

const LOSSES = {
  mse: "mse_loss",
  "bce-with-logits": "binary_cross_entropy_with_logits",
  "cross-entropy": "cross_entropy",
};

test.skipIf(torch.missing !== null).each([
  ["classes", { target: "slope" }],
  ["bits", { target: "high", targetKind: "bits" }],
  ["values", { target: ["double", "level"] }],
] as const)("loss and gradient of whole series are those of PyTorch's packed sequences: %s", (_kind, task) => {
  for (const readout of ["last", "every"] as const) {
    const trainer = trainerOf(
      fileOf(
        { ...task, length: "series", horizon: 1 },
        { model: { cell: "lstm", hiddenSize: 5, readout }, training: { validation: { share: 0 } } },
      ),
    );
    const { dataset, spec } = trainer;
    const step = trainer.captureStep();
    const { stdout, stderr } = spawnSync(torch.python, ["-c", PACKED], {
      encoding: "utf8",
      input: JSON.stringify({
        inputSize: spec.inputSize,
        hiddenSize: spec.hiddenSize,
        outputSize: spec.outputSize,
        parameters: Object.fromEntries(step.parameters.map(({ name, values }) => [name, Array.from(values)])),
        lengths: Array.from(dataset.lengths!),
        last: readout === "last",
        loss: LOSSES[trainer.loss as keyof typeof LOSSES],
        inputs: Array.from(step.input.values),
        targets: Array.from(copySequences(dataset.targets, 0, dataset.sequences)),
      }),
    });
    expect(stderr).toBe("");
    const [loss, gradients] = JSON.parse(stdout) as [number, Record<string, number[]>];
    expect(Math.abs(step.loss - loss)).toBeLessThan(1e-10);
    for (const { name, values } of step.gradients)
      for (const [i, value] of values.entries()) expect(Math.abs(value - gradients[name]![i]!)).toBeLessThan(1e-10);
  }
});
