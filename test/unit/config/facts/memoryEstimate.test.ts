import { afterEach, describe, expect, test } from "vitest";
import { countData } from "../../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { float32NetworkBytes } from "../../../../src/config/facts/engineMemory";
import { IN_WINDOW, estimateMemory, networkSpec } from "../../../../src/config/facts/memoryEstimate";
import { setMemoryLimit } from "../../../../src/config/facts/memoryLimit";
import { describeTooLarge } from "../../../../src/config/facts/tooLarge";
import { largestThatFits } from "../../../../src/config/facts/largestThatFits";
import type { Experiment } from "../../../../src/config/schema/schema";
import { experimentOf } from "../../core/support";
import { bytesOf } from "../../kernel/support";

function planOf(
  cell: "linear" | "rnn" | "gru" | "lstm",
  hiddenSize: number,
  numLayers: number,
  batchSize: number,
  length: number,
) {
  const experiment = experimentOf({
    task: { kind: "adding", sequences: 1000, length },
    engine: "float32",
    model: { cell, hiddenSize, numLayers, dropout: 0.1 },
    training: { batchSize, optimizer: { kind: "adam" }, validation: { share: 0.1 } },
  });
  const data = datasetShape(experiment.task, 0.1)!;
  return { experiment, data, spec: networkSpec(experiment, data.inputSize, data.outputSize) };
}

afterEach(() => setMemoryLimit({}));

describe("the estimate of memory", () => {
  const shapes = (["linear", "rnn", "gru", "lstm"] as const).flatMap((cell) =>
    [1, 9, 64, 256].flatMap((size) =>
      [1, 3].flatMap((layers) => [8, 900].map((batch) => [cell, size, layers, batch] as const)),
    ),
  );

  test.each(shapes)(
    "%s of %i units, %i layers, batches of %i: counts what the float32 engine lays out",
    (cell, size, layers, batch) => {
      for (const length of [2, 40, 1000])
        for (const threads of [1, 2] as const) {
          const { spec } = planOf(cell, size, layers, batch, length);
          const use = { batch, timeSteps: length, backward: true, moments: true, threads };
          const taken = bytesOf(spec, batch, length, threads);
          // Beside its memory: places of the parameters and outputs. Alignment to cache lines is left out.
          expect(float32NetworkBytes(spec, use)).toBeGreaterThan(0.98 * taken - 20_000);
          expect(float32NetworkBytes(spec, use)).toBeLessThan(1.25 * taken + 20_000);
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
