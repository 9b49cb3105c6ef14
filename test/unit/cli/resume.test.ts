/** A run that is interrupted, and what goes on from it, as processes of their own. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSafetensors } from "../../../src/formats/safetensors";
import type { RunContents } from "../../../src/runs/format/runContents";
import { readRun } from "../../../src/runs/format/readRun";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Never done by itself. It has all that a checkpoint holds: moments, masks, an order of batches, a best validation. */
const ENDLESS = {
  seed: 3,
  task: { kind: "adding", sequences: 200, length: 12 },
  model: { cell: "rnn", hiddenSize: 8, numLayers: 2, dropout: 0.2 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 20,
    iterations: 1_000_000,
    validation: { share: 0.1, every: 10 },
  },
  trace: { every: 3 },
};

let folder: string;

beforeAll(async () => {
  folder = await bundleCli({ helper: "src/worker/helper.ts", heartbeat: "src/worker/heartbeat.ts" });
  writeFileSync(join(folder, "endless.rnn.json"), JSON.stringify(ENDLESS));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Starts the endless run and sends a signal as soon as the run file has what is asked for. */
async function interrupt(
  out: string,
  signal: NodeJS.Signals,
  isReady: () => boolean,
  { file = "endless.rnn.json", more = [] }: { readonly file?: string; readonly more?: readonly string[] } = {},
) {
  const child = spawn(process.execPath, [join(folder, "cli.js"), file, "--out", out, ...more], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  while (!isReady()) await new Promise(setImmediate);
  child.kill(signal);
  const code = await new Promise<number | null>((ended) => child.on("exit", ended));
  return { code, stderr };
}

/** Whether the file, which is being written, has it already. */
function hasRecorded(out: string, condition: (run: RunContents) => boolean): boolean {
  try {
    return condition(recorded(out));
  } catch {
    return false;
  }
}
const recorded = (out: string) => readRun(readFileSync(join(folder, out, "run.rnnrun")));
const isRecorded = (out: string) => () => existsSync(join(folder, out, "run.rnnrun"));
const reportOf = (out: string) =>
  JSON.parse(readFileSync(join(folder, out, "run.json"), "utf8")) as { status: string; iterations: number };
const metricsOf = (out: string) =>
  readFileSync(join(folder, out, "metrics.csv"), "utf8")
    .trimEnd()
    .split("\n");
const tensorsOf = (out: string, name: string) => readSafetensors(readFileSync(join(folder, out, name)));

/** The first row with the lowest validation loss, of those before an iteration. */
function bestRow(out: string, before: number) {
  const [head = "", ...lines] = metricsOf(out);
  const column = head.split(",").indexOf("validationLoss");
  const losses = lines.slice(0, before).map((line) => Number(line.split(",")[column]));
  const validationLoss = Math.min(...losses);
  return { iteration: losses.indexOf(validationLoss), validationLoss };
}

describe.runIf(process.platform !== "win32")("a run that is interrupted", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("by %s ends with 130 and has all of its files", async (signal) => {
    const out = `by-${signal}`;
    const { code, stderr } = await interrupt(out, signal, isRecorded(out));
    expect(code).toBe(130);
    const { status, iterations } = reportOf(out);
    expect(status).toBe("stopped");
    expect(stderr).toBe(`stopped after ${iterations} iterations; continue with --out ${out} --resume\n`);
    expect(readdirSync(join(folder, out)).sort()).toEqual([
      "best.safetensors",
      "final.safetensors",
      "initial.safetensors",
      "metrics.csv",
      "run.json",
      "run.rnnrun",
    ]);
    expect(metricsOf(out).length).toBe(iterations + 1);
    const { checkpoint, status: saved } = recorded(out);
    expect([saved.phase, checkpoint?.iteration]).toEqual(["stopped", iterations]);
  });

  test("is kept when another one is started in its folder", async () => {
    await interrupt("again", "SIGINT", isRecorded("again"));
    const before = recorded("again");
    const { status, stderr } = run("endless.rnn.json", "--out", "again", "--set", "training.iterations=5");
    expect(status).toBe(0);
    expect(stderr).toContain(
      `note: the interrupted run in again was kept as ${join("again", "interrupted-1.rnnrun")}.`,
    );
    expect(readRun(readFileSync(join(folder, "again", "interrupted-1.rnnrun")))).toEqual(before);
    // One that came to its end makes way.
    expect(recorded("again").status.phase).toBe("done");
    expect(run("endless.rnn.json", "--out", "again", "--set", "training.iterations=5").stderr).not.toContain("note:");
    expect(readdirSync(join(folder, "again")).filter((name) => name.endsWith(".rnnrun"))).toEqual([
      "interrupted-1.rnnrun",
      "run.rnnrun",
    ]);
  });

  test("goes on to the same bits, also after it was killed", async () => {
    await interrupt("twice", "SIGKILL", () => hasRecorded("twice", ({ checkpoint }) => checkpoint !== null));
    const from = recorded("twice").checkpoint!.iteration;
    const resumed = () => hasRecorded("twice", ({ status }) => status.iteration > from);
    expect((await interrupt("twice", "SIGINT", resumed, { more: ["--resume"] })).code).toBe(130);
    const { iterations } = reportOf("twice");
    expect(iterations).toBeGreaterThan(from);

    // A run that comes to its end validates its last row as well, which the one that was interrupted there never made.
    const best = bestRow("twice", iterations);
    const length = ["--set", `training.iterations=${iterations}`];
    run("endless.rnn.json", "--out", "once", ...length, "--dump-step", String(best.iteration));
    expect(metricsOf("twice")).toEqual(metricsOf("once").slice(0, iterations + 1));
    for (const name of ["initial.safetensors", "final.safetensors"])
      expect(tensorsOf("twice", name).tensors, name).toEqual(tensorsOf("once", name).tensors);
    expect(bestRow("once", iterations)).toEqual(best);
    const { metadata, tensors } = tensorsOf("twice", "best.safetensors");
    expect([Number(metadata["iteration"]), Number(metadata["validationLoss"])]).toEqual(Object.values(best));
    const atBest = tensorsOf("once", `step-${best.iteration}.safetensors`).tensors;
    expect(tensors.map(({ name, values }) => [`param.${name}`, values])).toEqual(
      atBest.filter(({ name }) => name.startsWith("param.")).map(({ name, values }) => [name, values]),
    );
    expect(existsSync(join(folder, "twice", "run.rnnrun.previous"))).toBe(false);
    const { meta, metrics } = recorded("twice");
    expect([meta.resumedFrom === null, metrics.rows.rows]).toEqual([false, iterations]);
  });

  test("is left alone by another terminal, also while it is stopped, until its process is gone", async () => {
    const child = spawn(process.execPath, [join(folder, "cli.js"), "endless.rnn.json", "--out", "held"], {
      cwd: folder,
      stdio: "ignore",
    });
    while (!isRecorded("held")()) await new Promise(setImmediate);
    child.kill("SIGSTOP");
    const { ino } = statSync(join(folder, "held", "run.rnnrun"));
    for (const more of [[], ["--resume"]]) {
      const { status, stderr } = run("endless.rnn.json", "--out", "held", "--set", "training.iterations=3", ...more);
      expect(status).toBe(2);
      expect(stderr).toContain("run.rnnrun is being written by");
      expect(stderr).toContain("Stop it, or use another folder.");
    }
    expect(statSync(join(folder, "held", "run.rnnrun")).ino).toBe(ino);
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    expect(readdirSync(join(folder, "held"))).toContain("run.rnnlease");
    expect(run("endless.rnn.json", "--out", "held", "--set", "training.iterations=3").status).toBe(0);
    expect(recorded("held").status).toMatchObject({ phase: "done", iterations: 3 });
    expect(readdirSync(join(folder, "held"))).not.toContain("run.rnnlease");
  });

  test("is refused where the experiment has changed, naming the key", async () => {
    await interrupt("changed", "SIGINT", isRecorded("changed"));
    const resume = (...args: string[]) => run("endless.rnn.json", "--out", "changed", "--resume", ...args);
    expect(resume("--set", "seed=4")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "error: --resume: seed is 4, but was 3 when the run in changed was started. Restore it, or start a new run in another folder.\nRun with --help for usage.\n",
    });
    expect(resume("--set", "training.optimizer.learningRate=0.02").stderr).toContain(
      "training.optimizer.learningRate is 0.02, but was 0.01",
    );
    expect(resume("--threads", "2").stderr).toContain("--threads 2 differs from the run in changed, which used 1");
  });

  test("is refused where its data have changed, at the key that names them", async () => {
    const csv = (last: number) => `value\n${[...Array.from({ length: 40 }, (_, i) => i % 5), last].join("\n")}\n`;
    const file = "csv.rnn.json";
    writeFileSync(join(folder, "rows.csv"), csv(1));
    writeFileSync(
      join(folder, file),
      `{
  "task": { "kind": "csv", "file": "rows.csv", "columns": ["value"], "target": "value", "length": 4 },
  "model": { "cell": "rnn", "hiddenSize": 2 },
  "training": { "iterations": 1000000 }
}`,
    );
    await interrupt("data", "SIGINT", isRecorded("data"), { file });
    writeFileSync(join(folder, "rows.csv"), csv(2));
    expect(run(file, "--out", "data", "--resume")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        'rows.csv: 41 rows separated by commas, decimal ".", header 1; 41 numbers in "value"\n' +
        "csv.rnn.json:2:36: error: The data file has changed since the run started, " +
        "so the run cannot be resumed. [bad-file]\n",
    });
  });
});

