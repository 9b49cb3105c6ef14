import { afterEach, expect, test, vi } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { TrainingWorker } from "../../../src/threads/trainingWorker";
import { COUNT_ONES, FILE, MemoryLog, untilPhase, writeWorker } from "./support";
import { WORKER_PATH } from "./workerPath";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

let session: ExperimentSession | null = null;

afterEach(async () => {
  session?.dispose();
  await Promise.all([...TrainingWorker.live].map((worker) => worker.terminate()));
});

function start(experiment: Experiment, script = WORKER_PATH): ExperimentSession {
  session = new ExperimentSession(FILE, script, new MemoryLog());
  session.start({ experiment, configHash: "hash", paused: false });
  return session;
}

function from(weight: number): Experiment {
  return {
    ...COUNT_ONES,
    model: {
      ...COUNT_ONES.model,
      init: { ...COUNT_ONES.model.init, weight_ih_l0: weight, weight_hh_l0: weight },
    } as Experiment["model"],
  };
}

test("a thread that runs out of memory fails its run with the reason, and this process lives on", async () => {
  const greedy = writeWorker(`
    const { parentPort } = require("node:worker_threads");
    const kept = [];
    parentPort.on("message", () => { for (;;) kept.push(new Array(100_000).fill({})); });`);
  const failing = start(COUNT_ONES, greedy);
  await untilPhase(failing, "failed");
  expect(failing.status.message).toMatch(/memory/i);
}, 120_000);

test("infinity and NaN from the first step are recorded where they are, and the run ends there", async () => {
  const overflowing = start(from(1e200));
  await untilPhase(overflowing, "diverged");
  expect(overflowing.run?.trace?.rows).toBe(1);
  expect([...(overflowing.run?.trace?.column("loss") ?? [])]).toEqual([Infinity]);
  expect([...(overflowing.run?.trace?.column("parameters") ?? [])]).toEqual([1e200, 1e200]);
  expect(overflowing.status.message).toContain("iteration 0");
});

test("after a run that was broken from its first step the next one is clean", async () => {
  const broken = start(from(1e200));
  await untilPhase(broken, "diverged");
  broken.start({ experiment: COUNT_ONES, configHash: "hash", paused: false });
  await untilPhase(broken, "done");
  expect(broken.run?.trace?.rows).toBe(501);
});
