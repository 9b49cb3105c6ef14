import { describe, expect, test } from "vitest";
import { countData } from "../../../../src/config/facts/dataCounts";
import type { ArrayFiles } from "../../../../src/config/facts/dataFiles";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { findIncompatibility } from "../../../../src/config/facts/taskTraits";
import { ExperimentError } from "../../../../src/config/facts/experimentError";
import { writeSafetensors } from "../../../../src/formats/safetensors";
import { createTrainer } from "../../../../src/core/training/trainer";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { bytesOf, npyBytes } from "../../formats/npyBytes";
import { experimentOf } from "../support";

type Parts = readonly (readonly [name: string, bytes: Uint8Array])[];

const partsOf = (parts: Parts) => parts.map(([name, bytes]) => ({ name, bytes }));
const npz = (training: Parts, validation: Parts | null = null): ArrayFiles => ({
  format: "npz",
  training: partsOf(training),
  validation: validation && partsOf(validation),
});
const textFile = (format: "jsonl" | "ts", text: string): ArrayFiles => ({
  format,
  training: partsOf([["", new TextEncoder().encode(text)]]),
  validation: null,
});
const floats = (
  shape: readonly number[],
  values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
) => npyBytes("'<f8'", `(${shape.join(",")},)`, bytesOf(Float64Array.from(values)));
const integers = (shape: readonly number[], values: readonly number[]) =>
  npyBytes("'<i4'", `(${shape.join(",")},)`, bytesOf(Int32Array.from(values)));

function trainerOf(data: ArrayFiles, task: Record<string, unknown> = {}, readout = "auto", share = 0) {
  const experiment = experimentOf({
    task: { kind: "arrays", file: `data.${data.format}`, ...task },
    model: { cell: "rnn", hiddenSize: 3, readout: readout as "auto" },
    training: { iterations: 2, validation: { share } },
  });
  return createTrainer(experiment, { files: { data, weights: null } });
}
const datasetOf = (...args: Parameters<typeof trainerOf>) => trainerOf(...args).dataset;

const INPUTS = ["inputs", floats([2, 3, 1])] as const;

