/** A sweep on a real Ray of two nodes; skipped, with the reason, where there can be none. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readRayEvents } from "../../../src/engines/rayEvents";
import { resultsOf, bundleTrial, sweepOf } from "../cli/trial/support";
import { ASHA, decisionsOf, expectLearned, expectReplayed, FEW } from "./decided";
import { TestRay, whyNoRay } from "./ray";
import { waitFor } from "./slurm";
import { expectWhole, follow, killRunner, SMALL_SWEEP, undisturbedTable } from "./support";

// A guard against hanging only: Ray takes half a minute to start on a busy machine.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

const reason = whyNoRay();

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
    isFinished: false,
    error: null,
    lost: "WorkerCrashedError: x",
  });
});

describe.skipIf(reason !== null)(`a sweep on Ray${reason === null ? "" : ` (not run: ${reason})`}`, () => {
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  let ray: TestRay;
  let table: string;
  const folderOf = (name: string): string => join(bundle.folder, name);
  const newFolder = (name: string, experiment: object = SMALL_SWEEP) =>
    sweepOf(experiment, folderOf(name), bundle.program);
  const options = (more: object = {}) => ({
    python: ray.python,
    address: ray.address,
    token: ray.token,
    node: process.execPath,
    ...more,
  });

  beforeAll(async () => {
    // Else Ray tries 20 times, a second each, to reach a head that is not there or refuses.
    vi.stubEnv("RAY_NUM_REDIS_GET_RETRIES", "3");
    // And looks for a minute whether a head that was lost comes back.
    vi.stubEnv("RAY_gcs_rpc_server_reconnect_timeout_s", "5");
    bundle = await bundleTrial();
    [table, ray] = await Promise.all([
      undisturbedTable(SMALL_SWEEP, folderOf("whole"), bundle.program),
      TestRay.start(),
    ]);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await ray?.stop();
    rmSync(bundle.folder, { recursive: true, force: true });
  });

  test("ends with the table of one process, though driver and node are killed, and nobody follows it", async () => {
    const folder = await newFolder("ray");
    const apart = await newFolder("copied");
    const first = follow(folder, "ray", options());
    await first.untilDone(2);
    first.sweep.detach();
    expect(await first.ended).toEqual({ kind: "detached" });
    const { handle } = JSON.parse(readFileSync(join(folder.path, "engine", "handle.json"), "utf8")) as {
      handle: { driver: { pid: number } };
    };
    process.kill(handle.driver.pid, "SIGKILL");
    const second = follow(folder, "ray", options());
    // Of packs, so that some of the node that is killed have ended.
    const copied = follow(apart, "ray", options({ pack: 3, shared: false }));
    await Promise.all([second.untilDone(3), copied.untilDone(1)]);
    await ray.kill("worker");
    expect(await second.ended).toEqual({ kind: "done" });
    expect(await copied.ended).toEqual({ kind: "done" });
    for (const whole of [folder, apart]) await expectWhole(whole, table);
    await ray.startWorker();
  });

  test("is continued after its head was killed, with and without a shared disk", async () => {
    const names = ["shared", "apart"];
    const followAll = async () =>
      (await Promise.all(names.map((name) => newFolder(name)))).map((folder, i) => ({
        folder,
        ...follow(folder, "ray", options({ shared: i === 0 })),
      }));
    const first = await followAll();
    // Of the other one, nothing may have ended yet; of neither, all.
    await Promise.race(first.map(({ untilDone }) => untilDone(1)));
    await ray.kill("head");
    for (const { ended } of first) {
      const end = await ended;
      expect(end).toMatchObject({ kind: "failed" });
      expect("message" in end && end.message).toMatch(/Ray cannot be reached: OSError: 10\.77\.0\.1:6400: /);
    }
    await ray.kill("worker");
    await ray.startHead();
    await ray.startWorker();
    for (const { folder, ended } of await followAll()) {
      expect(await ended).toEqual({ kind: "done" });
      await expectWhole(folder, table);
    }
  });

  test("names a token that is missing or wrong", async () => {
    const { token: _, ...without } = options();
    const refused = [without, options({ token: "wrong" })].map(async (given, i) => {
      const folder = await newFolder(`token-${i}`);
      await expect(follow(folder, "ray", given).ended).rejects.toThrow(
        /^401: this Ray cluster wants a token, and got none or a wrong one\. Set the option token, .+InvalidAuthToken/,
      );
    });
    await Promise.all(refused);
  });

  test("a search that learns gives its driver more as runs end, with and without a shared disk", async () => {
    const searches = [true, false].map(async (shared) => {
      const folder = await newFolder(`learning-${shared}`, FEW);
      expect(await follow(folder, "ray", options({ shared })).ended).toEqual({ kind: "done" });
      await expectLearned(folder);
    });
    await Promise.all(searches);
  });

  test("compares runs that share no disk", async () => {
    const folder = await newFolder("compared", ASHA);
    expect(await follow(folder, "ray", options({ shared: false })).ended).toEqual({ kind: "done" });
    const results = await resultsOf(folder);
    expect(results.filter(({ status }) => status === "stopped").length).toBeGreaterThan(2);
    expect(decisionsOf(folder)).toHaveLength(results.length);
    await expectReplayed(folder);
  });

  test("a task is told what has ended elsewhere once the driver has said it, also by a board that was killed", async () => {
    // A second attempt needs another folder: what the first one was told is in its results.
    const folder = mkdtempSync(folderOf("lost-board-"));
    mkdirSync(join(folder, "results"));
    writeFileSync(join(folder, "results", "earlier.jsonl"), "a\n");
    const said = await runPython(ray, [join(import.meta.dirname, "lost_board.py"), ray.address, folder]);
    expect(said).toEqual({
      before: [[], false],
      driver: [["a"], true],
      own: [["a", "c"], true],
      given: [["c", "b"], true],
      lost: [[], false],
      again: [[], true],
      task: [["a", "b", "c"], true],
    });
  });

  test("is canceled with checkpoints, on a Ray of its own that runs on this machine", async () => {
    const folder = await sweepOf(SMALL_SWEEP, folderOf("canceled"), bundle.program, "all");
    const { sweep, ended, untilDone } = follow(folder, "ray", { python: ray.python });
    await waitFor("a runner", () => killRunner(folder));
    await untilDone(1);
    sweep.cancel();
    expect(await ended).toEqual({ kind: "canceled" });
  });
});

/** @returns what it prints, as JSON */
async function runPython({ python, token }: TestRay, args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: token };
  const { stdout } = await promisify(execFile)(python, args, { env });
  return JSON.parse(stdout);
}
