/** A sweep on a real Slurm; skipped, with the reason, where it cannot be installed. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isHeld, readElements, requeueWait } from "../../../src/engines/slurmQueue";
import { parseSlurmTime } from "../../../src/engines/slurmTime";
import { bundleCli } from "../cli/bundle";
import { bundleTrial, resultsOf, sweepOf } from "../cli/trial/support";
import { expectLearned, FEW } from "./decided";
import { TestSlurm, waitFor, whyNoSlurm } from "./slurm";
import { expectWhole, follow, killRunner, LONG_SWEEP, SMALL_SWEEP, startCommand, undisturbedTable } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

test("reads the queue, and knows an element that Slurm does not start any more", () => {
  const queue = readElements(
    [
      "12|0|RUNNING|None|1700000000",
      "12|1|PENDING|launch failed requeued held|N/A",
      "12|2|COMPLETED|None|1700000000",
      "12|3|PENDING|BeginTime|1700000100\n",
    ].join("\n"),
  );
  expect(queue).toEqual([
    { index: 0, state: "RUNNING", reason: "None", start: 1700000000 },
    { index: 1, state: "PENDING", reason: "launch failed requeued held", start: null },
    { index: 3, state: "PENDING", reason: "BeginTime", start: 1700000100 },
  ]);
  expect(queue.map(isHeld)).toEqual([false, true, false]);
  expect(requeueWait(queue, 1700000040_000)).toBe(60);
  expect(requeueWait(queue, 1700000200_000)).toBe(0);
  expect(requeueWait(queue.slice(0, 2), 0)).toBe(0);
});

test("reads a time limit as sbatch does", () => {
  const seconds = ["90", "2:30", "1:00:00", "1-0", "1-2:03", "2-1:02:03", "", "UNLIMITED"].map(parseSlurmTime);
  expect(seconds).toEqual([5400, 150, 3600, 86400, 93780, 176523, null, null]);
});

const reason = whyNoSlurm();
const OPTIONS = { pack: 2, node: process.execPath, time: "10", lines: ["--comment=rnn-lab"] };

describe.skipIf(reason !== null)(`a sweep on Slurm${reason === null ? "" : ` (not run: ${reason})`}`, () => {
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  let slurm: TestSlurm;
  let table: string;
  let cli: string;
  const folderOf = (name: string): string => join(bundle.folder, name);

  beforeAll(async () => {
    bundle = await bundleTrial();
    cli = await bundleCli({ sweep: "src/sweep.ts" });
    table = await undisturbedTable(SMALL_SWEEP, folderOf("whole"), bundle.program);
    slurm = await TestSlurm.start();
    for (const [name, value] of Object.entries(slurm.env)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await slurm?.stop();
    for (const folder of [bundle.folder, cli]) rmSync(folder, { recursive: true, force: true });
  });

  test("ends with the table of one process, though runner, controller and who submitted it are killed", async () => {
    const path = folderOf("slurm");
    const submitter = startCommand(cli, SMALL_SWEEP, path, "slurm", OPTIONS);
    await waitFor("the folder", () => existsSync(join(path, "engine", "handle.json")));
    const folder = await sweepOf(SMALL_SWEEP, path, bundle.program);
    await waitFor("a runner", () => killRunner(folder));
    await waitFor("a result", async () => (await resultsOf(folder)).length > 0);
    submitter.kill("SIGKILL");
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
    await waitFor("the end of the last element", () => slurm.ask("squeue", "--noheader") === "");
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

  test("requeues a run whose time ends, and submits one again that Slurm holds", async () => {
    const long = await undisturbedTable(LONG_SWEEP, folderOf("long-whole"), bundle.program);
    const folder = await sweepOf(LONG_SWEEP, folderOf("long"), bundle.program, "all");
    const { ended, states } = follow(folder, "slurm", { ...OPTIONS, pack: 1 });
    const trained = (index: number) => existsSync(join(folder.path, "trials", `${index}.rnnrun`));
    const elementsOf = () => slurm.ask("squeue", "--noheader", "--array", "--format=%A|%F_%K").trim().split("\n");
    const isSaid = (text: RegExp) => states.some(({ problems }) => problems.some((problem) => text.test(problem)));
    await waitFor("both runs", () => trained(0) && trained(1));
    const [first, second] = ["_0", "_1"].map((end) =>
      elementsOf()
        .find((line) => line.endsWith(end))!
        .split("|"),
    );
    // What Slurm does itself before the time limit, which is a minute at least.
    slurm.ask("scancel", "--batch", "--signal=USR2", first![1]!);
    slurm.ask("scontrol", "requeuehold", second![1]!);
    await waitFor("the requeue", () => isSaid(/^Slurm waits 2 minutes before it starts an element that was requeued/));
    await waitFor("the held element", () =>
      isSaid(/^Slurm holds element 1 \(.*held.*\)\. It was canceled, and its trials are submitted again\.$/),
    );
    expect(Math.max(...states.map(({ waitSeconds = 0 }) => waitSeconds))).toBeGreaterThan(60);
    // Instead of the 2 minutes.
    slurm.ask("scontrol", "update", `jobid=${first![1]}`, "starttime=now");
    expect(await ended).toEqual({ kind: "done" });
    await expectWhole(folder, long);
  });

  test("says that a time limit is too short for what it takes", async () => {
    const folder = await sweepOf(
      { ...LONG_SWEEP, training: { ...LONG_SWEEP.training, iterations: 1_000_000 } },
      folderOf("limit"),
      bundle.program,
    );
    const { sweep, ended, states } = follow(folder, "slurm", { ...OPTIONS, time: "2" });
    await waitFor("a state", () => states.some(({ problems }) => problems.length > 0));
    sweep.cancel();
    await ended;
    expect(states.flatMap(({ problems }) => problems)).toContainEqual(
      expect.stringMatching(
        /^An element takes about \d+ min, and its time limit is 2 min\. Slurm requeues it: expect about \d × 2 min of waiting\.$/,
      ),
    );
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
