import { describe, expect, test } from "vitest";
import { predictionsCsv } from "../../../../src/core/prediction/predictionsCsv";
import { trainedModel } from "../../../../src/core/prediction/trainedModel";
import { readRecipe, writeRecipe } from "../../../../src/core/tasks/recipe";
import { createBatch, fillRow } from "../../../../src/core/tasks/batches";
import type { Trainer } from "../../../../src/core/training/trainer";
import { expectClose } from "../support";
import { modelOf, monthlyTable, predicted, recipeOf, seriesExperiment, trained } from "./support";

const TABLE = monthlyTable(120);

/** The outputs of the trainer's own network for its validation windows, at their last step, in units, by row. */
function validationOutputs({ dataset, cloneNetwork }: Trainer): Map<number, number> {
  const { timeSteps: T, outputSteps: S, outputSize: O, trainingSequences, sequences, units, targetRow } = dataset;
  const size = sequences - trainingSequences;
  const batch = createBatch(dataset, size);
  for (let b = 0; b < size; b++) fillRow(dataset, trainingSequences + b, batch, b);
  const outputs = cloneNetwork({ batch: size, timeSteps: T }).forward(batch.inputs, size, T, null);
  const { mean, deviation } = units!.target[0]!;
  return new Map(
    Array.from({ length: size }, (_, b) => [
      targetRow!(trainingSequences + b),
      outputs[((b + 1) * S - 1) * O]! * deviation + mean,
    ]),
  );
}

describe("predictions of the table of training", () => {
  test.each([
    ["float64", "last", {}],
    ["float64", "every", { stride: 5, horizon: 3 }],
    ["float32", "last", {}],
    ["float32", "every", { columns: ["sales", "price"], target: "sales", length: 7 }],
  ] as const)("are the outputs of the trainer's own validation (%s, readout %s, %j)", (engine, readout, task) => {
    const experiment = seriesExperiment(task, { engine, model: { cell: "lstm", hiddenSize: 9, readout } });
    const trainer = trained(experiment, TABLE);
    expect(trainer.engine).toBe(engine);
    const [target] = predicted(modelOf(experiment, trainer), TABLE).targets;
    const own = validationOutputs(trainer);
    expect(own.size).toBeGreaterThan(3);
    for (const [row, value] of own) expect(target!.predicted[row]).toBe(value);
  });

  test("have the values of the table beside them, and errors over the rows that training did not use", () => {
    const experiment = seriesExperiment();
    const model = modelOf(experiment, trained(experiment, TABLE));
    const { targets, judged } = predicted(model, TABLE, { isTrainingTable: true });
    expect(judged).toBe("validation");
    const [{ predicted: values, truth, errors }] = targets as [(typeof targets)[0]];
    expect(truth![100]).toBe(Number(TABLE.split("\n")[101]!.split(",")[1]));
    const differences = Array.from({ length: 36 }, (_, k) => values[84 + k]! - truth![84 + k]!);
    expect(errors!.count).toBe(36);
    expect(errors!.rmse).toBeCloseTo(Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0) / 36), 12);
    expect(errors!.mae).toBeCloseTo(differences.reduce((sum, d) => sum + Math.abs(d), 0) / 36, 12);
    expect(predicted(model, TABLE).targets[0]!.errors!.count).toBe(120 - 12);
    const sales = truth!.slice(0, 84);
    for (const season of [1, 12]) {
      const seasonal = seriesExperiment({ season });
      const { errors: scaled } = predicted(modelOf(seasonal, trained(seasonal, TABLE)), TABLE).targets[0]!;
      const steps = Array.from(sales.slice(season), (value, t) => Math.abs(value - sales[t]!));
      const naive = steps.reduce((sum, step) => sum + step, 0) / steps.length;
      expect(scaled!.mase).toBeCloseTo(scaled!.mae! / naive, 10);
      expect(scaled!.season).toBe(season === 1 ? undefined : season);
    }
  });
});

