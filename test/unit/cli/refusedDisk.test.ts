/** A run in a terminal whose disk refuses at its end, as processes of their own on real folders. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { FRAME } from "../../../src/runs/format/encodeRun";
import { HEAD_BYTES, readFrames } from "../../../src/runs/format/frames";
import { readRun } from "../../../src/runs/format/readRun";
import { writeRest, type LateOutput } from "../../../src/cli/lateOutput";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Never done by itself. */
const ENDLESS = {
  task: { kind: "adding", sequences: 100, length: 10 },
  model: { cell: "rnn", hiddenSize: 64 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.0001 },
    batchSize: 20,
    iterations: 1_000_000,
    validation: { share: 0.1, every: 10 },
  },
};
const FILES = [
  "best.safetensors",
  "final.safetensors",
  "initial.safetensors",
  "metrics.csv",
  "run.json",
  "run.rnnrun",
] as const;

let folder: string;
const mounted: string[] = [];

beforeAll(async () => {
  folder = await bundleCli({ helper: "src/worker/helper.ts", heartbeat: "src/worker/heartbeat.ts" });
  writeFileSync(join(folder, "endless.rnn.json"), JSON.stringify(ENDLESS));
});
afterAll(() => {
  for (const disk of mounted) spawnSync("umount", [disk]);
  rmSync(folder, { recursive: true, force: true });
});

class Terminal {
  private readonly child: ChildProcess;
  stderr = "";

  constructor(
    readonly out: string,
    ...more: readonly string[]
  ) {
    this.child = spawn(process.execPath, [join(folder, "cli.js"), "endless.rnn.json", "--out", out, ...more], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.child.stderr?.on("data", (data: Buffer) => (this.stderr += data.toString()));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(setImmediate);
  }

  stop(): void {
    this.child.kill("SIGINT");
  }

  get code(): Promise<number | null> {
    return new Promise((resolve) => this.child.on("exit", resolve));
  }

  /** Whether the run's file has some of the run. */
  isRecorded(): boolean {
    try {
      return readRun(readFileSync(join(folder, this.out, "run.rnnrun"))).metrics.rows.rows > 0;
    } catch {
      return false;
    }
  }
}

/** Fails while the program makes its folder again at the same moment. */
function takePlaceOf(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, "theirs", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function expectWhole(out: string): void {
  expect(
    readdirSync(join(folder, out))
      .filter((name) => name !== "filler")
      .sort(),
  ).toEqual(FILES);
  const read = (name: string) => readFileSync(join(folder, out, name), "utf8");
  const { status, iterations } = JSON.parse(read("run.json")) as { status: string; iterations: number };
  expect(status).toBe("stopped");
  expect(
    read("metrics.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(",")[0]),
  ).toEqual(["iteration", ...Array.from({ length: iterations }, (_, i) => String(i))]);
  const recorded = readRun(readFileSync(join(folder, out, "run.rnnrun")));
  expect([recorded.status.phase, recorded.metrics.rows.rows]).toEqual(["stopped", iterations]);
  expect(statSync(join(folder, out, "final.safetensors")).size).toBeGreaterThan(1000);
}

describe.runIf(process.platform !== "win32")("a run in a terminal", () => {
  /** Started, with a file in place of its folder since, and asked to stop. */
  async function stoppedWithoutFolder(out: string): Promise<Terminal> {
    const terminal = new Terminal(out);
    await terminal.until(() => terminal.isRecorded());
    await terminal.until(() => takePlaceOf(join(folder, out)));
    await terminal.until(() => terminal.stderr.includes("metrics.csv cannot be written"));
    terminal.stop();
    await terminal.until(() => terminal.stderr.includes("Waiting up to 10 seconds for the disk"));
    return terminal;
  }

  test("that ends while another file is in place of its folder writes all of its files once that is gone", async () => {
    const terminal = await stoppedWithoutFolder("back");
    rmSync(join(folder, "back"));
    expect(await terminal.code).toBe(130);
    expect(terminal.stderr).toContain("continue with --out back --resume");
    // The weights that it started from were written before the folder went.
    writeFileSync(join(folder, "back", "initial.safetensors"), "");
    expectWhole("back");
  });

  test("that gives up waiting for the disk names the files that are not written, and ends with 1", async () => {
    const terminal = await stoppedWithoutFolder("gone");
    terminal.stop();
    expect(await terminal.code).toBe(1);
    const named = [...terminal.stderr.matchAll(/^error: gone\/(\S+) was not written \((?:EEXIST|ENOTDIR): /gm)];
    expect(named.map(([, name]) => name).sort()).toEqual(FILES.filter((name) => name !== "initial.safetensors"));
    expect(terminal.stderr).toMatch(/^stopped after \d+ iterations$/m);
    expect(readFileSync(join(folder, "gone"), "utf8")).toBe("theirs");
  });

  test("whose disk is full for a while has lost nothing", async (context) => {
    const disk = join(folder, "full");
    mkdirSync(disk);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", disk]).status !== 0)
      return context.skip("mounting a small disk requires root on Linux");
    mounted.push(disk);
    const terminal = new Terminal("full");
    await terminal.until(() => terminal.isRecorded());
    spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=4k"]);
    await terminal.until(() => /metrics.csv cannot be written \(ENOSPC/.test(terminal.stderr));
    terminal.stop();
    await terminal.until(() => terminal.stderr.includes("for the disk"));
    rmSync(join(disk, "filler"));
    expect(await terminal.code).toBe(130);
    expectWhole("full");
  });

  test("that has ended keeps one checkpoint", async () => {
    // Checkpoints that are a small part of the file are not worth the rewrite.
    const terminal = new Terminal("one", "--set", "model.hiddenSize=128", "--set", "trace.every=1000");
    const path = join(folder, "one", "run.rnnrun");
    const checkpoints = () =>
      [...readFrames(readFileSync(path), HEAD_BYTES)].filter(({ kind }) => kind === FRAME.checkpoint).length;
    await terminal.until(() => existsSync(path) && checkpoints() >= 2);
    terminal.stop();
    expect(await terminal.code).toBe(130);
    expect(checkpoints()).toBe(1);
    expectWhole("one");
  });
});

test("waiting for a disk is over after its time, with what was not written", async () => {
  let tries = 0;
  const output: LateOutput = { unwritten: new Map([["a.csv", "ENOSPC"]]), retry: () => void tries++ };
  expect([...(await writeRest([output], 1))]).toEqual([["a.csv", "ENOSPC"]]);
  expect(tries).toBeGreaterThan(0);
});
