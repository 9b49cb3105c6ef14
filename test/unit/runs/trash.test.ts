import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { moveNotes, readNotes, writeNotes } from "../../../src/runs/runNotes";
import { RunTrash } from "../../../src/runs/runTrash";
import { temporaryFolder, trainedRun } from "./support";

const DAY = 24 * 3600 * 1000;
const ID = "11111111-2222-4333-8444-555555555555";
const OTHER = "99999999-2222-4333-8444-555555555555";
const NONE = { name: null, note: "", pinned: false };
const NOTES = { name: "good", note: "n", pinned: true };
const trained = trainedRun();
const WINDOWS = process.platform === "win32";

let folder = "";
beforeEach(() => {
  folder = temporaryFolder();
});

function write(name: string, content: string | Uint8Array = "x"): void {
  writeFileSync(join(folder, name), content);
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

function writeRun(id: string): void {
  write(`${id}.rnnrun`, encodeRun({ ...trained, meta: { ...trained.meta, runId: id } }));
}

/** A trash as it is so many days later, by the clock of the process and by that of the disk. */
function trashAfter(days: number, diskDays = days): RunTrash {
  return new RunTrash(
    folder,
    () => Date.now() + days * DAY,
    async () => Date.now() + diskDays * DAY,
  );
}

describe("RunTrash", () => {
  it("takes a run with its notes, lists it, and puts both back", async () => {
    writeRun(ID);
    await writeNotes(folder, ID, NOTES);
    const trash = trashAfter(0);
    expect(await trash.put(ID)).toBe(ID);
    expect(readdirSync(folder)).toEqual(["trash"]);
    const [listed] = await trash.list();
    expect([listed?.name, listed?.meta.runId, listed?.notes]).toEqual([ID, ID, NOTES]);
    expect(await trash.restore(ID)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual([`${ID}.rnnnotes.json`, `${ID}.rnnrun`, "trash"]);
    expect(await readNotes(folder, ID)).toEqual(NOTES);
  });

  it("overwrites no run, neither there nor on the way back", async () => {
    const trash = trashAfter(0);
    write("best.rnnrun", "first");
    await trash.put("best");
    write("best.rnnrun", "second");
    expect(await trash.put("best")).toBe("best-2");
    expect([read("trash/best.rnnrun"), read("trash/best-2.rnnrun")]).toEqual(["first", "second"]);
    write("best.rnnrun", "third");
    expect(await trash.restore("best")).toBe(false);
    expect([read("trash/best.rnnrun"), read("best.rnnrun")]).toEqual(["first", "third"]);
  });

  it("deletes its own files after seven days, and nothing else, whatever is there", async () => {
    mkdirSync(join(folder, "trash", "sub"), { recursive: true });
    mkdirSync(join(folder, "trash", `${OTHER}.rnnrun`));
    write("trash/thesis.txt");
    write("trash/best.rnnrun");
    write(`trash/${ID}.json`);
    write("trash/sub/deep.rnnrun");
    const others = readdirSync(join(folder, "trash")).sort();
    write(`trash/${ID}.rnnrun`);
    write(`trash/${ID}.rnnnotes.json`);
    await trashAfter(6.9).deleteExpired();
    expect(readdirSync(join(folder, "trash")).length).toBe(others.length + 2);
    await trashAfter(7.1).deleteExpired();
    expect(readdirSync(join(folder, "trash")).sort()).toEqual(others);
  });

  it("deletes nothing when the clock of the process jumps ahead of that of the disk", async () => {
    mkdirSync(join(folder, "trash"));
    write(`trash/${ID}.rnnrun`);
    await trashAfter(30, 0).deleteExpired();
    await new RunTrash(folder, () => Date.now() + 30 * DAY).deleteExpired();
    expect(readdirSync(join(folder, "trash"))).toEqual([`${ID}.rnnrun`]);
  });

  it.skipIf(WINDOWS)("neither follows links nor waits for pipes, and moves and deletes none", async () => {
    write("thesis.txt", "mine");
    symlinkSync(join(folder, "thesis.txt"), join(folder, `${ID}.rnnrun`));
    const trash = trashAfter(8);
    expect(await trash.put(ID)).toBeNull();
    mkdirSync(join(folder, "trash"));
    symlinkSync(join(folder, "thesis.txt"), join(folder, "trash", `${ID}.rnnrun`));
    expect(spawnSync("mkfifo", [join(folder, "trash", `${OTHER}.rnnrun`)]).status).toBe(0);
    expect(spawnSync("mkfifo", [join(folder, `${OTHER}.rnnnotes.json`)]).status).toBe(0);
    await trash.deleteExpired();
    expect(await trash.list()).toEqual([]);
    expect(await readNotes(folder, OTHER)).toEqual(NONE);
    expect(readdirSync(join(folder, "trash")).sort()).toEqual([`${ID}.rnnrun`, `${OTHER}.rnnrun`]);
    expect(read("thesis.txt")).toBe("mine");
  });

  it("deletes for good what the user was asked about, and leaves the rest", async () => {
    const trash = trashAfter(0);
    for (const id of [ID, OTHER]) {
      writeRun(id);
      await writeNotes(folder, id, NOTES);
      await trash.put(id);
    }
    write("trash/thesis.txt");
    await trash.delete([ID, "../thesis"]);
    expect(readdirSync(join(folder, "trash")).sort()).toEqual([
      `${OTHER}.rnnnotes.json`,
      `${OTHER}.rnnrun`,
      "thesis.txt",
    ]);
  });
});

it("knows how many bytes its runs have, and counts nothing of others", async () => {
  const trash = trashAfter(0);
  expect([await trash.measure(), trash.bytes]).toEqual([false, 0]);
  writeRun(ID);
  const { size } = statSync(join(folder, `${ID}.rnnrun`));
  await trash.put(ID);
  write("trash/thesis.txt", "x".repeat(1000));
  expect([await trash.measure(), trash.bytes]).toEqual([true, size]);
  await trash.delete([ID]);
  expect([await trash.measure(), trash.bytes]).toEqual([true, 0]);
});

describe("notes", () => {
  const PACKAGE = JSON.stringify({ name: "my-package", version: "1.0.0" });
  const LOOKALIKES = [
    PACKAGE,
    JSON.stringify({ ...NOTES, version: 1 }),
    JSON.stringify({ name: "x", note: "y" }),
    JSON.stringify({ ...NOTES, pinned: "yes" }),
    JSON.stringify([NOTES]),
    "no JSON",
    "",
  ];

  it("never read, write or move a file of somebody else with a name like theirs", async () => {
    for (const text of LOOKALIKES) {
      folder = temporaryFolder();
      write("package.json", text);
      write("package.rnnrun");
      expect(await readNotes(folder, "package")).toEqual(NONE);
      await writeNotes(folder, "package", NOTES);
      expect(await readNotes(folder, "package")).toEqual(NOTES);
      await trashAfter(0).put("package");
      expect(read("package.json")).toBe(text);
      expect(readdirSync(folder).sort()).toEqual(["package.json", "trash"]);
      expect(readdirSync(join(folder, "trash")).sort()).toEqual(["package.rnnnotes.json", "package.rnnrun"]);
    }
  });

  it("take over what an earlier version wrote, and give it their name", async () => {
    write(`${ID}.json`, JSON.stringify(NOTES));
    expect(await readNotes(folder, ID)).toEqual(NOTES);
    expect(readdirSync(folder)).toEqual([`${ID}.json`]);
    await writeNotes(folder, ID, { ...NOTES, pinned: false });
    expect(readdirSync(folder)).toEqual([`${ID}.rnnnotes.json`]);
    expect(await readNotes(folder, ID)).toEqual({ ...NOTES, pinned: false });
  });

  it("of an earlier version move with their run", async () => {
    mkdirSync(join(folder, "to"));
    write(`${ID}.json`, JSON.stringify(NOTES));
    await moveNotes({ folder, id: ID }, { folder: join(folder, "to"), id: ID });
    expect(existsSync(join(folder, `${ID}.json`))).toBe(false);
    expect(await readNotes(join(folder, "to"), ID)).toEqual(NOTES);
  });

  it("leave no draft behind when they cannot be written", async () => {
    mkdirSync(join(folder, `${ID}.rnnnotes.json`));
    await expect(writeNotes(folder, ID, NOTES)).rejects.toThrow(/EISDIR|EPERM|EEXIST/);
    expect(readdirSync(folder)).toEqual([`${ID}.rnnnotes.json`]);
  });

  it("hold the longest text, and read no file that is far larger", async () => {
    const longest = { name: "\u0001".repeat(200), note: "\u0001".repeat(4000), pinned: false };
    await writeNotes(folder, ID, longest);
    expect(await readNotes(folder, ID)).toEqual(longest);
    write(`${ID}.rnnnotes.json`, JSON.stringify({ ...NOTES, more: "x".repeat(1e6) }));
    expect(await readNotes(folder, ID)).toEqual(NONE);
  });
});
