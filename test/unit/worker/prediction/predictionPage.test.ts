import { describe, expect, test } from "vitest";
import { predictionPage } from "../../../../src/worker/prediction/predictionPage";
import type { PictureShape } from "../../../../src/shared/wire/predictionPage";
import {
  modelOf,
  monthlyTable,
  predicted,
  seriesExperiment,
  stationTable,
  trained,
} from "../../core/prediction/support";

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
    expect(values[top]).toBe(Math.max(...values.slice(0, 60)));
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

describe("the page of several series", () => {
  const stations = stationTable();
  const group = { columns: ["level"], group: "station", length: 6 };

  function pageOf(task: Readonly<Record<string, unknown>>, readout: "last" | "every" = "every", table = stations) {
    const of = seriesExperiment(task, { model: { cell: "gru", hiddenSize: 4, readout } });
    const prediction = predicted(modelOf(of, trained(of, stations)), table, { isTrainingTable: table === stations });
    return { prediction, page: predictionPage(prediction, ORIGIN, "stations.csv") };
  }

  test("has a picture of each, with its name and its own forecast", () => {
    const { page } = pageOf({ ...group, horizon: 3 });
    expect(page.sentences[0]).toMatch(/^100 rows in 3 series, and a forecast of 3 rows after each of them\. /);
    expect(page.pictures.map(({ title }) => title)).toEqual(["level, S0", "level, S1", "level, S2"]);
    const [forecasts, data] = ["forecast", "data"].map((kind) =>
      page.pictures.map(({ shapes }) => points(shapes, kind).length),
    );
    expect([forecasts, data]).toEqual([
      [4, 4, 4],
      [40, 33, 27],
    ]);
    expect(page.table.columns).toEqual(["row", "station", "day", "level", "level predicted"]);
    expect(page.table.rows.at(-1)!.slice(0, 4)).toEqual(["", "S2", "2024-01-30", ""]);
    const { page: many } = pageOf({ ...group, reset: "start" });
    expect(many.pictures.length).toBe(8);
    expect(many.pictures[1]!.title).toBe("level, S0, episode 2");
    expect(many.sentences.at(-1)).toBe("The first 8 of 10 pictures are drawn.");
  });

  test("of classes has the confusion matrix of the Metrics section, and the probability of each answer", () => {
    const { page, prediction } = pageOf({ ...group, target: "mood", targetKind: "classes", horizon: 0 });
    expect(page.sentences[1]).toMatch(
      /^mood: accuracy \S+%, balanced accuracy \S+% over the 31 rows that training did/,
    );
    const [{ rows, labels, caption, corner }] = page.confusions as [(typeof page.confusions)[0]];
    expect([labels, caption, corner]).toEqual([
      ["Falling", "calm", "rising"],
      "Confusion matrix: rows are targets, columns are predictions",
      "Target",
    ]);
    const { confusion } = prediction.targets[0]!.answers!;
    expect(rows.flat().map(({ text }) => Number(text))).toEqual([...confusion]);
    for (const row of rows) {
      const total = row.reduce((sum, { text }) => sum + Number(text), 0);
      expect(row.map(({ tenths }) => tenths)).toEqual(row.map(({ text }) => Math.ceil((10 * Number(text)) / total)));
    }
    expect(page.table.columns.slice(3)).toEqual(["mood", "mood predicted", "probability"]);
    const [mood, answer, probability] = page.table.rows.at(-1)!.slice(3);
    expect([labels.includes(mood!), labels.includes(answer!)]).toEqual([true, true]);
    expect(Number(probability)).toBeGreaterThan(1 / 3);
    const texts = page.pictures[0]!.shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
    expect(texts).toEqual(expect.arrayContaining(["Falling", "calm", "rising"]));
  });

  test("with one answer each draws the answers over the series, and lists those alone", () => {
    const task = { ...group, target: "kind", targetKind: "classes", length: "series", horizon: 0 };
    const { page } = pageOf(task, "last");
    expect(page.pictures.map(({ title }) => title)).toEqual(["kind"]);
    expect(page.table.rows.map(([row, station]) => [row, station])).toEqual([
      ["100", "S0"],
      ["93", "S1"],
      ["81", "S2"],
    ]);
  });

  test("draws the probability of a bit", () => {
    const { page } = pageOf({ ...group, target: "high", targetKind: "bits", horizon: 0 });
    expect(page.confusions[0]!.labels).toEqual(["0", "1"]);
    expect(points(page.pictures[0]!.shapes, "predicted").length).toBe(35);
    const labels = pageOf(
      { ...group, target: "mood", targetKind: "classes" },
      "every",
      stations.replaceAll("calm", "?!"),
    );
    expect(labels.page.sentences.at(-1)).toMatch(/^mood: \d+ labels that training has not seen are not compared\.$/);
  });
});