describe("arrays as sequences with targets", () => {
  test("values, one row per sequence, the last sequences for validation", () => {
    const data = npz([
      ["inputs", floats([4, 3, 2])],
      ["targets", floats([4, 2])],
    ]);
    const dataset = datasetOf(data, {}, "auto", 0.25);
    expect(dataset).toMatchObject({
      sequences: 4,
      trainingSequences: 3,
      timeSteps: 3,
      inputSize: 2,
      outputSize: 2,
      outputSteps: 1,
      targetKind: "values",
    });
    expect([...copySequences(dataset.inputs, 1, 2)]).toEqual([6, 7, 8, 9, 10, 11]);
    expect([...copySequences(dataset.targets, 3, 4)]).toEqual([6, 7]);
  });

  test("bits at every step, and one feature", () => {
    const data = npz([
      ["x", floats([2, 3])],
      ["y", npyBytes("'|b1'", "(2, 3)", Uint8Array.of(0, 1, 1, 0, 0, 1))],
    ]);
    const dataset = datasetOf(data, { inputs: "x", targets: "y", targetKind: "bits" }, "every");
    expect(dataset).toMatchObject({ inputSize: 1, outputSize: 1, outputSteps: 3, targetKind: "bits" });
    expect([...copySequences(dataset.targets, 0, 2)]).toEqual([0, 1, 1, 0, 0, 1]);
  });

  test("classes are the labels of both files in their order, and the validation file is held out", () => {
    const data = npz(
      [
        ["inputs", floats([2, 2, 1])],
        ["targets", integers([2], [9, 5])],
      ],
      [
        ["inputs", floats([1, 2, 1], [7, 8])],
        ["targets", integers([1], [-3])],
      ],
    );
    const dataset = datasetOf(data, { targetKind: "classes", validation: "more.npz" });
    expect(dataset).toMatchObject({ sequences: 3, trainingSequences: 2, outputSize: 3, targetKind: "classes" });
    expect([...copySequences(dataset.targets, 0, 3)]).toEqual([2, 1, 0]);
    expect([...copySequences(dataset.inputs, 1, 3)]).toEqual([2, 3, 7, 8]);
    expect(dataset.targets.at(2, 0)).toBe(0);
  });

  test("JSON Lines, .ts, safetensors, and .npy beside .npy", () => {
    const lines = textFile("jsonl", '{"inputs": [1, 2], "targets": "b"}\n{"inputs": [3, 4], "targets": "B"}');
    const labels = datasetOf(lines, { targetKind: "classes" });
    expect([labels.outputSize, ...copySequences(labels.targets, 0, 2)]).toEqual([2, 1, 0]);
    const perStep = textFile("jsonl", '{"inputs": [[1], [2]], "targets": [[1, 2], [3, 4]]}');
    expect([...copySequences(datasetOf(perStep, {}, "every").targets, 0, 1)]).toEqual([1, 2, 3, 4]);
    const pair = textFile("jsonl", '{"inputs": [1, 2, 3], "targets": [5, 6]}');
    expect(datasetOf(pair)).toMatchObject({ outputSize: 2, outputSteps: 1 });

    const ts = textFile("ts", "@classLabel true a b\n@data\n1,2:3,4:b\n5,6:7,8:a\n");
    const series = datasetOf(ts, { targetKind: "classes" });
    expect([...copySequences(series.inputs, 0, 1)]).toEqual([1, 3, 2, 4]);
    expect([...copySequences(series.targets, 0, 2)]).toEqual([1, 0]);
    expect(datasetOf(textFile("ts", "@targetLabel true\n@data\n1,2:0.5")).targets.at(0, 0)).toBe(0.5);

    const tensors = writeSafetensors([
      { name: "inputs", shape: [1, 2, 1], values: Float64Array.of(1, 2) },
      { name: "targets", shape: [1, 1, 2], values: Float64Array.of(3, 4) },
    ]);
    const safetensors: ArrayFiles = { format: "safetensors", training: partsOf([["", tensors]]), validation: null };
    expect([...copySequences(datasetOf(safetensors).targets, 0, 1)]).toEqual([3, 4]);
    const files: ArrayFiles = {
      format: "npy",
      training: partsOf([
        ["", floats([1, 2])],
        ["y.npy", floats([1])],
      ]),
      validation: null,
    };
    expect(datasetOf(files, { targets: "y.npy" })).toMatchObject({ sequences: 1, outputSize: 1 });
  });

  test("what is odd about a file of sequences is known to whoever trains", () => {
    const text = "@missing true\n@classLabel true Up\n@data\n1,2:Up\n3,4:up\n";
    const { warnings } = trainerOf(textFile("ts", text), { targetKind: "classes" });
    expect(warnings.map(({ file, line, text: what }) => `${file}:${line}: ${what}`)).toEqual([
      "data.ts:1: @missing true is not true: no value is missing",
      'data.ts:2: @classLabel does not list "up", first used in line 5',
      'data.ts:5: the labels "Up" and "up" differ in case only, and are two classes',
    ]);
    expect(trainerOf(npz([INPUTS, ["targets", floats([2])]])).warnings).toEqual([]);
  });

  test("they are trained with the loss that fits, in either read-out", () => {
    for (const [targetKind, loss] of [
      ["values", "mse"],
      ["bits", "bce-with-logits"],
      ["classes", "cross-entropy"],
    ]) {
      const data = npz([
        ["inputs", floats([3, 2, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])],
        ["targets", floats([3, 2], [0, 1, 1, 0, 0, 0])],
      ]);
      const trainer = trainerOf(data, { targetKind }, "every");
      expect(trainer.loss).toBe(loss);
      while (trainer.step(null) === "running");
      expect(trainer.metrics.loss).toBeGreaterThan(0);
    }
  });
});

