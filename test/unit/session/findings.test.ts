import { afterEach, describe, expect, it } from "vitest";
import { ExperimentSession } from "../../../src/session/experimentSession";
import type { Experiment } from "../../../src/config/schema/schema";
import { COUNT_ONES, DIVERGING, FILE, MemoryLog, until, untilPhase } from "./support";
import { WORKER_PATH } from "./workerPath";

describe("the findings of a session", () => {
  let session: ExperimentSession | null = null;
  afterEach(() => session?.dispose());

  const open = (): ExperimentSession => (session = new ExperimentSession(FILE, WORKER_PATH, new MemoryLog()));
  const run = (opened: ExperimentSession, experiment: Experiment): void =>
    opened.start({ experiment, configHash: "hash", paused: false });

  it("come from the thread, are there when the run has ended, and are told once", async () => {
    const opened = open();
    const told: string[][] = [];
    opened.onDidChange(
      ({ kind }) => kind === "findings" && told.push((opened.run?.findings ?? []).map(({ rule }) => rule)),
    );
    run(opened, DIVERGING);
    await untilPhase(opened, "diverged");
    expect(told).toEqual([["exploding", "loss-not-finite"]]);
    expect(opened.run?.findings[0]).toMatchObject({
      iteration: 0,
      timeStep: 1,
      configPath: ["model", "init", "weight_hh_l0"],
    });
  });

  it("are gone as soon as the next run starts, and do not come from a healthy one", async () => {
    const opened = open();
    run(opened, DIVERGING);
    await untilPhase(opened, "diverged");
    run(opened, COUNT_ONES);
    await until(opened, (event) => event?.kind === "run");
    expect(opened.run?.findings).toEqual([]);
    await untilPhase(opened, "done");
    expect(opened.run?.findings).toEqual([]);
  });

  it("are told while the run goes on, before its end", async () => {
    const opened = open();
    const clip = { norm: 1 };
    run(opened, {
      ...COUNT_ONES,
      training: {
        ...COUNT_ONES.training,
        optimizer: { kind: "sgd", learningRate: 0.1, weightDecay: 0 },
        clip,
        iterations: 10_000_000,
      },
    });
    await until(opened, (event) => event?.kind === "findings" && opened.isActive);
    expect((opened.run?.findings ?? []).map(({ rule }) => rule)).toContain("limit-cycle");
    opened.stop();
    await untilPhase(opened, "stopped");
    expect((opened.run?.findings ?? []).map(({ rule }) => rule)).toContain("limit-cycle");
  });
});
