/** `--predict`, as it ships: from training in one process to predictions in another. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { predictTable } from "../../../src/core/prediction/predictTable";
import { trainedModel } from "../../../src/core/prediction/trainedModel";
import { readSafetensors, writeSafetensors } from "../../../src/formats/safetensors";
import { openPredicted } from "../../../src/files/openPredicted";
import { encodeHeader, FRAME } from "../../../src/runs/format/encodeRun";
import { HEAD_BYTES, readFrames } from "../../../src/runs/format/frames";
import { readRun } from "../../../src/runs/format/readRun";
import { tableSource } from "../../../src/tables/byteSource";
import { readWeights } from "../../../src/worker/prediction/findWeights";
import { predictSource } from "../../../src/worker/prediction/predictSource";
import { monthlyTable } from "../core/prediction/support";
import { expectClose } from "../core/support";
import { versionOf } from "../python";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const TABLE = monthlyTable(120);
const EXPERIMENT = {
  seed: 2,
  engine: "float64",
  task: { kind: "csv", file: "sales.csv", columns: ["sales"], length: 12 },
  model: { cell: "lstm", hiddenSize: 6 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 16,
    iterations: 60,
    validation: { share: 0.25, every: 10 },
  },
};

let folder: string;

beforeAll(async () => {
  folder = await bundleCli({ helper: "src/worker/helper.ts", heartbeat: "src/worker/heartbeat.ts" });
  writeFileSync(join(folder, "sales.csv"), TABLE);
  writeFileSync(join(folder, "sales.rnn.json"), JSON.stringify(EXPERIMENT));
  run("sales.rnn.json", "--out", "run");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function predict(...args: string[]) {
  return run("sales.rnn.json", "--predict", "sales.csv", ...args);
}

const lastColumn = (csv: string): number[] =>
  csv
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",").at(-1)));

describe("weights carry what is needed to use them", () => {
  test.each(["initial", "final", "best"])("%s.safetensors has columns, scaling and experiment as texts", (name) => {
    const { metadata } = readSafetensors(readFileSync(join(folder, "run", `${name}.safetensors`)));
    expect(metadata).toMatchObject({ producer: "RNN Lab", format_version: "1", length: "12", horizon: "1" });
    expect(JSON.parse(metadata["columns"]!)).toEqual([{ kind: "number", name: "sales", fill: null, hasMask: false }]);
    expect(JSON.parse(metadata["inputs"]!)).toEqual(JSON.parse(metadata["targets"]!));
    expect(JSON.parse(metadata["experiment"]!)).toEqual(EXPERIMENT);
    expect([metadata["rows"], metadata["training_rows"]]).toEqual(["120", "90"]);
  });
});

describe("predictions", () => {
  test("go to standard output as CSV, from the best weights of the run", () => {
    const { status, stdout, stderr } = predict("--weights", "run");
    expect(status).toBe(0);
    expect(stderr).toContain("weights run/best.safetensors (iteration ");
    expect(stderr).toMatch(/sales: RMSE \S+, MAE \S+, MASE \S+ over 30 validation rows, which training did not use/);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("row,month,sales,sales predicted");
    expect(lines.length).toBe(1 + 108 + 1);
    expect(lines.at(-1)).toMatch(/^121,2011-01,,\d/);
  });

  test("are the same from the folder, the file and the run file, and others from the last weights", () => {
    const best = predict("--weights", join("run", "best.safetensors")).stdout;
    expect(predict("--weights", join("run", "run.rnnrun")).stdout).toBe(best);
    expect(predict("--out", "run", "--weights", "best").status).toBe(0);
    expect(readFileSync(join(folder, "run", "predictions.csv"), "utf8")).toBe(best);
    const { stdout } = predict("--out", "run", "--weights", "last");
    expect(stdout).toContain("run/final.safetensors (iteration 60)");
    expect(readFileSync(join(folder, "run", "predictions.csv"), "utf8")).toBe(
      predict("--weights", join("run", "final.safetensors")).stdout,
    );
  });

  test("go on as far as asked, into the file asked for, and say so in JSON", () => {
    const { status, stdout } = predict("--weights", "run", "--horizon", "24", "--out", join("new", "p.csv"), "--json");
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ status: "done", rows: 120, forecast: 24, out: join("new", "p.csv") });
    expect(report["errors"]).toMatchObject([{ target: "sales", over: "validation rows", count: 30 }]);
    const lines = readFileSync(join(folder, "new", "p.csv"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.at(-1)).toMatch(/^144,2012-12,,/);
  });

  test("are in JSON where no file is given", () => {
    const { predictions } = JSON.parse(predict("--weights", "run", "--json").stdout) as {
      predictions: {
        row: number[];
        time: { values: string[] };
        targets: { values: unknown[]; predicted: unknown[] }[];
      };
    };
    expect([predictions.row.length, predictions.time.values[120]]).toEqual([121, "2011-01"]);
    expect(predictions.targets[0]!.predicted.slice(0, 12)).toEqual(Array(12).fill(null));
    expect(predictions.targets[0]!.values[120]).toBeNull();
  });

  test("are judged step by step by a backtest", () => {
    const args = ["--weights", "run", "--backtest", "--horizon", "3", "--season", "12"];
    const { stdout } = predict(...args);
    expect(stdout).toContain("backtest of sales: 28 forecasts from rows 90 to 117");
    expect(stdout).toMatch(/step +RMSE network +MAE network +RMSE last value/);
    const { backtest } = JSON.parse(predict(...args, "--json").stdout) as {
      backtest: { errors: { method: string; rmse: number[]; mae: number[] }[] }[];
    };
    expect(backtest[0]!.errors.map(({ method, rmse }) => [method, rmse.length])).toEqual([
      ["network", 3],
      ["last value", 3],
      ["seasonal naive", 3],
    ]);
  });
});

describe("the engine of the training", () => {
  const found = (path: string) =>
    readWeights(join(folder, path), null, () => Promise.reject(new Error("the run has a recipe")));

  test("is what the run file says, which lies beside weights or has them", async () => {
    const now = { engine: "float64", webAssembly: true };
    expect((await found("run/run.rnnrun")).recorded).toMatchObject(now);
    expect((await found("run/best.safetensors")).recorded).toMatchObject(now);
    copyOf("alone", ["best.safetensors"]);
    expect((await found("alone/best.safetensors")).recorded).toBeNull();
    copyOf("older", ["best.safetensors"]);
    writeFileSync(join(folder, "older", "run.rnnrun"), withoutWebAssembly(join(folder, "run", "run.rnnrun")));
    for (const file of ["older/run.rnnrun", "older/best.safetensors"])
      expect((await found(file)).recorded).not.toHaveProperty("webAssembly");
  });

  test("computes the predictions: those of an earlier version come from the reference", async () => {
    const weights = await found("run/run.rnnrun");
    const model = trainedModel(weights.experiment, weights.recipe, weights.tensors);
    const { data } = await openPredicted(join(folder, "sales.csv"), model.task, folder);
    const predictedBy = (recorded: typeof weights.recorded) =>
      predictSource(model, data, { ...weights, recorded }, { steps: 3, backtest: null }).targets[0]!.predicted;
    const reference = predictTable(
      model,
      tableSource(TABLE),
      { steps: 3, backtest: null, isTrainingTable: true },
      createReferenceNetwork,
    );
    expect(predictedBy({ engine: "float64" })).toEqual(reference.targets[0]!.predicted);
    expect(predictedBy(weights.recorded)).not.toEqual(reference.targets[0]!.predicted);
  });
});

/** A folder with copies of files of the run. */
function copyOf(name: string, files: readonly string[]): void {
  mkdirSync(join(folder, name), { recursive: true });
  for (const file of files) writeFileSync(join(folder, name, file), readFileSync(join(folder, "run", file)));
}

