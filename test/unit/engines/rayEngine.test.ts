/** A sweep on a real Ray; skipped, with the reason, where no Python with Ray is named. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readRayEvents } from "../../../src/engines/rayEvents";
import { bundleTrial, sweepOf } from "../cli/trial/support";
import { ASHA, expectLearned, FEW } from "./decided";
import { waitFor } from "./slurm";
import { expectWhole, follow, killRunner, SMALL_SWEEP, undisturbedTable } from "./support";

// A guard against hanging only: Ray takes half a minute to start on a busy machine.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

const python = process.env["RNNLAB_RAY_PYTHON"] ?? "";
const hasRay = python !== "" && spawnSync(python, ["-c", "import ray"]).status === 0;
const reason = hasRay ? "" : " (skipped: RNNLAB_RAY_PYTHON does not name a Python with Ray)";

test("reads what the driver says, without the line that is being written", () => {
  const text = [
    '{"event":"connecting"}',
    '{"event":"connected","nodes":2,"slots":4,"seconds":7}',
    '{"event":"ended","pack":3,"code":0}',
    "half",
    '{"event":"ended","pack":0,"code":null,"message":"WorkerCrashedError: x"}',
    '{"event":"ended","pack":1',
  ].join("\n");
  expect(readRayEvents(text)).toEqual({
    isConnecting: false,
    slots: 4,
    ended: new Set([3, 0]),
    error: null,
    lost: "WorkerCrashedError: x",
  });
});

describe.skipIf(!hasRay)(`a sweep on Ray${reason}`, () => {
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  let table: string;
  const folderOf = (name: string): string => join(bundle.folder, name);

  beforeAll(async () => {
    bundle = await bundleTrial();
    table = await undisturbedTable(SMALL_SWEEP, folderOf("whole"), bundle.program);
  });
  afterAll(() => rmSync(bundle.folder, { recursive: true, force: true }));

  test("ends with the table of one process, though runner and driver are killed, and nobody follows it", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("ray"), bundle.program);
    const first = follow(folder, "ray", { python });
    await waitFor("a runner", () => killRunner(folder));
    await first.untilDone(2);
    first.sweep.detach();
    expect(await first.ended).toEqual({ kind: "detached" });
    const { handle } = JSON.parse(readFileSync(join(folder.path, "engine", "handle.json"), "utf8")) as {
      handle: { driver: { pid: number } };
    };
    process.kill(handle.driver.pid, "SIGKILL");
    const second = follow(folder, "ray", { python });
    expect(await second.ended).toEqual({ kind: "done" });
    expect(second.states.flatMap(({ problems }) => problems)).toContain(
      "Ray is starting, which takes 7 to 24 seconds.",
    );
    await expectWhole(folder, table);
  });

  test("brings the results through Ray's object store where no disk is shared", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("copied"), bundle.program);
    const { ended } = follow(folder, "ray", { python, pack: 2, shared: false });
    expect(await ended).toEqual({ kind: "done" });
    await expectWhole(folder, table);
  });

  test("a search that learns gives its driver more as runs end, with and without a shared disk", async () => {
    for (const shared of [true, false]) {
      const folder = await sweepOf(FEW, folderOf(`learning-${shared}`), bundle.program);
      expect(await follow(folder, "ray", { python, shared }).ended).toEqual({ kind: "done" });
      await expectLearned(folder);
    }
  });

  test("runs that see nothing of each other are not compared", async () => {
    const folder = await sweepOf(ASHA, folderOf("compared"), bundle.program);
    await expect(follow(folder, "ray", { python, shared: false }).ended).rejects.toThrow(
      "Without a shared disk, runs cannot be compared while they are trained.",
    );
  });

  test("is canceled with checkpoints", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program, "all");
    const { sweep, ended, untilDone } = follow(folder, "ray", { python });
    await untilDone(1);
    sweep.cancel();
    expect(await ended).toEqual({ kind: "canceled" });
  });
});
