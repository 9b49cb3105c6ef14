import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { FileMark } from "../../../src/runs/fileMark";
import { FRAME } from "../../../src/runs/format/encodeRun";
import { encodeFrame } from "../../../src/runs/format/frames";
import { Heartbeat } from "../../../src/runs/heartbeat";
import { RunWriter } from "../../../src/runs/runWriter";
import { COLUMN } from "../../../src/shared/trace/trace";
import { COUNT_ONES } from "../session/support";
import { RecordedBench } from "./recordedBench";
import { temporaryFolder } from "./support";

const WINDOWS = process.platform === "win32";
const NOT_ON_WINDOWS = WINDOWS ? " (not run: Windows keeps open files where they are)" : "";
const TICK = { tick: 20 };
const run: Experiment = { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations: 600 } };

function inFolder(): string {
  return join(temporaryFolder(), "runs", "run.rnnrun");
}

function recorded(bench: RecordedBench): number[] {
  const { metrics } = bench.read();
  return [...(metrics.rows.columns[metrics.columns.findIndex(({ name }) => name === COLUMN.iteration)] ?? [])];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.skipIf(WINDOWS)(`a run whose file is lost while it trains${NOT_ON_WINDOWS}`, () => {
  const losses: Readonly<Record<string, (path: string) => void>> = {
    "is deleted": (path) => rmSync(path),
    "is moved": (path) => renameSync(path, `${path}.moved`),
    "goes with its folder": (path) => rmSync(dirname(path), { recursive: true }),
    "goes away with its folder, which is renamed": (path) =>
      renameSync(dirname(path), `${dirname(path)}-${randomUUID()}`),
  };
  const whole = new RecordedBench(run, inFolder(), TICK);
  beforeAll(() => whole.advanceToEnd());

  for (const [how, lose] of Object.entries(losses))
    it(`that ${how} is whole again at the next write, without a word`, () => {
      const bench = new RecordedBench(run, inFolder(), TICK);
      bench.advanceTo(200);
      lose(bench.path);
      bench.advanceTo(300);
      expect(existsSync(bench.path)).toBe(true);
      lose(bench.path);
      bench.advanceToEnd();
      expect(bench.problems).toEqual([]);
      expect(bench.read().rows.rows).toBe(whole.read().rows.rows);
      expect(recorded(bench)).toEqual(upTo(601));
    });

  it("that has another file in its place is not saved, says so, and leaves that file alone", () => {
    const bench = new RecordedBench(run, inFolder(), TICK);
    bench.advanceTo(200);
    rmSync(bench.path);
    writeFileSync(bench.path, "theirs");
    bench.advanceTo(400);
    expect(bench.problems).toEqual([expect.stringMatching(/EEXIST/)]);
    expect(readFileSync(bench.path, "utf8")).toBe("theirs");
    rmSync(bench.path);
    bench.advanceToEnd();
    expect(bench.problems.slice(1)).toEqual([null]);
    expect(recorded(bench)).toEqual(upTo(601));
  });

  it("that is cut off keeps its whole frames, goes on, and says to the end that a part is lost", () => {
    const bench = new RecordedBench(run, inFolder(), TICK);
    bench.advanceTo(200);
    const before = recorded(bench);
    truncateSync(bench.path, readFileSync(bench.path).length - 5);
    bench.advanceTo(300);
    truncateSync(bench.path, 0);
    bench.advanceToEnd();
    expect(bench.problems).toEqual([expect.stringMatching(/Part of the run is lost/)]);
    const after = recorded(bench);
    expect(after.at(-1)).toBe(600);
    expect(after.length).toBeLessThan(601);
    expect(before.length).toBeGreaterThan(0);
    // It can be resumed: it has a checkpoint of its own.
    expect(bench.read().checkpoint?.iteration).toBeGreaterThan(300);
    expect(bench.read().status.phase).toBe("done");
  });

  it("that another program has written over is not saved, and is not written into", () => {
    const bench = new RecordedBench(run, inFolder(), TICK);
    bench.advanceTo(200);
    writeFileSync(bench.path, "theirs now");
    bench.advanceToEnd();
    expect(bench.problems).toEqual([expect.stringMatching(/Another program has changed/)]);
    expect(readFileSync(bench.path, "utf8")).toBe("theirs now");
  });

  it("that was deleted on purpose, because it was only passed through, stays deleted", () => {
    const mark = new FileMark();
    const bench = new RecordedBench(run, inFolder(), { ...TICK, mark: mark.memory });
    bench.advanceTo(200);
    mark.drop();
    rmSync(bench.path);
    bench.advanceToEnd();
    expect(readdirSync(dirname(bench.path))).toEqual([]);
  });
});

describe("the heartbeat", () => {
  it.skipIf(WINDOWS)(
    `says that a file is lost though its thread is in a step, and that it is there again${NOT_ON_WINDOWS}`,
    async () => {
      const mark = new FileMark();
      const bench = new RecordedBench(run, inFolder(), { ...TICK, mark: mark.memory });
      const heartbeat = new Heartbeat();
      const told: (string | null)[] = [];
      heartbeat.add(bench.path, (problem) => told.push(problem), mark.memory);
      bench.advanceTo(200);
      const lease = join(dirname(bench.path), "run.rnnlease");
      const first = readFileSync(lease, "utf8");
      await heartbeat.beat();
      await heartbeat.beat();
      expect([told, readFileSync(lease, "utf8") === first]).toEqual([[], false]);
      const { length } = readFileSync(bench.path);
      const ways: readonly (() => void)[] = [
        () => rmSync(dirname(bench.path), { recursive: true }),
        () => renameSync(dirname(bench.path), `${dirname(bench.path)}-away`),
        () => truncateSync(bench.path, length - 1),
      ];
      for (const lose of ways) {
        lose();
        await heartbeat.beat();
        await heartbeat.beat();
        expect(told.pop()).toMatch(/deleted or moved|changed the run's file/);
        expect(told).toEqual([]);
        bench.advanceTo(bench.run.trainer.iteration + 60);
        await heartbeat.beat();
        expect(told.pop()).toBeNull();
        expect(existsSync(lease)).toBe(true);
      }
      bench.advanceToEnd();
      await heartbeat.beat();
      await heartbeat.remove(bench.path);
      expect([readdirSync(dirname(bench.path)), told]).toEqual([["run.rnnrun"], []]);
      heartbeat.dispose();
    },
  );

  it("says that a disk does not respond when a write does not come back", async () => {
    const mark = new FileMark();
    const heartbeat = new Heartbeat();
    const told: (string | null)[] = [];
    heartbeat.add(join(temporaryFolder(), "run.rnnrun"), (problem) => told.push(problem), mark.memory);
    mark.beginChange();
    await heartbeat.beat();
    expect(told).toEqual([]);
    await heartbeat.beat();
    expect(told).toEqual(["The disk does not respond."]);
    mark.endChange(null);
    await heartbeat.beat();
    expect(told.at(-1)).toBeNull();
    heartbeat.dispose();
  });
});

describe("the writer of a run file", () => {
  const frame = encodeFrame(FRAME.rows, new Uint8Array(64));

  it("never writes into a file that was opened after its own was closed", () => {
    const path = inFolder();
    const writer = RunWriter.create(path, [encodeFrame(FRAME.meta, new Uint8Array(8))]);
    writer.append([frame]);
    rmSync(path);
    mkdirSync(path);
    expect(() => writer.thinRows(() => frame)).toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/);
    const other = join(dirname(path), "theirs.txt");
    writeFileSync(other, "");
    const theirs = openSync(other, "r+");
    expect(() => {
      writer.recover([]);
      writer.append([frame]);
    }).toThrow(/EEXIST|EISDIR/);
    writer.close();
    expect(() => writer.append([frame])).toThrow(/out of range|EBADF/);
    closeSync(theirs);
    expect(readFileSync(other, "utf8")).toBe("");
    expect(readdirSync(dirname(path)).sort()).toEqual(["run.rnnrun", "theirs.txt"]);
  });
});
