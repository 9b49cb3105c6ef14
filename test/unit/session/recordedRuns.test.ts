import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { FileMark } from "../../../src/runs/fileMark";
import { HANDOVER_MS } from "../../../src/shared/handover/times";
import { readRun } from "../../../src/runs/format/readRun";
import { RunStore } from "../../../src/runs/runStore";
import { finalizeRun } from "../../../src/runs/finalizeRun";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { RunReader } from "../../../src/threads/runReader";
import { TrainingWorker } from "../../../src/threads/trainingWorker";
import { recordingInto, temporaryFolder } from "../runs/support";
import { hasCheckpoint, readRecordedRun } from "./recordedRun";
import { COUNT_ONES, ENDLESS, FILE, golden, MemoryLog, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

const sessions: ExperimentSession[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

function openSession(folder: string, mark?: SharedArrayBuffer): ExperimentSession {
  const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), recordingInto(folder, mark));
  sessions.push(session);
  return session;
}

/** A run that was stopped on its way. */
async function stoppedRun(session: ExperimentSession): Promise<string> {
  session.setPace(1000);
  session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
  await until(session, () => session.status.iteration > 20);
  session.stop();
  await untilPhase(session, "stopped");
  session.setPace(0);
  return session.run?.runId ?? "";
}

describe("a session", () => {
  it("goes on with a recorded run, and has all its rows and the end that it would have had", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    const runId = await stoppedRun(session);
    const from = { runId, path: join(folder, `${runId}.rnnrun`), resume: true, resumeFrom: null };
    session.start({ experiment: COUNT_ONES, configHash: "hash", threads: 1, paused: false, from });
    await until(session, () => !session.isActive);
    expect([session.status.phase, session.status.message]).toEqual(["done", null]);
    expect(session.run?.runId).not.toBe(runId);
    expect(session.run?.trace?.rows).toBe(501);
    golden.loss.forEach((loss, row) => expect(session.run?.trace?.column("loss")?.[row]).toBeCloseTo(loss, 9));
    const file = readRun(readFileSync(join(folder, `${session.run?.runId ?? ""}.rnnrun`)));
    expect([file.rows.rows, file.meta.resumedFrom, file.status.phase]).toEqual([501, runId, "done"]);
  });

  it("shows a recorded run under its own id, in the phase in which it ended, and answers about its weights", async () => {
    const folder = temporaryFolder();
    const first = openSession(folder);
    first.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
    await untilPhase(first, "done");
    const runId = first.run?.runId ?? "";
    const shown = openSession(folder);
    const kept = shown.thread.retain();
    shown.start({
      experiment: COUNT_ONES,
      configHash: "hash",
      threads: 1,
      paused: false,
      from: { runId, path: join(folder, `${runId}.rnnrun`), resume: false, resumeFrom: null },
    });
    await untilPhase(shown, "done");
    expect([shown.run?.runId, shown.run?.trace?.rows, shown.view(true).recorded]).toEqual([
      runId,
      501,
      { resumeFrom: null, isReadOnly: true },
    ]);
    const answer = await shown.questions.ask({ kind: "weights", iteration: 500 });
    expect(answer).toMatchObject({ kind: "weights", iteration: 500 });
    kept.dispose();
  });

  it("marks what a run took over while it was recorded, when it is shown and when it goes on", async () => {
    const folder = temporaryFolder();
    const training = (learningRate: number): Experiment => ({
      ...ENDLESS,
      training: { ...ENDLESS.training, optimizer: { kind: "sgd", learningRate, weightDecay: 0 }, clip: { norm: 1 } },
    });
    const experiment = training(1e-6);
    const first = openSession(folder);
    first.setPace(1000);
    first.start({ experiment, configHash: "slow", threads: 1, paused: false });
    await until(first, () => first.status.iteration > 5);
    await first.applyUpdates({ experiment: training(2e-6), configHash: "fast" });
    await until(first, () => first.status.iteration > 50);
    first.stop();
    await untilPhase(first, "stopped");
    const { events } = first.view(true);
    const runId = first.run?.runId ?? "";
    const path = join(folder, `${runId}.rnnrun`);
    for (const resume of [false, true]) {
      const shown = openSession(folder);
      const kept = shown.thread.retain();
      shown.setPace(1000);
      shown.start({
        experiment,
        configHash: "slow",
        threads: 1,
        paused: false,
        from: { runId, path, resume, resumeFrom: null },
      });
      await until(shown, () => shown.view(true).events.length > 0);
      expect([resume, shown.view(true).events]).toEqual([resume, events]);
      kept.dispose();
    }
    expect(events.map(({ text }) => text)).toEqual(["learningRate 0.000001 → 0.000002"]);
  });

  it("writes nothing of a typed run that gives way to the next letter, and all of the one that stays", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    /** Of a machine that is so slow that they are no longer passed through. */
    const slow: string[] = [];
    for (const seed of [1, 2, 3]) {
      const startedAt = performance.now();
      const before = session.run?.runId;
      session.start({
        experiment: { ...ENDLESS, seed },
        configHash: `typed ${seed}`,
        threads: 1,
        paused: false,
        byTyping: true,
      });
      await until(
        session,
        () => session.header !== null && session.run?.trace !== null && session.run?.configHash === `typed ${seed}`,
      );
      if (before !== undefined && performance.now() - startedAt > HANDOVER_MS.firstWrite / 2) slow.push(before);
    }
    const last = session.run?.runId ?? "";
    await until(session, () => session.status.iteration > 100);
    session.stop();
    await untilPhase(session, "stopped");
    expect(readdirSync(folder).filter((name) => !slow.some((runId) => name.startsWith(runId)))).toEqual([
      `${last}.rnnrun`,
    ]);
    const { status, endedAt, checkpoint } = readRun(readFileSync(join(folder, `${last}.rnnrun`)));
    expect([status.phase, endedAt, checkpoint?.iteration]).toEqual([
      "stopped",
      expect.any(Number),
      session.status.iteration + 1,
    ]);
  });

  it.each([
    ["its thread is left", false],
    ["its thread trains the next run", true],
  ])("that ends while the disk refuses is saved later, though %s", async (_how, goesOn) => {
    const folder = join(temporaryFolder(), "runs");
    writeFileSync(folder, "theirs");
    const session = openSession(folder, new FileMark().memory);
    const kept = session.thread.retain();
    session.start({ experiment: COUNT_ONES, configHash: "hash", threads: 1, paused: false });
    await untilPhase(session, "done");
    const runId = session.run?.runId ?? "";
    expect(session.view(true).notSaved).toMatch(/EEXIST|ENOTDIR/);
    if (goesOn) session.start({ experiment: ENDLESS, configHash: "next", threads: 1, paused: false });
    kept.dispose();
    expect(session.thread.isHeld).toBe(goesOn);
    rmSync(folder);
    const path = join(folder, `${runId}.rnnrun`);
    if (goesOn) await until(session, () => (readRecordedRun(folder, runId)?.endedAt ?? null) !== null);
    else await until(session, () => session.view(true).notSaved === null);
    const { rows, status, endedAt, checkpoint } = readRun(readFileSync(path));
    expect([rows.rows, status.phase, typeof endedAt, checkpoint !== null]).toEqual([501, "done", "number", true]);
    // A thread that was left ends by itself.
    if (goesOn) return;
    await Promise.all([...TrainingWorker.live].map(({ thread }) => thread.exited));
  });

  it("says why a recorded run cannot be shown", async () => {
    const session = openSession(temporaryFolder());
    session.start({
      experiment: COUNT_ONES,
      configHash: "hash",
      threads: 1,
      paused: false,
      from: { runId: "gone", path: "/nowhere/gone.rnnrun", resume: false, resumeFrom: null },
    });
    await untilPhase(session, "failed");
    expect(session.status.message).toMatch(/ENOENT/);
  });

  it("whose thread is killed leaves a file from which the run goes on", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    session.start({ experiment: ENDLESS, configHash: "hash", threads: 1, paused: false });
    const store = new RunStore(folder, new MemoryLog());
    const path = (): string => join(folder, `${session.run?.runId ?? ""}.rnnrun`);
    await until(session, () => hasCheckpoint(folder, session.run?.runId));
    await Promise.all([...TrainingWorker.live].map(({ thread }) => thread.terminate()));
    await untilPhase(session, "failed");
    await finalizeRun(path(), session.status, 1);
    await store.load();
    const entry = store.all[0];
    expect([entry?.state, entry?.progress?.checkpoint]).toEqual(["failed", expect.any(Number)]);
    store.dispose();
    session.start({
      experiment: ENDLESS,
      configHash: "hash",
      threads: 1,
      paused: false,
      from: { runId: entry!.id, path: entry!.path, resume: true, resumeFrom: null },
    });
    await until(session, () => session.status.iteration > (entry?.progress?.checkpoint ?? 0) + 100);
  });
});

describe("a reader of runs", () => {
  it("gives the curves of each in few points, and says what is wrong with one that cannot be read", async () => {
    const folder = temporaryFolder();
    const session = openSession(folder);
    session.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
    await untilPhase(session, "done");
    const reader = new RunReader(WORKER_PATH);
    const [curves, missing] = await reader.readCurves(
      [join(folder, `${session.run?.runId ?? ""}.rnnrun`), "/nowhere/x.rnnrun"],
      100,
    );
    expect(missing).toMatchObject({ problem: expect.stringMatching(/ENOENT/) });
    if (curves === undefined || !("curves" in curves)) throw new Error("the run can be read");
    const { iteration, loss, gradientNorm } = curves.curves;
    expect([iteration?.[0], iteration?.at(-1)]).toEqual([0, 500]);
    expect(iteration?.length).toBeLessThanOrEqual(100);
    expect([loss?.length, gradientNorm?.length]).toEqual([iteration?.length, iteration?.length]);
    expect(loss?.at(-1)).toBeCloseTo(golden.loss[500] ?? NaN, 9);
    reader.dispose();
  });
});