describe("another table", () => {
  const experiment = seriesExperiment({ columns: ["sales", "price"], target: "sales" });
  const model = modelOf(experiment, trained(experiment, TABLE));
  const whole = predicted(model, TABLE).targets[0]!.predicted;

  test("is scaled as in training: its rows alone give the same predictions, to the bit", () => {
    const [header, ...lines] = TABLE.trimEnd().split("\n");
    const part = predicted(model, [header, ...lines.slice(40, 70)].join("\n"));
    expect(part.rows).toBe(30);
    for (let row = 12; row < 30; row++) expect(part.targets[0]!.predicted[row]).toBe(whole[40 + row]);
  });

  test("may have other columns, another order, and no target", () => {
    const [, ...lines] = TABLE.trimEnd().split("\n");
    const cells = lines.map((line) => line.split(","));
    const other = ["price,note,sales", ...cells.map(([, sales, price]) => `${price},x,${sales}`)].join("\n");
    expect(predicted(model, other).targets[0]!.predicted).toEqual(whole);
    expect(predicted(model, other).time).toBeNull();
    const priceOnly = seriesExperiment({ columns: ["price"], target: "sales", horizon: 0 });
    const fromPrice = modelOf(priceOnly, trained(priceOnly, TABLE));
    const without = ["price", ...cells.map(([, , price]) => price)].join("\n");
    const { targets } = predicted(fromPrice, without);
    expect(targets[0]!.truth).toBeNull();
    expect(targets[0]!.predicted).toEqual(predicted(fromPrice, TABLE).targets[0]!.predicted);
    const gaps = ["price,sales", ...cells.map(([, sales, price], row) => `${price},${row > 100 ? "" : sales}`)];
    const truth = predicted(fromPrice, gaps.join("\n")).targets[0]!.truth!;
    expect([truth[100], truth[101]]).toEqual([Number(cells[100]![1]), NaN]);
  });

  test.each([
    ["month,sales,prize\n2001-01,1,2\n", /no column "price"; .* Did you mean "prize"\?/],
    ["month,price\n2001-01,1\n", /no column "sales"/],
    ["sales,price\n1,2\n2,x\n3,4\n", /line 3, column "price": "x" is not a number/],
    ["sales,price\n1,2\n2,\n3,4\n", /line 3, column "price": there is no value/],
    [`sales,price\n${"1,2\n".repeat(11)}`, /^11 rows are too few: the network reads windows of 12 rows/],
  ])("that does not serve is refused: %j", (table, message) => {
    expect(() => predicted(model, table)).toThrow(message);
  });
});

describe("categories, times and missing values", () => {
  const lines = TABLE.trimEnd().split("\n").slice(1);
  const weather = ["dry", "wet", "snow"];
  const table = (names: readonly string[]): string =>
    ["month,sales,price,weather", ...lines.map((line, row) => `${line},${names[(row * row) % names.length]}`)].join(
      "\n",
    );
  const columns = [
    "sales",
    { name: "month", kind: "time" },
    { name: "month", kind: "time", encoding: "month-of-year" },
    { name: "weather", kind: "category" },
    { name: "price", kind: "number" },
  ];

  test("are encoded as recorded, whatever order the other table has them in", () => {
    const experiment = seriesExperiment({
      columns,
      target: "sales",
      missing: { markers: ["?"], fill: "mask" },
    });
    const holes = table(weather)
      .split("\n")
      .map((line, row) => (row % 9 === 4 ? line.replace(/,\d\.\d\d,/, ",?,") : line));
    const trainer = trained(experiment, holes.join("\n"));
    const model = modelOf(experiment, trainer);
    expect(model.recipe.inputs.map(({ name }) => name)).toEqual([
      "sales",
      "month",
      "sin(month-of-year of month)",
      "cos(month-of-year of month)",
      "weather=dry",
      "weather=wet",
      "price",
      "price missing",
    ]);
    const whole = predicted(model, holes.join("\n")).targets[0]!.predicted;
    for (const [row, value] of validationOutputs(trainer)) expect(whole[row]).toBe(value);
    // The part starts with another category, at another time, and has another mean.
    const part = predicted(model, [holes[0], ...holes.slice(52)].join("\n")).targets[0]!.predicted;
    for (let row = 12; row < part.length - 1; row++) expect(part[row]).toBe(whole[51 + row]);
  });

  test("that training has not seen are refused with line and column", () => {
    const experiment = seriesExperiment({ columns: ["sales", columns[3]!], target: "sales" });
    const model = modelOf(experiment, trained(experiment, table(weather)));
    const message = /^line \d+, column "weather": the network has not seen "hail" in training. It knows "dry", "wet"/;
    expect(() => predicted(model, table(["dry", "hail"]))).toThrow(message);
    expect(() => predicted(model, table(["dry", "hail"]))).toThrow(/^line 3,/);
  });
});

