/** A sweep on real threads, as a window runs it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { failedTrial } from "../../../src/core/training/runTrial";
import type { FolderSweepEnd, FolderSweepEvents } from "../../../src/engines/folderSweep";
import { finishWork } from "../../../src/lib/slicedTask";
import { MemoryBudget } from "../../../src/lib/memoryBudget";
import {
  countsOf,
  encodeHead,
  encodeTrials,
  readSweepFile,
  readTrials,
  type SavedTrials,
} from "../../../src/sweeps/sweepFile";
import { SweepRun } from "../../../src/sweeps/sweepRun";
import { TrialColumns } from "../../../src/shared/wire/trialColumns";
import { readSweep } from "../../../src/sweepPlan/readSweep";
import { SweepPool } from "../../../src/threads/sweepPool";
import { writeWorker } from "../session/support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 60_000 });

const NO_FILES = { data: null, weights: null };
const runs: SweepRun[] = [];
let script = "";

beforeAll(() => {
  script = join(mkdtempSync(join(tmpdir(), "rnn-lab-sweep-")), "sweep.cjs");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../../../src/worker/sweepThread.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
});
afterEach(() => runs.splice(0).forEach((run) => run.dispose()));

function start(experiment: object, scriptPath = script): SweepRun {
  const text = JSON.stringify(experiment);
  const read = readSweep(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const run = new SweepRun(read, text);
  runs.push(run);
  run.start(NO_FILES, scriptPath);
  return run;
}

function until(run: SweepRun, condition: () => boolean): Promise<void> {
  if (condition()) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = run.onDidChange(() => {
      if (condition()) {
        listener.dispose();
        resolve();
      }
    });
  });
}
const ended = (run: SweepRun) => until(run, () => run.phase !== "running");
const exited = async () => {
  while (SweepPool.live.size > 0) await new Promise(setImmediate);
};

describe("a sweep", () => {
  test("runs every trial once, on no more threads than there are trials, which all exit", async () => {
    const run = start({
      training: { iterations: 20 },
      sweep: { parameters: { "task.length": { from: 2, to: 9, count: 8 } }, seeds: 3 },
    });
    await ended(run);
    expect([run.phase, run.message]).toEqual(["done", null]);
    expect([...run.results].map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 24 }, (_, index) => index),
    );
    await exited();
    expect(start({ sweep: { seeds: 1 } }).threads).toBe(1);
  });

  test("that is stopped keeps what is done, and its threads are gone though they were busy", async () => {
    const run = start({ sweep: { parameters: { "training.iterations": [5, 10_000_000] }, seeds: 4 } });
    await until(run, () => run.results.length > 0);
    run.stop();
    const count = run.results.length;
    expect(run.phase).toBe("stopped");
    await exited();
    expect([run.phase, run.results.length, run.canContinue]).toEqual(["stopped", count, true]);
  });

  test("whose host ended goes on with the runs that have no result yet, and comes to the same figures", async () => {
    const whole = start({ training: { iterations: 20 }, sweep: { seeds: 6 } });
    await ended(whole);
    const trials = new TrialColumns([]);
    for (const result of [...whole.results].slice(0, 2)) trials.add(result, 5);
    const run = new SweepRun(whole.read, whole.text, { trials, rungs: [], threads: 3 });
    runs.push(run);
    expect([run.phase, run.message, run.canContinue, run.elapsedMs, run.threads]).toEqual([
      "stopped",
      "Interrupted after 2 of 6 runs.",
      true,
      5,
      3,
    ]);
    const written: number[] = [];
    run.start(NO_FILES, script, undefined, (current) => {
      const note = () => written.push(current().trials.length);
      note();
      return { update: note, dispose: () => undefined };
    });
    await ended(run);
    expect([run.phase, run.message, run.canContinue]).toEqual(["done", null, false]);
    const figures = ({ results }: SweepRun) =>
      [...results].map(({ index, loss }) => [index, loss] as const).toSorted(([a], [b]) => a - b);
    expect(figures(run)).toEqual(figures(whole));
    expect(written).toEqual([2, 3, 4, 5, 6]);
  });

  test.each([
    { kind: "asha", minIterations: 5, reductionFactor: 2 },
    { kind: "median", minIterations: 5, interval: 5, minRuns: 2 },
  ])("that stops runs early ($kind) comes to the same table wherever it was interrupted", async (stopping) => {
    const text = JSON.stringify({
      task: { kind: "adding", sequences: 20, length: 4 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: { iterations: 40, optimizer: { kind: "adam" } },
      sweep: {
        parameters: { "training.optimizer.learningRate": [0.01, 0.0001, 0.03, 0.0003, 0.02, 0.001, 0.05] },
        stopping,
      },
    });
    const read = readSweep(text);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    /** On one thread, as there is memory for one. @returns the table, and what was on the disk after each change */
    const train = async (earlier: SavedTrials | null) => {
      const run = new SweepRun(read, text, earlier);
      runs.push(run);
      const saved: string[] = [];
      run.start(NO_FILES, script, { budget: new MemoryBudget(1) }, (current) => ({
        update: () => saved.push(finishWork(encodeTrials(current(), { trials: 0, rungs: 0 }, countsOf(current())))),
        dispose: () => undefined,
      }));
      await ended(run);
      return { saved, table: [...run.results].map((result) => ({ ...result, trainMs: 0 })) };
    };
    const whole = await train(null);
    expect(new Set(whole.table.map(({ status }) => status))).toEqual(new Set(["done", "stopped"]));
    // After a rung of a run that goes on, and in between.
    for (const at of [1, Math.floor(whole.saved.length / 2), whole.saved.length - 2]) {
      const file = readSweepFile(encodeHead({ uri: "file:///a.rnn.json", text, lease: "none" }) + whole.saved[at]!);
      const earlier = finishWork(readTrials(file!, read.info.parameters));
      expect(earlier.rungs.length).toBeGreaterThan(0);
      expect((await train(earlier)).table).toEqual(whole.table);
    }
  });

  test("reads the data file of its experiment for every trial", async () => {
    const text = JSON.stringify({
      task: { kind: "text", file: "a.txt", length: 4 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: { iterations: 3, batchSize: 1 },
      sweep: { seeds: 2 },
    });
    const read = readSweep(text);
    if ("problems" in read) throw new Error("not read");
    const run = new SweepRun(read, text);
    runs.push(run);
    run.start({ data: "abcabcabcabcabcabc", weights: null }, script);
    await ended(run);
    expect([...run.results].map(({ status }) => status)).toEqual(["done", "done"]);
  });

  test.each(["grid", "tpe"])("by %s goes on in a new thread when a trial breaks one, and says which", async (kind) => {
    // The real thread, but the trial with seed 3 ends it.
    const breaking = writeWorker(`
      const { parentPort, workerData } = require("node:worker_threads");
      const post = parentPort.postMessage.bind(parentPort);
      parentPort.postMessage = (report) => {
        if (report.type === "result" && report.result.seed === 3 && report.result.status === "done") process.exit(7);
        post(report);
      };
      require(${JSON.stringify(script)});`);
    const search = kind === "grid" ? { kind } : { kind, budget: 8 };
    const run = start({ training: { iterations: 5 }, sweep: { seeds: 8, search } }, breaking);
    await ended(run);
    expect(run.phase).toBe("done");
    expect(
      [...run.results].filter(({ status }) => status === "failed").map(({ seed, message }) => [seed, message]),
    ).toEqual([[3, "Worker crashed: A sweep worker exited unexpectedly with code 7."]]);
    expect(new Set([...run.results].map(({ seed }) => seed)).size).toBe(8);
  });

  test("whose threads cannot even begin fails with the reason", async () => {
    const run = start({ sweep: { seeds: 3 } }, writeWorker(`throw new Error("no memory for this");`));
    await ended(run);
    expect([run.phase, run.results.length]).toEqual(["failed", 0]);
    expect(run.message).toContain("no memory for this");
    await exited();
  });
});

