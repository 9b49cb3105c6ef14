/** Of a stream, validation carries the state as training does: each row of the batch reads its own part in order. */
import { expect, test } from "vitest";
import { evaluateSequences } from "../../../../src/core/training/evaluate";
import type { Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { evaluateLoss } from "../../../../src/core/network/losses";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import { experimentOf, run } from "../support";

const TEXT = "rain in the morning, wind in the night, and sun after that. ".repeat(11);

const trained = (engine: "float64" | "float32", stream: boolean, cell: "lstm" | "gru" = "lstm"): Trainer =>
  run(
    experimentOf({
      engine,
      task: { kind: "text", file: "t.txt", length: 10, stream },
      model: { cell, hiddenSize: 12, numLayers: 2 },
      training: {
        optimizer: { kind: "adam", learningRate: 0.03 },
        batchSize: 4,
        iterations: 150,
        validation: { share: 0.2, every: 150 },
      },
    }),
    { files: { data: TEXT, weights: null }, kernel: createWasmNetwork },
  ).trainer;

/** Row after row, one window at a time. */
function rowByRow({ dataset, spec, loss, ...trainer }: Trainer, rows: number): number {
  const { trainingSequences: from, sequences: to, timeSteps: T } = dataset;
  const each = Math.ceil((to - from) / rows);
  const state = new Float64Array((spec.cell === "lstm" ? 2 : 1) * spec.numLayers * spec.hiddenSize);
  const batch = createBatch(dataset, 1);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const network = trainer.cloneNetwork({ batch: 1, timeSteps: T });
    for (let n = from + row * each; n < Math.min(to, from + (row + 1) * each); n++) {
      fillRow(dataset, n, batch, 0);
      const outputs = network.forward(batch.inputs, 1, T, null);
      sum += evaluateLoss(loss, outputs, batch.targets, new Float64Array(outputs.length), spec.outputSize);
      network.readFinalState(state);
      network.writeInitialState(state);
    }
  }
  return sum / (to - from);
}

test.each(["float64", "float32"] as const)("the state is carried over the held-out windows, in %s", (engine) => {
  for (const cell of ["lstm", "gru"] as const) {
    const trainer = trained(engine, true, cell);
    // 13 windows in 4 rows: the last row has one fewer than the others.
    expect(trainer.dataset.sequences - trainer.dataset.trainingSequences).toBe(13);
    const difference = Math.abs(trainer.metrics.validationLoss / rowByRow(trainer, 4) - 1);
    expect(difference).toBeLessThan(engine === "float64" ? 1e-12 : 1e-5);
  }
});

test("carrying it lowers the validation loss of a network that was trained so", () => {
  const { dataset, loss, metrics, ...trainer } = trained("float64", true);
  const { trainingSequences, sequences } = dataset;
  const zeros = evaluateSequences(trainer.cloneNetwork(), dataset, loss, trainingSequences, sequences, 4);
  expect(metrics.validationLoss).toBeLessThan(zeros.loss * 0.9);
});

test("windows that training shuffles are validated from zeros", () => {
  const { dataset, loss, metrics, ...trainer } = trained("float64", false);
  const { trainingSequences, sequences } = dataset;
  const zeros = evaluateSequences(trainer.cloneNetwork(), dataset, loss, trainingSequences, sequences, 4);
  expect(metrics.validationLoss).toBe(zeros.loss);
});