/** The run file as it was written when float64 was computed in TypeScript. */
function withoutWebAssembly(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const frames = [...readFrames(bytes, HEAD_BYTES)].map((frame) => {
    if (frame.kind !== FRAME.header) return bytes.subarray(frame.start, frame.end);
    const { webAssembly: _, ...header } = readRun(bytes).header!;
    return encodeHeader(header);
  });
  return Buffer.concat([bytes.subarray(0, HEAD_BYTES), ...frames]);
}

describe("of several series and of classes", () => {
  const years = TABLE.replace("month", "year,month,half").replace(
    /^(\d{4})-(\d\d)/gm,
    (_, year: string, month: string) => `${year},${year}-${month},${Number(month) < 7 ? "first" : "Second"}`,
  );
  const task = { ...EXPERIMENT.task, file: "by-year.csv", group: "year", length: 4 };

  function train(name: string, experiment: object): void {
    writeFileSync(join(folder, "by-year.csv"), years);
    writeFileSync(join(folder, `${name}.rnn.json`), JSON.stringify(experiment));
    expect(run(`${name}.rnn.json`, "--out", name, "--set", "training.iterations=5").status).toBe(0);
  }

  test("have the columns of the series in the CSV, and a forecast for each", () => {
    train("grouped", { ...EXPERIMENT, task });
    const on = ["grouped.rnn.json", "--predict", "by-year.csv", "--horizon", "2", "--weights"];
    const { status, stdout, stderr } = run(...on, "grouped");
    expect([status, stderr]).toEqual([0, expect.stringContaining("120 rows in 10 series, and 2 forecast after those")]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("row,year,month,sales,sales predicted");
    expect(lines.length).toBe(1 + 10 * (12 - 4 + 2));
    expect(lines[9]).toMatch(/^,2001,2002-01,,\d/);
    expect(run(...on, join("grouped", "run.rnnrun")).stdout).toBe(stdout);
    const { series, predictions } = JSON.parse(run(...on, "grouped", "--json").stdout) as {
      series: number;
      predictions: { row: (number | null)[]; groups: { name: string; values: string[] }[] };
    };
    expect([series, predictions.row.slice(11, 15)]).toEqual([10, [12, null, null, 13]]);
    expect(predictions.groups[0]!.values.slice(13, 15)).toEqual(["2001", "2002"]);
  });

  test("have labels, probabilities and accuracy", () => {
    const classes = { ...task, target: "half", targetKind: "classes", horizon: 0 };
    train("classes", { ...EXPERIMENT, task: classes, training: { ...EXPERIMENT.training, loss: "auto" } });
    const on = ["classes.rnn.json", "--predict", "by-year.csv", "--weights", "classes"];
    const { stdout, stderr } = run(...on);
    expect(stderr).toMatch(/half: accuracy \S+%, balanced accuracy \S+%, macro F1 \S+ over 30 validation rows/);
    expect(stdout.split("\n")[0]).toBe("row,year,month,half,half predicted,P(Second),P(first)");
    const { errors, predictions } = JSON.parse(run(...on, "--json").stdout) as {
      errors: { count: number; labels: string[]; confusion: number[][] }[];
      predictions: { targets: { values: string[]; labels: string[]; probabilities: (number | null)[][] }[] };
    };
    expect(errors[0]).toMatchObject({
      target: "half",
      over: "validation rows",
      count: 30,
      labels: ["Second", "first"],
    });
    expect(errors[0]!.confusion.map((row) => row[0]! + row[1]!)).toEqual([30, 0]);
    const [{ values, labels, probabilities }] = predictions.targets as [(typeof predictions.targets)[0]];
    expect([values[0], labels, probabilities[0]]).toEqual(["first", ["Second", "first"], [null, null]]);
    expect(probabilities[5]![0]! + probabilities[5]![1]!).toBeCloseTo(1, 12);
  });
});

const torch = findPythonPackage("torch");
const [snippet = ""] = [
  ...readFileSync(new URL("../../../docs/predict.md", import.meta.url), "utf8").matchAll(/```python\n([\s\S]*?)```/g),
].map(([, code]) => code);

test.skipIf(torch.missing !== null)(
  `the snippet of docs/predict.md predicts the same from the file alone in PyTorch ${versionOf(torch)}`,
  () => {
    const code = `${snippet}\nprint(json.dumps(predictions.tolist()))`;
    const place = join(folder, "torch");
    mkdirSync(place);
    writeFileSync(join(place, "sales.csv"), TABLE);
    writeFileSync(join(place, "best.safetensors"), readFileSync(join(folder, "run", "best.safetensors")));
    const outputs = JSON.parse(execFileSync(torch.python, ["-c", code], { cwd: place, encoding: "utf8" })) as number[];
    const own = lastColumn(predict("--weights", "run").stdout);
    expect(outputs.length).toBe(109);
    expectClose(outputs, own, 1e-12);
  },
);

describe("is refused with exit code 2", () => {
  function refuse(args: readonly string[], message: RegExp | string): void {
    const { status, stdout, stderr } = run(...args);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
  }
  function onTable(text: string, message: RegExp): void {
    writeFileSync(join(folder, "other.csv"), text);
    refuse(["sales.rnn.json", "--predict", "other.csv", "--weights", "run"], message);
  }

  test("a table that does not serve, at its line", () => {
    onTable(TABLE.replace("month,sales", "month,sale"), /^other\.csv:1: error: .*Did you mean "sale"\?/);
    onTable(TABLE.replace("2003-01,", "2003-01,x"), /^other\.csv:26: error: line 26, column "sales": "x/);
    onTable(
      TABLE.split("\n").slice(0, 12).join("\n"),
      /^other\.csv: error: 11 rows are too few: .* windows of 12 rows/,
    );
  });

  test("weights that are not there, or not of this model", () => {
    const on = ["sales.rnn.json", "--predict", "sales.csv"];
    refuse(on, "--predict requires trained weights: add --weights W");
    refuse([...on, "--weights", "nowhere"], "--weights nowhere: the file does not exist");
    refuse([...on, "--weights", "best"], "--weights best requires --out DIR");
    mkdirSync(join(folder, "empty"));
    refuse([...on, "--weights", "empty"], /empty has no weights \(best\.safetensors, .*Train with --out empty first/);
    refuse([...on, "--weights", "run", "--set", "model.hiddenSize=7"], "model.hiddenSize is 7, but the weights were");
    refuse(
      [...on, "--weights", "run", "--set", "task.length=9"],
      "task.length is 9, but the weights were trained with 12",
    );
    refuse([...on, "--weights", "sales.csv"], "not a safetensors file");
  });

  test("weights without metadata, of another version, or of another shape", () => {
    const { tensors, metadata } = readSafetensors(readFileSync(join(folder, "run", "final.safetensors")));
    const on = ["sales.rnn.json", "--predict", "sales.csv", "--weights", "w.safetensors"];
    const write = (texts: Readonly<Record<string, string>>, shown = tensors): void =>
      writeFileSync(join(folder, "w.safetensors"), writeSafetensors(shown, texts));
    write({ iteration: "60" });
    refuse(
      on,
      /w\.safetensors does not say how its data were scaled\. .* Use the \*\.rnnrun file of its run, or train again/,
    );
    write({ ...metadata, format_version: "2" });
    refuse(on, "the weights have format version 2; this version of RNN Lab reads 1");
    write(metadata, tensors.slice(1));
    refuse(on, /have no weight_ih_l0 \[24, 1\]/);
    write({ ...metadata, inputs: "[]" });
    refuse(on, /weight_ih_l0 in the weights has shape \[24, 1\], but the model of the experiment requires \[24, 0\]/);
  });

  test("another task, and options that do not go together", () => {
    writeFileSync(join(folder, "bits.rnn.json"), JSON.stringify({ training: { iterations: 1 } }));
    expect(run("bits.rnn.json", "--out", "bits").status).toBe(0);
    refuse(
      ["bits.rnn.json", "--predict", "sales.csv", "--weights", "bits"],
      "the task is count-ones; only a network that was trained on a table (task csv) can predict one",
    );
    const on = ["sales.rnn.json", "--predict", "sales.csv"];
    refuse([...on, "--sample", "5"], "--sample cannot be combined with --predict");
    refuse([...on, "--season", "5"], "--season requires --backtest");
    refuse(["sales.rnn.json", "--horizon", "5"], "--horizon requires --predict DATA");
    refuse([...on, "--horizon", "0"], "--horizon 0: the number of rows must be an integer from 1 to 100,000");
  });
});
