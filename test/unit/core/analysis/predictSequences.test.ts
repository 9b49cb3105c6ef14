import { describe, expect, it } from "vitest";
import { predictSequences } from "../../../../src/core/analysis/predictSequences";
import { finishWork } from "../../../../src/lib/slicedTask";
import { evaluateSequences } from "../../../../src/core/training/evaluate";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import type { DataPart, Predictions } from "../../../../src/shared/trace/predictions";
import { countOnesExperiment, experimentOf, latestSnapshot, numbersOf } from "../support";

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
      loss: { training: 0, validation: null },
      accuracy: 1,
      exactAccuracy: null,
      tolerance: 0.5,
    });
    expect(predictions.outputs).toEqual(numbersOf(trainer.dataset).targets);
    expect(predictions.targets).toEqual(numbersOf(trainer.dataset).targets);
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
    expect(predictions.loss.training).toBeNull();
    expect(predictions.loss.validation).toBeCloseTo(evaluation.loss, 12);
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
    expect(lossOfAll).toBeCloseTo(predictions.loss.training ?? NaN, 12);
    expect(predictions.targets).toEqual(numbersOf(trainer.dataset).targets);
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
    for (const [n, target] of predictions.targets.entries()) {
      expect(target).toBeCloseTo(rows[n + 6] ?? NaN, 8);
      expect(predictions.rows[n]).toBe(n + 7);
      expect(predictions.repeated[n]).toBeCloseTo(rows[n + 5] ?? NaN, 8);
    }
  });

  it("of both parts of a table are on either side of the split, each with the loss of its own evaluation", () => {
    const rows = Array.from({ length: 80 }, (_, row) => `${(row * 7) % 5},${row % 3}`);
    const experiment = experimentOf({
      task: { kind: "csv", file: "t.csv", columns: ["a"], target: "b", length: 6, horizon: 2, stride: 3 },
      model: { cell: "rnn", hiddenSize: 2 },
      training: { batchSize: 8, validation: { share: 0.5 } },
    });
    const { predictions, trainer } = predict(experiment, "both", `a,b\n${rows.join("\n")}\n`, 5);
    expect(predictions).toMatchObject({ part: "both", first: 0, sequences: 22, training: 11, of: 22 });
    expect(predictions.rows.slice(0, 3)).toEqual(Float64Array.of(8, 11, 14));
    // Windows of validation have no row in common with training: they begin at row 42, a multiple of the stride.
    expect(predictions.rows[11]).toBe(50);
    for (const [n, target] of predictions.targets.entries())
      expect(target).toBeCloseTo(((predictions.rows[n] ?? NaN) - 1) % 3, 8);
    // The target is no input, so there is nothing to repeat.
    expect(predictions.repeated).toHaveLength(0);
    const lossOf = (from: number, to: number): number =>
      evaluateSequences(trainer.cloneNetwork(), trainer.dataset, trainer.loss, from, to, 11).loss;
    expect(predictions.loss.training).toBeCloseTo(lossOf(0, 11), 12);
    expect(predictions.loss.validation).toBeCloseTo(lossOf(11, 22), 12);
  });

  it("of both parts of what is no series are those of the validation set", () => {
    const experiment = experimentOf({
      task: { kind: "parity", sequences: 20, length: 5 },
      training: { validation: { share: 0.2 } },
    });
    expect(predict(experiment, "both").predictions).toMatchObject({ part: "validation", training: 0, of: 4 });
  });

  it("carry the state through a text as training does, and have the loss of training", () => {
    const text = "rain in the morning, wind in the night. ".repeat(20);
    const experiment = experimentOf({
      task: { kind: "text", file: "t.txt", length: 10 },
      model: { cell: "lstm", hiddenSize: 16 },
      training: { optimizer: { kind: "adam", learningRate: 0.03 }, batchSize: 2, iterations: 200 },
    });
    const { predictions, trainer } = predict(experiment, "training", text, 200);
    expect(predictions.carriesState).toBe(true);
    const zeros = evaluateSequences(trainer.cloneNetwork(), trainer.dataset, trainer.loss, 0, 16, 16);
    const { training } = predictions.loss;
    expect(training).toBeLessThan(zeros.loss / 2);
    expect(Math.abs((training ?? NaN) - trainer.metrics.loss)).toBeLessThan(zeros.loss / 10);
  });

  it("are refused for sequences held out where there are none", () => {
    expect(() => predict(countOnesExperiment(), "validation")).toThrow(
      "This run has no validation set. Set training.validation.share to use one.",
    );
  });
});