describe("arrays that do not go together are refused at the key", () => {
  test.each<[string, ArrayFiles, Record<string, unknown>, string, string, RegExp]>([
    [
      "no such array",
      npz([INPUTS]),
      {},
      "auto",
      "targets",
      /^data\.npz: there is no array "targets"; the arrays are "inputs"$/,
    ],
    [
      "no targets beside",
      { ...npz([["", floats([1, 2])]]), format: "npy" },
      {},
      "auto",
      "targets",
      /one array, without a name$/,
    ],
    [
      "one dimension",
      npz([
        ["inputs", floats([4])],
        ["targets", floats([4])],
      ]),
      {},
      "auto",
      "inputs",
      /shape \[4\]; expected/,
    ],
    [
      "no steps",
      npz([
        ["inputs", floats([4, 0])],
        ["targets", floats([4])],
      ]),
      {},
      "auto",
      "inputs",
      /shape \[4, 0\]/,
    ],
    [
      "other sequences",
      npz([INPUTS, ["targets", floats([3])]]),
      {},
      "auto",
      "targets",
      /2 sequences of inputs, but 3 of targets$/,
    ],
    [
      "NaN",
      npz([
        ["inputs", floats([1, 2, 2], [0, 1, NaN, 3])],
        ["targets", floats([1])],
      ]),
      {},
      "auto",
      "inputs",
      /array inputs has NaN at \[0, 1, 0\]/,
    ],
    [
      "each step",
      npz([INPUTS, ["targets", floats([2, 3])]]),
      {},
      "auto",
      "targets",
      /one per time step\. Set model\.readout to "every"/,
    ],
    [
      "not each step",
      npz([INPUTS, ["targets", floats([2])]]),
      {},
      "every",
      "targets",
      /model\.readout "every" requires \[sequences, 3\]/,
    ],
    [
      "four dimensions",
      npz([INPUTS, ["targets", floats([2, 1, 1, 1])]]),
      {},
      "auto",
      "targets",
      /expected one per sequence/,
    ],
    [
      "two classes at once",
      npz([INPUTS, ["targets", integers([2, 2], [0, 1, 1, 0])]]),
      { targetKind: "classes" },
      "auto",
      "targets",
      /expected one per sequence/,
    ],
    [
      "texts",
      npz([INPUTS, ["targets", npyBytes("'<U1'", "(2,)", bytesOf(Uint32Array.of(97, 98)))]]),
      {},
      "auto",
      "targetKind",
      /labels, such as "a"\. Set task\.targetKind to "classes"$/,
    ],
    [
      "no bits",
      npz([INPUTS, ["targets", floats([2], [1, 2])]]),
      { targetKind: "bits" },
      "auto",
      "targetKind",
      /target 2 at \[1\] is not a bit/,
    ],
    [
      "no classes",
      npz([INPUTS, ["targets", floats([2], [1, 0.5])]]),
      { targetKind: "classes" },
      "auto",
      "targetKind",
      /target 0\.5 at \[1\] is not a class/,
    ],
    [
      "other steps",
      npz(
        [INPUTS, ["targets", floats([2])]],
        [
          ["inputs", floats([1, 4, 1])],
          ["targets", floats([1])],
        ],
      ),
      { validation: "v.npz" },
      "auto",
      "validation",
      /\[4, 1\] time steps and features, those of training \[3, 1\]|\[4, 1\], those of training \[3, 1\]/,
    ],
    [
      "other targets",
      npz(
        [INPUTS, ["targets", floats([2])]],
        [
          ["inputs", floats([1, 3, 1])],
          ["targets", floats([1, 2])],
        ],
      ),
      { validation: "v.npz" },
      "auto",
      "validation",
      /targets have 2 values, those of training 1$/,
    ],
    ["no labels", textFile("ts", "@data\n1,2"), {}, "auto", "file", /neither @classLabel nor @targetLabel is true/],
  ])("%s", (_what, data, task, readout, key, message) => {
    let error: unknown = null;
    try {
      trainerOf(data, task, readout);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ExperimentError);
    expect(error).toMatchObject({ code: "bad-file", path: ["task", key], message: expect.stringMatching(message) });
  });

  test("names of files are checked before any is read", () => {
    const misfit = (task: Record<string, unknown>) =>
      findIncompatibility(experimentOf({ task: { kind: "arrays", ...task } }))?.path;
    expect(misfit({ file: "a.npz", validation: "b.jsonl" })).toEqual(["task", "validation"]);
    expect(misfit({ file: "x.npy", targets: "y.npy", validation: "v.npy" })).toEqual(["task", "validation"]);
    expect(misfit({ file: "x.NPZ", validation: "v.npz" })).toBeUndefined();
  });
});

test("the size of the data set is counted without its values, and classes at least as many", () => {
  const { task } = experimentOf({ task: { kind: "arrays", file: "d.npz" } });
  const shapeOf = (data: ArrayFiles, share = 0.25) => datasetShape(task, share, countData(task, data));
  const data = npz([
    ["inputs", floats([8, 3, 2])],
    ["targets", floats([8, 2])],
  ]);
  expect(shapeOf(data)).toMatchObject({
    sequences: 8,
    trainingSequences: 6,
    timeSteps: 3,
    inputSize: 2,
    outputSize: 2,
  });
  const held = [
    ["inputs", floats([2, 3, 2])],
    ["targets", floats([2, 2])],
  ] as const;
  expect(shapeOf({ ...data, validation: partsOf(held) })).toMatchObject({ sequences: 10, trainingSequences: 8 });
  const lines = textFile(
    "jsonl",
    '\n{"inputs": [[1, 2], [3, 4]], "targets": 1}\n{"inputs": [[1, 2], [3, 4]], "targets": 1}\n',
  );
  expect(shapeOf(lines, 0)).toMatchObject({ sequences: 2, timeSteps: 2, inputSize: 2, outputSize: 1 });
  const ts = textFile("ts", "# c\n@classLabel true a b\n@data\n\n1,2,3:4,5,6:b\n# c\n5,6,7:7,8,9:a\n");
  expect(shapeOf(ts, 0)).toMatchObject({ sequences: 2, timeSteps: 3, inputSize: 2 });
  expect(shapeOf(textFile("ts", "@data\n"))).toBeNull();
  expect(shapeOf(textFile("jsonl", "nonsense"))).toBeNull();
});
