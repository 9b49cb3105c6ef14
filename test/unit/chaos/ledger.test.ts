import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Ledger } from "../../chaos/ledger";
import { COUNT_ONES } from "../session/support";
import { RecordedBench } from "../runs/recordedBench";
import { temporaryFolder } from "../runs/support";

const ENDLESS = { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations: 10_000_000 } };

/** A folder with one run that goes on, and the ledger of it. */
async function follow(
  experiment = ENDLESS,
): Promise<{ folder: string; path: string; ledger: Ledger; bench: RecordedBench }> {
  const folder = temporaryFolder();
  const path = join(folder, "run-1.rnnrun");
  const bench = new RecordedBench(experiment, path, { tick: 20 });
  bench.advanceTo(2000);
  const ledger = new Ledger(folder);
  await ledger.scan();
  return { folder, path, ledger, bench };
}

async function problemsOf(ledger: Ledger): Promise<readonly string[]> {
  await ledger.scan();
  return ledger.takeProblems();
}

describe("the ledger of recorded runs", () => {
  it("accepts a run that continues and ends, with a complete file", async () => {
    const { ledger, bench } = await follow(COUNT_ONES);
    bench.advanceToEnd();
    expect(await problemsOf(ledger)).toEqual([]);
    expect(ledger.find("run-1")).toMatchObject({ place: "runs", endedAs: "done", iteration: 500 });
    expect(await ledger.check("run-1")).toEqual([]);
    expect(await ledger.lastIteration("run-1")).toBe(500);
  });

  it("knows the last iteration of an active run on the disk", async () => {
    const { ledger } = await follow();
    const { iteration = 0 } = ledger.find("run-1") ?? {};
    expect(iteration).toBeGreaterThan(0);
    expect(await ledger.lastIteration("run-1")).toBeGreaterThanOrEqual(iteration - 1);
    expect(await ledger.check("run-1")).toEqual([]);
  });

  it("reports a file that has fewer iterations than before", async () => {
    const { ledger, bench, path } = await follow();
    const before = readFileSync(path);
    bench.advanceTo(6000);
    expect(await problemsOf(ledger)).toEqual([]);
    writeFileSync(path, before);
    expect((await problemsOf(ledger)).join()).toMatch(/had iteration \d+ and has \d+ now/);
  });

  it("reports a missing file, unless it is in the trash, was deleted by the chaos run, or was typed over", async () => {
    const gone = await follow();
    rmSync(gone.path);
    expect((await problemsOf(gone.ledger)).join()).toMatch(/is gone, and not in the trash/);

    const trashed = await follow();
    mkdirSync(join(trashed.folder, "trash"));
    renameSync(trashed.path, join(trashed.folder, "trash", "run-1.rnnrun"));
    expect(await problemsOf(trashed.ledger)).toEqual([]);
    expect(trashed.ledger.inTrash).toEqual(["run-1"]);

    const destroyed = await follow();
    destroyed.ledger.noteDestroyed("run-1");
    rmSync(destroyed.path);
    expect(await problemsOf(destroyed.ledger)).toEqual([]);

    const passed = await follow();
    passed.ledger.notePassed("run-1", 300);
    rmSync(passed.path);
    expect(await problemsOf(passed.ledger)).toEqual([]);
  });

  it("reports a file that was set aside, or that has bytes after its end", async () => {
    const aside = await follow();
    mkdirSync(join(aside.folder, "damaged"));
    renameSync(aside.path, join(aside.folder, "damaged", "run-1.rnnrun"));
    expect((await problemsOf(aside.ledger)).join()).toMatch(/set aside as damaged/);

    const { ledger, bench, path } = await follow(COUNT_ONES);
    bench.advanceToEnd();
    appendFileSync(path, "more");
    expect((await ledger.check("run-1")).join()).toMatch(/4 bytes behind/);
    truncateSync(path, readFileSync(path).length / 2);
    expect(await ledger.check("run-1")).toEqual([]);
  });
});
