/** Files as series: which are held out, what each sequence reads, and what is estimated before it is made. */
import { describe, expect, test } from "vitest";
import { configHash } from "../../../../src/config/compare/hash";
import { countData } from "../../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { IN_TRIAL } from "../../../../src/config/facts/memoryEstimate";
import { trainingBytes } from "../../../../src/config/facts/trainingBytes";
import type { Experiment, TaskConfig } from "../../../../src/config/schema/schema";
import { createRandom } from "../../../../src/core/numerics/random";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import type { Dataset } from "../../../../src/core/tasks/task";
import type { TableFiles } from "../../../../src/tables/tableFiles";
import { experimentOf, run } from "../support";

const KINDS = ["p", "q", "r"] as const;
/** Rows of each file: 7 to 18. */
const SIZES = Array.from({ length: 24 }, (_, index) => 7 + ((index * 5) % 12));
const nameOf = (file: number): string => `f${String(file).padStart(2, "0")}.csv`;
/** The names of the first third are those of one kind, and so on. */
const kindOf = (file: number): string => KINDS[Math.floor(file / 8)]!;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Column `id` has the number of the file, `t` the row. */
const FILES: TableFiles = {
  tables: SIZES.map((rows, file) => ({
    name: nameOf(file),
    bytes: bytes(`id,t\n${Array.from({ length: rows }, (_, row) => `${file},${row}\n`).join("")}`),
  })),
  labels: null,
};
/** The rows of all files as one table. */
const ROWS = SIZES.flatMap((rows, file) => Array.from({ length: rows }, (_, row) => `${file},${row}\n`));
const JOINED = `id,t\n${ROWS.join("")}`;
const LABELED: TableFiles = {
  ...FILES,
  labels: {
    name: "labels.csv",
    bytes: bytes(`f,kind\n${SIZES.map((_, file) => `${nameOf(file)},${kindOf(file)}\n`).join("")}`),
  },
};

const experiment = (task: object): Experiment =>
  experimentOf({
    task: { kind: "csv", files: "*.csv", columns: ["id", "t"], horizon: 0, ...task },
    model: { readout: "last", cell: "gru", hiddenSize: 4 },
    training: { batchSize: 8, iterations: 3, validation: { share: 0.25 } },
  });
const WITH_LABELS = { labels: "labels.csv", target: "kind" } as const;

function dataOf(task: TaskConfig, files: TableFiles, share = 0.25): Dataset {
  return createDataset(task, "last", share, createRandom(1), files).dataset;
}

/** The file and the rows that a sequence reads. */
function readBack({ inputs, units, lengths, timeSteps, inputSize }: Dataset, sequence: number) {
  const at = (step: number, input: number): number => {
    const { mean, deviation } = units!.input[input]!;
    return Math.round(inputs.at(sequence, step * inputSize + input) * deviation + mean);
  };
  const steps = lengths?.[sequence] ?? timeSteps;
  return {
    files: [...new Set(Array.from({ length: steps }, (_, step) => at(step, 0)))],
    rows: Array.from({ length: steps }, (_, step) => at(step, 1)),
  };
}

const sequencesOf = (dataset: Dataset, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index).map((sequence) => {
    const [file, ...others] = readBack(dataset, sequence).files;
    expect(others).toEqual([]);
    return file!;
  });

