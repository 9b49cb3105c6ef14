import { afterEach, describe, expect, test } from "vitest";
import { countData } from "../../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { kernelNetworkBytes } from "../../../../src/config/facts/engineMemory";
import {
  estimateMemory,
  estimateTogether,
  IN_TRIAL,
  IN_WINDOW,
  networkSpec,
} from "../../../../src/config/facts/memoryEstimate";
import type { TableFile } from "../../../../src/config/facts/dataFiles";
import { setMemoryLimit } from "../../../../src/config/facts/memoryLimit";
import { describeTooLarge, describeTooManyColumns } from "../../../../src/config/facts/tooLarge";
import { largestThatFits } from "../../../../src/config/facts/largestThatFits";
import type { Experiment } from "../../../../src/config/schema/schema";
import { experimentOf } from "../../core/support";
import { shareCount } from "../../../../src/kernel/networkMemory";
import { bytesOf } from "../../kernel/support";

const MODELS = {
  linear: { cell: "linear" },
  rnn: { cell: "rnn" },
  gru: { cell: "gru" },
  lstm: { cell: "lstm" },
  ctrnn: { cell: "ctrnn", form: "current", noise: 0.1, learnedTau: true },
  lru: { cell: "lru" },
  rglru: { cell: "rglru" },
  slstm: { cell: "slstm" },
  bidirectional: { cell: "gru", bidirectional: true },
  peephole: { cell: "lstm", peephole: true },
  layerNorm: { cell: "lstm", layerNorm: true, coupledInputForget: true },
} as const;
type ModelName = keyof typeof MODELS;

function planOf(cell: ModelName, hiddenSize: number, numLayers: number, batchSize: number, length: number) {
  const experiment = experimentOf({
    task: { kind: "adding", sequences: 1000, length },
    engine: "float32",
    model: { ...MODELS[cell], hiddenSize, numLayers, dropout: 0.1 },
    training: { batchSize, optimizer: { kind: "adam" }, validation: { share: 0.1 } },
  });
  const data = datasetShape(experiment.task, 0.1)!;
  return { experiment, data, spec: networkSpec(experiment, data.inputSize, data.outputSize) };
}

afterEach(() => setMemoryLimit({}));

describe("the estimate of memory", () => {
  const shapes = (Object.keys(MODELS) as ModelName[]).flatMap((cell) =>
    [1, 9, 64, 256].flatMap((size) =>
      [1, 3].flatMap((layers) => [8, 900].map((batch) => [cell, size, layers, batch] as const)),
    ),
  );

  test.each(shapes)(
    "%s of %i units, %i layers, batches of %i: counts what the kernel lays out",
    (cell, size, layers, batch) => {
      for (const length of [2, 40, 1000])
        for (const threads of [1, 2, 3, 8]) {
          const { spec } = planOf(cell, size, layers, batch, length);
          const use = { batch, timeSteps: length, backward: true, moments: true, threads };
          for (const [floats, slack] of [
            ["float32", 20_000],
            ["float64", 40_000],
          ] as const) {
            const taken = bytesOf(spec, batch, length, shareCount(spec, floats, batch, length, threads), floats);
            // Beside its memory: places of the parameters and outputs. Alignment to cache lines is left out.
            expect(kernelNetworkBytes(floats, spec, use)).toBeGreaterThan(0.98 * taken - slack);
            expect(kernelNetworkBytes(floats, spec, use)).toBeLessThan(1.25 * taken + slack);
          }
        }
    },
  );

  test("counts a data file by its rows, not by its windows", () => {
    const { task } = experimentOf({ task: { kind: "csv", file: "t.csv", columns: ["a"], length: 5000 } });
    const text = `a\n${"1.5\n".repeat(70_000)}`;
    const shape = datasetShape(task, 0, countData(task, text))!;
    expect([shape.sequences, shape.timeSteps, shape.counts?.rows]).toEqual([65_000, 5000, 70_000]);
    const experiment = experimentOf({
      task: { kind: "csv", file: "t.csv", columns: ["a"], length: 5000 },
      model: { cell: "lstm", hiddenSize: 8 },
      training: { batchSize: 10 },
    });
    expect(estimateMemory(experiment, shape, IN_WINDOW)).toBeLessThan(300e6);
    expect(describeTooLarge(experiment, shape)).toBeNull();
  });
});

