/** A sweep on a real Slurm; skipped, with the reason, where it cannot be installed. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isHeld, readElements } from "../../../src/engines/slurmQueue";
import { bundleTrial, sweepOf } from "../cli/trial/support";
import { expectLearned, FEW } from "./decided";
import { TestSlurm, waitFor, whyNoSlurm } from "./slurm";
import { expectWhole, follow, killRunner, SMALL_SWEEP, undisturbedTable } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

test("reads the queue, and knows an element that Slurm does not start any more", () => {
  const queue = readElements("12|0|RUNNING|None\n12|1|PENDING|launch failed requeued held\n12|2|COMPLETED|None\n");
  expect(queue).toEqual([
    { index: 0, state: "RUNNING", reason: "None" },
    { index: 1, state: "PENDING", reason: "launch failed requeued held" },
  ]);
  expect(queue.map(isHeld)).toEqual([false, true]);
});

const reason = whyNoSlurm();
const OPTIONS = { pack: 2, node: process.execPath, time: "10", lines: ["--comment=rnn-lab"] };

describe.skipIf(reason !== null)(`a sweep on Slurm${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  let slurm: TestSlurm;
  let table: string;
  const folderOf = (name: string): string => join(bundle.folder, name);

  beforeAll(async () => {
    bundle = await bundleTrial();
    table = await undisturbedTable(SMALL_SWEEP, folderOf("whole"), bundle.program);
    slurm = await TestSlurm.start();
    for (const [name, value] of Object.entries(slurm.env)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await slurm?.stop();
    rmSync(bundle.folder, { recursive: true, force: true });
  });

  test("ends with the table of one process, though runner and controller are killed, unwatched", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("slurm"), bundle.program);
    const first = follow(folder, "slurm", OPTIONS);
    await waitFor("a runner", () => killRunner(folder));
    await first.untilDone(1);
    first.sweep.detach();
    expect(await first.ended).toEqual({ kind: "detached" });
    await slurm.killController();
    const second = follow(folder, "slurm", OPTIONS);
    await waitFor("a problem", () => second.states.some(({ problems }) => /does not answer/.test(problems.join())));
    slurm.startController();
    await waitFor("the controller", () => slurm.ask("sinfo", "--noheader", "--format=%T").trim() !== "");
    // The controller's memory of jobs that ended meanwhile is wrong: an administrator would resume the node.
    const resume = setInterval(() => slurm.ask("scontrol", "update", "nodename=node0", "state=resume"), 2000);
    expect(await second.ended).toEqual({ kind: "done" });
    clearInterval(resume);
    await expectWhole(folder, table);
    expect(slurm.ask("squeue", "--noheader")).toBe("");
  });

  test("is canceled with checkpoints, and goes on from them", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program);
    const first = follow(folder, "slurm", OPTIONS);
    await first.untilDone(1);
    first.sweep.cancel();
    expect(await first.ended).toEqual({ kind: "canceled" });
    const again = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program);
    expect(await follow(again, "slurm", OPTIONS).ended).toEqual({ kind: "done" });
    await expectWhole(again, table);
  });

  test("a search that learns submits a job whenever some of its runs have ended", async () => {
    const folder = await sweepOf(FEW, folderOf("learning"), bundle.program);
    expect(await follow(folder, "slurm", { ...OPTIONS, limit: 2 }).ended).toEqual({ kind: "done" });
    await expectLearned(folder);
  });

  test("names a drained node, and refuses what Slurm refuses in its words", async () => {
    slurm.ask("scontrol", "update", "nodename=node0", "state=drain", "reason=Duplicate jobid");
    const folder = await sweepOf(SMALL_SWEEP, folderOf("drained"), bundle.program);
    const { sweep, ended, states } = follow(folder, "slurm", OPTIONS);
    await waitFor("the problem", () => states.some(({ problems }) => problems.length > 0));
    sweep.cancel();
    await ended;
    slurm.ask("scontrol", "update", "nodename=node0", "state=resume");
    expect(states.flatMap(({ problems }) => problems)).toContain(
      "Slurm gives no jobs to node node0: it is drained (Duplicate jobid). An administrator can resume it: " +
        "scontrol update nodename=node0 state=resume",
    );
    const refused = await sweepOf(SMALL_SWEEP, folderOf("refused"), bundle.program);
    await expect(follow(refused, "slurm", { ...OPTIONS, partition: "gpu" }).ended).rejects.toThrow(
      "sbatch refuses the sweep: sbatch: error: invalid partition specified: gpu",
    );
  });
});
