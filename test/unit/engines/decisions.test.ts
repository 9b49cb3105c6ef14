/** Sweeps whose runs are decided on while others are trained, on processes of this machine. */
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { SweepFolder } from "../../../src/sweepFolder/planFile";
import { bundleTrial, resultsOf, sweepOf } from "../cli/trial/support";
import { ASHA, decisionsOf, expectLearned, expectReplayed, TPE } from "./decided";
import { waitFor } from "./slurm";
import { follow, killRunner } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

let bundle: Awaited<ReturnType<typeof bundleTrial>>;
beforeAll(async () => {
  bundle = await bundleTrial();
});
afterAll(() => rmSync(bundle.folder, { recursive: true, force: true }));

const LONGER = { ...TPE, sweep: { ...TPE.sweep, search: { kind: "tpe", budget: 50 } } };
const folderOf = (name: string): string => join(bundle.folder, name);
const newFolder = (experiment: object, name: string) => sweepOf(experiment, folderOf(name), bundle.program);
const COMMAND = { command: `${process.execPath} {program} --sweep {folder} --index {indices}`, processes: 2 };

function writeTorn({ path }: SweepFolder): void {
  appendFileSync(join(path, "journal.jsonl"), `{"kind":"begun","combi`);
}

describe("a search that learns on an engine", () => {
  test("goes on after a runner is killed and nobody follows it, and its journal gives the same table", async () => {
    const folder = await newFolder(TPE, "local");
    const first = follow(folder, "local", { processes: 2 });
    await first.untilDone(2);
    await waitFor("a runner", () => killRunner(folder));
    await first.untilDone(4);
    first.sweep.detach();
    expect(await first.ended).toEqual({ kind: "detached" });
    expect(await follow(folder, "local", { processes: 2 }).ended).toEqual({ kind: "done" });
    await expectLearned(folder);
  });

  test("has no more runs decided on by a command than are trained at once", async () => {
    const folder = await newFolder(
      { ...TPE, sweep: { ...TPE.sweep, search: { kind: "cma-es", budget: 16 } } },
      "command",
    );
    const { ended } = follow(folder, "command", COMMAND);
    expect(await ended).toEqual({ kind: "done" });
    let open = 0;
    for (const { kind } of decisionsOf(folder)) {
      open += kind === "begun" ? 1 : -1;
      expect(open).toBeLessThanOrEqual(2);
    }
    await expectLearned(folder);
  });

  test("is decided on by one process at a time, and a line that was not finished is cut off", async () => {
    const folder = await newFolder(LONGER, "twice");
    const first = follow(folder, "local", { processes: 1 });
    await first.untilDone(1);
    await expect(follow(folder, "local", { processes: 1 }).ended).rejects.toThrow(/^Another process, on .+ decides/);
    first.sweep.cancel();
    expect(await first.ended).toEqual({ kind: "canceled" });
    const whole = readFileSync(join(folder.path, "journal.jsonl"), "utf8");
    writeTorn(folder);
    const again = await newFolder(LONGER, "twice");
    expect(await follow(again, "local", { processes: 2 }).ended).toEqual({ kind: "done" });
    expect(readFileSync(join(folder.path, "journal.jsonl"), "utf8").startsWith(whole)).toBe(true);
    await expectLearned(again);
  });
});

describe("early stopping on an engine", () => {
  test("compares the runs of all processes, and the journal gives the same table", async () => {
    const folder = await newFolder(ASHA, "asha");
    const first = follow(folder, "local", { processes: 2 });
    await first.untilDone(2);
    await waitFor("a runner", () => killRunner(folder));
    expect(await first.ended).toEqual({ kind: "done" });
    const results = await resultsOf(folder);
    const stopped = results.filter(({ status }) => status === "stopped");
    expect(stopped.length).toBeGreaterThan(2);
    for (const { message } of stopped) expect(message).toMatch(/^Successive halving: at iteration \d+|gradient/i);
    expect(decisionsOf(folder)).toHaveLength(results.length);
    await expectReplayed(folder);
  });
});
