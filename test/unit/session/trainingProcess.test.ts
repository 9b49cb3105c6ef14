/** Sessions whose training thread has a process of its own. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { MemoryBudget } from "../../../src/lib/memoryBudget";
import { FileMark } from "../../../src/runs/fileMark";
import { finalizeRun } from "../../../src/runs/finalizeRun";
import { readRun } from "../../../src/runs/format/readRun";
import { decodeLease, leasePath } from "../../../src/runs/lease";
import { stateOfProcess } from "../../../src/runs/processPlace";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { ThreadProcesses } from "../../../src/threads/processes/threadProcesses";
import { TRAINING_THREAD, TrainingWorker } from "../../../src/threads/trainingWorker";
import { experimentOf } from "../config/support";
import { buildProgram, Conversation } from "../runs/processes";
import { recordingInto, temporaryFolder } from "../runs/support";
import { hasCheckpoint } from "./recordedRun";
import { COUNT_ONES, ENDLESS, FILE, MemoryLog, until, untilPhase, writeWorker } from "./support";
import { WORKER_PATH } from "./workerPath";

/** Against hanging only: a busy machine may be slow. */
const LONG_MS = 120_000;
vi.setConfig({ testTimeout: LONG_MS, hookTimeout: LONG_MS });

const FLOAT32 = experimentOf(
  JSON.stringify({
    engine: "float32",
    task: { kind: "adding", sequences: 24, length: 6 },
    model: { cell: "gru", hiddenSize: 3 },
    training: { iterations: 1500, batchSize: 6, optimizer: { kind: "adam", learningRate: 0.01 } },
  }),
);

let log = new MemoryLog();
const owned: { dispose(): void }[] = [];

afterEach(async () => {
  for (const one of owned.splice(0).reverse()) one.dispose();
  await Promise.all([...TrainingWorker.live].map(({ thread }) => thread.exited));
});

function useProcesses(program = join(dirname(WORKER_PATH), "heartbeat.js")): ThreadProcesses {
  log = new MemoryLog();
  const processes = new ThreadProcesses(program, (message) => log.warn(message));
  owned.push(processes);
  return processes;
}

/** @param processes null: in a thread of this process */
function openSession(
  folder: string,
  processes: ThreadProcesses | null = useProcesses(),
  script = WORKER_PATH,
): ExperimentSession {
  const recording = recordingInto(folder, new FileMark().memory);
  const session = new ExperimentSession(FILE, script, log, recording, undefined, processes ?? undefined);
  owned.push(session);
  return session;
}

function start(session: ExperimentSession, experiment: Experiment): void {
  session.start({ experiment, configHash: "hash", threads: 1, paused: false });
}

function fileOf(folder: string, runId: string): string {
  return join(folder, `${runId}.rnnrun`);
}

/** Of the process that writes the run. */
function writerOf(path: string): number {
  return decodeLease(readFileSync(leasePath(path), "utf8"))?.process ?? NaN;
}

async function untilGone(pid: number): Promise<void> {
  await vi.waitFor(() => expect(stateOfProcess(pid)).toBe("gone"), { timeout: LONG_MS, interval: 20 });
}

/** The scalars of every iteration, in its file. */
function curvesIn(path: string): readonly (readonly number[])[] {
  return readRun(readFileSync(path)).metrics.rows.columns.map((column) => [...column]);
}

async function curvesOfThread(experiment: Experiment): Promise<readonly (readonly number[])[]> {
  const folder = temporaryFolder();
  const session = openSession(folder, null);
  start(session, experiment);
  await untilPhase(session, "done");
  return curvesIn(fileOf(folder, session.run?.runId ?? ""));
}

async function resume(session: ExperimentSession, path: string, runId: string, experiment: Experiment): Promise<void> {
  session.setPace(0);
  const from = { runId, path, resume: true, resumeFrom: null };
  session.start({ experiment, configHash: "hash", threads: 1, paused: false, from });
  await untilPhase(session, "done");
}

