/**
 * RNNLAB_ENGINES=40 npx vitest run test/unit/engines/measure: one sweep of so many trials on each engine there is, with
 * a worker killed in each, and what a trial takes beside what the engine itself does. Prints the tables of
 * docs/sweep-engines.md.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { EngineName } from "../../../src/engines/engineName";
import type { SweepFolder } from "../../../src/sweepFolder/planFile";
import { bundleTrial, sweepOf, tableOf } from "../cli/trial/support";
import { TestRay, whyNoRay } from "./ray";
import { TestSlurm, waitFor, whyNoSlurm } from "./slurm";
import { hasSshd, startSshd } from "./sshd";
import { expectWhole, follow, killRunner, SMALL_SWEEP, undisturbedTable } from "./support";

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 600_000 });

const TRIALS = Number(process.env["RNNLAB_ENGINES"] ?? 0);
const ROUNDS = 5;
/** Trials whose training takes next to nothing. */
const SMALL = 20;
const NODE = process.execPath;
const sweepOfTrials = (trials: number, iterations: number) => ({
  ...SMALL_SWEEP,
  arithmetic: "portable",
  training: { ...SMALL_SWEEP.training, iterations },
  sweep: { ...SMALL_SWEEP.sweep, search: { kind: "random", budget: trials } },
});

