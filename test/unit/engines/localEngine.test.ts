/** Sweeps on processes of this machine, and by commands: a shell, GNU parallel, and SSH. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { waitFor } from "./slurm";
import { hasSshd, startSshd } from "./sshd";
import { bundleTrial, sweepOf } from "../cli/trial/support";
import { expectWhole, follow, killRunner, SMALL_SWEEP, undisturbedTable } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let bundle: Awaited<ReturnType<typeof bundleTrial>>;
let table: string;
beforeAll(async () => {
  bundle = await bundleTrial();
  table = await undisturbedTable(SMALL_SWEEP, folderOf("whole"), bundle.program);
});
afterAll(() => rmSync(bundle.folder, { recursive: true, force: true }));

const folderOf = (name: string): string => join(bundle.folder, name);
const hasParallel = spawnSync("parallel", ["--version"]).status === 0;

describe("a sweep on this machine", () => {
  test("ends with the table of one process, though a runner is killed and nobody follows it for a while", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("local"), bundle.program);
    const first = follow(folder, "local", { processes: 2 });
    await waitFor("a runner", () => killRunner(folder));
    await first.untilDone(1);
    first.sweep.detach();
    expect(await first.ended).toEqual({ kind: "detached" });
    const second = follow(folder, "local", { processes: 2 });
    expect(await second.ended).toEqual({ kind: "done" });
    await expectWhole(folder, table);
    expect(second.states.at(-1)).toMatchObject({ done: 8, trials: 8, failed: 0 });
  });

  test("is canceled with checkpoints, and goes on from them", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program);
    const first = follow(folder, "local", { processes: 2 });
    await first.untilDone(1);
    first.sweep.cancel();
    expect(await first.ended).toEqual({ kind: "canceled" });
    const again = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program);
    expect(await follow(again, "local", { processes: 2 }).ended).toEqual({ kind: "done" });
    await expectWhole(again, table);
  });

  test("says after three attempts that a program does not work, and where its log is", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("broken"), bundle.program);
    rmSync(join(folder.path, "rnn-lab.cjs"));
    expect(await follow(folder, "local", { processes: 1 }).ended).toEqual({
      kind: "failed",
      message: `8 of the trials have no result after 3 attempts. See ${join(folder.path, "logs")}.`,
    });
  });
});

describe("a sweep by a command", () => {
  const NODE = process.execPath;

  test("runs it for each pack of trials, some at once", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("shell"), bundle.program);
    const command = `${NODE} {program} --sweep {folder} --index {indices}`;
    const { ended } = follow(folder, "command", { command, processes: 2, pack: 3 });
    await waitFor("a runner", () => killRunner(folder));
    expect(await ended).toEqual({ kind: "done" });
    await expectWhole(folder, table);
  });

  test.skipIf(!hasParallel)("gives all packs to GNU parallel (skipped where it is not installed)", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("parallel"), bundle.program);
    const command = `parallel -j2 ${NODE} {program} --sweep {folder} --index {} ::: {packs}`;
    expect(await follow(folder, "command", { command, pack: 2 }).ended).toEqual({ kind: "done" });
    await expectWhole(folder, table);
  });

  test.skipIf(!hasSshd())("runs it on another machine over SSH (skipped without sshd, or root)", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("ssh"), bundle.program);
    const { login, server } = await startSshd(bundle.folder);
    const command = `${login} ${NODE} {program} --sweep {folder} --index {indices}`;
    expect(await follow(folder, "command", { command, processes: 2, pack: 2 }).ended).toEqual({ kind: "done" });
    server.kill();
    await expectWhole(folder, table);
  });
});
