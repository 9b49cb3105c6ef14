/** `rnn-lab trial` as processes of their own. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readRunFile } from "../../../../src/runs/readRunFile";
import type { SweepFolder } from "../../../../src/sweepFolder/planFile";
import { createRandom } from "../../../../src/core/numerics/random";
import { bundleTrial, endedTrials, endOf, resultsOf, startTrial, sweepOf, tableOf } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let bundle: Awaited<ReturnType<typeof bundleTrial>>;
beforeAll(async () => {
  bundle = await bundleTrial();
});
afterAll(() => rmSync(bundle.folder, { recursive: true, force: true }));

const ADAM = { kind: "adam", learningRate: 0.01 };
const LONG = {
  task: { kind: "adding", length: 12 },
  model: { cell: "gru", hiddenSize: 6 },
  training: { optimizer: ADAM, iterations: 4000, batchSize: 16 },
  sweep: {
    parameters: { "training.optimizer.learningRate": [0.001, 0.01] },
    seeds: 1,
    goal: { metric: "loss", value: 0.1 },
  },
};
const SHORT = {
  ...LONG,
  training: { optimizer: ADAM, iterations: 20, batchSize: 4 },
  sweep: {
    parameters: { "training.optimizer.learningRate": { from: 1e-4, to: 0.1, scale: "log" } },
    search: { kind: "random", budget: 40 },
  },
};
const folderOf = (name: string): string => join(bundle.folder, name);

async function undisturbed(experiment: object, name: string): Promise<SweepFolder> {
  const folder = await sweepOf(experiment, folderOf(name), bundle.program, "all");
  expect(await endOf(startTrial(folder))).toMatchObject({ code: 0, output: expect.stringContaining("have a result") });
  return folder;
}

describe("a trial as a command", () => {
  test("goes on to the same last bits however often it is interrupted or killed", async () => {
    const whole = await undisturbed(LONG, "whole");
    const broken = await sweepOf(LONG, folderOf("broken"), bundle.program, "all");
    const random = createRandom(7, 0);
    const signals = ["SIGTERM", "SIGUSR2", "SIGKILL", "SIGINT"] as const;
    let code: number | null = null;
    let endedEarly = 0;
    for (let turn = 0; code !== 0; turn++) {
      expect(turn).toBeLessThan(60);
      const child = startTrial(broken, "--index", "0-1");
      const ended = endOf(child);
      // The later ones are given more time, so that there is an end.
      const signal = signals[turn % signals.length]!;
      const timer = setTimeout(() => child.kill(signal), random.double() * 400 * (1 + turn / 2));
      const ending = await ended;
      clearTimeout(timer);
      code = ending.code;
      if (ending.signal === null) expect([0, 75]).toContain(code);
      else expect(ending.signal).toBe(signal);
      if (code !== 0) endedEarly++;
    }
    expect(endedEarly).toBeGreaterThan(3);
    expect(await tableOf(broken)).toBe(await tableOf(whole));
    expect(endedTrials(broken)).toEqual([0, 1]);
    for (const index of [0, 1]) {
      const [one, other] = [whole, broken].map(({ path }) => readRunFile(join(path, "trials", `${index}.rnnrun`)));
      expect(other!.metrics.rows).toEqual(one!.metrics.rows);
      // A runner that is killed right behind a result leaves the curves, and not the end.
      expect(["done", "running"]).toContain(other!.status.phase);
      if (other!.status.phase === "done") expect(other!.checkpoint!.iteration).toBe(4000);
    }
  });

  test("shares the trials between runners, each trained once, short ones without a run file", async () => {
    const alone = await sweepOf(SHORT, folderOf("alone"), bundle.program);
    expect((await endOf(startTrial(alone, "--index", "0-39"))).code).toBe(0);
    const shared = await sweepOf(SHORT, folderOf("shared"), bundle.program);
    const endings = await Promise.all([1, 2, 3].map(() => endOf(startTrial(shared))));
    expect(endings.map(({ code }) => code).filter((code) => code !== 0 && code !== 75)).toEqual([]);
    expect(endedTrials(shared)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(await tableOf(shared)).toBe(await tableOf(alone));
    expect(readdirSync(join(shared.path, "trials"))).toEqual([]);
    expect(readdirSync(join(shared.path, "runners"))).toEqual([]);
  });

  test("ends at its time limit, to be started again", async () => {
    const folder = await sweepOf(
      { ...LONG, training: { ...LONG.training, iterations: 400_000 } },
      folderOf("limited"),
      bundle.program,
    );
    // A busy machine may take longer than the limit before it begins.
    for (let limit = 1; !existsSync(join(folder.path, "trials", "1.rnnrun")); limit *= 2)
      expect((await endOf(startTrial(folder, "--index", "1", "--time-limit", `${limit}`))).code).toBe(75);
    const { checkpoint, endedAt } = readRunFile(join(folder.path, "trials", "1.rnnrun"));
    expect(checkpoint?.iteration).toBeGreaterThan(0);
    expect(endedAt).toBeNull();
    expect(await resultsOf(folder)).toEqual([]);
  });

  test("leaves a trial that another runner trains, and takes it when that one is gone", async () => {
    const folder = await sweepOf(
      { ...LONG, training: { ...LONG.training, iterations: 2_000_000 } },
      folderOf("held"),
      bundle.program,
      "all",
    );
    const holder = startTrial(folder, "--index", "0");
    const gone = endOf(holder);
    while (!readdirSync(join(folder.path, "claims")).includes("0.0")) await wait(10);
    expect(await endOf(startTrial(folder, "--index", "0"))).toMatchObject({ code: 75 });
    holder.kill("SIGKILL");
    await gone;
    const claims = (): string[] => readdirSync(join(folder.path, "claims")).toSorted();
    for (let limit = 2; claims().length === 1; limit *= 2)
      expect((await endOf(startTrial(folder, "--index", "0", "--time-limit", `${limit}`))).code).toBe(75);
    expect(claims()).toEqual(["0.0", "0.1", "0.2"]);
  });

  test.each([
    [["--index", "7"], "--index 7: the sweep has 2 trials, counted from 0"],
    [["--index", "x"], "--index x: expected trials such as 3,10-19"],
    [["--time-limit", "0"], "--time-limit 0: must be a number above 0"],
  ])("refuses %j", async (args, message) => {
    const folder = await sweepOf(LONG, folderOf("refused"), bundle.program);
    const { code, output } = await endOf(startTrial(folder, ...args));
    expect([code, output]).toEqual([2, `error: ${message}\n`]);
  });

  test("of a search that learns waits until somebody decides on it", async () => {
    const learning = { ...SHORT, sweep: { ...SHORT.sweep, search: { kind: "tpe", budget: 40 } } };
    const folder = await sweepOf(learning, folderOf("learning"), bundle.program);
    const { code, output } = await endOf(startTrial(folder, "--time-limit", "0.5"));
    expect([code, output]).toEqual([75, "0 of 40 trials have a result\n"]);
  });
});
