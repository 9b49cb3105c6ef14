import { describe, expect, it } from "vitest";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import { createBatches } from "../../../../src/core/tasks/batches";
import { copySequences, storedSequences } from "../../../../src/core/tasks/sequenceValues";
import type { Dataset } from "../../../../src/core/tasks/task";
import { dataFacts } from "../../../../src/core/analysis/dataFacts";
import { gatherEvidence } from "../../../../src/core/analysis/evidence";
import { createRandom, STREAM } from "../../../../src/core/numerics/random";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf, numbersOf } from "../support";

const ROWS = 90;
const TABLE = [
  "level,flow,rain",
  ...Array.from({ length: ROWS }, (_, i) => [Math.sin(i / 3), (i % 7) * 0.1, (i * 37) % 11].join(",")),
].join("\n");

/** Windows as they were before they were numbers of rows: each a copy of the standardized rows. */
function copiedWindows(
  names: readonly string[],
  target: string,
  { length, horizon, stride, share }: { length: number; horizon: number; stride: number; share: number },
): { readonly inputs: number[]; readonly targets: number[] } {
  const [header, ...lines] = TABLE.split("\n").map((line) => line.split(","));
  const trainingRows = share > 0 ? Math.floor((ROWS * (100 - 100 * share)) / 100) : ROWS;
  const columnOf = (name: string): number[] => {
    const values = lines.map((line) => Number(line[header!.indexOf(name)]));
    let sum = 0;
    for (let i = 0; i < trainingRows; i++) sum += values[i]!;
    const mean = sum / trainingRows;
    let squares = 0;
    for (let i = 0; i < trainingRows; i++) squares += (values[i]! - mean) ** 2;
    const deviation = Math.sqrt(squares / trainingRows);
    return values.map((value) => (value - mean) / deviation);
  };
  const columns = names.map(columnOf);
  const targets = target === "" ? columns : [columnOf(target)];
  const starts: number[] = [];
  for (const [from, to] of [
    [0, trainingRows],
    [Math.ceil(trainingRows / stride) * stride, ROWS],
  ] as const)
    for (let start = from; start + length + horizon <= to; start += stride) starts.push(start);
  const steps = Array.from({ length }, (_, t) => t);
  return {
    inputs: starts.flatMap((start) => steps.flatMap((t) => columns.map((column) => column[start + t]!))),
    targets: starts.flatMap((start) => steps.flatMap((t) => targets.map((column) => column[start + t + horizon]!))),
  };
}

/** The same data with all windows copied. */
function materialized(dataset: Dataset): Dataset {
  const { inputs, targets, sequences } = dataset;
  return {
    ...dataset,
    inputs: storedSequences(copySequences(inputs, 0, sequences), inputs.length),
    targets: storedSequences(copySequences(targets, 0, sequences), targets.length),
  };
}

const CASES = [
  { columns: ["level"], target: "", length: 6, horizon: 1, stride: 1, share: 0 },
  { columns: ["level", "flow"], target: "rain", length: 5, horizon: 3, stride: 2, share: 0.3 },
  { columns: ["rain", "level", "flow"], target: "", length: 8, horizon: 0, stride: 5, share: 0.25 },
];

describe.each(CASES)("windows of $columns over $length rows, one every $stride", (options) => {
  const { share, ...rest } = options;
  const { task } = experimentOf({ task: { kind: "csv", file: "t.csv", ...rest } });
  const { dataset } = createDataset(task, "every", share, createRandom(1), TABLE);

  it("have the numbers of copied windows, to the last bit", () => {
    const copied = copiedWindows(options.columns, options.target, options);
    expect(Array.from(numbersOf(dataset).inputs)).toEqual(copied.inputs);
    expect(Array.from(numbersOf(dataset).targets)).toEqual(copied.targets);
  });

  it("fill the batches of copied windows, and baselines and facts are the same", () => {
    const copied = materialized(dataset);
    const batchesOf = (data: Dataset) => createBatches(data, 4, createRandom(7, STREAM.batches));
    const [first, second] = [batchesOf(dataset), batchesOf(copied)];
    for (let i = 0; i < 3 * first.perEpoch; i++) {
      expect(first.batch.inputs).toEqual(second.batch.inputs);
      expect(first.batch.targets).toEqual(second.batch.targets);
      first.advance();
      second.advance();
    }
    const evidenceOf = (data: Dataset) => finishWork(gatherEvidence({ task }, { dataset: data, loss: "mse" }));
    expect(evidenceOf(dataset)).toEqual(evidenceOf(copied));
  });
});

it("half a million windows are not noted one by one", () => {
  const data = `value\n${"1\n2\n".repeat(250_000)}`;
  const { task } = experimentOf({ task: { kind: "csv", file: "t.csv", columns: ["value"], length: 3 } });
  const { dataset } = createDataset(task, "last", 0, createRandom(1), data);
  const before = process.memoryUsage().heapUsed;
  finishWork(dataFacts(dataset, "mse"));
  // It was some 300 MB, in a thread that has 512 MB for all objects.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
});

it("70,000 rows in windows of 5,000 take the memory of the rows, not of the windows", () => {
  const rows = 70_000;
  const data = `value\n${Array.from({ length: rows }, (_, i) => (i % 97) / 10).join("\n")}\n`;
  const experiment = experimentOf({
    task: { kind: "csv", file: "t.csv", columns: ["value"], length: 5000 },
    model: { cell: "lstm", hiddenSize: 8 },
    training: { batchSize: 10, optimizer: { kind: "adam" } },
  });
  const before = process.memoryUsage().arrayBuffers;
  const { dataset } = createTrainer(experiment, { files: { data, weights: null } });
  // The windows would be 65,000 times 5,000 numbers: 2.6 GB, and the targets as many again.
  expect(dataset.sequences).toBe(rows - 5000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30e6);
});
