import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FollowedJournal } from "../../../src/sweeps/followedJournal";

const STUDY = readFileSync(join(import.meta.dirname, "../../fixtures/optuna/study.log"));
const TRIALS = 62;

let folder: string;
let path: string;
let journal: FollowedJournal;
let changes: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  path = join(folder, "study.log");
  journal = new FollowedJournal(path);
  changes = 0;
  journal.onDidChange(() => changes++);
});
afterEach(() => {
  journal.dispose();
  rmSync(folder, { recursive: true });
});
const names = () => journal.studies.map(({ name }) => name);
const trials = () => journal.studies[0]?.trials.length ?? 0;

describe("a journal that grows", () => {
  test("gives the same, cut anywhere, as when it is read at once, and is read only where it grew", async () => {
    for (let from = 0; from < STUDY.length; from += 9973) {
      appendFileSync(path, STUDY.subarray(from, from + 9973));
      await journal.look();
    }
    expect([names(), trials(), journal.problem]).toEqual([["adding", "two goals"], TRIALS, null]);
    const before = changes;
    await journal.look();
    expect(changes).toBe(before);
  });

  test("with a half line that stays says so, and goes on once the line is cut off", async () => {
    const half = '{"op_code":4,"worker';
    writeFileSync(path, Buffer.concat([STUDY, Buffer.from(half)]));
    await journal.look();
    expect([trials(), journal.problem]).toEqual([TRIALS, null]);
    for (let i = 0; i < 3; i++) await journal.look();
    expect(journal.problem).toMatch(/^The last line of the journal is not whole/);
    truncateSync(path, STUDY.length);
    appendFileSync(path, '{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":null}\n');
    await journal.look();
    expect([trials(), journal.problem]).toEqual([TRIALS + 1, null]);
  });

  test("with a broken line in it names the line and keeps what came before; repaired, it is read anew", async () => {
    writeFileSync(path, Buffer.concat([STUDY, Buffer.from('{"op_code":4,"wor{"op_code":4}\n')]));
    await journal.look();
    const lines = STUDY.toString().split("\n").length;
    expect(journal.problem).toContain(`line ${lines}: `);
    expect(trials()).toBe(TRIALS);
    truncateSync(path, STUDY.length);
    await journal.look();
    expect([trials(), journal.problem]).toEqual([TRIALS, null]);
  });

  test("that is replaced by another file is read from its start; one that is gone is named", async () => {
    await journal.look();
    expect(journal.problem).toBe(`There is no file ${path}.`);
    writeFileSync(path, STUDY);
    await journal.look();
    expect([trials(), journal.problem]).toEqual([TRIALS, null]);
    const other = `${path}.new`;
    writeFileSync(other, '{"op_code":0,"worker_id":"w","study_name":"another","directions":[1]}\n');
    renameSync(other, path);
    await journal.look();
    expect(names()).toEqual(["another"]);
    rmSync(path);
    await journal.look();
    expect([names(), journal.problem]).toEqual([["another"], `There is no file ${path}.`]);
  });

  test("larger than it may be is refused", async () => {
    const small = new FollowedJournal(path, 1000);
    writeFileSync(path, STUDY);
    await small.look();
    expect([small.studies, small.problem]).toEqual([[], expect.stringContaining("the maximum is 1,000")]);
    small.dispose();
  });
});
