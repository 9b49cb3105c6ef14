/** A run that comes to its end while the disk refuses, on real folders that refuse in different ways. */
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { FileMark } from "../../../src/runs/fileMark";
import { Heartbeat } from "../../../src/runs/heartbeat";
import { COLUMN } from "../../../src/shared/trace/trace";
import { WaitingEnds } from "../../../src/worker/waitingEnds";
import { COUNT_ONES } from "../session/support";
import { RecordedBench } from "./recordedBench";
import { temporaryFolder } from "./support";

const run: Experiment = { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations: 600 } };
const TICK = 20;

/** Of a folder: makes it refuse, and accept again. */
interface Refusal {
  /** Null: it can be tested here. */
  readonly whyNot: string | null;
  readonly problem: RegExp;
  begin(folder: string): void;
  end(folder: string): void;
}

const mounted: string[] = [];
afterAll(() => mounted.splice(0).forEach((folder) => spawnSync("umount", [folder])));

/** A disk of 1 MiB at a folder, over what is there. @returns whether that is allowed */
function mountDisk(folder: string, mode: "rw" | "ro"): boolean {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=1m,${mode}`, "tmpfs", folder]);
  if (status === 0) mounted.push(folder);
  return status === 0;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the system refuses what the rights of a folder forbid: not to root, and not on Windows. */
function heedsRights(): boolean {
  const folder = temporaryFolder();
  chmodSync(folder, 0o500);
  return !isWritable(folder);
}

const whyNoDisk = mountDisk(join(temporaryFolder(), "probe"), "rw") ? null : "mounting a disk requires root on Linux";

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "has a file in its place": {
    whyNot: process.platform === "win32" ? "Windows keeps folders with open files where they are" : null,
    problem: /EEXIST|ENOTDIR/,
    begin: (folder) => {
      rmSync(folder, { recursive: true, force: true });
      writeFileSync(folder, "theirs");
    },
    end: (folder) => rmSync(folder),
  },
  "may not be written to": {
    whyNot: heedsRights() ? null : "this user may write anywhere",
    problem: /EACCES|EPERM/,
    // The file that is open can still be written to, so it has to be gone as well.
    begin: (folder) => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      chmodSync(folder, 0o500);
    },
    end: (folder) => chmodSync(folder, 0o700),
  },
  "is on a disk that is read-only": {
    whyNot: whyNoDisk,
    problem: /EROFS/,
    begin: (folder) => void mountDisk(folder, "ro"),
    end: (folder) => void spawnSync("umount", [folder]),
  },
  "is on a disk that is full": {
    whyNot: whyNoDisk,
    problem: /ENOSPC/,
    begin: (folder) => fillUp(join(folder, "filler")),
    end: (folder) => rmSync(join(folder, "filler")),
  },
};

function fillUp(path: string): void {
  for (let bytes = 2 ** 20; bytes >= 1; bytes = Math.floor(bytes / 2))
    try {
      for (;;) writeFileSync(path, new Uint8Array(bytes), { flag: "a" });
    } catch {
      // Less may still fit.
    }
}

function iterationsIn(bench: RecordedBench): number[] {
  const { metrics } = bench.read();
  return [...metrics.rows.columns[metrics.columns.findIndex(({ name }) => name === COLUMN.iteration)]!];
}

const all = Array.from({ length: 601 }, (_, i) => i);

describe.each(Object.entries(REFUSALS))("a run that ends while its folder %s", (how, refusal) => {
  const { whyNot, problem, begin, end } = refusal;
  const suffix = whyNot === null ? "" : ` (not run: ${whyNot})`;

  function open(): { bench: RecordedBench; folder: string; mark: FileMark } {
    const folder = join(temporaryFolder(), "runs");
    if (how.includes("full")) mountDisk(folder, "rw");
    const mark = new FileMark();
    const bench = new RecordedBench(run, join(folder, "run.rnnrun"), { tick: TICK, mark: mark.memory });
    return { bench, folder, mark };
  }

  it.skipIf(whyNot !== null).each(["from the start", "from the middle"])(
    `%s is not saved, and is whole once that is over${suffix}`,
    async (since) => {
      const { bench, folder, mark } = open();
      const heartbeat = new Heartbeat();
      heartbeat.add(bench.path, () => {}, mark.memory);
      if (since === "from the middle") bench.advanceTo(200);
      else mkdirSync(folder, { recursive: true });
      begin(folder);
      bench.advanceToEnd();
      expect(bench.run.trainer.iteration).toBe(600);
      expect(bench.problems).toEqual([expect.stringMatching(problem)]);
      expect([bench.recorder.isEndWaiting, heartbeat.isEndWaiting(bench.path)]).toEqual([true, true]);
      let isWritten = false;
      const written = heartbeat.untilEndIsWritten(bench.path).then(() => (isWritten = true));
      bench.recorder.writeEnd();
      // Another run of the thread starts.
      bench.recorder.close();
      await heartbeat.beat();
      expect([bench.problems.length, bench.recorder.isEndWaiting, isWritten]).toEqual([1, true, false]);

      end(folder);
      bench.recorder.writeEnd();
      await heartbeat.beat();
      await written;
      heartbeat.dispose();
      expect(bench.problems.slice(1)).toEqual([null]);
      expect(iterationsIn(bench)).toEqual(all);
      const { status, endedAt, checkpoint } = bench.read();
      expect([status.phase, endedAt === null, checkpoint?.iteration]).toEqual(["done", false, 600]);
      expect(existsSync(join(dirname(bench.path), "run.rnnlease"))).toBe(false);
      const bytes = readFileSync(bench.path);
      bench.recorder.writeEnd();
      expect(readFileSync(bench.path)).toEqual(bytes);
    },
  );
});

describe("the ends of runs that wait", () => {
  function refused(): RecordedBench {
    const folder = join(temporaryFolder(), "runs");
    writeFileSync(folder, "theirs");
    return new RecordedBench(run, join(folder, "run.rnnrun"), { tick: TICK });
  }

  it("are the latest few of a thread, the oldest is given up", () => {
    const ends = new WaitingEnds();
    const benches = Array.from({ length: 6 }, refused);
    for (const bench of benches) {
      ends.add(bench.recorder);
      bench.advanceToEnd();
    }
    expect(ends.isEmpty).toBe(false);
    expect(benches.map(({ recorder }) => recorder.isEndWaiting)).toEqual([false, true, true, true, true, true]);
    for (const { path } of benches) rmSync(dirname(path));
    for (const { recorder } of benches) recorder.writeEnd();
    expect(ends.isEmpty).toBe(true);
    expect(benches.map(({ path }) => existsSync(path))).toEqual([false, true, true, true, true, true]);
  });

  it("of a run that is not to be kept is not written", () => {
    const mark = new FileMark();
    const folder = join(temporaryFolder(), "runs");
    writeFileSync(folder, "theirs");
    const bench = new RecordedBench(run, join(folder, "run.rnnrun"), { tick: TICK, mark: mark.memory });
    bench.advanceToEnd();
    mark.drop();
    rmSync(folder);
    bench.recorder.writeEnd();
    expect([bench.recorder.isEndWaiting, mark.isEndWaiting, existsSync(folder)]).toEqual([false, false, false]);
  });
});
