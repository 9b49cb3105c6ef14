import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { createRandom } from "../../../src/core/numerics/random";
import { readRun } from "../../../src/runs/format/readRun";
import type { RunContents } from "../../../src/runs/format/runContents";
import { readSummary } from "../../../src/runs/runSummary";
import { COLUMN, OPTIONAL_COLUMN } from "../../../src/shared/trace/trace";
import { readRecorded } from "../../../src/worker/resumedRun";
import { COUNT_ONES } from "../session/support";
import { buildProgram } from "./processes";
import { RecordedBench } from "./recordedBench";
import { temporaryFolder, trainedRun } from "./support";

/** Small enough for a file to be written anew many times in a second. */
const TIGHT = { bytes: 300_000, rows: 128, rowBytes: 2 ** 20 };

const WINDOWS = process.platform === "win32";
const NOT_ON_WINDOWS = WINDOWS ? " (not run: Windows has no such permissions and limits: run the tests elsewhere)" : "";
/** The user and group `nobody` of most systems; that it may write nowhere is all that counts. */
const NOBODY = 65_534;

/** Does it with the rights of an ordinary user: root may write into every folder. */
function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

const adam = { kind: "adam", learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
function longRun(iterations: number): Experiment {
  return { ...COUNT_ONES, training: { ...COUNT_ONES.training, optimizer: adam, batchSize: 5, iterations } };
}

function filePath(): string {
  return join(temporaryFolder(), "run.rnnrun");
}

/** Those of the scalars. */
function recordedIterations({ metrics }: RunContents): number[] {
  return [...(metrics.rows.columns[metrics.columns.findIndex(({ name }) => name === COLUMN.iteration)] ?? [])];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Of the traced rows. */
function iterationsOf({ rows, header }: RunContents): number[] {
  return [...(rows.columns[header?.columns.findIndex(({ name }) => name === COLUMN.iteration) ?? -1] ?? [])];
}

describe("a recorded run", () => {
  it("is on the disk before its session hears of the end, with every row and the final weights", () => {
    const bench = new RecordedBench(COUNT_ONES, filePath());
    bench.advanceToEnd();
    const file = bench.read();
    const expected = trainedRun();
    expect(file.rows).toEqual(expected.rows);
    expect(file.metrics).toEqual(expected.metrics);
    expect([file.status.phase, file.status.iteration, file.meta.engine]).toEqual(["done", 500, "float64"]);
    expect(file.endedAt).not.toBeNull();
    expect([...file.checkpoint!.parameters]).toEqual([...bench.run.trainer.parameters()]);
    expect(file.surface).not.toBeNull();
  });

  it("says at its end what its loss was at best, and what was validated last, as the scalars have it", async () => {
    const path = filePath();
    const validated = { ...longRun(60), training: { ...longRun(60).training, validation: { share: 0.4, every: 7 } } };
    const bench = new RecordedBench(validated as Experiment, path);
    bench.advanceToEnd();
    const { metrics } = bench.read();
    const column = (name: string) =>
      metrics.rows.columns[metrics.columns.findIndex((spec) => spec.name === name)] ?? new Float64Array();
    const { progress } = await readSummary(path);
    expect(progress?.metrics).toEqual({
      bestLoss: Math.min(...column(COLUMN.loss)),
      validationLoss: column(OPTIONAL_COLUMN.validationLoss).at(-1),
      accuracy: column(OPTIONAL_COLUMN.accuracy).at(-1) ?? null,
    });
    expect(progress?.metrics?.validationLoss).toBeGreaterThan(0);
  });

  it("that waits after a step has that step on the disk", () => {
    const bench = new RecordedBench(COUNT_ONES, filePath(), { paused: true });
    bench.advanceToEnd();
    expect([iterationsOf(bench.read()), bench.read().status.phase]).toEqual([[0], "paused"]);
    bench.run.step();
    bench.advanceToEnd();
    expect([iterationsOf(bench.read()), bench.read().checkpoint?.iteration]).toEqual([[0, 1], 2]);
  });

  it("stays within its bound however long it is, from its first row to its last, with the scalars of all", () => {
    const bench = new RecordedBench(longRun(10_000), filePath(), { limits: TIGHT, tick: 4 });
    let largest = 0;
    while (bench.run.advance() !== null) {
      bench.run.credit();
      largest = Math.max(largest, existsSync(bench.path) ? statSync(bench.path).size : 0);
    }
    const file = bench.read();
    const iterations = iterationsOf(file);
    // One write more than the bound, and a few checkpoints.
    expect(largest).toBeLessThan(TIGHT.bytes + 3_000_000);
    expect(statSync(bench.path).size).toBeLessThan(TIGHT.bytes + 1_500_000);
    expect([iterations[0], iterations.at(-1)]).toEqual([0, 10_000]);
    expect(iterations.length).toBeLessThan(2000);
    expect(iterations).toEqual([...new Set(iterations)].sort((a, b) => a - b));
    expect(recordedIterations(file)).toEqual(upTo(10_001));
    expect([file.status.phase, file.checkpoint !== null, file.surface !== null]).toEqual(["done", true, true]);
    expect(readdirSync(join(bench.path, ".."))).toEqual(["run.rnnrun"]);
  });

  it("goes on from its file to the same last bits, row for row", () => {
    const whole = new RecordedBench(longRun(3000), filePath());
    whole.advanceToEnd();
    const interrupted = new RecordedBench(longRun(3000), filePath(), { tick: 20 });
    interrupted.advanceTo(1200);
    interrupted.run.close();
    expect(interrupted.read().endedAt).toBeNull();
    const resumed = new RecordedBench(longRun(3000), filePath(), { resumeFrom: interrupted.path });
    const start = resumed.run.trainer.iteration;
    expect(start).toBeGreaterThan(0);
    resumed.advanceToEnd();
    const [expected, actual] = [whole.read(), resumed.read()];
    expect([...actual.checkpoint!.parameters]).toEqual([...expected.checkpoint!.parameters]);
    expect(actual.metrics.rows).toEqual(expected.metrics.rows);
    expect(actual.rows).toEqual(expected.rows);
    expect([actual.status.phase, actual.status.iteration, actual.status.loss]).toEqual([
      "done",
      3000,
      expected.status.loss,
    ]);
    // What its session hears is the whole run as well.
    const told = resumed.reports
      .flatMap((report) => (report.type === "rows" ? [report.rows.rows] : []))
      .reduce((sum, rows) => sum + rows, 0);
    expect(told).toBe(3001);
  });

  it("goes on with the settings that were applied to it on its way", () => {
    const experiment = longRun(900);
    const changed: Experiment = {
      ...experiment,
      training: { ...experiment.training, optimizer: { ...adam, learningRate: 0.03 }, clip: { norm: 0.5 } },
    };
    const benches = [true, false].map((whole) => {
      const bench = new RecordedBench(experiment, filePath(), { tick: 20 });
      bench.advanceTo(200);
      bench.run.changeUpdates(changed);
      if (whole) bench.advanceToEnd();
      else {
        bench.advanceTo(500);
        bench.run.close();
      }
      return bench;
    });
    const resumed = new RecordedBench(experiment, filePath(), { resumeFrom: benches[1]!.path });
    expect(resumed.run.trainer.iteration).toBeGreaterThanOrEqual(200);
    resumed.advanceToEnd();
    // Each changed where its clock had taken it, so the whole run is told by where that was.
    const at = benches.map((bench) => bench.read().events[0]?.iteration);
    expect(at[0]).toBe(at[1]);
    expect([...resumed.read().checkpoint!.parameters]).toEqual([...benches[0]!.read().checkpoint!.parameters]);
  });

  it("does not go on without a checkpoint, nor with other data than it had, and says why", () => {
    const begun = new RecordedBench(longRun(100_000), filePath());
    begun.run.advance();
    begun.run.close();
    expect(() => new RecordedBench(longRun(100_000), filePath(), { resumeFrom: begun.path })).toThrow(
      /before its first checkpoint/,
    );
    const done = new RecordedBench(longRun(50), filePath());
    done.advanceToEnd();
    const from = { runId: "run-1", path: done.path, resume: true, resumeFrom: null };
    const request = {
      type: "start",
      runId: "next",
      experiment: longRun(50),
      files: { data: "new", weights: null },
      configHash: "hash",
      pace: 0,
      threads: 1,
      paused: false,
      control: done.control,
      from,
    } as const;
    expect(() => readRecorded(request)).toThrow(/data file has changed since the run started/);
  });

  it("goes on training when it cannot be saved, says so once, and is saved again when that is possible", () => {
    const folder = join(temporaryFolder(), "runs");
    // A file where the folder should be: nothing can be made in it, whoever runs this.
    writeFileSync(folder, "in the way");
    const bench = new RecordedBench(longRun(5000), join(folder, "run.rnnrun"), { tick: 20 });
    bench.advanceTo(1000);
    expect(bench.problems.length).toBe(1);
    expect(bench.problems[0]).toMatch(/EEXIST|ENOTDIR/);
    rmSync(folder);
    bench.advanceToEnd();
    expect(bench.problems.slice(1)).toEqual([null]);
    const iterations = iterationsOf(bench.read());
    expect([iterations[0], iterations.at(-1), bench.read().status.phase]).toEqual([0, 5000, "done"]);
    expect(recordedIterations(bench.read())).toEqual(upTo(5001));
  });

  it("has a file of its own: one that is there already, as of another window, is left alone", () => {
    const path = filePath();
    writeFileSync(path, "theirs");
    const bench = new RecordedBench(COUNT_ONES, path);
    bench.advanceToEnd();
    expect(bench.problems[0]).toMatch(/EEXIST/);
    expect([readFileSync(path, "utf8"), bench.run.trainer.iteration]).toEqual(["theirs", 500]);
  });

  it.skipIf(WINDOWS)(`goes on training in a folder that is read-only${NOT_ON_WINDOWS}`, () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o555);
    const bench = asOrdinaryUser(() => {
      const started = new RecordedBench(longRun(500), join(folder, "run.rnnrun"));
      started.advanceToEnd();
      return started;
    });
    expect(bench.problems[0]).toMatch(/EACCES/);
    expect(bench.run.trainer.iteration).toBe(500);
  });
});

