/** Files of a probe whose process is killed, shares its folder, or runs out of room. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/paths.mjs";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { readProbe } from "../../../src/runs/format/probe/readProbe";
import { LeaseWatch } from "../../../src/runs/leaseWatch";
import { isProbeFile, readCaptureAt, readProbeFile } from "../../../src/runs/probeFile";
import { versionOf } from "../python";

const torch = findPythonPackage("torch");
const PROGRAM = join(ROOT, "test/fixtures/probe/train.py");
const PLENTY = 2 ** 30;
/** Of the whole file of a small disk. */
const SMALL_DISK = 2 ** 20;

interface Trainer {
  readonly process: ChildProcess;
  readonly file: string;
  /** The next hundredth step. */
  nextLine(): Promise<string>;
}

describe.skipIf(torch.missing !== null)(`the file of a probe ${versionOf(torch)}`, () => {
  let folder = "";
  const running: ChildProcess[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-probes-"));
  });
  afterEach(() => running.splice(0).forEach((process) => process.kill("SIGKILL")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(into: string, steps = 0, maxBytes = PLENTY, end?: string): Promise<Trainer> {
    const options = [into, String(steps), String(maxBytes), ...(end === undefined ? [] : [end])];
    const trainer = spawn(torch.python, [PROGRAM, ...options], { stdio: ["ignore", "pipe", "ignore"] });
    running.push(trainer);
    const lines = createInterface({ input: trainer.stdout })[Symbol.asyncIterator]();
    const nextLine = async () => (await lines.next()).value as string;
    return { process: trainer, file: await nextLine(), nextLine };
  }

  const writerOf = async (file: string) => (await new LeaseWatch().look(file))?.state ?? null;

  it("can be read while it grows, and up to its last whole frame when its process was killed", async () => {
    const trainer = await start(folder);
    await trainer.nextLine();
    const growing = readProbeFile(trainer.file);
    expect([growing.end, await writerOf(trainer.file)]).toEqual([null, "lives"]);
    const exited = once(trainer.process, "exit");
    trainer.process.kill("SIGKILL");
    await exited;
    const contents = readProbeFile(trainer.file);
    expect([contents.end, await writerOf(trainer.file)]).toEqual([null, "gone"]);
    expect(contents.iterations).toBeGreaterThanOrEqual(growing.iterations);
    expect(contents.captures.length).toBeGreaterThan(10);
    const last = contents.captures.at(-1)!;
    expect(readCaptureAt(trainer.file, contents, last)!.arrays.get("output")).toHaveLength(10 * 2 * 8);
  });

  it("has nothing but whole frames, at whatever moment its process is killed", async () => {
    const killed = spawnSync(torch.python, [join(ROOT, "test/fixtures/probe/killed.py"), join(folder, "killed"), "8"], {
      encoding: "utf8",
    });
    expect(killed.status, killed.stderr).toBe(0);
    const files = killed.stdout.trim().split("\n");
    expect(files).toHaveLength(8);
    for (const file of files) {
      const contents = readProbeFile(file);
      const { scalars, iterations, captures, end, goodBytes } = contents;
      expect([end, await writerOf(file)]).toEqual([null, "gone"]);
      expect(goodBytes).toBeLessThanOrEqual(statSync(file).size);
      expect(scalars.get("loss") ?? []).toHaveLength(iterations);
      // All arrays of 20 steps, 4 sequences and 64 units, weights included where they have changed.
      for (const entry of captures)
        expect(readCaptureAt(file, contents, entry)!.arrays.get("outputGradient")).toHaveLength(20 * 4 * 64);
    }
  });

  it("leaves out what another backward brings after the step, in memory that is used again", () => {
    const program = `import sys, torch
sys.path.insert(0, ${JSON.stringify(join(ROOT, "python"))})
import rnnlab_probe
outputs = {}
for again in (False, True):
    torch.manual_seed(0)
    rnn = torch.nn.LSTM(2, 4)
    with rnnlab_probe.watch(rnn, every=1, folder=sys.argv[1], name=str(again)) as probe:
        before = None
        for step in range(40):
            loss = rnn(torch.randn(5, 3, 2))[0].square().sum()
            loss.backward(retain_graph=True)
            if again and before is not None:
                before.backward(retain_graph=True)
            before = loss
            probe.step(loss=loss)
            rnn.zero_grad()
    print(probe.path, flush=True)`;
    const { stdout, stderr } = spawnSync(torch.python, ["-c", program, folder], { encoding: "utf8" });
    const files = stdout.trim().split("\n");
    expect([files.length, stderr]).toEqual([2, ""]);
    const [once, twice] = files.map((file) => {
      const contents = readProbeFile(file);
      return contents.captures.map((entry) =>
        Array.from(readCaptureAt(file, contents, entry)!.arrays.get("outputGradient")!),
      );
    });
    expect(once).toHaveLength(40);
    expect(twice).toEqual(once);
  });

  it("says why the training ended: Ctrl+C, an exception, or the end of the script", async () => {
    const ends: (string | null | undefined)[] = [];
    for (const how of ["raise", "exit"]) {
      const trainer = await start(join(folder, how), 5, PLENTY, how);
      await once(trainer.process, "exit");
      ends.push(readProbeFile(trainer.file).end?.failure);
    }
    const trainer = await start(join(folder, "interrupted"));
    await trainer.nextLine();
    const exited = once(trainer.process, "exit");
    trainer.process.kill("SIGINT");
    await exited;
    ends.push(readProbeFile(trainer.file).end?.failure);
    expect(ends).toEqual(["ArithmeticError: the training failed", null, "KeyboardInterrupt: "]);
  });

  it("ends where it may not grow, with one warning and the same training", () => {
    const run = (limited: boolean) => {
      const into = limited ? join(folder, "limited") : "-";
      const command = `${limited ? "ulimit -f 300; " : ""}exec "$0" "$@"`;
      const bash = ["-c", command, torch.python, PROGRAM, into, "500", String(PLENTY)];
      const { stdout, stderr } = spawnSync("bash", bash, { encoding: "utf8" });
      return { lines: stdout.trim().split("\n"), warnings: stderr.match(/rnnlab_probe: /g)?.length ?? 0 };
    };
    const [alone, limited] = [run(false), run(true)];
    expect([alone.warnings, limited.warnings]).toEqual([0, 1]);
    expect(alone.lines.at(-1)).toMatch(/^loss /);
    expect(limited.lines.at(-1)).toBe(alone.lines.at(-1));
    const { captures, iterations, scalars } = readProbeFile(limited.lines[0]!);
    expect(captures.length).toBeGreaterThan(10);
    expect(scalars.get("loss")).toHaveLength(iterations);
  });

  it("is one of its own for each trainer in a folder", async () => {
    const shared = join(folder, "shared");
    const trainers = await Promise.all([start(shared, 30), start(shared, 30)]);
    await Promise.all(trainers.map(({ process }) => once(process, "exit")));
    const files = readdirSync(shared).map((name) => join(shared, name));
    expect(files.toSorted()).toEqual(trainers.map(({ file }) => file).toSorted());
    expect(files.map((file) => isProbeFile(file) && readProbeFile(file).end?.iterations)).toEqual([30, 30]);
  });

  it("stays below its size: captures become rare, scalars go on", async () => {
    const trainer = await start(join(folder, "bounded"), 1000, 100_000);
    await once(trainer.process, "exit");
    const { captures, events, scalars, end } = readProbe(readFileSync(trainer.file));
    expect(end).toMatchObject({ failure: null, iterations: 1000, dropped: 0 });
    expect(scalars.get("loss")).toHaveLength(1000);
    expect(events.filter(({ kind }) => kind === "interval").length).toBeGreaterThan(2);
    expect(captures.length).toBeLessThan(300);
    // The scalars of 1000 steps, and what was on its way when half was full.
    expect(statSync(trainer.file).size).toBeLessThan(200_000);
  });

  it("lacks captures that a full disk refuses, and has everything else once there is room", async (context) => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK}`, "tmpfs", disk]);
    if (mount.status !== 0) return context.skip("only root may mount");
    try {
      const trainer = await start(disk);
      while (statSync(trainer.file).size < SMALL_DISK / 2) await trainer.nextLine();
      for (let i = 0; i < 10; i++) await trainer.nextLine();
      const full = readProbeFile(trainer.file);
      expect(full.goodBytes).toBeGreaterThan(SMALL_DISK / 4);
      expect(spawnSync("mount", ["-o", `remount,size=${64 * SMALL_DISK}`, disk]).status).toBe(0);
      let written = full.iterations;
      while (written <= full.iterations) {
        await trainer.nextLine();
        written = readProbeFile(trainer.file).iterations;
      }
      const exited = once(trainer.process, "exit");
      trainer.process.kill("SIGKILL");
      await exited;
      const { scalars, iterations } = readProbeFile(trainer.file);
      expect(scalars.get("loss")).toHaveLength(iterations);
    } finally {
      running.splice(0).forEach((process) => process.kill("SIGKILL"));
      spawnSync("umount", ["-l", disk]);
      expect(existsSync(disk)).toBe(true);
    }
  });
});
