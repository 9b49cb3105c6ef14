/** Tables in several files, from a terminal as it ships. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readRun } from "../../../src/runs/format/readRun";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const EXPERIMENT = {
  seed: 1,
  task: {
    kind: "csv",
    files: "rec/*.csv",
    labels: "rec/labels.csv",
    columns: ["x"],
    target: "kind",
    length: "series",
    horizon: 0,
  },
  model: { cell: "gru", hiddenSize: 4, readout: "last" },
  training: {
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 8,
    iterations: 60,
    validation: { share: 0.25, every: 20 },
  },
  sweep: { parameters: { "model.hiddenSize": [2, 4] } },
};

let folder: string;

beforeAll(async () => {
  folder = await bundleCli({
    sweep: "src/worker/sweepThread.ts",
    helper: "src/worker/helper.ts",
    heartbeat: "src/worker/heartbeat.ts",
  });
  mkdirSync(join(folder, "rec"));
  for (let file = 0; file < 24; file++) writeRecording(file, 4 + (file % 5));
  const labels = Array.from({ length: 24 }, (_, file) => `${nameOf(file)},${file % 2 === 0 ? "up" : "down"}\n`);
  writeFileSync(join(folder, "rec", "labels.csv"), `recording,kind\n${labels.join("")}`);
  writeFileSync(join(folder, "rec.rnn.json"), JSON.stringify(EXPERIMENT));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nameOf = (file: number): string => `r${String(file).padStart(2, "0")}.csv`;

function writeRecording(file: number, rows: number, more = ""): void {
  const slope = file % 2 === 0 ? 1 : -1;
  const lines = Array.from({ length: rows }, (_, row) => `${slope * row + file / 24}\n`);
  writeFileSync(join(folder, "rec", nameOf(file)), `x\n${lines.join("")}${more}`);
}

function hasCheckpoint(out: string): boolean {
  try {
    return readRun(readFileSync(join(folder, out, "run.rnnrun"))).checkpoint !== null;
  } catch {
    // It is not there yet, or only a part of it.
    return false;
  }
}

function lab(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("files with labels, in a terminal", () => {
  test("are trained on, and what was recognized is printed, for programs too", () => {
    const { status, stdout, stderr } = lab("rec.rnn.json", "--json");
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^rec\/\*\.csv: 24 files, 14\d rows/)]);
    expect(stderr).toContain('2 classes: "down" "up", names in column "recording" of rec/labels.csv, 24 series;');
    const { table, accuracy } = JSON.parse(stdout) as { table: object; accuracy: number };
    expect(table).toMatchObject({
      files: 24,
      labels: { file: "rec/labels.csv", column: "recording" },
      target: { kind: "classes", classes: ["down", "up"] },
      series: { count: 24, unused: 0 },
    });
    expect(accuracy).toBe(1);
  });
  test("are trained on by each run of a sweep", () => {
    const { status, stdout } = lab("rec.rnn.json", "--sweep", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "done", trials: 2 });
  });
  test("are the same files when a run is resumed, or it is not", async () => {
    const endless = ["rec.rnn.json", "--out", "endless", "--set", "training.iterations=1000000"];
    const child = spawn(process.execPath, [join(folder, "cli.js"), ...endless], { cwd: folder, stdio: "ignore" });
    const ended = new Promise((end) => child.on("exit", end));
    while (!hasCheckpoint("endless")) await new Promise(setImmediate);
    child.kill("SIGKILL");
    await ended;
    writeRecording(3, 9);
    const { status, stderr } = lab(...endless, "--resume");
    writeRecording(3, 7);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/changed/)]);
  });
  test("are named with line and column where one is wrong, and nothing is trained", () => {
    writeRecording(5, 6, "high\n1\n");
    const { status, stdout, stderr } = lab("rec.rnn.json");
    writeRecording(5, 4);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/rec\.rnn\.json.*: rec\/r05\.csv: line 8, column "x": "high" is not a number/);
  });
});

describe("files that a column divides", () => {
  const LINES = Array.from({ length: 24 }, (_, file) => [nameOf(file), file % 2 === 0 ? "up" : "down"] as const);
  /** Of each six files the fifth is to validate, and the last one to test. */
  const partOf = (file: number): string => (file % 6 === 5 ? "test" : file % 6 === 4 ? "Valid" : "train");
  const SPLIT = {
    ...EXPERIMENT,
    task: { ...EXPERIMENT.task, files: "rec/r*.csv", labels: "split.csv", split: "part" },
    sweep: undefined,
  };

  function write(cells: (file: number) => string): void {
    const lines = LINES.map(([name, kind], file) => `${name},${file === 23 ? "" : kind},${cells(file)}\n`);
    writeFileSync(join(folder, "split.csv"), `recording,kind,part\n${lines.join("")}`);
  }

  beforeAll(() => {
    write(partOf);
    writeFileSync(join(folder, "split.rnn.json"), JSON.stringify(SPLIT));
  });

  test("are trained on, validated and left out as it says", () => {
    const { status, stdout, stderr } = lab("split.rnn.json", "--json", "--out", "split-run");
    expect(status).toBe(0);
    expect(stderr).toContain("16 files to train, 4 to validate, 4 to test, 20 series");
    const { table, metrics } = JSON.parse(stdout) as { table: object; metrics: { validation: object } };
    expect(table).toMatchObject({ split: { train: 16, validation: 4, test: 4 }, series: { count: 20 } });
    expect(metrics.validation).toMatchObject({ sequences: 4, of: 4 });
  });

  test("are predicted, and compared with those to test that have a label", () => {
    const { status, stderr, stdout } = lab(
      "split.rnn.json",
      "--predict",
      "rec/r*.csv",
      "--weights",
      "split-run",
      "--json",
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining("24 files")]);
    const { errors } = JSON.parse(stdout) as { errors: object[] };
    expect(errors).toMatchObject([{ target: "kind", over: "test files", count: 3 }]);
  });

  test.each([
    [
      (file: number) => (file === 2 ? "trian" : "train"),
      /split\.csv: line 4, column "part": "trian" is no part\. Use train,/,
    ],
    [(file: number) => (file === 2 ? "" : "train"), /split\.csv: line 4, column "part": the cell is empty\./],
    [() => "val", /split\.csv: column "part" says of no file that it is for train/],
  ])("are refused at the line that does not say it", (cells, expected) => {
    write(cells);
    const { status, stderr } = lab("split.rnn.json");
    write(partOf);
    expect([status, stderr]).toEqual([2, expect.stringMatching(expected)]);
  });

  test("are all to train where none is to validate or to test", () => {
    write(() => "train");
    writeFileSync(
      join(folder, "split.csv"),
      readFileSync(join(folder, "split.csv"), "utf8").replace("r23.csv,,", "r23.csv,up,"),
    );
    const { status, stdout } = lab("split.rnn.json", "--json", "--set", "training.iterations=2");
    write(partOf);
    expect([status, Object.keys((JSON.parse(stdout) as { metrics: object }).metrics)]).toEqual([0, ["training"]]);
  });
});

