import { afterEach, describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { MAX_GHOSTS } from "../../../src/session/ghosts";
import { TrainingWorker } from "../../../src/threads/trainingWorker";
import {
  COUNT_ONES,
  DIVERGING,
  ENDLESS,
  FILE,
  MemoryLog,
  ghostsOf,
  golden,
  until,
  untilPhase,
  writeWorker,
} from "./support";
import { WORKER_PATH } from "./workerPath";

let log = new MemoryLog();
const sessions: ExperimentSession[] = [];

afterEach(async () => {
  for (const session of sessions.splice(0)) {
    session.dispose();
  }
  await allThreadsGone();
});

function open(script = WORKER_PATH): ExperimentSession {
  log = new MemoryLog();
  const session = new ExperimentSession(FILE, script, log);
  sessions.push(session);
  return session;
}

function run(session: ExperimentSession, experiment: Experiment, configHash = "hash", paused = false): void {
  session.start({ experiment, configHash, paused });
}

async function allThreadsGone(): Promise<void> {
  await Promise.all([...TrainingWorker.live].map((worker) => worker.terminate()));
}

function lastWeights(session: ExperimentSession): number[] {
  return [...(session.run?.trace?.column("parameters") ?? [])].slice(-2);
}

describe("A session with a real training thread", () => {
  it("runs the tutorial's experiment to the golden weights and keeps every row", async () => {
    const session = open();
    run(session, COUNT_ONES);
    expect(session.status.phase).toBe("starting");
    await untilPhase(session, "done");
    expect(session.status).toMatchObject({ iteration: 500, iterations: 500, message: null });
    expect(session.run?.trace?.rows).toBe(501);
    const loss = session.run?.trace?.column("loss") ?? new Float64Array();
    for (const [index, expected] of golden.loss.entries()) {
      expect(Math.abs((loss[index] as number) - expected)).toBeLessThanOrEqual(1e-9 * expected);
    }
    const weights = golden.weights[500] as readonly [number, number];
    for (const [index, value] of lastWeights(session).entries()) {
      expect(Math.abs(value - (weights[index] as number))).toBeLessThan(1e-9);
    }
    expect(session.run?.surface?.loss.length).toBe(
      (session.run?.surface?.columns ?? 0) * (session.run?.surface?.rows ?? 0),
    );
  });

  it("tells of a run, then of rows, and announces the final phase last", async () => {
    const session = open();
    const seen: string[] = [];
    session.onDidChange((event) => seen.push(event.kind));
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(seen.slice(0, 2)).toEqual(["run", "run"]);
    expect(seen).toContain("rows");
    expect(seen).toContain("surface");
    expect(seen.at(-1)).toBe("view");
  });

  it("ends a diverging run at the first row that is not finite, and keeps that row", async () => {
    const session = open();
    run(session, DIVERGING);
    await untilPhase(session, "diverged");
    const loss = [...(session.run?.trace?.column("loss") ?? [])];
    const rows = [...(session.run?.trace?.column("iteration") ?? [])];
    expect(loss.findIndex((value) => !Number.isFinite(value))).toBe(loss.length - 1);
    expect(rows.at(-1)).toBe(session.status.iteration);
    expect(session.status.message).toMatch(/^Training diverged at iteration \d+: the loss is \S+\.$/);
    expect(session.status.advice).toMatch(/different initialization\.$/);
  });

  it("stops in the middle of a run, with the rows up to then", async () => {
    const session = open();
    run(session, ENDLESS);
    await until(session, () => session.status.iteration > 0);
    session.stop();
    await untilPhase(session, "stopped");
    expect(session.status.iteration).toBeGreaterThan(0);
    expect(session.run?.trace?.rows).toBeGreaterThan(1);
    expect(log.lines).toEqual([]);
  });

  it("pauses, takes single steps, and resumes to the end with the same numbers", async () => {
    const session = open();
    run(session, COUNT_ONES, "hash", true);
    await until(session, (event) => event?.kind === "rows");
    expect([session.status.phase, session.run?.trace?.rows]).toEqual(["paused", 1]);
    session.step();
    session.step();
    await until(session, () => session.run?.trace?.rows === 3);
    expect(session.status).toMatchObject({ phase: "paused", iteration: 2, loss: golden.loss[2] });
    session.resume();
    await untilPhase(session, "done");
    expect(session.run?.trace?.rows).toBe(501);
    expect(lastWeights(session)[0]).toBeCloseTo(golden.weights[500]?.[0] as number, 9);
  });

  it("pauses a running run and stops a paused one", async () => {
    const session = open();
    run(session, ENDLESS);
    await until(session, (event) => event?.kind === "rows");
    session.pause();
    await untilPhase(session, "paused");
    session.stop();
    await untilPhase(session, "stopped");
    expect(log.lines).toEqual([]);
  });

  it("keeps the pace that was set before the start", async () => {
    const session = open();
    session.setPace(1000);
    run(session, COUNT_ONES);
    let frames = 0;
    session.onDidChange((event) => (frames += event.kind === "rows" ? 1 : 0));
    await untilPhase(session, "done");
    expect(frames).toBeGreaterThan(3);
    expect(session.run?.trace?.rows).toBe(501);
  });

  it("lets a run take over another learning rate, keeps what was changed, and starts the same experiment anew without it", async () => {
    const session = open();
    const training = (learningRate: number): Experiment => ({
      ...ENDLESS,
      training: { ...ENDLESS.training, optimizer: { kind: "sgd", learningRate, weightDecay: 0 }, clip: { norm: 1 } },
    });
    session.setPace(1000);
    run(session, training(1e-6), "slow");
    await until(session, () => (session.run?.trace?.rows ?? 0) > 2);
    const { header } = session;
    await session.applyUpdates({ experiment: training(2e-6), configHash: "fast" });
    const [event, ...others] = session.view(true).events;
    expect(others).toEqual([]);
    expect(event?.text).toBe("learningRate 0.000001 → 0.000002");
    expect([session.run?.configHash, session.status.phase, session.header?.runId, session.header === header]).toEqual([
      "fast",
      "running",
      header?.runId,
      false,
    ]);
    await until(session, () => session.status.iteration > (event?.iteration ?? Infinity) + 1);
    const rates = session.run?.trace?.column("learningRate") ?? [];
    const iterations = session.run?.trace?.column("iteration") ?? [];
    for (const [row, iteration] of iterations.entries())
      expect(rates[row]).toBe(iteration < (event?.iteration ?? 0) ? 1e-6 : 2e-6);
    await expect(
      session.applyUpdates({ experiment: { ...training(2e-6), seed: 9 }, configHash: "other" }),
    ).rejects.toThrow(/seed has changed too/);
    session.stop();
    await untilPhase(session, "stopped");
    await expect(session.applyUpdates({ experiment: training(3e-6), configHash: "late" })).rejects.toThrow(
      /There is no active run/,
    );
    run(session, training(2e-6), "fast");
    await until(session, () => session.header !== null && session.header.runId !== header?.runId);
    expect(session.view(true).events).toEqual([]);
  });

  it("stops the run under way when another is asked for, and only the last one asked for is started", async () => {
    const session = open();
    run(session, ENDLESS, "first");
    // One row is no curve yet.
    await until(session, () => (session.run?.trace?.rows ?? 0) > 1);
    run(session, DIVERGING, "second");
    run(session, COUNT_ONES, "third");
    await untilPhase(session, "done");
    expect(session.run?.configHash).toBe("third");
    const ghosts = ghostsOf(session);
    expect(ghosts.map(({ number }) => number)).toEqual([1]);
    expect(ghosts[0]?.loss[0]).toBe(golden.loss[0]);
  });

  it("keeps the curves of the last runs as ghosts, bounded", async () => {
    const session = open();
    for (let index = 0; index < MAX_GHOSTS + 2; index++) {
      run(session, COUNT_ONES);
      await untilPhase(session, "done");
    }
    const ghosts = ghostsOf(session);
    expect(ghosts.map(({ number }) => number)).toEqual([2, 3, 4]);
    expect(ghosts.every((ghost) => ghost.iteration.length === 501 && ghost.loss.length === 501)).toBe(true);
  });

  it("gives the same trace for the same experiment, bit for bit", async () => {
    const first = open();
    const second = open();
    run(first, COUNT_ONES);
    run(second, COUNT_ONES);
    await Promise.all([untilPhase(first, "done"), untilPhase(second, "done")]);
    expect(first.run?.trace?.snapshot()).toEqual(second.run?.trace?.snapshot());
  });

  it("checks gradients at the initial parameters without a run, and at those of the run after it", async () => {
    const session = open();
    const held = session.thread.retain();
    const before = await session.questions.checkGradients({ experiment: COUNT_ONES, configHash: "hash" });
    expect([before.passed, before.iteration]).toEqual([true, 0]);
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect((await session.questions.checkGradients({ experiment: COUNT_ONES, configHash: "hash" })).iteration).toBe(
      500,
    );
    expect((await session.questions.checkGradients({ experiment: COUNT_ONES, configHash: "edited" })).iteration).toBe(
      0,
    );
    expect(session.view(true).gradientCheck?.tensors.map((tensor) => tensor.name)).toEqual([
      "weight_ih_l0",
      "weight_hh_l0",
    ]);
    held.dispose();
  });

  it("says so when a gradient check cannot be made", async () => {
    const session = open();
    const impossible = { ...COUNT_ONES, trace: { every: 1, sequence: 99 } };
    await expect(session.questions.checkGradients({ experiment: impossible, configHash: "hash" })).rejects.toThrow(
      /sequence/,
    );
  });

  it("fails with the reason when the thread throws, and the next run is clean", async () => {
    const session = open();
    run(session, { ...COUNT_ONES, task: { kind: "nonsense" } as never });
    await untilPhase(session, "failed");
    expect(session.status.message).toMatch(/^The run failed: /);
    expect(log.lines.join()).toContain("createTrainer");
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.run?.trace?.rows).toBe(501);
  });

  it("says why an experiment cannot run, keeps the thread, and the next run is clean", async () => {
    const session = open();
    run(session, { ...COUNT_ONES, trace: { every: 1, sequence: 99 } });
    await untilPhase(session, "failed");
    expect(session.status.message).toMatch(/^trace\.sequence is 99, but .* indices 0 to 19/);
    expect([session.header, log.lines]).toEqual([null, []]);
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.run?.trace?.rows).toBe(501);
  });

  it("fails when the thread is killed in the middle of a run, keeps the rows, and the next run is clean", async () => {
    const session = open();
    run(session, ENDLESS);
    await until(session, (event) => event?.kind === "rows");
    await Promise.all([...TrainingWorker.live].map((worker) => worker.thread.terminate()));
    await untilPhase(session, "failed");
    expect(session.run?.trace?.rows).toBeGreaterThan(0);
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
  });

  it("ends a thread that never looks at the stop flag", async () => {
    const spinning = writeWorker(`
      const { parentPort } = require("node:worker_threads");
      parentPort.on("message", (request) => {
        const status = { phase: "running", iteration: 0, iterations: 1, loss: null, trainMs: 0, stepsPerSecond: 0, message: null };
        parentPort.postMessage({ type: "status", runId: request.runId, status });
        for (;;) {}
      });`);
    const session = open(spinning);
    run(session, COUNT_ONES);
    await untilPhase(session, "running");
    session.stop();
    await untilPhase(session, "stopped");
    expect(log.lines.join()).toContain("did not stop");
  });

  it("fails a run whose thread exits by itself and rejects the questions it was asked", async () => {
    const session = open(
      writeWorker(`require("node:worker_threads").parentPort.on("message", () => process.exit(7));`),
    );
    const question = session.questions.checkGradients({ experiment: COUNT_ONES, configHash: "hash" });
    run(session, COUNT_ONES);
    await expect(question).rejects.toThrow(/exited unexpectedly with code 7/);
    await untilPhase(session, "failed");
    expect(session.status.message).toContain("exited unexpectedly with code 7");
  });

  it("keeps its thread while it is shown and lets it go afterwards", async () => {
    const session = open();
    const held = session.thread.retain();
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.thread.isHeld).toBe(true);
    held.dispose();
    held.dispose();
    expect(session.thread.isHeld).toBe(false);
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.thread.isHeld).toBe(false);
  });

  it("says when the file no longer says what the run was started with", async () => {
    const session = open();
    expect(session.view(true).experiment!.textDiffersFromRun).toBe(false);
    run(session, COUNT_ONES);
    await untilPhase(session, "done");
    expect(session.view(true).experiment!.textDiffersFromRun).toBe(false);
    session.describe({ ...FILE, configHash: "other" });
    expect(session.view(true).experiment!.textDiffersFromRun).toBe(true);
    session.describe({ ...FILE, configHash: null });
    expect(session.view(true).experiment?.textDiffersFromRun).toBe(true);
  });

  it("does nothing after it was disposed of", async () => {
    const session = open();
    run(session, ENDLESS);
    session.dispose();
    session.dispose();
    run(session, COUNT_ONES);
    expect(session.thread.isHeld).toBe(false);
  });
});