describe("an experiment that needs too much memory", () => {
  const refuse = (file: Parameters<typeof experimentOf>[0], text: string | null = null) => {
    const experiment = experimentOf(file);
    const counts = countData(experiment.task, text);
    return { experiment, refused: describeTooLarge(experiment, datasetShape(experiment.task, 0, counts)!) };
  };

  test("is refused with the estimate, the limit, the value that costs most and the largest that fits", () => {
    const { refused } = refuse({
      task: { kind: "adding", sequences: 20_000, length: 100 },
      model: { cell: "lstm", hiddenSize: 64 },
    });
    expect(refused?.path).toEqual(["task", "sequences"]);
    expect(refused?.message).toMatch(
      /^This experiment needs about [\d.]+ GiB of memory; the limit is 1\.0 GiB\. Reduce task\.sequences to [\d,]+ or less, or raise rnnLab\.memory\.limit\.$/,
    );
    const batch = refuse({
      task: { kind: "adding", sequences: 20_000, length: 100 },
      model: { cell: "lstm", hiddenSize: 64 },
      training: { batchSize: 10_000 },
    });
    expect(batch.refused?.path).toEqual(["training", "batchSize"]);
    const wide = refuse({ task: { kind: "adding", sequences: 20 }, model: { cell: "lstm", hiddenSize: 4096 } });
    expect(wide.refused?.path).toEqual(["model", "hiddenSize"]);
    const long = refuse({ task: { kind: "count-ones", sequences: 2, length: 50_000_000 } });
    expect(long.refused?.path).toEqual(["task", "length"]);
  });

  test("fits with the value that is named", () => {
    const cases: Parameters<typeof experimentOf>[0][] = [
      { task: { kind: "adding", sequences: 20_000, length: 100 }, model: { cell: "lstm", hiddenSize: 64 } },
      { task: { kind: "copy", sequences: 5000, delay: 3000 }, model: { cell: "gru", hiddenSize: 128 } },
    ];
    for (const file of cases) {
      const experiment = experimentOf(file);
      for (const { path, value } of largestThatFits(experiment, [])) {
        const [section, key] = path as ["task" | "training" | "model", string];
        const changed = { ...experiment, [section]: { ...experiment[section], [key]: value } } as Experiment;
        expect(describeTooLarge(changed, datasetShape(changed.task, 0)!)).toBeNull();
      }
    }
  });

  test("names the batch where a series has windows without number", () => {
    const text = `a\n${"1.5\n".repeat(70_000)}`;
    const { refused } = refuse(
      { task: { kind: "csv", file: "t.csv", columns: ["a"], length: 5000 }, model: { cell: "lstm", hiddenSize: 8 } },
      text,
    );
    expect(refused?.path).toEqual(["training", "batchSize"]);
    expect(refused?.message).toMatch(/Reduce training\.batchSize to \d+ or less/);
  });

  const tableOf = (rows: number): TableFile => {
    const counts = { lines: rows + 2, filledLines: rows + 1, checksum: 0, values: null };
    return { path: "/t.csv", name: "t.csv", identity: "1:1", size: 30 * rows, modified: "0", counts };
  };
  const refuseTable = (columns: number, training: Record<string, unknown>) => {
    const names = Array.from({ length: columns }, (_, i) => `c${i}`);
    const task = { kind: "csv", file: "t.csv", columns: names, target: "c0", length: 24 } as const;
    const experiment = experimentOf({ task, model: { cell: "lstm", hiddenSize: 8 }, training });
    const counts = countData(experiment.task, tableOf(10_000_000));
    const shapeOf = (other: Experiment) => datasetShape(other.task, 0, counts)!;
    return { experiment, counts, shapeOf, refused: describeTooLarge(experiment, shapeOf(experiment)) };
  };

  test("names the batch, or a stride that fits, where a large table has windows without number", () => {
    const { experiment, counts, shapeOf, refused } = refuseTable(4, { batchSize: "full" });
    expect(refused?.path).toEqual(["training", "batchSize"]);
    const stride = largestThatFits(experiment, [], counts).at(-1)!;
    expect([stride.key, stride.isRaised]).toEqual(["task.stride", true]);
    const withStride = (value: number) =>
      ({ ...experiment, task: { ...experiment.task, stride: value } }) as Experiment;
    const fits = (value: number) => describeTooLarge(withStride(value), shapeOf(withStride(value))) === null;
    expect([fits(stride.value), fits(Math.floor(0.8 * stride.value))]).toEqual([true, false]);
  });

  test("names how many columns fit where the rows alone are too many, before one is read", () => {
    const { experiment, counts, refused } = refuseTable(20, { batchSize: 8 });
    expect(refused?.path).toEqual(["task", "columns"]);
    const [needs, fits] = refused?.message.split("; ") ?? [];
    expect(needs).toBe("The 10,000,000 rows of 20 columns need about 1.6 GiB of memory");
    expect(fits).toBe("the limit is 1.0 GiB. Use 12 columns or fewer, or raise rnnLab.memory.limit.");
    expect(refuseTable(12, { batchSize: 8 }).refused).toBeNull();
    expect(describeTooManyColumns(experiment.task, counts)?.message).toMatch(/^The 10,000,000 rows of 20 columns/);
    expect(describeTooManyColumns(refuseTable(12, {}).experiment.task, counts)).toBeNull();
  });

  test("in one thread with others on the same large table has its columns once", () => {
    const { experiment, shapeOf } = refuseTable(4, { batchSize: 8 });
    const one = estimateMemory(experiment, shapeOf(experiment), IN_TRIAL);
    const four = estimateTogether([experiment, experiment, experiment, experiment], shapeOf(experiment), IN_TRIAL);
    expect(four).toBe(4 * one - 3 * 8 * 4 * 10_000_000);
  });

  test("is one or is not, as the limit says", () => {
    const file = {
      task: { kind: "adding", sequences: 64, length: 50 },
      model: { cell: "lstm", hiddenSize: 32 },
    } as const;
    expect(refuse(file).refused).toBeNull();
    setMemoryLimit({ bytes: 1e6, setting: "--memory" });
    expect(refuse(file).refused?.message).toMatch(/the limit is 1 MiB\..* or raise --memory\.$/);
  });
});