describe("the process that records", () => {
  let script: string;
  beforeAll(() => {
    script = buildProgram("killedWriter");
  });

  /**
   * Kills the writer when it has said so many times that something is on the disk.
   * @returns the last iteration that it said was
   */
  function killAfter(path: string, said: number): Promise<number> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.split("\n").length > said) child.kill("SIGKILL");
      });
      child.on("close", () => resolve(Number(text.split("\n").at(-2))));
    });
  }

  it.skipIf(WINDOWS)(
    `goes on training when the disk is full, and what was written before can be read${NOT_ON_WINDOWS}`,
    async () => {
      const path = filePath();
      // 40 blocks of 512 or 1024 bytes; the system then refuses as a full disk does.
      const child = spawn("sh", ["-c", 'ulimit -f 40; exec "$0" "$@"', process.execPath, script, path], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      await new Promise((resolve) => {
        child.stdout.setEncoding("utf8").on("data", (part: string) => {
          text += part;
          if (/problem: .*\n(trains on at \d+\n){3}/.test(text)) child.kill("SIGKILL");
        });
        child.on("close", resolve);
      });
      expect(text).toMatch(/problem: EFBIG/);
      const file = readRun(readFileSync(path));
      expect(file.rows.rows).toBeGreaterThan(0);
      expect(file.goodBytes).toBeLessThanOrEqual(40 * 1024);
    },
  );

  interface Said {
    readonly iteration: number;
    readonly at: number;
  }

  /** Kills the writer after so many chunks. @returns what it said */
  async function killTimed(args: readonly string[], chunks: number): Promise<Said[]> {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    let lines = 0;
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      lines += part.split("\n").length - 1;
      if (lines > chunks) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" ").map(Number))
      .map(([iteration = NaN, at = NaN]) => ({ iteration, at }));
  }

  const timed = Number(process.env["RNNLAB_KILLS"] ?? 4);
  it(
    `killed ${timed} times loses the iterations of half a second, or of 20 times what a write takes, and no more`,
    { timeout: 60_000 + timed * 20_000 },
    async () => {
      const program = buildProgram("timedWriter");
      const random = createRandom(20261129);
      const folder = temporaryFolder();
      const lost: number[] = [];
      let former: string | null = null;
      for (let i = 0; i < timed; i++) {
        const path = join(folder, `run-${i}.rnnrun`);
        const said = await killTimed(
          [program, path, ...(former === null ? [] : [former])],
          50 + Math.floor(random.double() * 120),
        );
        const written = existsSync(path) ? readRun(readFileSync(path)) : null;
        const on = written === null ? 0 : recordedIterations(written).length;
        // Each second one goes on from the one before.
        former = former === null && written !== null && written.checkpoint !== null ? path : null;
        const end = said.at(-1)!.at;
        const lastSaved = said.findLast(({ iteration }) => iteration <= on)?.at ?? said[0]!.at;
        // On the writer's own clock, which goes on while a busy machine lets it wait: a write is part of a chunk.
        const longest = Math.max(...said.slice(1).map(({ at }, index) => at - said[index]!.at));
        expect(end - lastSaved, `kill ${i}`).toBeLessThanOrEqual(
          Math.max(500, Math.min(20 * longest, 5000)) + 2 * longest,
        );
        lost.push(end - lastSaved);
      }
      lost.sort((a, b) => a - b);
      if (process.env["RNNLAB_KILLS"] !== undefined)
        process.stderr.write(
          `lost in ms: median ${lost[lost.length >> 1]!.toFixed(0)}, most ${lost.at(-1)!.toFixed(0)}\n`,
        );
    },
  );

  const times = Number(process.env["RNNLAB_KILLS"] ?? 20);
  it(
    `killed ${times} times at random moments loses nothing that it had written, and each run goes on from there`,
    { timeout: 10_000 + times * 1000 },
    async () => {
      const random = createRandom(20261125);
      const folder = temporaryFolder();
      mkdirSync(folder, { recursive: true });
      let resumed = 0;
      for (let i = 0; i < times; i++) {
        const path = join(folder, `run-${i}.rnnrun`);
        const said = await killAfter(path, 1 + Math.floor(random.double() * 60));
        const file = readRun(readFileSync(path));
        const iterations = iterationsOf(file);
        expect(iterations.at(-1), `kill ${i}`).toBeGreaterThanOrEqual(said);
        expect(iterations).toEqual([...new Set(iterations)].sort((a, b) => a - b));
        expect(file.endedAt).toBeNull();
        const at = file.checkpoint;
        const recorded = recordedIterations(file);
        expect(recorded).toEqual(upTo(recorded.length));
        expect(recorded.length).toBeGreaterThanOrEqual(at?.iteration ?? 0);
        if (at === null) continue;
        const goesOn = new RecordedBench(longRun(10_000_000), join(folder, `again-${i}.rnnrun`), { resumeFrom: path });
        expect(goesOn.run.trainer.iteration).toBe(at.iteration);
        goesOn.run.close();
        resumed++;
      }
      expect(resumed).toBeGreaterThan(times / 2);
    },
  );
});
