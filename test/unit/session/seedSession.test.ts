/** Several seeds on real threads, as a window trains them. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { configHash } from "../../../src/config/compare/hash";
import type { Experiment } from "../../../src/config/schema/schema";
import { SeedSession } from "../../../src/session/seedSession";
import { SweepPool } from "../../../src/threads/sweepPool";
import { COUNT_ONES, DIVERGING, ENDLESS, writeWorker } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 60_000 });

let script = "";
let onChange = (): void => undefined;
const sessions: SeedSession[] = [];

beforeAll(() => {
  script = join(mkdtempSync(join(tmpdir(), "rnn-lab-seeds-")), "sweep.cjs");
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
afterEach(async () => {
  for (const session of sessions.splice(0)) session.dispose();
  while (SweepPool.live.size > 0) await new Promise(setImmediate);
});

function open(scriptPath = script): SeedSession {
  const session = new SeedSession(scriptPath, () => onChange());
  sessions.push(session);
  return session;
}

function until(condition: () => boolean): Promise<void> {
  if (condition()) return Promise.resolve();
  return new Promise((resolve) => {
    onChange = () => {
      if (condition()) resolve();
    };
  });
}

const short = (training: Partial<Experiment["training"]> = {}): Experiment => ({
  ...COUNT_ONES,
  seed: 7,
  training: { ...COUNT_ONES.training, iterations: 40, ...training },
});

describe("an experiment with several seeds", () => {
  test("is trained with its own seed and the nine that follow, each with its curve", async () => {
    const session = open();
    session.start({ experiment: short() });
    expect(session.shown).toMatchObject({ phase: "running", results: [], loss: null });
    session.allow(2);
    await until(() => !session.isRunning);
    const { phase, seeds, results, iterations, loss } = session.shown!;
    expect(phase).toBe("done");
    expect(seeds).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(results.map(({ seed }) => seed).toSorted((a, b) => a - b)).toEqual(seeds);
    expect(loss).toEqual({ on: "training", window: 1, final: "mean" });
    expect(iterations).toHaveLength(41);
    expect(results.every(({ curve, status }) => status === "done" && curve.length === 41)).toBe(true);
    expect(new Set(results.map(({ curve }) => curve[0])).size).toBe(10);
  });

  test("stays for as long as the file says it with one of these seeds, and comes back when it does again", async () => {
    const session = open();
    const experiment = short();
    session.start({ experiment });
    session.allow(2);
    await until(() => !session.isRunning);
    const { shown } = session;
    session.follow(configHash({ ...experiment, seed: 12, name: "Renamed" }));
    expect(session.shown).toBe(shown);
    // Typing, which is no experiment for a moment.
    session.follow(null);
    expect(session.shown).toBe(shown);
    for (const other of [{ ...experiment, seed: 17 }, short({ iterations: 41 })]) {
      session.follow(configHash(other));
      expect(session.shown).toBeNull();
    }
    session.follow(configHash(experiment));
    expect(session.shown).toBe(shown);
    session.remove();
    expect(session.shown).toBeNull();
  });

  test("ends with what it has when it is stopped, or when the file says another experiment", async () => {
    const session = open();
    session.start({ experiment: ENDLESS });
    session.allow(1);
    session.stop();
    expect(session.shown).toMatchObject({ phase: "stopped", waiting: false });
    expect(session.isRunning).toBe(false);
    session.start({ experiment: ENDLESS });
    session.allow(1);
    session.follow("another");
    expect([session.isRunning, session.shown]).toEqual([false, null]);
  });

  test("waits without a processor, and goes on with one", async () => {
    const session = open();
    session.start({ experiment: short() });
    session.allow(0);
    expect(session.shown).toMatchObject({ phase: "running", waiting: true });
    expect(session.threads.working).toBe(0);
    session.allow(1);
    expect([session.shown?.waiting, session.threads.working]).toEqual([false, 1]);
    await until(() => !session.isRunning);
    expect(session.shown?.results).toHaveLength(10);
  });

  test("counts the seeds that diverge, whose curves end there", async () => {
    const session = open();
    session.start({ experiment: DIVERGING });
    session.allow(2);
    await until(() => !session.isRunning);
    const { results, iterations } = session.shown!;
    const diverged = results.filter(({ status }) => status === "diverged");
    expect(diverged.length).toBeGreaterThan(0);
    for (const { curve, finalLoss } of diverged) {
      expect(curve.length).toBeLessThan(iterations.length);
      expect(finalLoss).toBeNaN();
    }
  });

  test("says which goal was reached, and why a seed could not be trained", async () => {
    const session = open();
    const block = {
      parameters: {},
      seeds: 1,
      search: { kind: "grid" },
      stopping: { kind: "none" },
      constraints: [],
      runOn: "local",
    } as const;
    const goal = { metric: "loss", value: 1000, stop: false } as const;
    session.start({ experiment: { ...short(), sweep: { ...block, goal } } });
    session.allow(2);
    await until(() => !session.isRunning);
    expect(session.shown?.goal).toEqual({ metric: "loss", value: 1000 });
    expect(session.shown?.results.every(({ reached }) => reached === true)).toBe(true);
    session.start({ experiment: { ...short(), sweep: { ...block, goal: { ...goal, metric: "validationLoss" } } } });
    session.allow(2);
    await until(() => !session.isRunning);
    expect(session.shown?.results.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => "failed"));
    expect(session.shown?.results[0]?.message).toContain("The metric validationLoss is not available");
  });

  test("fails with the reason when its threads cannot begin", async () => {
    const session = open(writeWorker(`throw new Error("no memory for this");`));
    session.start({ experiment: short() });
    session.allow(2);
    await until(() => !session.isRunning);
    expect(session.shown?.phase).toBe("failed");
    expect(session.shown?.message).toContain("no memory for this");
  });
});
