import { describe, expect, test } from "vitest";
import { expectClose } from "../support";
import { modelOf, monthlyTable, predicted, seriesExperiment, trained } from "./support";

const TABLE = monthlyTable(120);
const experiment = seriesExperiment({ columns: ["sales", { name: "month", kind: "time", encoding: "month-of-year" }] });
const model = modelOf(experiment, trained(experiment, TABLE));

describe("a forecast beyond the table", () => {
  test("is what comes of appending each prediction as a row and predicting again", () => {
    const steps = 15;
    const { predicted: forecast } = predicted(model, TABLE, { steps }).targets[0]!;
    let table = TABLE;
    for (let step = 0; step < steps; step++) {
      const { predicted: next } = predicted(model, table).targets[0]!;
      expectClose([forecast[120 + step]!], [next[120 + step]!], 1e-10);
      const row = 120 + step;
      table += `${2001 + Math.floor(row / 12)}-${String((row % 12) + 1).padStart(2, "0")},${next[row]},1\n`;
    }
  });

  test("of a network that looks several rows ahead reads the table as far as it can", () => {
    const ahead = seriesExperiment({ columns: ["sales", "price"], target: "sales", horizon: 6 });
    const far = modelOf(ahead, trained(ahead, TABLE));
    const { steps, targets } = predicted(far, TABLE);
    expect(steps).toBe(6);
    const longer = `${TABLE}${"2011-01,0,0\n".repeat(6)}`;
    const read = predicted(far, longer).targets[0]!.predicted.slice(120, 126);
    expectClose(targets[0]!.predicted.slice(120), read, 1e-14);
    expect(() => predicted(far, TABLE, { steps: 7 })).toThrow(
      /a forecast of 7 steps reads column "price" beyond the last row, .* Forecast at most 6 steps \(task.horizon\)/,
    );
  });

  test("is refused where times do not follow at equal distances", () => {
    const table = TABLE.replace("2005-03,", "2005-02,");
    expect(() => predicted(model, table, { steps: 3 })).toThrow(/column "month".*equal distances/);
    expect(predicted(model, table).time!.texts.at(-1)).toBe("");
  });

  test("has no prediction where a window would begin before the table", () => {
    const ahead = seriesExperiment({ horizon: 4 });
    const far = modelOf(ahead, trained(ahead, TABLE));
    const short = TABLE.split("\n").slice(0, 14).join("\n");
    const { predicted: values } = predicted(far, short, { steps: 6 }).targets[0]!;
    expect(Array.from(values, Number.isNaN)).toEqual([...Array<boolean>(15).fill(true), false, false, true, true]);
  });
});

describe("a backtest", () => {
  test("forecasts from each row as if the table ended there, and compares with what came", () => {
    const [result] = predicted(model, TABLE, {
      steps: 5,
      backtest: { season: 12 },
      isTrainingTable: true,
    }).backtests;
    expect(result).toMatchObject({ steps: 5, origins: 32, stride: 1, first: 83, last: 114 });
    const lines = TABLE.split("\n");
    const sales = lines.slice(1, -1).map((line) => Number(line.split(",")[1]));
    const squares = Array.from({ length: 5 }, () => ({ network: 0, last: 0, season: 0 }));
    for (let origin = 83; origin <= 114; origin++) {
      const start = lines.slice(0, origin + 2).join("\n");
      const forecast = predicted(model, start, { steps: 5 }).targets[0]!.predicted;
      for (let step = 1; step <= 5; step++) {
        const truth = sales[origin + step]!;
        squares[step - 1]!.network += (forecast[origin + step]! - truth) ** 2;
        squares[step - 1]!.last += (sales[origin]! - truth) ** 2;
        squares[step - 1]!.season += (sales[origin + step - 12]! - truth) ** 2;
      }
    }
    const rmse = (name: string) => result!.methods.find((method) => method.name === name)!.errors.map((e) => e.rmse!);
    const of = (key: "network" | "last" | "season") => squares.map((sum) => Math.sqrt(sum[key] / 32));
    expectClose(rmse("network"), of("network"), 1e-9);
    expectClose(rmse("last value"), of("last"), 1e-12);
    expectClose(rmse("seasonal naive"), of("season"), 1e-12);
  });

  test("of a table that training has not seen uses all of it", () => {
    const [result] = predicted(model, TABLE, { steps: 1, backtest: { season: null } }).backtests;
    expect(result).toMatchObject({ origins: 108, first: 11, last: 118 });
    expect(result!.methods.map(({ name }) => name)).toEqual(["network", "last value"]);
  });

  test("needs rows to compare with", () => {
    const short = TABLE.split("\n").slice(0, 16).join("\n");
    expect(() => predicted(model, short, { steps: 5, backtest: { season: null } })).toThrow(
      "a backtest of 5 steps needs at least 17 rows, and the table has 15",
    );
  });
});
