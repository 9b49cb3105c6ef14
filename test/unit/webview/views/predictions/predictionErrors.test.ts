import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { predictSequences } from "../../../../../src/core/analysis/predictSequences";
import { createTrainer } from "../../../../../src/core/training/trainer";
import { finishWork } from "../../../../../src/lib/slicedTask";
import type { Predictions } from "../../../../../src/shared/trace/predictions";
import { formatValue } from "../../../../../src/shared/words/numberFormat";
import type { ChartModel } from "../../../../../webview/chart/model";
import { WHOLE, toCsv } from "../../../../../webview/chart/table";
import { errorsOf } from "../../../../../webview/views/predictions/predictionErrors";
import { drawPicture, splitRow } from "../../../../../webview/views/predictions/predictionPictures";
import { predictionTable } from "../../../../../webview/views/predictions/predictionTable";
import { captionText, subtitleText } from "../../../../../webview/views/predictions/predictionWords";
import { experimentOf, latestSnapshot } from "../../../core/support";
import { headerOf } from "../../support";

const FILE = readFileSync(join(import.meta.dirname, "../../../../fixtures/airline.csv"), "utf8");
/** Passengers by row of the file, counted from 1 after the header. */
const PASSENGERS = [NaN, ...FILE.trim().split("\n").slice(1).map(Number)];
const LENGTH = 12;
const SPLIT = Math.floor((PASSENGERS.length - 1) * 0.75);

describe("predictions of airline.csv", () => {
  let predictions: Predictions;
  const model = {
    header: { ...headerOf("r"), data: { batchesPerEpoch: 6 } },
    place: { iteration: 100 },
  } as unknown as ChartModel;

  beforeAll(() => {
    const experiment = experimentOf({
      task: { kind: "csv", file: "airline.csv", columns: ["passengers"], length: LENGTH },
      model: { cell: "gru", hiddenSize: 8 },
      training: {
        optimizer: { kind: "adam", learningRate: 0.01 },
        batchSize: 16,
        iterations: 100,
        validation: { share: 0.25, every: 10 },
      },
    });
    const trainer = createTrainer(experiment, { files: { data: FILE, weights: null } });
    while (trainer.step(null) === "running");
    predictions = finishWork(predictSequences(latestSnapshot(experiment, trainer), "both"));
  });

  /** From the file alone, apart from what the network answers. */
  function measured(from: number, to: number): { mae: number; rmse: number; repeatedMae: number } {
    const errors: number[] = [];
    const repeated: number[] = [];
    for (let row = from; row <= to; row++) {
      const n = predictions.rows.indexOf(row);
      expect(n, `row ${row}`).toBeGreaterThanOrEqual(0);
      errors.push((predictions.outputs[n] ?? NaN) - (PASSENGERS[row] ?? NaN));
      repeated.push((PASSENGERS[row - 1] ?? NaN) - (PASSENGERS[row] ?? NaN));
    }
    const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mae: meanOf(errors.map(Math.abs)),
      rmse: Math.sqrt(meanOf(errors.map((error) => error * error))),
      repeatedMae: meanOf(repeated.map(Math.abs)),
    };
  }

  it("have the errors that the file gives, in passengers, and so has repeating the last value", () => {
    const rows = PASSENGERS.length - 1;
    const expected = [measured(LENGTH + 1, SPLIT), measured(SPLIT + LENGTH + 1, rows)];
    const errors = errorsOf(predictions, 0);
    expect(errors.map(({ part }) => part)).toEqual(["training", "validation"]);
    for (const [i, { mae, rmse, repeatedMae }] of expected.entries()) {
      expect(errors[i]?.mae).toBeCloseTo(mae, 9);
      expect(errors[i]?.rmse).toBeCloseTo(rmse, 9);
      expect(errors[i]?.repeatedMae).toBeCloseTo(repeatedMae, 9);
    }
    const [, validation] = expected;
    expect(captionText(model, predictions, 0)).toContain(
      `Validation (passengers): MAE ${formatValue(validation!.mae)}, RMSE ${formatValue(validation!.rmse)}; ` +
        `repeating the last value has MAE ${formatValue(validation!.repeatedMae)}.`,
    );
  });

  it("are drawn over the rows of the file in its unit, with a gap where the parts meet", () => {
    expect(subtitleText(predictions, 0)).toBe("passengers ↑ · row of the file → · rows 13 to 144");
    const { x, targets, outputs } = drawPicture(predictions, 0, 0, model);
    expect(x).toMatchObject({ min: 13, max: 144 });
    expect(splitRow(predictions)).toBe(SPLIT + 0.5);
    const gap = targets.findIndex(({ y }) => Number.isNaN(y));
    expect([targets[gap - 1]?.x, targets[gap + 1]?.x]).toEqual([SPLIT, SPLIT + LENGTH + 1]);
    expect(outputs[gap]?.y).toBeNaN();
    for (const { x: row, y } of targets) if (Number.isInteger(row)) expect(y).toBeCloseTo(PASSENGERS[row] ?? NaN, 9);
  });

  it("are saved with row, part and unit", () => {
    const [header, first, ...others] = toCsv(predictionTable(model, predictions, WHOLE))
      .trim()
      .split(/\r?\n/);
    expect(header).toBe("Row,Part,passengers: target,passengers: prediction,passengers: error,passengers: last value");
    expect(first).toMatch(/^13,training,115\b/);
    expect(others).toHaveLength(predictions.sequences - 1);
    expect(others.at(-1)).toMatch(/^144,validation,432\b/);
  });

  it("say why their training loss is not the one in Loss", () => {
    expect(captionText(model, predictions, 0)).toContain(
      "The training loss differs from the one in Loss, which is that of one batch.",
    );
    const full = { ...model, header: { ...model.header, data: { batchesPerEpoch: 1 } } } as unknown as ChartModel;
    expect(captionText(full, predictions, 0)).not.toContain("Loss");
  });
});
