import { expect, test } from "vitest";
import { sampledDataset } from "../../../../src/core/tasks/sampledDataset";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { createTrainer } from "../../../../src/core/training/trainer";
import { experimentOf } from "../../config/support";

const ROWS = 1000;
const TEXT = `x,y\n${Array.from({ length: ROWS }, (_, t) => `${t},${t % 7}`).join("\n")}\n`;
const { dataset } = createTrainer(
  experimentOf(
    `{ "task": { "kind": "csv", "file": "t.csv", "columns": ["x", "y"], "target": "x", "length": 3, "horizon": 1 },
       "training": { "batchSize": 8, "validation": { "share": 0.25 } } }`,
  ),
  { files: { data: TEXT, weights: null } },
);

test("a sample has one sequence from each stretch, training before validation, the same each time", () => {
  const sample = sampledDataset(dataset, 50);
  expect([sample.sequences, sample.trainingSequences]).toEqual([100, 50]);
  const rowOf = (n: number): number => sample.targetRow!(n);
  for (let n = 0; n < 100; n++) {
    const [from, count] = n < 50 ? [0, dataset.trainingSequences] : [dataset.trainingSequences, 247];
    const at = (n % 50) * (count / 50);
    const sequence = Math.floor(from + at);
    expect(rowOf(n)).toBeGreaterThanOrEqual(dataset.targetRow!(sequence));
    expect(rowOf(n)).toBeLessThanOrEqual(dataset.targetRow!(Math.floor(from + at + count / 50)));
  }
  expect(dataset.sequences - dataset.trainingSequences).toBe(247);
  const again = sampledDataset(dataset, 50);
  expect(copySequences(again.inputs, 0, 100)).toEqual(copySequences(sample.inputs, 0, 100));
  // A window is whole, and its target is its own: x is one more than in the last row of the window.
  const { deviation } = dataset.units!.input[0]!;
  for (let n = 0; n < 100; n++)
    expect((sample.targets.at(n, 2) - sample.inputs.at(n, 4)) * deviation).toBeCloseTo(1, 9);
});

test("a data set with no more sequences is its own sample", () => {
  expect(sampledDataset(dataset, 1000)).toBe(dataset);
  // Only the training sequences are more.
  const sample = sampledDataset(dataset, 300);
  expect([sample.sequences, sample.trainingSequences]).toEqual([547, 300]);
  expect(sample.targetRow!(300)).toBe(dataset.targetRow!(dataset.trainingSequences));
  expect(sample.targetRow!(546)).toBe(dataset.targetRow!(dataset.sequences - 1));
});
