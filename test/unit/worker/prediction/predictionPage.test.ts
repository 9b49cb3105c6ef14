import { describe, expect, test } from "vitest";
import { predictionPage } from "../../../../src/worker/prediction/predictionPage";
import type { PictureShape } from "../../../../src/shared/wire/predictionPage";
import { modelOf, monthlyTable, predicted, seriesExperiment, trained } from "../../core/prediction/support";

const TABLE = monthlyTable(60);
const experiment = seriesExperiment();
const model = modelOf(experiment, trained(experiment, TABLE));
const ORIGIN = { iteration: 20, validationLoss: null };

/** Points of a line; of each piece the first one is followed by "h0". */
function points(shapes: readonly PictureShape[], kind: string): { x: number; y: number }[] {
  const drawn = shapes.flatMap((shape) => (shape.kind === "path" && shape.class === kind ? [shape.d] : []));
  return [...(drawn[0] ?? "").matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

describe("the page of a prediction", () => {
  const prediction = predicted(model, TABLE, { steps: 12, isTrainingTable: true });
  const page = predictionPage(prediction, ORIGIN, "sales.csv");

  test("says how many rows there are, which weights were used, and how large the errors are", () => {
    expect(page.sentences[0]).toBe("60 rows, and a forecast of 12 rows after them. Weights of iteration 20.");
    expect(page.sentences[1]).toMatch(/^sales: RMSE \S+, MAE \S+ over the 18 rows that training did not use\.$/);
    const best = predictionPage(prediction, { iteration: 10, validationLoss: 0.5 }, "sales.csv");
    expect(best.sentences[0]).toContain("Weights of iteration 10, the minimum of the validation loss.");
    const other = predictionPage(predicted(model, TABLE, { steps: 12 }), ORIGIN, "sales.csv");
    expect(other.sentences[1]).toMatch(/ over 48 rows\.$/);
  });

  test("draws data, predictions, and the forecast from the last value on", () => {
    const [{ shapes }] = page.pictures as [(typeof page.pictures)[0]];
    const [data, within, forecast] = ["data", "predicted", "forecast"].map((kind) => points(shapes, kind));
    expect([data!.length, within!.length, forecast!.length]).toEqual([60, 48, 13]);
    expect(forecast![0]).toEqual(data!.at(-1));
    expect(forecast!.at(-1)!.x).toBe(940);
    // Larger values are higher up.
    const values = prediction.targets[0]!.truth!;
    const top = data!.reduce((best, point, row) => (point.y < data![best]!.y ? row : best), 0);
    expect(values[top]).toBe(Math.max(...values));
    const labels = shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
    expect(labels).toEqual(expect.arrayContaining(["month", "2001-01", "data", "prediction", "forecast"]));
  });

  test("has a table with the rows of the forecast", () => {
    expect(page.table.columns).toEqual(["row", "month", "sales", "sales predicted"]);
    expect(page.table.rows.length).toBe(72);
    expect(page.table.rows.at(-1)!.slice(0, 3)).toEqual(["72", "2006-12", ""]);
    expect(Number(page.table.rows.at(-1)![3])).toBeCloseTo(prediction.targets[0]!.predicted.at(-1)!, 3);
    const long = monthlyTable(300);
    expect(predictionPage(predicted(model, long), ORIGIN, "long.csv").table.rows.length).toBe(200);
  });
});
