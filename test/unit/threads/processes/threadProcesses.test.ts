/** What trains beside runs, in processes of its own: the bits of threads, and deaths that cost nothing finished. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { MemoryBudget } from "../../../../src/lib/memoryBudget";
import { RaceSession } from "../../../../src/session/raceSession";
import { RateTestSession } from "../../../../src/session/rateTestSession";
import type { SweepConfig } from "../../../../src/config/schema/schema";
import type { TrialResult } from "../../../../src/shared/wire/sweep";
import type { SweepJob } from "../../../../src/sweepPlan/trials";
import type { Carrier, CarrierEnd } from "../../../../src/threads/carriers/carrier";
import { THIS_PROCESS, type ThreadPlace } from "../../../../src/threads/carriers/threadPlace";
import { ThreadProcesses } from "../../../../src/threads/processes/threadProcesses";
import { SweepPool } from "../../../../src/threads/sweepPool";
import { experimentOf } from "../../core/support";
import { temporaryFolder } from "../../runs/support";
import { writeWorker } from "../../session/support";
import { WORKER_PATH } from "../../session/workerPath";

/** Against hanging only: a busy machine may be slow. */
const LONG_MS = 120_000;
vi.setConfig({ testTimeout: LONG_MS, hookTimeout: LONG_MS });

const PROGRAM = join(dirname(WORKER_PATH), "heartbeat.js");
const ADDING = experimentOf({
  task: { kind: "adding", sequences: 40, length: 8 },
  model: { cell: "gru", hiddenSize: 4 },
  training: { iterations: 30, batchSize: 8, optimizer: { kind: "adam", learningRate: 0.01 } },
});
let scripts = "";
const opened: ThreadProcesses[] = [];
const started: Carrier<number>[] = [];