test.each([
  ["float64", COUNT_ONES],
  ["float32", FLOAT32],
])("a process gives the curves of a thread to the last bit: %s", async (_engine, experiment) => {
  const folder = temporaryFolder();
  const session = openSession(folder);
  start(session, experiment);
  await untilPhase(session, "done");
  const path = fileOf(folder, session.run?.runId ?? "");
  expect(curvesIn(path)).toEqual(await curvesOfThread(experiment));
  expect(log.lines).toEqual([]);
  expect(existsSync(leasePath(path))).toBe(false);
});

test("the memory of a process counts in the window's", async () => {
  const used = async (processes: ThreadProcesses | undefined): Promise<number> => {
    const budget = new MemoryBudget(2 ** 30);
    const session = new ExperimentSession(FILE, WORKER_PATH, log, null, budget, processes);
    owned.push(session);
    start(session, ENDLESS);
    await untilPhase(session, "running");
    return budget.used;
  };
  const processes = useProcesses();
  expect((await used(processes)) - (await used(undefined))).toBe(processes.overheadBytes);
});

test("pauses, steps, resumes, answers and stops, and can go on from the file", async () => {
  const folder = temporaryFolder();
  const session = openSession(folder);
  start(session, ENDLESS);
  await until(session, (event) => event?.kind === "rows");
  session.pause();
  await untilPhase(session, "paused");
  const { iteration } = session.status;
  session.step();
  await until(session, () => session.status.iteration === iteration + 1);
  const answer = await session.questions.ask({ kind: "weights", iteration: 0 });
  expect(answer).toMatchObject({ kind: "weights", iteration: 0 });
  session.resume();
  await until(session, () => session.status.iteration > iteration + 1);
  session.stop();
  await untilPhase(session, "stopped");
  // Also where a busy machine takes so long that the process is killed.
  expect(hasCheckpoint(folder, session.run?.runId)).toBe(true);
});

test("a process that is killed fails its run, which goes on to the bits of a run that was left alone", async () => {
  const folder = temporaryFolder();
  const session = openSession(folder);
  session.setPace(100);
  start(session, FLOAT32);
  await until(session, () => hasCheckpoint(folder, session.run?.runId) && session.status.iteration > 20);
  const runId = session.run?.runId ?? "";
  const path = fileOf(folder, runId);
  process.kill(writerOf(path), "SIGKILL");
  await untilPhase(session, "failed");
  expect(session.status.message).toMatch(/SIGKILL/);
  await finalizeRun(path, session.status, 1);
  await resume(session, path, runId, FLOAT32);
  expect(curvesIn(fileOf(folder, session.run?.runId ?? ""))).toEqual(await curvesOfThread(FLOAT32));
});

test("when its window is killed, a process writes a checkpoint and ends", async () => {
  const folder = temporaryFolder();
  const program = buildProgram("../session/windowProgram");
  const window = Conversation.start(process.execPath, [program, WORKER_PATH, folder, JSON.stringify(FLOAT32)]);
  const runId = await window.hear();
  const path = fileOf(folder, runId);
  const writer = writerOf(path);
  expect(writer).not.toBe(window.child.pid);
  await window.kill();
  await untilGone(writer);
  const { status, endedAt, checkpoint, metrics } = readRun(readFileSync(path));
  // Nothing that was made is lost.
  expect([status.phase, endedAt, checkpoint?.iteration]).toEqual(["running", null, metrics.rows.rows]);
  expect(existsSync(leasePath(path))).toBe(false);
  const session = openSession(folder);
  await resume(session, path, runId, FLOAT32);
  expect(curvesIn(fileOf(folder, session.run?.runId ?? ""))).toEqual(await curvesOfThread(FLOAT32));
});

test("a process that has no processor for a moment when it is stopped writes what it has trained", async () => {
  const folder = temporaryFolder();
  const session = openSession(folder);
  start(session, ENDLESS);
  await until(session, () => hasCheckpoint(folder, session.run?.runId) && session.status.iteration > 1000);
  const path = fileOf(folder, session.run?.runId ?? "");
  const writer = writerOf(path);
  process.kill(writer, "SIGSTOP");
  session.stop();
  setTimeout(() => process.kill(writer, "SIGCONT"), 600);
  await untilPhase(session, "stopped");
  expect(log.lines).toEqual([]);
  await vi.waitFor(() => expect(readRun(readFileSync(path)).endedAt).not.toBeNull(), { timeout: LONG_MS });
  const { status, metrics } = readRun(readFileSync(path));
  expect([status.iteration, metrics.rows.rows - 1]).toEqual([session.status.iteration, session.status.iteration]);
});