describe("a sweep on an engine", () => {
  const TEXT = '{ "sweep": { "seeds": 3 } }';
  function open(): { readonly run: SweepRun; readonly events: FolderSweepEvents; readonly asked: string[] } {
    const read = readSweep(TEXT);
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    const run = new SweepRun(read, TEXT);
    runs.push(run);
    const asked: string[] = [];
    const opened: { events?: FolderSweepEvents } = {};
    let end: (how: FolderSweepEnd) => void;
    void run.startOn((events) => {
      opened.events = events;
      return Promise.resolve({
        run: () => new Promise<FolderSweepEnd>((resolve) => (end = resolve)),
        cancel: () => {
          asked.push("cancel");
          end({ kind: "canceled" });
        },
        path: "/x.sweep",
        detach: () => {
          asked.push("detach");
          end({ kind: "detached" });
        },
      });
    });
    return { run, events: opened.events!, asked };
  }
  const result = (index: number) => failedTrial({ index, seed: index, values: [] }, "x");

  test("shows what waits and runs, adds each result once, and ends with checkpoints when it is stopped", async () => {
    const { run, events, asked } = open();
    events.onResults([result(0), result(2)]);
    events.onResults([result(2)]);
    events.onState({
      ...{ queued: 1, running: 0, isIdle: false, problems: ["Slurm does not answer."] },
      ...{ trials: 3, done: 2, failed: 2, secondsLeft: 100 },
    });
    expect(run.message).toBe("2 of 3 runs, 1 waiting, 2 failed, about 2 min left. Slurm does not answer.");
    expect([...run.results.column("index")]).toEqual([0, 2]);
    await Promise.resolve();
    run.stop();
    await ended(run);
    expect([asked, run.phase]).toEqual([["cancel"], "stopped"]);
  });

  test("leaves the engine to itself when the window is closed", async () => {
    const { run, asked } = open();
    await Promise.resolve();
    run.dispose();
    expect(asked).toEqual(["detach"]);
  });
});
