/** `--sweep` as a process of its own, with its threads. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;

beforeAll(async () => {
  folder = await bundleCli({ sweep: "src/worker/sweepThread.ts" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
const write = (name: string, experiment: object | string): string => {
  writeFileSync(join(folder, name), typeof experiment === "string" ? experiment : JSON.stringify(experiment));
  return name;
};
const csvOf = (name: string) =>
  readFileSync(join(folder, name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

const COUNT_ONES = {
  seed: 2,
  model: { init: { weight_ih_l0: 1, weight_hh_l0: 1.1 } },
  training: { optimizer: { kind: "sgd", learningRate: 1e-4 }, iterations: 40 },
};

describe("a sweep in a terminal", () => {
  test("writes a line a run, each with the figures of that run by itself, and sums them up", () => {
    const file = write("grid.rnn.json", {
      ...COUNT_ONES,
      name: "Grid",
      sweep: {
        parameters: { "training.optimizer.learningRate": [1e-4, 1e-3], "task.length": [5, 6, 7] },
        seeds: 2,
        goal: { metric: "loss", value: 0.01 },
      },
    });
    const { status, stdout, stderr } = run(file, "--sweep", "--out", "results");
    expect([status, stderr]).toEqual([0, ""]);
    const [head, ...rows] = csvOf("results/sweep.csv");
    expect(head).toEqual([
      "trial",
      "seed",
      "training.optimizer.learningRate",
      "task.length",
      "status",
      "iterations",
      "loss",
      "validationLoss",
      "bestValidationLoss",
      "accuracy",
      "exactAccuracy",
      "gradientReach",
      "reachedAt",
      "trainMs",
      "message",
    ]);
    expect(rows.map((row) => row.slice(0, 4).map(Number))).toEqual(
      [2, 3]
        .flatMap((seed) => [1e-4, 1e-3].flatMap((rate) => [5, 6, 7].map((length) => [seed, rate, length])))
        .map((row, index) => [index + 1, ...row]),
    );
    for (const [, seed, rate, length, , , loss] of [rows[0] ?? [], rows[11] ?? []]) {
      const { stdout: single } = run(
        file,
        "--json",
        "--set",
        `seed=${seed}`,
        "--set",
        `training.optimizer.learningRate=${rate}`,
        "--set",
        `task.length=${length}`,
      );
      expect(Number(loss)).toBe((JSON.parse(single) as { finalLoss: number }).finalLoss);
    }
    const reached = rows.filter((row) => row[12] !== "").length;
    expect(reached).toBeGreaterThan(0);
    expect(stdout).toMatch(/^Grid: 12 runs, [\d.]+ s on \d+ threads, [\d.]+ runs\/s\n/);
    expect(stdout).toContain(`${reached} of 12 runs converged (loss ≤ 0.01)`);
    expect(stdout).toMatch(/\ntask\.length\n {2}5 {2}\d of 4 converged, median loss/);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(`${join("results", "sweep.csv")}: 12 runs`);
  });

  test("says everything in JSON when asked, the same as in the table", () => {
    const file = write("seeds.rnn.json", { ...COUNT_ONES, sweep: { seeds: 5 } });
    const { status, stdout } = run(file, "--sweep", "--json", "--out", "seeds");
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { results: { seed: number; loss: number }[] };
    const csv = join("seeds", "sweep.csv");
    expect(report).toMatchObject({ status: "done", trials: 5, finished: 5, converged: 5, csv });
    expect(report.results.map(({ seed }) => seed)).toEqual([2, 3, 4, 5, 6]);
    expect(
      csvOf(csv)
        .slice(1)
        .map((row) => Number(row[4])),
    ).toEqual(report.results.map(({ loss }) => loss));
  });

  test("writes nothing without --out, and says how to get the table", () => {
    const file = write("unwritten.rnn.json", { ...COUNT_ONES, sweep: { seeds: 2 } });
    const before = readdirSync(folder);
    const { status, stdout } = run(file, "--sweep");
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nAdd --out DIR to write the results of all runs to DIR\/sweep\.csv\.\n$/);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("trains the leading combinations with new seeds when asked, the same each time", () => {
    const file = write("confirmed.rnn.json", {
      ...COUNT_ONES,
      sweep: {
        parameters: { "training.optimizer.learningRate": { from: 1e-6, to: 1e-2, scale: "log" } },
        search: { kind: "tpe", budget: 8, seed: 3 },
      },
    });
    const { status, stdout, stderr } = run(file, "--sweep", "--confirm-best", "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const { confirmation, finished } = JSON.parse(stdout) as {
      finished: number;
      confirmation: {
        runs: number;
        seed: number;
        combinations: (Record<string, number> & { results: { seed: number; loss: number }[] })[];
      };
    };
    expect([finished, confirmation.runs]).toEqual([8, 19]);
    expect(confirmation.combinations.map(({ results }) => results.length)).toEqual([5, 5, 4, 3, 2]);
    const [winner] = confirmation.combinations;
    expect(winner?.results.map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7]);
    const rate = winner?.["training.optimizer.learningRate"];
    const set = ["--set", `seed=${confirmation.seed}`, "--set", `training.optimizer.learningRate=${rate}`];
    const single = JSON.parse(run(file, "--json", ...set).stdout) as { finalLoss: number };
    expect(single.finalLoss).toBe(winner?.["median"]);
    const { stdout: text } = run(file, "--sweep", "--confirm-best");
    expect(text).toContain("\nbest by loss with seeds 3, 4, 5, 6, 7, after 19 runs\n");
    expect(text).toContain(`\nSeed ${confirmation.seed} gives the median of the first line.\n`);
    expect(run(file, "--confirm-best")).toMatchObject({ status: 2 });
  });

  test("gives the same figures each time, whichever thread took which run", () => {
    const file = write("random.rnn.json", {
      ...COUNT_ONES,
      sweep: {
        parameters: { "training.optimizer.learningRate": { from: 1e-6, to: 1e-2, scale: "log" } },
        search: { kind: "random", budget: 30, seed: 8 },
      },
    });
    const figures = () => {
      expect(run(file, "--sweep", "--out", "random").status).toBe(0);
      const [names = [], ...rows] = csvOf("random/sweep.csv");
      return rows.map((row) => row.filter((_, column) => names[column] !== "trainMs"));
    };
    expect(figures()).toEqual(figures());
  });

  test.each(["tpe", "cma-es", "sobol"])("searches by %s, and leaves out what belongs to another optimizer", (kind) => {
    const file = write(`${kind}.rnn.json`, {
      ...COUNT_ONES,
      sweep: {
        parameters: {
          "training.optimizer.kind": ["sgd", "momentum"],
          "training.optimizer.learningRate": { from: 1e-6, to: 1e-2, scale: "log" },
          "training.optimizer.momentum": { from: 0.1, to: 0.9 },
        },
        seeds: 2,
        search: { kind, budget: 40, seed: 8 },
      },
    });
    const { status, stderr } = run(file, "--sweep", "--out", kind);
    expect([status, stderr]).toEqual([0, ""]);
    const rows = csvOf(`${kind}/sweep.csv`).slice(1);
    expect(rows.map(([trial]) => Number(trial))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    for (const [, , optimizer, , momentum] of rows) expect(momentum === "null").toBe(optimizer === "sgd");
    const combinations = new Set(rows.map((row) => row.slice(2, 5).join()));
    expect(combinations.size).toBe(20);
    expect(new Set(rows.map((row) => row.slice(1, 5).join())).size).toBe(40);
  });

  test("stops runs early that do badly, and says why", () => {
    const sweep = {
      parameters: { "training.optimizer.learningRate": [0.02, 5e-5, 4e-5, 3e-5, 2e-5, 1e-5, 5e-6, 2e-6] },
      stopping: { kind: "median", minIterations: 20, interval: 20, minRuns: 2 },
    };
    const experiment = {
      task: { kind: "adding", length: 5, sequences: 16 },
      model: { cell: "rnn", hiddenSize: 4 },
      training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 300 },
    };
    const file = write("stopping.rnn.json", { ...experiment, sweep });
    const { status, stdout, stderr } = run(file, "--sweep", "--out", "stopping");
    expect([status, stderr]).toEqual([0, ""]);
    const [head = [], ...rows] = csvOf("stopping/sweep.csv");
    const at = (row: readonly string[], column: string) => row[head.indexOf(column)] ?? "";
    const stopped = rows.filter((row) => at(row, "status") === "stopped");
    expect(stopped.length).toBeGreaterThan(0);
    for (const row of stopped) {
      expect(Number(at(row, "iterations")) % 20).toBe(0);
      expect(at(row, "message")).toMatch(/Median rule: by iteration \d+ its best loss/);
    }
    // Whatever the order in which runs end, the best one is trained to its end.
    const [best] = rows;
    expect(["status", "iterations"].map((column) => at(best!, column))).toEqual(["done", "300"]);
    expect(stdout).toMatch(new RegExp(`\\n${stopped.length} stopped early, the first \\(run \\d+\\): `));
    const all = run(file, "--sweep", "--out", "untouched", "--set", 'sweep.stopping={"kind":"none"}');
    expect(all.stdout).not.toContain("stopped early");
    const withoutTime = (row: readonly string[]) => row.filter((_, column) => head[column] !== "trainMs");
    const untouched = csvOf("untouched/sweep.csv").slice(1);
    for (const [i, row] of rows.entries())
      if (!stopped.includes(row)) expect(withoutTime(row)).toEqual(withoutTime(untouched[i]!));
  });

  test("tells of runs that diverge, and of values that do not go together, and ends with 1 for the latter", () => {
    const file = write("mixed.rnn.json", {
      ...COUNT_ONES,
      sweep: {
        parameters: {
          "training.optimizer.learningRate": [1, 1e-4],
          "trace.sequence": [0, 8],
          "task.sequences": [20, 5],
        },
      },
    });
    const { status, stdout } = run(file, "--sweep", "--out", "mixed");
    expect(status).toBe(1);
    const rows = csvOf("mixed/sweep.csv").slice(1);
    expect(rows.map((row) => row[5])).toEqual([
      "diverged",
      "diverged",
      "diverged",
      "failed",
      "done",
      "done",
      "done",
      "failed",
    ]);
    expect(stdout).toContain("3 of 6 runs diverged");
    expect(stdout).toMatch(/2 failed, the first \(run 4\): trace\.sequence is 8/);
  });
});

describe("what cannot be swept ends with 2", () => {
  test.each([
    ["no block", { ...COUNT_ONES }, [], /has no sweep\. Write one, for example "sweep": \{ "seeds": 20 \}/],
    [
      "a wrong path, with its place",
      '{\n  "sweep": { "parameters": { "model.cel": [1] } }\n}',
      [],
      /bad\.rnn\.json:2:30: error: There is no value "model\.cel" to sweep\. Did you mean "model\.cell"\? \[unknown-key\]/,
    ],
    [
      "a folder that cannot be written to",
      { sweep: { seeds: 2 } },
      ["--out", "bad.rnn.json"],
      /cannot write to this folder/,
    ],
    [
      "a question about one run",
      { sweep: { seeds: 2 } },
      ["--dump-step", "1", "--out", "o"],
      /--dump-step cannot be combined with --sweep/,
    ],
  ])("%s", (_what, experiment, args, message) => {
    const { status, stdout, stderr } = run(write("bad.rnn.json", experiment), "--sweep", ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

test("--set changes the sweep too, and gives a file without one a sweep", () => {
  const { status, stdout } = run(
    write("plain.rnn.json", COUNT_ONES),
    "--sweep",
    "--json",
    "--set",
    "sweep.seeds=3",
    "--set",
    'sweep.goal={"metric": "loss", "value": 5}',
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ trials: 3, converged: 3 });
});

test("Ctrl+C ends a sweep with 130, and keeps what was done", async () => {
  const file = write("endless.rnn.json", {
    ...COUNT_ONES,
    sweep: { parameters: { "training.iterations": [10, 10_000_000] }, seeds: 20 },
  });
  const child = spawn(process.execPath, [join(folder, "cli.js"), file, "--sweep", "--json", "--out", "endless"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  // The table is opened when the program listens, and before the first run.
  while (!existsSync(join(folder, "endless/sweep.csv"))) await new Promise(setImmediate);
  child.kill("SIGINT");
  const code = await new Promise((ended) => child.on("exit", ended));
  expect(code).toBe(130);
  const { status, finished } = JSON.parse(stdout) as { status: string; finished: number };
  expect(status).toBe("interrupted");
  expect(csvOf("endless/sweep.csv").length).toBe(finished + 1);
});
