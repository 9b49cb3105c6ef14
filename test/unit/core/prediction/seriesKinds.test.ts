/** Several series, bits and classes, whole series, and streams: each against the training or PyTorch. */
import { execFileSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { measureAtEnd } from "../../../../src/core/analysis/measures";
import { predictionsCsv } from "../../../../src/core/prediction/predictionsCsv";
import type { TablePrediction } from "../../../../src/core/prediction/predictTable";
import { forwardParts } from "../../../../src/core/training/evaluate";
import type { Trainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { expectClose } from "../support";
import { versionOf } from "../../python";
import { modelOf, monthlyTable, predicted, seriesExperiment, stationTable, trained } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const TABLE = stationTable();
const LSTM = { model: { cell: "lstm", hiddenSize: 5 } } as const;
const GROUPS = { columns: ["level"], group: "station", length: 6 };

/** Raw outputs of the training's own validation at the last step that counts, by the row of the file. */
function ownOutputs({ dataset, batchSize, carriesState, ...trainer }: Trainer): Map<number, Float64Array> {
  const { trainingSequences, sequences, outputSteps: S, outputSize: O, timeSteps, lengths, answersOnce } = dataset;
  const network = trainer.cloneNetwork({ batch: batchSize, timeSteps });
  const found = new Map<number, Float64Array>();
  for (const part of forwardParts(network, dataset, trainingSequences, sequences, batchSize, carriesState))
    for (const [b, sequence] of part.sequences.entries()) {
      const last = answersOnce === true || lengths !== undefined ? lengths![sequence]! : S;
      const at = (b * S + last - 1) * O;
      found.set(dataset.targetRow!(sequence), part.outputs.slice(at, at + O));
    }
  return found;
}

/** The line of each row of the file. */
function linesByRow({ places }: TablePrediction): Map<number, number> {
  return new Map(Array.from(places, (place, line): [number, number] => [place - 1, line]));
}

const softmax = (logits: Float64Array): number[] => {
  const powers = Array.from(logits, (value) => Math.exp(value - Math.max(...logits)));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
};

describe("series of a group", () => {
  test.each([
    ["float64", 0],
    ["float32", 0],
  ] as const)("are predicted as the training's own validation has it, to the bit (%s)", (engine, tolerance) => {
    const experiment = seriesExperiment({ ...GROUPS, stride: 2, horizon: 2 }, { engine, ...LSTM });
    const trainer = trained(experiment, TABLE);
    const prediction = predicted(modelOf(experiment, trainer), TABLE, { isTrainingTable: true });
    const [{ mean, deviation }] = trainer.dataset.units!.target as unknown as [{ mean: number; deviation: number }];
    const lines = linesByRow(prediction);
    const own = ownOutputs(trainer);
    expect(own.size).toBe(5);
    for (const [row, [output]] of own)
      expectClose([prediction.targets[0]!.predicted[lines.get(row)!]!], [output! * deviation + mean], tolerance);
    expect(prediction.series.map(({ group, rows, steps }) => [group[0], rows, steps])).toEqual([
      ["S0", 40, 2],
      ["S1", 33, 2],
      ["S2", 27, 2],
    ]);
    expect(prediction.judged).toBe("validation");
    expect(prediction.targets[0]!.errors!.count).toBe(100 - (28 + 23 + 18));
  });

  test("never meet: each alone has the same predictions and the same forecast", () => {
    const columns = ["level", { name: "day", kind: "time" }, { name: "kind", kind: "category" }];
    const experiment = seriesExperiment({ ...GROUPS, columns, target: "level", horizon: 3 });
    const model = modelOf(experiment, trained(experiment, TABLE));
    const whole = predicted(model, TABLE);
    for (const { group, from, rows, steps } of whole.series) {
      const own = TABLE.split("\n").filter((line, at) => at === 0 || line.includes(`,${group[0]},`));
      const alone = predicted(model, own.join("\n"));
      expect(alone.targets[0]!.predicted).toEqual(whole.targets[0]!.predicted.slice(from, from + rows + steps));
      expect(alone.time!.texts).toEqual(whole.time!.texts.slice(from, from + rows + steps));
    }
    expect(() => predicted(model, TABLE, { steps: 4 })).toThrow(
      /a forecast of 4 steps reads column "kind" beyond the last row.*Forecast at most 3 steps/,
    );
  });

  test("are forecast from their own predictions, each with its times", () => {
    const columns = ["level", { name: "day", kind: "time" }];
    const experiment = seriesExperiment({ ...GROUPS, columns, target: "level" });
    const model = modelOf(experiment, trained(experiment, TABLE));
    const steps = 4;
    const { series, targets, time } = predicted(model, TABLE, { steps });
    const { predicted: values } = targets[0]!;
    let table = TABLE;
    for (let step = 0; step < steps; step++) {
      const next = predicted(model, table);
      for (const [index, { from, rows }] of series.entries()) {
        const at = next.series[index]!.from + rows + step;
        expectClose([values[from + rows + step]!], [next.targets[0]!.predicted[at]!], 1e-12);
        table += `${time!.texts[from + rows + step]},S${index},${next.targets[0]!.predicted[at]},0,calm,0,well\n`;
      }
    }
  });

  test("stand beside their predictions in the CSV, series after series", () => {
    const experiment = seriesExperiment({ ...GROUPS, group: ["kind", "station"] });
    const csv = predictionsCsv(predicted(modelOf(experiment, trained(experiment, TABLE)), TABLE));
    const lines = csv.trimEnd().split("\n");
    expect(lines[0]).toBe("row,kind,station,day,level,level predicted");
    expect(lines.length).toBe(1 + 100 - 18 + 3);
    expect(lines[1]).toMatch(/^19,spring,S0,2024-01-07,5\.\d+,\d/);
    expect(lines[35]).toMatch(/^,spring,S0,2024-02-10,,\d/);
    expect(lines.at(-1)).toMatch(/^,spring,S2,2024-01-28,,\d/);
  });

  test("have a backtest over all of them, within each", () => {
    const experiment = seriesExperiment(GROUPS);
    const model = modelOf(experiment, trained(experiment, TABLE));
    const [result] = predicted(model, TABLE, { steps: 3, backtest: { season: 2 }, isTrainingTable: true }).backtests;
    // 28, 23 and 18 of 40, 33 and 27 rows are for training.
    expect(result).toMatchObject({ series: 3, origins: 10 + 8 + 7, stride: 1 });
    const rowsOf = (station: number) =>
      TABLE.split("\n").flatMap((line) => (line.includes(`,S${station},`) ? [Number(line.split(",")[2])] : []));
    const errors = [0, 1, 2].flatMap((station) => {
      const levels = rowsOf(station);
      const from = [28, 23, 18][station]! - 1;
      return levels.slice(from, levels.length - 3).map((level, k) => levels[from + k + 3]! - level);
    });
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(result!.methods[1]!.errors[2]!.rmse).toBeCloseTo(rmse, 12);
  });

  test("that are all too short are refused", () => {
    const experiment = seriesExperiment(GROUPS);
    const model = modelOf(experiment, trained(experiment, TABLE));
    expect(() => predicted(model, stationTable([5, 3]))).toThrow(
      "all 2 series are too short: they have at most 5 rows, but windows have 6 (task.length)",
    );
  });

  test("without any value are filled with the mean of training, which lines are drawn to", () => {
    const holes = TABLE.replace(/(,S2,)[^,]+/g, "$1").replace(/(2024-01-09,S0,)[^,]+/, "$1");
    const experiment = seriesExperiment({
      ...GROUPS,
      columns: [{ name: "level", kind: "number" }],
      target: "high",
      missing: { markers: [""], fill: "linear" },
    });
    const trainer = trained(experiment, holes);
    const model = modelOf(experiment, trainer);
    const prediction = predicted(model, holes);
    const lines = linesByRow(prediction);
    const { mean, deviation } = trainer.dataset.units!.target[0]!;
    for (const [row, [output]] of ownOutputs(trainer))
      expect(prediction.targets[0]!.predicted[lines.get(row)!]).toBe(output! * deviation + mean);
    const only = holes.split("\n").filter((line, at) => at === 0 || line.includes(",S2,"));
    const { from, rows } = prediction.series[2]!;
    expect(predicted(model, only.join("\n")).targets[0]!.predicted.slice(0, rows)).toEqual(
      prediction.targets[0]!.predicted.slice(from, from + rows),
    );
  });
});

describe("bits and classes", () => {
  const CLASSES = { columns: ["level"], target: "mood", targetKind: "classes", group: "station" };

  test.each([
    ["windows, one answer each", { ...CLASSES, length: 6, horizon: 0 }, "last"],
    ["windows, an answer at each step", { ...CLASSES, length: 6, horizon: 1 }, "every"],
    ["whole series, an answer at each step", { ...CLASSES, length: "series", horizon: 0 }, "every"],
    ["whole series, one answer each", { ...CLASSES, length: "series", horizon: 0 }, "last"],
  ] as const)("of %s: labels and probabilities are those of the training's validation", (_, task, readout) => {
    const experiment = seriesExperiment(task, { model: { cell: "gru", hiddenSize: 5, readout } });
    const trainer = trained(experiment, TABLE);
    const prediction = predicted(modelOf(experiment, trainer), TABLE, { isTrainingTable: true });
    const [{ labels, predicted: answers, probabilities, truth }] = prediction.targets as [
      (typeof prediction.targets)[0],
    ];
    expect(labels).toEqual(["Falling", "calm", "rising"]);
    const lines = linesByRow(prediction);
    const own = ownOutputs(trainer);
    expect(own.size).toBeGreaterThan(0);
    for (const [row, logits] of own) {
      const line = lines.get(row)!;
      expect(answers[line]).toBe(logits.indexOf(Math.max(...logits)));
      expectClose([...probabilities!.slice(3 * line, 3 * line + 3)], softmax(logits), 1e-12);
      expect(labels![truth![line]!]).toBe(TABLE.split("\n")[row + 1]!.split(",")[4]);
    }
  });

  test.each([["every"], ["last"]] as const)(
    "of whole series are judged as the Metrics section does (%s)",
    (readout) => {
      const experiment = seriesExperiment(
        { ...CLASSES, target: readout === "last" ? "kind" : "mood", length: "series", horizon: 0 },
        { model: { cell: "gru", hiddenSize: 5, readout } },
      );
      const trainer = trained(experiment, TABLE);
      const { answers } = predicted(modelOf(experiment, trainer), TABLE, { isTrainingTable: true }).targets[0]!;
      const { classes } = finishWork(measureAtEnd(trainer));
      const { count, unseen, ...measures } = answers!;
      expect(measures).toEqual(classes);
      expect([count, unseen]).toEqual([readout === "last" ? 1 : 27, 0]);
    },
  );

  test("are written as in the table, with a probability for each class", () => {
    const experiment = seriesExperiment({ ...CLASSES, length: 6, horizon: 0 });
    const model = modelOf(experiment, trained(experiment, TABLE));
    const prediction = predicted(model, TABLE);
    const lines = predictionsCsv(prediction).trimEnd().split("\n");
    expect(lines[0]).toBe("row,station,day,mood,mood predicted,P(Falling),P(calm),P(rising)");
    const [, , , mood, answer, ...shares] = lines[1]!.split(",");
    expect([mood, shares.length]).toEqual([TABLE.split("\n")[16]!.split(",")[4], 3]);
    const largest = shares.map(Number).indexOf(Math.max(...shares.map(Number)));
    expect(answer).toBe(["Falling", "calm", "rising"][largest]);
    expectClose([shares.map(Number).reduce((a, b) => a + b)], [1], 1e-12);
    const other = predicted(model, TABLE.replaceAll(",calm,", ",still,"));
    const stills = (TABLE.match(/,calm,/g) ?? []).length;
    expect(other.targets[0]!.answers!.unseen).toBeGreaterThan(0.6 * stills);
    expect(other.targets[0]!.answers!.count + other.targets[0]!.answers!.unseen).toBe(100 - 15);
    expect(predictionsCsv(other)).toContain(",still,");
  });

  test("of bits have the probability of a 1, and the loss mse has none", () => {
    const task = { columns: ["level"], target: "high", targetKind: "bits", group: "station", length: 6, horizon: 0 };
    const experiment = seriesExperiment(task);
    const trainer = trained(experiment, TABLE);
    const model = modelOf(experiment, trainer);
    const prediction = predicted(model, TABLE, { isTrainingTable: true });
    const lines = linesByRow(prediction);
    const [{ predicted: bits, probabilities, answers }] = prediction.targets as [(typeof prediction.targets)[0]];
    for (const [row, [logit]] of ownOutputs(trainer)) {
      expectClose([probabilities![lines.get(row)!]!], [1 / (1 + Math.exp(-logit!))], 1e-12);
      expect(bits[lines.get(row)!]).toBe(Number(logit! > 0));
    }
    expect([answers!.labels, answers!.count]).toEqual([["0", "1"], 100 - 69]);
    expect(predictionsCsv(prediction).split("\n")[0]).toBe("row,station,day,high,high predicted,P(high=1)");
    expect(() =>
      predicted(model, TABLE.replace("2024-01-20,S0", "2024-01-20,S0").replace(/,1,(\w+),0,well/, ",7,$1,0,well")),
    ).toThrow(/column "high": 7 is not a bit/);
    const plain = seriesExperiment(task, { training: { loss: "mse", iterations: 5 } });
    const other = predicted(modelOf(plain, trained(plain, TABLE)), TABLE);
    expect(other.targets[0]!.probabilities).toBeNull();
    expect(predictionsCsv(other).split("\n")[0]).toBe("row,station,day,high,high predicted");
  });

  test("are forecast as far as the network looks ahead, and no further where it would read its own answers", () => {
    const experiment = seriesExperiment({
      columns: ["level", { name: "mood", kind: "category" }],
      target: "mood",
      targetKind: "classes",
      group: "station",
      length: 6,
      horizon: 2,
    });
    const model = modelOf(experiment, trained(experiment, TABLE));
    expect(predicted(model, TABLE).series[0]!.steps).toBe(2);
    expect(() => predicted(model, TABLE, { steps: 3 })).toThrow(/a forecast of 3 steps reads column "level" beyond/);
    const words = seriesExperiment({
      columns: [{ name: "mood", kind: "category" }],
      target: "mood",
      targetKind: "classes",
      group: "station",
      length: 6,
    });
    const spoken = modelOf(words, trained(words, TABLE));
    expect(() => predicted(spoken, TABLE, { steps: 2 })).toThrow(
      /reads column "mood" .* answers with probabilities, which are no categories of "mood"\. Forecast at most 1 steps/,
    );
    expect(() => predicted(spoken, TABLE, { backtest: { season: null } })).toThrow(
      "a backtest compares forecasts of numbers, and the targets of these weights are classes",
    );
    const same = seriesExperiment({ columns: ["level"], horizon: 0, length: 6, group: "station" });
    expect(() => predicted(modelOf(same, trained(same, TABLE)), TABLE, { steps: 1 })).toThrow(
      "with task.horizon 0, the network predicts the row that it reads",
    );
  });
});

describe("a state that is carried on", () => {
  const STREAM = { columns: ["level"], group: "station", reset: "start", stream: true, length: 3, stride: 3 };

  test.each([["every"], ["last"]] as const)("starts anew with each series and episode (readout %s)", (readout) => {
    const experiment = seriesExperiment(STREAM, { model: { cell: "lstm", hiddenSize: 5, readout } });
    const trainer = trained(experiment, TABLE);
    const model = modelOf(experiment, trainer);
    const prediction = predicted(model, TABLE);
    expect(prediction.series.map(({ group, episode, rows, steps }) => [group[0], episode, rows, steps])).toEqual([
      ...[11, 11, 11, 7].map((rows, k) => ["S0", k + 1, rows, k === 3 ? 1 : 0]),
      ...[11, 11, 11].map((rows, k) => ["S1", k + 1, rows, k === 2 ? 1 : 0]),
      ...[11, 11, 5].map((rows, k) => ["S2", k + 1, rows, k === 2 ? 1 : 0]),
    ]);
    const { mean, deviation } = trainer.dataset.units!.target[0]!;
    const lines = TABLE.trimEnd().split("\n").slice(1);
    const network = trainer.cloneNetwork({ batch: 1, timeSteps: 11 });
    for (const { group, episode, from, rows } of prediction.series) {
      const own = lines.filter((line) => line.includes(`,${group[0]},`)).slice((episode! - 1) * 11, episode! * 11);
      const inputs = own.map((line) => (Number(line.split(",")[2]) - mean) / deviation);
      for (let row = readout === "last" ? 3 : 1; row < rows; row++) {
        const outputs = network.forward(Float64Array.from(inputs.slice(0, row)), 1, row, null);
        const value = prediction.targets[0]!.predicted[from + row]!;
        expectClose([value], [outputs.at(-1)! * deviation + mean], 1e-12);
      }
      expect(
        prediction.targets[0]!.predicted.slice(from, from + (readout === "last" ? 3 : 1)).every(Number.isNaN),
      ).toBe(true);
    }
  });

  test("goes on from the last row as if each prediction had been a row, windows or whole series", () => {
    const table = monthlyTable(70);
    for (const task of [
      { stream: true, stride: 7, length: 7 },
      {
        length: "series",
        columns: ["sales", { name: "month", kind: "time", encoding: "month-of-year" }],
        target: "sales",
        horizon: 3,
        group: "half",
      },
    ]) {
      const halves = table.replace("month,", "half,month,").replace(/^(?=\d)/gm, () => "");
      const grouped = halves
        .split("\n")
        .map((line, row) => (row === 0 || line === "" ? line : `${row < 36 ? "a" : "b"},${line}`))
        .join("\n");
      const data = "group" in task ? grouped : table;
      const experiment = seriesExperiment(task, LSTM);
      const model = modelOf(experiment, trained(experiment, data));
      const steps = 9;
      const forecast = predicted(model, data, { steps });
      const { from, rows } = forecast.series.at(-1)!;
      let longer = data;
      for (let step = 0; step < steps; step++) {
        const next = predicted(model, longer, { steps: Math.max(1, model.recipe.horizon) });
        const at = next.series.at(-1)!.from + rows + step;
        const value = next.targets[0]!.predicted[at]!;
        expectClose([forecast.targets[0]!.predicted[from + rows + step]!], [value], 1e-11);
        const month = next.time!.texts[at];
        longer += `${"group" in task ? "b," : ""}${month},${value},1\n`;
      }
    }
  });
});

const torch = findPythonPackage("torch");

const CODE = `
import json, sys, torch
given = json.load(sys.stdin)
torch.set_default_dtype(getattr(torch, given["dtype"]))
weights = {t["name"]: torch.tensor(t["values"]).reshape(t["shape"]) for t in given["tensors"]}
hidden, inputs = weights["weight_hh_l0"].shape[1], weights["weight_ih_l0"].shape[1]
outputs = weights["readout.weight"].shape[0]
lstm, readout = torch.nn.LSTM(inputs, hidden, batch_first=True), torch.nn.Linear(hidden, outputs)
lstm.load_state_dict({n: w for n, w in weights.items() if not n.startswith("readout.")})
readout.load_state_dict({n.removeprefix("readout."): w for n, w in weights.items() if n.startswith("readout.")})
with torch.no_grad():
    series = [torch.tensor(s).reshape(1, -1, inputs) for s in given["series"]]
    print(json.dumps([torch.softmax(readout(lstm(s)[0]), -1)[0].tolist() for s in series]))
`;

describe.skipIf(torch.missing !== null)(`PyTorch ${versionOf(torch)}`, () => {
  test.each([
    ["float64", 1e-12],
    ["float32", 1e-6],
  ] as const)("has the same probabilities for whole series of different lengths (%s)", (engine, tolerance) => {
    const experiment = seriesExperiment(
      { columns: ["level"], target: "mood", targetKind: "classes", group: "station", length: "series", horizon: 0 },
      { engine, model: { cell: "lstm", hiddenSize: 5, readout: "every" } },
    );
    const trainer = trained(experiment, TABLE);
    const { series, targets } = predicted(modelOf(experiment, trainer), TABLE);
    const { mean, deviation } = trainer.dataset.units!.input[0]!;
    const lines = TABLE.trimEnd().split("\n");
    const given = {
      dtype: engine,
      tensors: trainer.parameterTensors().map(({ name, shape, values }) => ({ name, shape, values: [...values] })),
      series: series.map(({ group }) =>
        lines.flatMap((line) =>
          line.includes(`,${group[0]},`) ? [(Number(line.split(",")[2]) - mean) / deviation] : [],
        ),
      ),
    };
    const output = execFileSync(torch.python, ["-c", CODE], { input: JSON.stringify(given), encoding: "utf8" });
    const expected = (JSON.parse(output) as number[][][]).flat(2);
    expect(expected.length).toBe(300);
    expectClose([...targets[0]!.probabilities!], expected, tolerance);
  });
});