describe("files with labels", () => {
  const sizes = [
    ["whole", { length: "series" }],
    ["in windows", { length: 5, stride: 2 }],
  ] as const;
  test.each(sizes)("%s: none is in training and in validation, and each label has its share of both", (_how, task) => {
    const dataset = dataOf(experiment({ ...WITH_LABELS, ...task }).task, LABELED);
    const training = new Set(sequencesOf(dataset, 0, dataset.trainingSequences));
    const validation = new Set(sequencesOf(dataset, dataset.trainingSequences, dataset.sequences));
    expect([...training].filter((file) => validation.has(file))).toEqual([]);
    expect(training.size + validation.size).toBe(24);
    // The last two of the eight of each kind, in the order of their names.
    expect([...validation].sort((a, b) => a - b)).toEqual([6, 7, 14, 15, 22, 23]);
  });
  test.each(sizes)("%s: each sequence has the rows of its file in order, and its label as the target", (_how, task) => {
    const dataset = dataOf(experiment({ ...WITH_LABELS, ...task }).task, LABELED);
    for (let sequence = 0; sequence < dataset.sequences; sequence++) {
      const { files, rows } = readBack(dataset, sequence);
      expect(rows).toEqual(rows.map((_, step) => rows[0]! + step));
      if (task.length === "series") expect(rows).toHaveLength(SIZES[files[0]!]!);
      const last = dataset.targets.length - 1;
      const step = dataset.lengths === undefined ? last : dataset.lengths[sequence]! - 1;
      expect(dataset.classes?.[dataset.targets.at(sequence, step)]).toBe(kindOf(files[0]!));
    }
  });
  test.each(sizes)("%s: are as many sequences as are estimated, in no less memory than their columns", (_how, task) => {
    const whole = experiment({ ...WITH_LABELS, ...task });
    const { sequences, trainingSequences, timeSteps, inputSize, outputSize } = dataOf(whole.task, LABELED);
    expect(datasetShape(whole.task, 0.25, countData(whole.task, LABELED))).toMatchObject({
      ...{ sequences, trainingSequences, timeSteps, inputSize, outputSize },
    });
    const rows = SIZES.reduce((sum, size) => sum + size, 0);
    const larger = { ...LABELED, tables: LABELED.tables.map((file) => ({ ...file, bytes: grown(file.bytes) })) };
    const more = trainingBytes(whole, { data: larger, weights: null }, IN_TRIAL);
    const less = trainingBytes(whole, { data: LABELED, weights: null }, IN_TRIAL);
    expect(more - less).toBeGreaterThan(8 * 3 * 99 * rows);
  });
  test("that are too short for a window are not used, and are counted", () => {
    const { task } = experiment({ ...WITH_LABELS, length: 12 });
    const { table, dataset } = createDataset(task, "last", 0.25, createRandom(1), LABELED);
    const short = SIZES.filter((size) => size < 12).length;
    expect(table?.series).toEqual({ count: 24, unused: short });
    const used = new Set(sequencesOf(dataset, 0, dataset.sequences));
    expect([...used].every((file) => SIZES[file]! >= 12)).toBe(true);
    expect(() => dataOf(experiment({ ...WITH_LABELS, length: 99 }).task, LABELED)).toThrow(
      /all 24 series are too short/,
    );
  });
  test("have all of them in training without a share of validation", () => {
    const dataset = dataOf(experiment({ ...WITH_LABELS, length: 5 }).task, LABELED, 0);
    expect(dataset.trainingSequences).toBe(dataset.sequences);
  });
});

/** A hundred times as many rows. */
function grown(table: Uint8Array): Uint8Array {
  const [header, ...rows] = new TextDecoder().decode(table).split("\n");
  return bytes([header, ...Array.from({ length: 100 }, () => rows.slice(0, -1)).flat(), ""].join("\n"));
}

describe("files without labels", () => {
  test("have the last part of each for validation, as series of a group have", () => {
    const grouped = JOINED;
    const task = { target: "t", length: 4, horizon: 1 };
    const spread = dataOf(experiment(task).task, FILES);
    const whole = experimentOf({ task: { kind: "csv", file: "t.csv", columns: ["id", "t"], group: "id", ...task } });
    const { dataset } = createDataset(whole.task, "last", 0.25, createRandom(1), grouped);
    expect([spread.sequences, spread.trainingSequences]).toEqual([dataset.sequences, dataset.trainingSequences]);
    for (let sequence = 0; sequence < spread.sequences; sequence++)
      expect(readBack(spread, sequence)).toEqual(readBack(dataset, sequence));
  });
});

test("training on files is training on their rows with a column that tells them apart, bit for bit", () => {
  const text = JOINED;
  const task = { kind: "csv", columns: ["t"], target: "id", length: "series", horizon: 0 } as const;
  const losses = (more: object, data: TableFiles | string): number[] => {
    const experiment = experimentOf({
      task: { ...task, ...more },
      model: { readout: "last", cell: "gru", hiddenSize: 4 },
      training: { batchSize: 8, iterations: 5, validation: { share: 0.25, every: 1 } },
    });
    const { rows, column } = run(experiment, { files: { data, weights: null } });
    return ["loss", "validationLoss"].flatMap((name) => Array.from(column(name).subarray(0, rows)));
  };
  expect(losses({ files: "*.csv" }, FILES)).toEqual(losses({ file: "t.csv", group: "id" }, text));
});

test("experiments without files keep the hash that they had before files could be several", () => {
  const base = { task: { kind: "csv", file: "t.csv", columns: ["x"] } } as const;
  const hash = configHash(experimentOf(base));
  expect(hash).toBe("53905e10730732f4");
  expect(configHash(experimentOf({ task: { ...base.task, files: "", labels: "" } }))).toBe(hash);
  expect(configHash(experimentOf({ task: { kind: "csv", files: "*.csv", columns: ["x"] } }))).not.toBe(hash);
});
