import { describe, expect, test } from "vitest";
import { lintExperiment } from "../../../../src/config/read/lint";
import { forecastMetrics } from "../../../../src/config/facts/metricsForecast";
import { createTrainer } from "../../../../src/core/training/trainer";
import { scalarColumns } from "../../../../src/shared/trace/scalarColumns";
import { experimentOf } from "../support";

const MANY = 9_999_999;
const CASES: Readonly<Record<string, object>> = {
  "the tutorial": { training: { iterations: MANY } },
  "a learning rate": { training: { iterations: MANY, optimizer: { kind: "adam" } } },
  "validation and clipping by value": {
    task: { kind: "adding", sequences: 20 },
    training: { iterations: MANY, optimizer: { kind: "sgd" }, clip: { value: 1 }, validation: { share: 0.2 } },
  },
  "a target at every step": {
    task: { kind: "copy", sequences: 20 },
    model: { cell: "gru" },
    training: { iterations: MANY, optimizer: { kind: "adam" }, clip: { norm: 1 } },
  },
  "numbers that are neither right nor wrong": {
    task: { kind: "sine", sequences: 20 },
    model: { cell: "gru" },
    training: { iterations: MANY, optimizer: { kind: "adam" } },
  },
  epochs: {
    task: { kind: "parity", sequences: 20 },
    model: { cell: "gru" },
    training: { epochs: 1_000_000, batchSize: 3, validation: { share: 0.2 }, optimizer: { kind: "adam" } },
  },
};

describe("the size of the metrics that a run will record", () => {
  test.each(Object.entries(CASES))("is that of its columns, for %s", (_name, file) => {
    const experiment = experimentOf(JSON.stringify(file));
    const { iterations, columns } = createTrainer(experiment);
    const megabytes = Math.round(((iterations + 1) * scalarColumns(columns).length * 8) / 1e6);
    expect(forecastMetrics(experiment)?.message).toContain(` ${megabytes.toLocaleString("en-US")} MB`);
  });

  test("is said at the value that decides, above 200 MB and not below", () => {
    const problems = (text: string) => lintExperiment(text, experimentOf(text));
    const text = '{ "training": { "iterations": 5000000 } }';
    expect(problems(text)).toMatchObject([
      { code: "large-recording", severity: "information", range: { offset: text.indexOf("5"), length: 7 } },
    ]);
    expect(problems('{ "training": { "iterations": 4000000 } }')).toEqual([]);
    const epochs =
      '{ "task": { "kind": "parity", "sequences": 64 }, "model": { "cell": "gru" }, "training": { "epochs": 900000, "batchSize": 4 } }';
    expect(problems(epochs)).toMatchObject([{ range: { offset: epochs.indexOf("9"), length: 6 } }]);
  });
});
