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
  test("do not predict another table", () => {
    const { status, stderr } = lab("rec.rnn.json", "--predict", "rec/r00.csv", "--weights", "endless");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/trained on several files \(task\.files\)/)]);
  });
  test("are named with line and column where one is wrong, and nothing is trained", () => {
    writeRecording(5, 6, "high\n1\n");
    const { status, stdout, stderr } = lab("rec.rnn.json");
    writeRecording(5, 4);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/rec\.rnn\.json.*: rec\/r05\.csv: line 8, column "x": "high" is not a number/);
  });
});