describe.runIf(TRIALS > 0)("one sweep on each engine (not run: it measures; set RNNLAB_ENGINES=40)", () => {
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  const folderOf = (name: string): string => join(bundle.folder, name);
  let slurm: TestSlurm | null = null;
  let ray: TestRay | null = null;

  beforeAll(async () => {
    bundle = await bundleTrial({ minify: true });
    if (whyNoSlurm() === null) slurm = await TestSlurm.start();
    for (const [name, value] of Object.entries(slurm?.env ?? {})) vi.stubEnv(name, value);
    if (whyNoRay() === null) ray = await TestRay.start();
    print(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await ray?.stop();
    await slurm?.stop();
    rmSync(bundle.folder, { recursive: true, force: true });
  });
  let made = 0;
  const newFolder = () => sweepOf(sweepOfTrials(SMALL, 10), folderOf(`small-${++made}`), bundle.program);
  const rayOptions = () => ({ python: ray!.python, address: ray!.address, token: ray!.token, node: NODE });

  test("equal tables, with a worker killed in each", async () => {
    const experiment = sweepOfTrials(TRIALS, 3000);
    const table = await undisturbedTable(experiment, folderOf("one"), bundle.program);
    const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
    print(`one process, nothing killed: ${hash(table)}`);
    const kill = (folder: SweepFolder) => waitFor("a runner", () => killRunner(folder));
    const carry = async (name: string, engine: EngineName, options: object, killOne = kill) => {
      const folder = await sweepOf(experiment, folderOf(name.replaceAll(/\W/g, "-")), bundle.program);
      const startedAt = performance.now();
      const { ended, untilDone } = follow(folder, engine, { ...options });
      await untilDone(2);
      await killOne(folder);
      expect(await ended).toEqual({ kind: "done" });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      await expectWhole(folder, table);
      print(`${name}: ${seconds} s, ${hash(await tableOf(folder))}`);
    };
    await carry("local", "local", { processes: 2 });
    const run = "{program} --sweep {folder} --index";
    if (spawnSync("parallel", ["--version"]).status === 0)
      await carry("GNU parallel", "command", { command: `parallel -j2 ${NODE} ${run} {} ::: {packs}`, pack: 4 });
    if (hasSshd()) {
      const { login, server } = await startSshd(bundle.folder);
      await carry("SSH", "command", { command: `${login} ${NODE} ${run} {indices}`, processes: 2, pack: 4 });
      server.kill();
    }
    if (slurm !== null) await carry("Slurm", "slurm", { node: NODE, pack: 4 });
    if (ray === null) return;
    const { kill: killNode, startWorker } = { kill: () => ray!.kill("worker"), startWorker: () => ray!.startWorker() };
    await carry("Ray, shared disk", "ray", rayOptions(), killNode);
    await startWorker();
    await carry("Ray, no shared disk", "ray", { ...rayOptions(), shared: false }, killNode);
    await startWorker();
  });

  test("what a trial takes in a process, with the little training that it has", async () => {
    const alone = await compare(
      () => Promise.resolve(processorMs(NODE, ["-e", "0"])),
      () => processOf(["--index", "3"]),
    );
    print(`a process with one trial, beyond Node: ${alone.toFixed(0)} ms of processor time`);
    const more = await compare(
      () => processOf(["--index", "3"]),
      () => processOf([]),
    );
    print(`each further trial of a process: ${(more / (SMALL - 1)).toFixed(1)} ms of processor time`);
  });

  const processOf = async (args: readonly string[]): Promise<number> => {
    const { path } = await newFolder();
    return processorMs(NODE, [join(path, "rnn-lab.cjs"), "--sweep", path, ...args]);
  };

  test("what an element of Slurm with one trial takes beyond an empty one", async () => {
    if (slurm === null) return;
    const empty = join(bundle.folder, "empty.sh");
    writeFileSync(empty, `#!/bin/sh\n#SBATCH --array=0-${SMALL - 1}\n#SBATCH --output=/dev/null\n:\n`);
    const untilIdle = () => waitFor("the end", () => slurm!.ask("squeue", "--noheader", "--format=%T").trim() === "");
    const bare = () =>
      timed(async () => {
        slurm!.ask("sbatch", empty);
        await untilIdle();
      });
    const ours = async () => {
      const folder = await newFolder();
      return timed(async () => {
        await follow(folder, "slurm", { node: NODE, pack: 1 }).ended;
        await untilIdle();
      });
    };
    print(`an element of Slurm with one trial, beyond an empty one: ${eachOfTwo(await compare(bare, ours))} ms`);
  });

  test("what a task of Ray with one trial takes beyond an empty command", async () => {
    if (ray === null) return;
    const driver = async (node: string) => {
      const { path } = await newFolder();
      const [packs, events] = ["packs", "events"].map((name) => join(path, "engine", name));
      writeFileSync(packs!, Array.from({ length: SMALL }, (_, index) => `${index}\n`).join(""));
      const program = join(import.meta.dirname, "../../../python/rnnlab_ray.py");
      const files = ["--folder", path, "--packs", packs!, "--events", events!];
      return timed(() => {
        const env = { ...process.env, RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: ray!.token };
        const args = [program, ...files, "--node", node, "--address", ray!.address];
        expect(spawnSync(ray!.python, args, { env }).status).toBe(0);
        return Promise.resolve();
      });
    };
    const extra = await compare(
      () => driver("/bin/true"),
      () => driver(NODE),
    );
    print(`a task of Ray with one trial, beyond an empty command: ${eachOfTwo(extra)} ms`);
  });
});

/** Milliseconds of each, where two run at once. */
function eachOfTwo(ms: number): string {
  return ((2 * ms) / SMALL).toFixed(0);
}

function print(text: string): void {
  appendFileSync(1, `${text}\n`);
}

/** Both in turns; the least of the second less the least of the first. */
async function compare(first: () => Promise<number>, second: () => Promise<number>): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    times[0].push(await first());
    times[1].push(await second());
  }
  return Math.min(...times[1]) - Math.min(...times[0]);
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/** Of a process and of those that it starts, which a busy machine changes less than the time on the clock. */
function processorMs(program: string, args: readonly string[]): number {
  const timing = spawnSync("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>&1', program, ...args], {
    encoding: "utf8",
  });
  const [user = NaN, system = NaN] = timing.stderr.trim().split(" ").map(Number);
  return 1000 * (user + system);
}