describe("files predicted with the weights of a run on files", () => {
  /** "new/" has the files 0 to 2 under other names. */
  beforeAll(() => {
    lab("rec.rnn.json", "--out", "run");
    mkdirSync(join(folder, "new"));
    for (let file = 0; file < 3; file++)
      writeFileSync(join(folder, "new", `n${file}.csv`), readFileSync(join(folder, "rec", nameOf(file))));
  });

  function predict(data: string, ...args: string[]) {
    const { status, stdout, stderr } = lab("rec.rnn.json", "--predict", data, "--weights", "run", ...args);
    const [header = "", ...lines] = stdout.trimEnd().split("\n");
    return { status, stderr, header, rows: lines.map((line) => line.split(",")), stdout };
  }

  test("have one line each, in the order of their names", () => {
    const { status, stderr, header, rows } = predict("rec/*.csv");
    expect([status, header]).toEqual([0, "file,kind,kind predicted,P(down),P(up)"]);
    expect(rows.map(([name]) => name)).toEqual(Array.from({ length: 24 }, (_, file) => `rec/${nameOf(file)}`));
    for (const [, kind, predicted, down, up] of rows) {
      expect(Number(down) + Number(up)).toBeCloseTo(1, 12);
      expect(predicted).toBe(Number(down) > Number(up) ? "down" : "up");
      expect(["down", "up"]).toContain(kind);
    }
    expect(stderr).toMatch(/in 24 files; weights run\/best\.safetensors/);
    expect(stderr).toMatch(/kind: accuracy 100%.* over 6 validation files, which training did not use/);
  });

  test("are those of the validation of the run, where they are its own", () => {
    const { errors } = JSON.parse(predict("rec", "--json").stdout) as { errors: { accuracy: number; confusion: [] }[] };
    const { metrics } = JSON.parse(readFileSync(join(folder, "run", "run.json"), "utf8")) as {
      metrics: { validation: { accuracy: number; confusion: [] } };
    };
    expect(errors[0]).toMatchObject({ over: "validation files", count: 6 });
    expect(errors[0]!.confusion).toEqual(metrics.validation.confusion);
  });

  test("may be those of a folder, of a pattern or one, and lack labels", () => {
    const all = predict("new");
    expect([all.status, all.header]).toEqual([0, "file,kind,kind predicted,P(down),P(up)"]);
    expect(all.rows.map(([name, label]) => [name, label])).toEqual([0, 1, 2].map((n) => [`new/n${n}.csv`, ""]));
    const own = predict("rec/*.csv").rows;
    expect(all.rows.map((row) => row.slice(2))).toEqual(own.slice(0, 3).map((row) => row.slice(2)));
    expect(predict("new/*.csv").stdout).toBe(all.stdout);
    expect(predict("new/n1.csv").rows).toEqual([all.rows[1]]);
  });

  test("are compared with a table of labels beside them, which may lack some", () => {
    writeFileSync(join(folder, "new", "labels.csv"), "name,kind\nn0,up\nn2,sideways\n");
    const { status, stderr, rows } = predict("new");
    rmSync(join(folder, "new", "labels.csv"));
    expect([status, rows.map(([, label]) => label)]).toEqual([0, ["up", "", "sideways"]]);
    expect(stderr).toContain('names in column "name" of new/labels.csv');
    expect(stderr).toContain("kind: accuracy 100%, balanced accuracy 100%, macro F1 1 over 1 files");
    expect(stderr).toContain("kind: 1 labels that training has not seen are not compared");
  });

  test.each([
    ["new/n9.csv", "x\nhigh\n", /new\/n9\.csv:2: error: .*"high" is not a number/],
    ["new/n9.csv", "y\n1\n", /new\/n9\.csv.*: error: .*"x"/],
    ["new/n9.csv", "", /new\/n9\.csv.*: error: the file is empty/],
  ])("are refused with file and line, exit code 2: %s %j", (name, text, expected) => {
    writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = predict("new");
    rmSync(join(folder, name));
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringMatching(expected)]);
  });

  test.each([
    ["elsewhere", /elsewhere: error: /],
    ["new/*.tsv", /no file in "new" matches "\*\.tsv"/],
  ])("that are not there are named: %s", (data, expected) => {
    const { status, stderr } = predict(data);
    expect([status, stderr]).toEqual([2, expect.stringMatching(expected)]);
  });

  test("with a word that training has not seen are refused at its line", () => {
    const columns = ["x", { name: "place", kind: "category" }];
    const task = { ...EXPERIMENT.task, files: "words/*.csv", labels: "words/labels.csv", columns };
    mkdirSync(join(folder, "words"));
    for (let file = 0; file < 4; file++)
      writeFileSync(join(folder, "words", `w${file}.csv`), `x,place\n${file},a\n${file % 2},b\n`);
    writeFileSync(join(folder, "words", "labels.csv"), "file,kind\nw0,p\nw1,q\nw2,p\nw3,q\n");
    const training = { ...EXPERIMENT.training, batchSize: 2, iterations: 2 };
    writeFileSync(join(folder, "words.rnn.json"), JSON.stringify({ ...EXPERIMENT, task, training, sweep: undefined }));
    expect(lab("words.rnn.json", "--out", "words-run").status).toBe(0);
    writeFileSync(join(folder, "words", "w4.csv"), "x,place\n1,a\n2,c\n");
    const { status, stderr } = lab("words.rnn.json", "--predict", "words", "--weights", "words-run");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/words\/w4\.csv:3: error: .*has not seen "c"/)]);
  });
});