beforeAll(async () => {
  scripts = temporaryFolder();
  const source = (name: string): string => join(import.meta.dirname, `../../../../src/worker/${name}Thread.ts`);
  await build({
    entryPoints: { sweep: source("sweep"), race: source("race") },
    outdir: scripts,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
});
afterEach(async () => {
  const processes = opened.splice(0);
  for (const one of processes) one.dispose();
  // None is left.
  await vi.waitFor(() => expect(processes.flatMap(({ pids }) => pids)).toEqual([]), { timeout: LONG_MS });
});

function open(): ThreadProcesses {
  const processes = new ThreadProcesses(PROGRAM, (message) => expect.fail(message));
  opened.push(processes);
  return processes;
}

interface Sweep {
  readonly pool: SweepPool;
  readonly results: TrialResult[];
  /** The reason of a failure; null when all trials have ended. */
  readonly ended: Promise<string | null>;
}

interface SweepOptions {
  readonly script?: string;
  readonly changes?: Partial<SweepConfig>;
  /** At most. */
  readonly threads?: number;
}

function sweep(
  place: ThreadPlace,
  seeds: number,
  onResult: (results: readonly TrialResult[]) => void,
  { script, changes = {}, threads = seeds }: SweepOptions = {},
): Sweep {
  const results: TrialResult[] = [];
  const block = {
    parameters: {},
    seeds,
    search: { kind: "grid" },
    stopping: { kind: "none" },
    constraints: [],
    goal: null,
    runOn: "local",
  } as const;
  const job: SweepJob = { file: { ...ADDING }, seed: 1, sweep: { ...block, ...changes } };
  let pool: SweepPool | null = null;
  const ended = new Promise<string | null>((resolve) => {
    pool = new SweepPool(
      script ?? join(scripts, "sweep.js"),
      job,
      { data: null, weights: null },
      threads,
      {
        onResult: (result) => onResult((results.push(result), results)),
        onEnd: () => resolve(null),
        onFailure: ({ message }) => resolve(message),
      },
      { place },
    );
  });
  return { pool: pool!, results, ended };
}

/** By index, without times. */
function figures(results: readonly TrialResult[]): readonly unknown[] {
  return results.toSorted((a, b) => a.index - b.index).map(({ trainMs: _time, ...figure }) => figure);
}

async function sweepInThreads(seeds: number): Promise<readonly unknown[]> {
  const { results, ended } = sweep(THIS_PROCESS, seeds, () => undefined);
  expect(await ended).toBeNull();
  return figures(results);
}

test("a sweep in a process has the figures of threads to the last bit, and its process serves the next", async () => {
  const processes = open();
  const first = sweep(processes, 6, () => undefined);
  const pids = [...processes.pids];
  expect([pids.length, await first.ended]).toEqual([1, null]);
  expect(figures(first.results)).toEqual(await sweepInThreads(6));
  const second = sweep(processes, 2, () => undefined);
  await second.ended;
  expect(processes.pids).toEqual(pids);
});

test("in a process as in a thread, one worker decides the same: which runs stop, where, and why", async () => {
  const stopping = { kind: "asha", minIterations: 5, reductionFactor: 2, diagnosis: false } as const;
  const stoppedSweep = async (place: ThreadPlace): Promise<readonly TrialResult[]> => {
    const { results, ended } = sweep(place, 6, () => undefined, { changes: { stopping }, threads: 1 });
    expect(await ended).toBeNull();
    return results;
  };
  const inThread = await stoppedSweep(THIS_PROCESS);
  const stopped = inThread.filter(({ status }) => status === "stopped");
  expect(stopped.length).toBeGreaterThan(0);
  for (const { iterations, message } of stopped)
    expect(message).toMatch(`Successive halving: at iteration ${iterations} its loss of`);
  expect(figures(await stoppedSweep(open()))).toEqual(figures(inThread));
});

test("kill -9 of the process of a sweep loses nothing that has ended, and every trial is there once", async () => {
  const processes = open();
  const killed: number[] = [];
  const { results, ended } = sweep(processes, 12, ({ length }) => {
    if (length % 4 !== 0 || length === 12) return;
    killed.push(...processes.pids);
    for (const pid of processes.pids) process.kill(pid, "SIGKILL");
  });
  expect(await ended).toBeNull();
  expect(new Set(killed).size).toBe(2);
  expect(figures(results)).toEqual(await sweepInThreads(12));
});

test("kill -9 of the process of a search that learns has what was under way trained again", async () => {
  const processes = open();
  const changes: Partial<SweepConfig> = {
    parameters: { "training.optimizer.learningRate": { from: 1e-4, to: 0.1, count: 5, scale: "log" } },
    search: { kind: "tpe", budget: 16, seed: 1 },
  };
  const killAt = new Set([4, 12]);
  const { results, ended } = sweep(
    processes,
    1,
    ({ length }) => {
      if (killAt.delete(length)) for (const pid of processes.pids) process.kill(pid, "SIGKILL");
    },
    { changes, threads: 2 },
  );
  expect(await ended).toBeNull();
  expect(killAt.size).toBe(0);
  expect(results.map(({ index, status }) => [index, status]).toSorted()).toEqual(
    Array.from({ length: 16 }, (_, index) => [index, "done"]).toSorted(),
  );
});

test("a trial that ends its process each time has failed, and no other one has", async () => {
  const script = writeWorker(`
    const { parentPort } = require("node:worker_threads");
    const post = parentPort.postMessage.bind(parentPort);
    parentPort.postMessage = (report) => {
      const { result } = report;
      if (result?.seed !== 3 || result.status !== "done") return post(report);
      // What it is at is known by then.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
      process.kill(process.pid, "SIGKILL");
    };
    require(${JSON.stringify(join(scripts, "sweep.js"))});`);
  const { results, ended } = sweep(open(), 8, () => undefined, { script });
  expect(await ended).toBeNull();
  const failed = results.filter(({ status }) => status === "failed").map(({ seed, message }) => [seed, message]);
  expect(failed).toEqual([[3, expect.stringMatching(/^Worker crashed: The process .* signal SIGKILL\.$/)]]);
  expect(new Set(results.map(({ seed }) => seed)).size).toBe(8);
  expect(results).toHaveLength(8);
});

test("a sweep whose processes end before any trial begins fails with the reason", async () => {
  const script = writeWorker(`process.kill(process.pid, "SIGKILL");`);
  expect(await sweep(open(), 3, () => undefined, { script }).ended).toMatch(/ended by the signal SIGKILL/);
});

test("a sweep that is stopped leaves no process that works", async () => {
  const processes = open();
  const { pool } = sweep(processes, 1000, ({ length }) => void (length === 3 && pool.cancel()));
  await vi.waitFor(() => expect(SweepPool.live.size).toBe(0), { timeout: LONG_MS });
});

/** The curve of a range test, or why there is none. */
function rateTest(place: ThreadPlace, budget = new MemoryBudget(2 ** 30)): Promise<unknown> {
  return new Promise((resolve) => {
    const onChange = (): void => {
      if (!session.isRunning) resolve(session.shown?.test ?? session.shown?.message);
    };
    const session: RateTestSession = new RateTestSession(join(scripts, "race.js"), onChange, budget, place);
    session.start({ experiment: ADDING });
  });
}

test("a range test in a process has the curve of a thread, and its process counts in the window's memory", async () => {
  const [processes, budget] = [open(), new MemoryBudget(2 ** 30)];
  const curve = rateTest(processes, budget);
  expect(budget.used).toBeGreaterThan(processes.overheadBytes);
  expect(await curve).toEqual(await rateTest(THIS_PROCESS));
  expect(budget.used).toBe(0);
});

test("a race whose process is killed says so, and a race beside it goes on", async () => {
  const processes = open();
  const phases = [0, 1].map((_, index) => {
    const before = new Set(processes.pids);
    const session: RaceSession = new RaceSession(
      join(scripts, "race.js"),
      () => {
        if (session.shown?.phase === "running" && index === 0) for (const pid of pids) process.kill(pid, "SIGKILL");
        if (!session.isRunning) resolve(session.shown);
      },
      new MemoryBudget(2 ** 30),
      processes,
    );
    let resolve: (value: unknown) => void = () => undefined;
    const ended = new Promise<unknown>((done) => (resolve = done));
    // What is to be killed does not end before.
    const training = { ...ADDING.training, ...(index === 0 ? { iterations: 10_000_000 } : {}) };
    const experiment = { ...ADDING, training };
    session.start({ experiment, files: { data: null, weights: null }, configHash: "hash" });
    const pids = processes.pids.filter((pid) => !before.has(pid));
    return ended;
  });
  expect(await Promise.all(phases)).toMatchObject([
    { phase: "failed", message: expect.stringMatching(/ended by the signal SIGKILL/) },
    { phase: "done", message: null },
  ]);
});

test("a thread that was prepared is there before it is needed, once, and goes with what prepared it", async () => {
  const processes = open();
  const file = join(temporaryFolder(), "begun");
  const script = writeWorker(`
    const { parentPort } = require("node:worker_threads");
    require("node:fs").writeFileSync(${JSON.stringify(file)}, "");
    parentPort.on("message", (message) => parentPort.postMessage([message, process.pid]));`);
  const options = { name: "test", trains: true };
  processes.prepare(script, options);
  const [prepared] = processes.pids;
  await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: LONG_MS });
  const answers = [0, 1].map(
    (message) =>
      new Promise<unknown>((onReport) => {
        const room = processes.openRoom();
        const thread = room.start<number, unknown>(script, options, { onReport, onEnd: () => undefined });
        thread.post(message);
        started.push(thread);
      }),
  );
  expect(await Promise.all(answers)).toEqual([
    [0, prepared],
    [1, processes.pids.find((pid) => pid !== prepared)],
  ]);
  await Promise.all(started.splice(0).map((thread) => thread.terminate()));
  processes.prepare(script, options);
  expect(processes.pids).toHaveLength(1);
});