describe("the recipe", () => {
  const experiment = seriesExperiment();
  const trainer = trained(experiment, TABLE);
  const recipe = recipeOf(trainer);

  test("is read as it was written, in texts, and has the very scaling of training", () => {
    const texts = writeRecipe(recipe);
    expect(Object.values(texts).every((text) => typeof text === "string")).toBe(true);
    expect(readRecipe(texts)).toEqual(recipe);
    expect(recipe).toMatchObject({
      inputs: trainer.dataset.units!.input,
      targets: trainer.dataset.units!.target,
      rows: 120,
      trainingRows: 84,
      length: 12,
      horizon: 1,
    });
    expect(readRecipe({})).toBeNull();
  });

  test.each([
    ["length", "0"],
    ["horizon", "-1"],
    ["inputs", '[{"name":"x","mean":0,"deviation":0}]'],
    ["targets", "{"],
    ["columns", '[{"kind":"category","name":"x","encoding":"one-hot","categories":[1],"hasMissing":true}]'],
    ["columns", '[{"kind":"time","name":"x","encoding":"elapsed","format":"DDMM","origin":0}]'],
    ["training_rows", "1.5"],
  ])("with an invalid %s is refused: %s", (key, text) => {
    expect(() => readRecipe({ ...writeRecipe(recipe), [key]: text })).toThrow(`the metadata ${key} of the weights`);
  });

  test("goes with weights of the experiment's shape alone", () => {
    const tensors = trainer.parameterTensors();
    const larger = seriesExperiment({}, { model: { cell: "gru", hiddenSize: 7 } });
    expect(() => trainedModel(larger, recipe, tensors)).toThrow(
      /weight_ih_l0 in the weights has shape \[18, 1\], but the model of the experiment requires \[21, 1\]/,
    );
    expect(() => trainedModel(experiment, recipe, tensors.slice(1))).toThrow(/have no weight_ih_l0 \[18, 1\]/);
    const other = { name: "weight_ih_l1", shape: [1], values: Float64Array.of(1) };
    expect(() => trainedModel(experiment, recipe, [...tensors, other])).toThrow(/weight_ih_l1, for which/);
  });
});

test("the CSV has a line for each prediction, with time and value, and the rows after the last one", () => {
  const experiment = seriesExperiment();
  const model = modelOf(experiment, trained(experiment, TABLE));
  const prediction = predicted(model, TABLE, { steps: 14 });
  const lines = predictionsCsv(prediction).trimEnd().split("\n");
  expect(lines[0]).toBe("row,month,sales,sales predicted");
  expect(lines.length).toBe(1 + 108 + 14);
  const [row, month, sales, value] = lines[1]!.split(",");
  expect([row, month, sales]).toEqual(["13", "2002-01", TABLE.split("\n")[13]!.split(",")[1]]);
  expect(Number(value)).toBe(prediction.targets[0]!.predicted[12]);
  expect(lines.at(-1)!.split(",").slice(0, 3)).toEqual(["134", "2012-02", ""]);
  expectClose([Number(lines.at(-1)!.split(",")[3])], [prediction.targets[0]!.predicted.at(-1)!], 1e-15);
});