test("a run that is done stays as it is", () => {
  const done = ["endless.rnn.json", "--set", "training.iterations=20", "--out", "done"];
  expect(run(...done).status).toBe(0);
  expect(run(...done, "--resume").stdout).toBe(
    "The run in done is done after 20 iterations; there is nothing to resume.\n",
  );
  expect(JSON.parse(run(...done, "--resume", "--json").stdout)).toEqual(reportOf("done"));
});

describe("with --weights best", () => {
  /** It overfits, so that the best weights are earlier ones. */
  const overfitting = {
    ...ENDLESS,
    task: { kind: "adding", sequences: 20, length: 12 },
    training: {
      ...ENDLESS.training,
      batchSize: 5,
      iterations: 400,
      validation: { share: 0.4, every: 10 },
      stop: { patience: 60 },
    },
  };
  const resumeBest = (out: string) => run("overfits.rnn.json", "--out", out, "--resume", "--weights", "best");
  const rowsOf = (out: string) =>
    readFileSync(join(folder, out, "metrics.csv"), "utf8")
      .trimEnd()
      .split("\n");
  const tensorsOf = (out: string, name: string) => readSafetensors(readFileSync(join(folder, out, name)));

  test("a run goes on from its best weights, each time to the same bits, and says what starts anew", () => {
    writeFileSync(join(folder, "overfits.rnn.json"), JSON.stringify(overfitting));
    expect(run("overfits.rnn.json", "--out", "overfit").status).toBe(0);
    const best = tensorsOf("overfit", "best.safetensors");
    const at = Number(best.metadata["iteration"]);
    const before = rowsOf("overfit");
    expect(at).toBeLessThan(before.length - 2);
    expect(at).toBeGreaterThan(0);
    cpSync(join(folder, "overfit"), join(folder, "overfit-2"), { recursive: true });

    const { status, stderr } = resumeBest("overfit");
    expect(status).toBe(0);
    expect(stderr).toMatch(
      new RegExp(
        `note: resumed from the best weights, of iteration ${at} \\(validation loss \\S+\\); the optimizer starts anew`,
      ),
    );
    const after = rowsOf("overfit");
    // The header, and the rows before the best one.
    expect(after.slice(0, at + 1)).toEqual(before.slice(0, at + 1));
    expect(after.slice(1).map((row) => Number(row.split(",")[0]))).toEqual(after.slice(1).map((_, row) => row));
    const validation = before[0]!.split(",").indexOf("validationLoss");
    expect(after[at + 1]!.split(",")[validation]).toBe(before[at + 1]!.split(",")[validation]);
    expect(after.length).toBeGreaterThanOrEqual(at + 60);
    const { events, meta } = recorded("overfit");
    expect(events).toEqual([{ kind: "restarted", iteration: at, detail: { leftAt: before.length - 2 } }]);
    expect(meta.resumedFrom).not.toBeNull();

    expect(resumeBest("overfit-2").status).toBe(0);
    expect(tensorsOf("overfit-2", "final.safetensors").tensors).toEqual(
      tensorsOf("overfit", "final.safetensors").tensors,
    );
  });

  test("says why there are none", () => {
    const unvalidated = ["endless.rnn.json", "--set", "training.iterations=20", "--set", "training.validation.share=0"];
    expect(run(...unvalidated, "--out", "unvalidated").status).toBe(0);
    expect(run(...unvalidated, "--out", "unvalidated", "--resume", "--weights", "best")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("was not validated. Omit --weights.") as string,
    });
    expect(run("endless.rnn.json", "--out", "done", "--resume", "--weights", "first").stderr).toContain(
      "--resume --weights first: the weights must be best or last",
    );
  });
});

test("says what is missing", () => {
  expect(run("endless.rnn.json", "--resume").stderr).toContain("--resume requires --out DIR");
  expect(run("endless.rnn.json", "--resume", "--out", "nothing")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("nothing has no run.rnnrun. Start the run with --out nothing") as string,
  });
});
