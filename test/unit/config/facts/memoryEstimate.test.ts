import { describe, expect, test } from "vitest";
import {
  datasetShape,
  describeTooLarge,
  estimateMemory,
  MEMORY_LIMIT,
  networkSpec,
} from "../../../../src/config/facts/memoryEstimate";
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

describe("the estimate of memory", () => {
  const shapes = (["linear", "rnn", "gru", "lstm"] as const).flatMap((cell) =>
    [1, 3, 9, 64, 256].flatMap((size) =>
      [1, 3].flatMap((layers) => [8, 900].map((batch) => [cell, size, layers, batch] as const)),
    ),
  );

  test.each(shapes)(
    "%s of %i units, %i layers, batches of %i: covers what the float32 engine takes for training and validation",
    (cell, size, layers, batch) => {
      for (const length of [2, 40, 1000]) {
        const { experiment, data, spec } = planOf(cell, size, layers, batch, length);
        const taken = 2 * bytesOf(spec, batch, length, 2);
        expect(taken / estimateMemory(experiment, data)).toBeLessThan(1.2);
      }
    },
  );

  test("refuses with the estimate, the limit and what to reduce", () => {
    const { experiment, data } = planOf("lstm", 4096, 16, 900, 1000);
    expect(estimateMemory(experiment, data)).toBeGreaterThan(MEMORY_LIMIT);
    expect(describeTooLarge(experiment, data)).toMatch(
      /^This experiment needs about [\d,]+ GiB of memory; the limit is 1\.0 GiB\. Reduce the number of sequences/,
    );
    const small = planOf("lstm", 64, 2, 32, 100);
    expect(describeTooLarge(small.experiment, small.data)).toBeNull();
  });
});