interface Started {
  readonly thread: Carrier<never>;
  readonly end: Promise<CarrierEnd>;
  readonly report: Promise<unknown>;
}

function start(place: ThreadPlace, text: string, data: unknown = null): Started {
  let thread: Carrier<never> | null = null;
  let reported: (value: unknown) => void = () => undefined;
  const report = new Promise<unknown>((resolve) => (reported = resolve));
  const end = new Promise<CarrierEnd>((onEnd) => {
    const script = writeWorker(
      `const { parentPort, workerData, ...threads } = require("node:worker_threads"); ${text}`,
    );
    thread = place.openRoom().start(script, { name: "test", data }, { onReport: reported, onEnd });
  });
  return { thread: thread!, end, report };
}

test("what is written to shared memory wakes a thread in a process", async () => {
  const control = new Int32Array(new SharedArrayBuffer(8));
  control[1] = 1;
  const { thread, report } = start(
    open(),
    `Atomics.wait(workerData.inner.control, 1, 1); parentPort.postMessage(workerData.inner.control[1]);`,
    { inner: { control } },
  );
  Atomics.store(control, 1, 7);
  thread.flush();
  expect(await report).toBe(7);
});

test("a thread in an endless loop is ended without its process; a process that stands still is killed", async () => {
  const processes = open();
  const loop = `parentPort.postMessage(process.pid); for (;;) {}`;
  const first = start(processes, loop);
  const pid = await first.report;
  await first.thread.terminate();
  expect(processes.pids).toEqual([pid]);
  const second = start(processes, loop);
  expect(await second.report).toBe(pid);
  process.kill(Number(pid), "SIGSTOP");
  await second.thread.terminate();
  expect(await second.end).toMatchObject({ code: "SIGKILL", isOfProcess: true });
});

test("the setting for 128 bits holds for what is started from then on, in another process", async () => {
  const processes = open();
  const text = `parentPort.postMessage([process.pid, threads.getEnvironmentData("rnnLab.vectors") !== undefined]);`;
  const wide = (await start(processes, text).report) as [number, boolean];
  const room = processes.openRoom();
  processes.wideVectors = false;
  const narrow = (await start(processes, text).report) as [number, boolean];
  expect([wide[1], narrow[1], narrow[0] !== wide[0]]).toEqual([true, false, true]);
  expect([room.isOutdated, processes.openRoom().isOutdated]).toEqual([true, false]);
});

test("a process that is released while a long message is partly read ends, too", async () => {
  const processes = open();
  const script = writeWorker(`
    const { parentPort } = require("node:worker_threads");
    for (let i = 0; i < 5; i++) parentPort.postMessage(new Uint8Array(8e6));
    setInterval(() => undefined, 1000);`);
  await new Promise<void>((resolve) => {
    const thread = processes.openRoom().start<never, unknown>(
      script,
      { name: "test", trains: true },
      {
        onReport: () => {
          thread.release();
          resolve();
        },
        onEnd: () => undefined,
      },
    );
  });
  await vi.waitFor(() => expect(processes.pids).toEqual([]), { timeout: LONG_MS });
});