test("a process whose thread never looks at the stop flag is killed", async () => {
  const session = openSession(
    temporaryFolder(),
    useProcesses(),
    writeWorker(`
        const { parentPort } = require("node:worker_threads");
        parentPort.on("message", ({ type, runId }) => {
          if (type !== "start") return;
          const status = { phase: "running", iteration: process.pid, iterations: 1, loss: null, trainMs: 0, stepsPerSecond: 0, message: null };
          parentPort.postMessage({ type: "status", runId, status });
          for (;;) {}
        });`),
  );
  start(session, COUNT_ONES);
  await untilPhase(session, "running");
  const pid = session.status.iteration;
  session.stop();
  await untilPhase(session, "stopped");
  expect(log.lines.join()).toContain("did not stop");
  await untilGone(pid);
});

test.each([
  ["runs out of memory", `const kept = []; for (;;) kept.push(new Array(100_000).fill({}));`, /memory/i],
  ["throws", `throw new Error("Odd.");`, /Odd\./],
  ["aborts its process", `process.kill(process.pid, "SIGABRT");`, /SIGABRT/],
  ["exits", `process.exit(7);`, /code 7/],
])("a thread that %s fails its run with the reason, and the next run is clean", async (_how, text, reason) => {
  const broken = openSession(
    temporaryFolder(),
    useProcesses(),
    writeWorker(`require("node:worker_threads").parentPort.on("message", () => { ${text} });`),
  );
  start(broken, COUNT_ONES);
  await untilPhase(broken, "failed");
  expect(broken.status.message).toMatch(reason);
});

test("where no process can be started, a thread trains, which the log says once", async () => {
  const processes = useProcesses(join(temporaryFolder(), "missing.js"));
  for (let round = 0; round < 2; round++) {
    const session = openSession(temporaryFolder(), processes);
    start(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.run?.trace?.rows).toBe(501);
  }
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toMatch(/No process for training could be started .*threads are used/s);
});

test("a run that ends while the disk refuses is saved later, though its process is left, which then ends", async () => {
  const folder = join(temporaryFolder(), "runs");
  writeFileSync(folder, "theirs");
  const session = openSession(folder);
  const kept = session.thread.retain();
  start(session, COUNT_ONES);
  await untilPhase(session, "done");
  expect(session.view(true).notSaved).toMatch(/EEXIST|ENOTDIR/);
  kept.dispose();
  expect(session.thread.isHeld).toBe(false);
  rmSync(folder);
  await until(session, () => session.view(true).notSaved === null);
  const { rows, status, endedAt } = readRun(readFileSync(fileOf(folder, session.run?.runId ?? "")));
  expect([rows.rows, status.phase, typeof endedAt]).toEqual([501, "done", "number"]);
  await Promise.all([...TrainingWorker.live].map(({ thread }) => thread.exited));
});

test("many starts leave no process, however they end", { timeout: 5 * LONG_MS }, async () => {
  const folder = temporaryFolder();
  const processes = useProcesses();
  const writers = new Set<number>();
  for (let round = 0; round < 20; round++) {
    processes.prepare(WORKER_PATH, TRAINING_THREAD);
    const session = openSession(folder, processes);
    session.setPace(100);
    start(session, ENDLESS);
    const path = () => leasePath(fileOf(folder, session.run?.runId ?? ""));
    // It is there a moment before it is written.
    await until(session, () => existsSync(path()) && decodeLease(readFileSync(path(), "utf8")) !== null);
    writers.add(writerOf(fileOf(folder, session.run?.runId ?? "")));
    if (round % 2 === 0) session.dispose();
    else {
      session.stop();
      await untilPhase(session, "stopped");
    }
  }
  expect([writers.size, writers.has(process.pid)]).toEqual([20, false]);
  for (const pid of writers) await untilGone(pid);
});
