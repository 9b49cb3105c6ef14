import { describe, expect, it } from "vitest";
import { predictSequences } from "../../../../src/core/analysis/predictSequences";
import { finishWork } from "../../../../src/lib/slicedTask";
import { evaluateSequences } from "../../../../src/core/training/evaluate";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import type { DataPart, Predictions } from "../../../../src/shared/trace/predictions";
import { countOnesExperiment, experimentOf, latestSnapshot } from "../support";

function predict(
  experiment: ReturnType<typeof experimentOf>,
  part: DataPart,
  data: string | null = null,
  steps = 0,
): { trainer: Trainer; predictions: Predictions } {
  const trainer = createTrainer(experiment, { files: { data, weights: null } });
  for (let i = 0; i < steps; i++) trainer.step(null);
  return { trainer, predictions: finishWork(predictSequences(latestSnapshot(experiment, trainer), part)) };
}

describe("predictions", () => {
  it("of the perfect counter are its targets", () => {
    const { predictions, trainer } = predict(countOnesExperiment({ weights: [1, 1] }), "training");
    expect(predictions).toMatchObject({
      arrangement: "last",
      steps: 1,
      width: 1,
      sequences: 20,
      of: 20,
      first: 0,
      loss: 0,
      accuracy: 1,
      exactAccuracy: null,
      tolerance: 0.5,
    });
    expect(predictions.outputs).toEqual(trainer.dataset.targets);
    expect(predictions.targets).toEqual(trainer.dataset.targets);
  });

  it("have the loss and the accuracies of an evaluation over the same sequences", () => {
    const experiment = experimentOf({
      task: { kind: "binary-addition", sequences: 60, bits: 4 },
      model: { cell: "gru", hiddenSize: 4 },
      training: { batchSize: 10, validation: { share: 0.2 } },
    });
    const { predictions, trainer } = predict(experiment, "validation", null, 30);
    expect(predictions).toMatchObject({
      part: "validation",
      arrangement: "steps",
      steps: 5,
      first: 48,
      sequences: 12,
      of: 12,
    });
    const evaluation = evaluateSequences(trainer.cloneNetwork(), trainer.dataset, trainer.loss, 48, 60, 12);
    expect(predictions.loss).toBeCloseTo(evaluation.loss, 12);
    expect(predictions.accuracy).toBe(evaluation.accuracy);
    expect(predictions.exactAccuracy).toBe(evaluation.exactAccuracy);
    const right = predictions.outputs.filter(
      (probability, i) => Math.round(probability) === predictions.targets[i],
    ).length;
    expect(right / predictions.outputs.length).toBe(evaluation.accuracy);
  });

  it("of classes name the likeliest and how likely the right one was", () => {
    const experiment = experimentOf({
      task: { kind: "temporal-order", sequences: 8, length: 10 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: { batchSize: 4 },
    });
    const { predictions, trainer } = predict(experiment, "training");
    const lossOfAll = predictions.confidence.reduce((sum, p) => sum - Math.log(p), 0) / 8;
    expect(lossOfAll).toBeCloseTo(predictions.loss, 12);
    expect(predictions.targets).toEqual(trainer.dataset.targets);
    expect(predictions.outputs.every((value) => Number.isInteger(value) && value >= 0 && value < 4)).toBe(true);
  });

  it("of a table are its last outputs, window after window, in the units of the file", () => {
    const rows = Array.from({ length: 60 }, (_, row) => 1000 + 50 * ((row * 7) % 5));
    const experiment = experimentOf({
      task: { kind: "csv", file: "t.csv", columns: ["level"], length: 6 },
      model: { cell: "rnn", hiddenSize: 2 },
      training: { batchSize: 8 },
    });
    const { predictions } = predict(experiment, "training", `level\n${rows.join("\n")}\n`);
    expect(predictions).toMatchObject({
      arrangement: "series",
      steps: 1,
      names: ["level"],
      sequences: 54,
      accuracy: null,
    });
    for (const [n, target] of predictions.targets.entries()) expect(target).toBeCloseTo(rows[n + 6] ?? NaN, 8);
  });

  it("are refused for sequences held out where there are none", () => {
    expect(() => predict(countOnesExperiment(), "validation")).toThrow(
      "This run has no validation set. Set training.validation.share to use one.",
    );
  });
});
