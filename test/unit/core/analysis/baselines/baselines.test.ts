import { expect, test } from "vitest";
import { experimentOf } from "../../support";
import { baselinesByName } from "./support";

test("the best constant for numbers is the mean of the training targets, measured on the validation sequences", () => {
  // Standardized training targets: 0 and 1 become -1 and 1 with mean 0; held out are 3 and 5, so 5 and 9.
  const experiment = experimentOf({
    task: { kind: "csv", file: "x.csv", columns: ["x"], target: "y", length: 1, horizon: 0 },
    training: { validation: { share: 0.5 } },
  });
  expect(baselinesByName(experiment, "x,y\n0,0\n0,1\n0,3\n0,5\n")["best-constant"]).toEqual({
    name: "best-constant",
    label: "best constant",
    loss: (25 + 81) / 2,
    on: "validation",
  });
});

test("the best constant for bits is their frequency in training", () => {
  const experiment = experimentOf({ task: { kind: "parity", sequences: 4000, length: 6 } });
  const { loss, on } = baselinesByName(experiment)["best-constant"]!;
  expect(loss).toBeCloseTo(Math.LN2, 3);
  expect(on).toBe("training");
});

test("the best constant for classes is their frequencies: of a copy task, blank at most steps", () => {
  const experiment = experimentOf({ task: { kind: "copy", sequences: 4000, symbols: 8, items: 5, delay: 10 } });
  const copied = 5 / 20;
  const entropy = -(1 - copied) * Math.log(1 - copied) - copied * Math.log(copied / 8);
  expect(baselinesByName(experiment)["best-constant"]!.loss).toBeCloseTo(entropy, 3);
});

test("repeating the last value compares each row with the one before", () => {
  const experiment = experimentOf({
    task: { kind: "csv", file: "y.csv", columns: ["y"], length: 2 },
    training: { validation: { share: 0 } },
  });
  // The deviation of 1 to 4 is the root of 1.25, and each row is 1 more than the one before.
  expect(baselinesByName(experiment, "y\n1\n2\n3\n4\n")["last-value"]!.loss).toBeCloseTo(1 / 1.25, 12);
});

test("there is no last value where the target is not among the inputs, nor in the same row", () => {
  const task = { kind: "csv", file: "y.csv", columns: ["x"], target: "y", length: 2 } as const;
  const data = "x,y\n1,2\n2,1\n3,5\n4,3\n5,1\n";
  expect(baselinesByName(experimentOf({ task }), data)["last-value"]).toBeUndefined();
  const sameRow = { ...task, columns: ["y"], horizon: 0 };
  expect(baselinesByName(experimentOf({ task: sameRow }), data)["last-value"]).toBeUndefined();
});

const smallest: [string, Parameters<typeof experimentOf>[0], string?][] = [
  ["one bit of parity", { task: { kind: "parity", sequences: 1, length: 1 } }],
  ["parity with a squared error", { task: { kind: "parity" }, training: { loss: "mse" } }],
  ["two numbers to add", { task: { kind: "adding", sequences: 2, length: 2 } }],
  ["one symbol to copy", { task: { kind: "copy", sequences: 2, symbols: 1, items: 1, delay: 1 } }],
  ["bits of one digit", { task: { kind: "binary-addition", sequences: 3, bits: 1 } }],
  ["two steps of a sine", { task: { kind: "sine", sequences: 1, length: 2, noise: 0 } }],
  [
    "a symbol that training has not",
    { task: { kind: "text", file: "a.txt", length: 2 }, training: { validation: { share: 0.5 } } },
    "ababxyz",
  ],
  ["a text of one symbol", { task: { kind: "text", file: "a.txt", length: 2 } }, "aaaaa"],
  ["one window", { task: { kind: "csv", file: "x.csv", columns: ["x"], length: 3 } }, "x\n1\n4\n2\n5"],
  ["windows of one row", { task: { kind: "csv", file: "x.csv", columns: ["x"], length: 1 } }, "x\n1\n4\n2\n5"],
  ["a constant series", { task: { kind: "csv", file: "x.csv", columns: ["x"], length: 3 } }, "x\n7\n7\n7\n7\n7\n7\n7"],
  [
    "two columns to predict",
    { task: { kind: "csv", file: "x.csv", columns: ["x", "y"], length: 2 } },
    "x,y\n1,2\n4,1\n2,2\n5,0\n1,1",
  ],
];

test.each(smallest)("%s has baselines that are numbers of at least 0", (_, file, data) => {
  const experiment = experimentOf({ ...file, model: { cell: "rnn" }, training: { batchSize: 1, ...file.training } });
  const baselines = Object.values(baselinesByName(experiment, data));
  const series = experiment.task.kind === "csv" || experiment.task.kind === "sine";
  const windows = series && !("length" in experiment.task && experiment.task.length === 1);
  expect(baselines.map(({ name }) => name)).toEqual([
    "best-constant",
    ...(series ? ["last-value"] : []),
    "memoryless",
    ...(windows ? ["linear-window"] : []),
  ]);
  for (const { loss } of baselines) expect(loss).toBeGreaterThanOrEqual(0);
});
