import { afterEach, describe, expect, test, vi } from "vitest";
import { IN_TRIAL, IN_WINDOW } from "../../../src/config/facts/memoryEstimate";
import { trainingBytes } from "../../../src/config/facts/trainingBytes";
import { MemoryBudget } from "../../../src/lib/memoryBudget";
import { ExperimentSession } from "../../../src/session/experimentSession";
import { RaceSession } from "../../../src/session/raceSession";
import { COUNT_ONES, ENDLESS, FILE, MemoryLog } from "./support";
import { WORKER_PATH } from "./workerPath";

const ONE = trainingBytes(ENDLESS, undefined, IN_WINDOW);
const sessions: ExperimentSession[] = [];

function openTwo(budget: MemoryBudget): readonly [ExperimentSession, ExperimentSession] {
  const open = (): ExperimentSession => {
    const session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog(), null, budget);
    sessions.push(session);
    return session;
  };
  return [open(), open()];
}

const run = (session: ExperimentSession, experiment = ENDLESS): void =>
  session.start({ experiment, configHash: "hash", paused: false });
const reaches = (session: ExperimentSession, phase: string): Promise<void> =>
  vi.waitFor(() => expect(session.status.phase).toBe(phase), { timeout: 20_000, interval: 20 });

afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

describe("runs that share the memory of a window", () => {
  test("wait, with a word, until another one has ended", async () => {
    const budget = new MemoryBudget(1.5 * ONE);
    const [first, second] = openTwo(budget);
    run(first);
    run(second);
    expect(second.status.phase).toBe("starting");
    expect(second.status.message).toMatch(/^Waiting for memory: this needs about \d+ MiB, and other training uses/);
    expect(second.thread.isHeld).toBe(false);
    await reaches(first, "running");
    first.stop();
    await reaches(second, "running");
    expect(second.status.message).toBeNull();
    expect(budget.used).toBe(ONE);
    second.stop();
    await reaches(second, "stopped");
  });

  test("can be stopped while they wait, and are started again", async () => {
    const [first, second] = openTwo(new MemoryBudget(1.5 * ONE));
    run(first);
    run(second);
    second.stop();
    expect([second.status.phase, second.thread.isHeld]).toEqual(["stopped", false]);
    run(second);
    expect(second.status.phase).toBe("starting");
    run(second, { ...ENDLESS, seed: 2 });
    expect([second.status.phase, second.thread.isWaiting]).toEqual(["starting", true]);
    first.dispose();
    await reaches(second, "running");
    expect(second.run?.experiment.seed).toBe(2);
  });

  test("take the memory of a run that has ended and is only shown", async () => {
    const budget = new MemoryBudget(1.05 * ONE);
    const [first, second] = openTwo(budget);
    const view = first.thread.retain();
    run(first, COUNT_ONES);
    await reaches(first, "done");
    expect([first.thread.isHeld, budget.used > 0]).toEqual([true, true]);
    run(second);
    expect(first.thread.isHeld).toBe(false);
    await reaches(second, "running");
    expect(budget.used).toBe(ONE);
    view.dispose();
  });

  test("leave none to a gradient check of another experiment, which says so", async () => {
    const budget = new MemoryBudget(1.2 * ONE);
    const [first, second] = openTwo(budget);
    run(first);
    await reaches(first, "running");
    const check = (session: ExperimentSession, configHash: string) =>
      session.questions.checkGradients({ experiment: COUNT_ONES, configHash });
    await expect(check(second, "hash")).rejects.toThrow(/^The gradient check needs about \d+ MiB of memory/);
    expect(budget.used).toBe(ONE);
    // That of the run itself takes what the run has.
    expect((await check(first, "hash")).tensors.length).toBeGreaterThan(0);
    first.stop();
    await reaches(first, "stopped");
    expect((await check(second, "hash")).passed).toBe(true);
    await vi.waitFor(() => expect(budget.used).toBe(0));
  });

  test("return it when their thread fails", async () => {
    const budget = new MemoryBudget(1.5 * ONE);
    const [first] = openTwo(budget);
    run(first);
    await reaches(first, "running");
    first.dispose();
    expect([budget.used, budget.queued]).toEqual([0, 0]);
  });
});

test("a comparison of cell types waits as well", () => {
  const race = 4 * trainingBytes(COUNT_ONES, undefined, IN_TRIAL);
  const budget = new MemoryBudget(2 * race);
  const held = budget.reserve(1.5 * race, () => undefined);
  const session = new RaceSession("", () => undefined, budget);
  session.start({ experiment: COUNT_ONES, configHash: "hash" });
  expect(session.shown).toMatchObject({ phase: "starting", message: expect.stringMatching(/^Waiting for memory/) });
  session.stop();
  expect([session.shown?.phase, session.isRunning, budget.queued]).toEqual(["stopped", false, 0]);
  held.dispose();
});
