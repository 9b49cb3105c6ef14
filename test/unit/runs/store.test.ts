import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import type { RunContents } from "../../../src/runs/format/runContents";
import { encodeLease, leasePath } from "../../../src/runs/lease";
import type { RetentionScope } from "../../../src/runs/retention";
import { RunStore } from "../../../src/runs/runStore";
import { holdsAllOf } from "../../../src/library/resumable";
import { finalizeRun } from "../../../src/runs/finalizeRun";
import { IDLE } from "../../../src/shared/trace/trace";
import { MemoryLog } from "../session/support";
import { metaOf, temporaryFolder, trainedRun } from "./support";

const MINUTE = 60_000;
const trained = trainedRun();
const stores: RunStore[] = [];

function openStore(folder = temporaryFolder(), log = new MemoryLog()): RunStore {
  const store = new RunStore(folder, log);
  stores.push(store);
  return store;
}

/** A run that has ended unless the change says so. */
function writeRun(store: RunStore, id: string, change: Partial<RunContents> = {}): void {
  writeFileSync(
    store.pathOf(id),
    encodeRun({ ...trained, ...change, meta: { ...trained.meta, ...change.meta, runId: id } }),
  );
}

function makeOld(store: RunStore, id: string): void {
  const then = new Date(Date.now() - 10 * MINUTE);
  utimesSync(store.pathOf(id), then, then);
}

afterEach(() => stores.splice(0).forEach((store) => store.dispose()));

describe("RunStore", () => {
  it("lists the runs of a folder, the latest first, with state, figures and notes", async () => {
    const store = openStore();
    writeRun(store, "older", { meta: metaOf({ startedAt: 1000 }) });
    writeRun(store, "newer", {
      meta: metaOf({ startedAt: 2000 }),
      status: { ...trained.status, phase: "diverged", loss: NaN },
    });
    writeFileSync(
      join(store.folder, "older.json"),
      JSON.stringify({ name: "first", note: "n", pinned: true, __proto__: { polluted: true } }),
    );
    await store.load();
    expect(store.all.map(({ id, state, notes }) => [id, state, notes.name, notes.pinned])).toEqual([
      ["newer", "diverged", null, false],
      ["older", "done", "first", true],
    ]);
    expect(store.find("newer")?.progress?.status.loss).toBeNaN();
  });

  it("lists nothing where there is no folder, and makes none", async () => {
    const store = openStore(join(temporaryFolder(), "not", "there"));
    await store.load();
    expect(store.all).toEqual([]);
  });

  it("shows a run of this window as its session says, and as its file says once it has ended", async () => {
    const store = openStore();
    writeRun(store, "mine", { endedAt: null, status: { ...trained.status, phase: "running", iteration: 10 } });
    store.noteStatus("mine", { ...IDLE, phase: "running", iteration: 10, iterations: 500 });
    await store.load();
    store.noteStatus("mine", { ...IDLE, phase: "paused", iteration: 20, iterations: 500 });
    expect([store.find("mine")?.state, store.find("mine")?.progress?.status.iteration]).toEqual(["paused", 20]);
    expect(await store.remove(["mine"])).toEqual([]);
    writeRun(store, "mine");
    store.noteStatus("mine", null);
    await store.load();
    expect(store.find("mine")?.state).toBe("done");
  });

  it("sets files aside that cannot be shown and lists the others, and leaves a file alone that was just begun", async () => {
    const log = new MemoryLog();
    const store = openStore(temporaryFolder(), log);
    writeRun(store, "good");
    const whole = encodeRun(trained);
    const broken: Readonly<Record<string, Uint8Array>> = {
      empty: new Uint8Array(),
      text: new TextEncoder().encode("no run"),
      start: whole.slice().fill(7, 20, 30),
      short: whole.slice(0, 40),
      newer: whole.slice().fill(2, 8, 9),
    };
    for (const [id, bytes] of Object.entries(broken)) {
      writeFileSync(store.pathOf(id), bytes);
      makeOld(store, id);
    }
    writeFileSync(store.pathOf("begun"), new Uint8Array());
    const names = readdirSync(store.folder);
    await store.load();
    await store.load();
    expect(store.all.map(({ id }) => id)).toEqual(["good"]);
    expect(store.unlisted).toEqual({ unreadable: 5, beyond: 0 });
    expect(log.lines.length).toBe(5);
    expect(log.lines.join("\n")).toContain("its format version is 2, but this extension supports version 1");
    expect(readdirSync(store.folder)).toEqual(names);
    writeFileSync(store.pathOf("short"), whole);
    rmSync(store.pathOf("text"));
    await store.load();
    expect(store.all.map(({ id }) => id).sort()).toEqual(["good", "short"]);
    expect(store.unlisted.unreadable).toBe(3);
  });

  it("lists a file with a torn end by the last status before it", async () => {
    const store = openStore();
    const whole = encodeRun({
      ...trained,
      endedAt: null,
      status: { ...trained.status, iteration: 321, phase: "running" },
    });
    const torn = new Uint8Array(whole.length + 50).fill(9);
    torn.set(whole);
    writeFileSync(store.pathOf("torn"), torn);
    await store.load();
    expect(store.find("torn")?.progress?.status.iteration).toBe(321);
    await finalizeRun(store.pathOf("torn"), { ...IDLE, phase: "failed", message: "The thread broke." }, 5);
    await store.load();
    expect(store.find("torn")?.progress).toMatchObject({
      endedAt: 5,
      status: { phase: "failed", iteration: 321, message: "The thread broke." },
    });
  });

  it("says of a run whose process was ended whether the file has all that its window knows of", async () => {
    const store = openStore();
    writeRun(store, "ended", { endedAt: null, status: { ...trained.status, iteration: 321, phase: "running" } });
    await store.load();
    const at = (iteration: number): boolean => holdsAllOf(store.find("ended")!, { iteration });
    expect(holdsAllOf({ ...store.find("ended")!, state: "running" }, { iteration: 300 })).toBe(false);
    await finalizeRun(store.pathOf("ended"), { ...IDLE, phase: "stopped", iteration: 400 }, 5);
    await store.load();
    // Not what its window knew beyond the rows that are there.
    expect(store.find("ended")?.progress?.status).toMatchObject({ iteration: 321, phase: "stopped" });
    expect([at(300), at(321), at(400)]).toEqual([true, true, false]);
  });

  it("keeps what is written on a run, and takes a deletion back", async () => {
    const store = openStore();
    for (let i = 0; i < 5; i++) writeRun(store, `run-${i}`, { meta: metaOf({ startedAt: i }) });
    await store.load();
    await Promise.all([
      store.annotate("run-0", { pinned: true }),
      store.annotate("run-1", { note: "keep me" }),
      store.load(),
    ]);
    await store.remove(["run-1", "run-4"]);
    expect(store.all.map(({ id }) => id)).toEqual(["run-3", "run-2", "run-0"]);
    expect(store.canUndoDelete).toBe(true);
    await store.undoDelete();
    expect(store.find("run-1")?.notes.note).toBe("keep me");
    const again = openStore(store.folder);
    await again.load();
    expect(again.all.map(({ id, notes }) => [id, notes.pinned])).toEqual([
      ["run-4", false],
      ["run-3", false],
      ["run-2", false],
      ["run-1", false],
      ["run-0", true],
    ]);
  });

  it("hears of a run that another window has written", async () => {
    const store = openStore();
    mkdirSync(store.folder, { recursive: true });
    await store.load();
    const heard = new Promise<void>((resolve) => store.onDidChange(() => store.find("theirs") !== null && resolve()));
    writeRun(store, "theirs");
    await heard;
    expect(store.find("theirs")?.state).toBe("done");
  });

  it("hears of a first run, whose window made the folder, and of those after the folder was deleted", async () => {
    const parent = temporaryFolder();
    const store = openStore(join(parent, "storage", "runs"));
    await store.load();
    const heardOf = (id: string): Promise<void> =>
      new Promise((resolve) => store.onDidChange(() => store.find(id) !== null && resolve()));
    const first = heardOf("first");
    mkdirSync(store.folder, { recursive: true });
    writeRun(store, "first");
    await first;
    rmSync(join(parent, "storage"), { recursive: true });
    const second = heardOf("second");
    mkdirSync(store.folder, { recursive: true });
    writeRun(store, "second");
    await second;
    expect(store.all.map(({ id }) => id)).toEqual(["second"]);
  });

  it("lists with its own first run those that others wrote before the folder could be watched", async () => {
    const store = openStore(join(temporaryFolder(), "runs"));
    mkdirSync(store.folder);
    writeRun(store, "theirs");
    const heard = new Promise<void>((resolve) => store.onDidChange(() => store.all.length === 2 && resolve()));
    writeRun(store, "mine");
    store.noteStatus("mine", { ...IDLE, phase: "running", iteration: 10, iterations: 500 });
    await heard;
    expect(store.all.map(({ id }) => id).sort()).toEqual(["mine", "theirs"]);
  });

  const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const EVERYTHING: RetentionScope = { baseline: null, includes: () => true };
  const atMost = (runs: number, bytes = 1e9) => ({ runs, bytes });
  const filesOf = (store: RunStore) =>
    readdirSync(store.folder)
      .filter((name) => name.endsWith(".rnnrun"))
      .sort();
  const trashOf = (store: RunStore) => readdirSync(join(store.folder, "trash")).sort();
  /** As a process on another machine writes it. */
  function writeElsewhere(store: RunStore, index: number, phase: "running" | "paused" | "starting"): void {
    const writer = { process: 1, machine: "another" };
    writeRun(store, idOf(index), {
      endedAt: null,
      status: { ...trained.status, phase },
      meta: metaOf({ startedAt: index, writer }),
    });
    const place = { ...writer, processStart: "1", boot: "another", pidNamespace: "pid:[1]" };
    writeFileSync(leasePath(store.pathOf(idOf(index))), encodeLease({ ...place, beat: 0 }));
  }

  it("moves what is beyond a limit to the trash, from where it comes back pinned", async () => {
    const store = openStore();
    for (let i = 0; i < 5; i++) writeRun(store, idOf(i), { meta: metaOf({ startedAt: i }) });
    await store.load();
    await store.annotate(idOf(0), { pinned: true });
    await store.annotate(idOf(1), { note: "why" });
    expect(await store.applyLimits(atMost(2), EVERYTHING)).toEqual([idOf(1), idOf(2)]);
    expect(store.all.map(({ id }) => id)).toEqual([idOf(4), idOf(3), idOf(0)]);
    expect(trashOf(store)).toEqual([`${idOf(1)}.rnnnotes.json`, `${idOf(1)}.rnnrun`, `${idOf(2)}.rnnrun`]);
    expect(await store.restore([idOf(1), "gone"])).toEqual([idOf(1)]);
    expect(store.find(idOf(1))?.notes).toEqual({ name: null, note: "why", pinned: true });
    expect(await store.applyLimits(atMost(2), EVERYTHING)).toEqual([]);
  });

  it("keeps the first run, whatever number of steps follows, and every step of the last twenty", async () => {
    const store = openStore();
    for (let i = 0; i < 60; i++)
      writeRun(store, idOf(i), { meta: metaOf({ startedAt: i, origin: i === 0 ? "command" : "edit" }) });
    await store.load();
    await store.applyLimits(atMost(1), EVERYTHING);
    expect(filesOf(store)).toEqual(
      [0, ...Array.from({ length: 20 }, (_, i) => 40 + i)].map((i) => `${idOf(i)}.rnnrun`),
    );
    expect(trashOf(store).length).toBe(39);
  });

  it("neither moves nor deletes a run that another window or machine writes", async () => {
    const store = openStore();
    const phases = ["running", "paused", "starting"] as const;
    for (const [i, phase] of phases.entries()) writeElsewhere(store, i, phase);
    for (let i = 3; i < 8; i++) writeRun(store, idOf(i), { meta: metaOf({ startedAt: i }) });
    await store.load();
    await store.applyLimits(atMost(1), EVERYTHING);
    const live = phases.map((_phase, i) => idOf(i));
    expect(filesOf(store)).toEqual([...live, idOf(7)].map((id) => `${id}.rnnrun`));
    expect(await store.remove([...live, idOf(7)])).toEqual([idOf(7)]);
    await store.replace(idOf(0), idOf(1));
    expect(filesOf(store)).toEqual(live.map((id) => `${id}.rnnrun`));
  });

  it("spares a run that another window has resumed or pinned since the list was read", async () => {
    const store = openStore();
    for (let i = 0; i < 4; i++) writeRun(store, idOf(i), { meta: metaOf({ startedAt: i }) });
    await store.load();
    writeElsewhere(store, 0, "running");
    writeFileSync(
      join(store.folder, `${idOf(1)}.rnnnotes.json`),
      JSON.stringify({ name: null, note: "", pinned: true }),
    );
    expect(await store.applyLimits(atMost(1), EVERYTHING)).toEqual([idOf(2)]);
  });

  it("leaves the runs of other workspaces alone", async () => {
    const store = openStore();
    for (let i = 0; i < 6; i++)
      writeRun(store, idOf(i), { meta: metaOf({ startedAt: i, uri: i < 3 ? "file:///theirs/a" : "file:///mine/a" }) });
    await store.load();
    const mine = { ...EVERYTHING, includes: (uri: string) => uri.startsWith("file:///mine/") };
    expect(await store.applyLimits(atMost(1), mine)).toEqual([idOf(3), idOf(4)]);
    expect(filesOf(store)).toEqual([0, 1, 2, 5].map((i) => `${idOf(i)}.rnnrun`));
  });

  it("deletes a run that was passed through only if it is brief and nobody wrote on it; others go to the trash", async () => {
    const store = openStore();
    const edit = (i: number, trainMs: number): void =>
      writeRun(store, idOf(i), {
        meta: metaOf({ origin: "edit" }),
        status: { ...trained.status, trainMs },
      });
    edit(0, 400);
    edit(1, 60_000);
    edit(2, 400);
    writeFileSync(
      join(store.folder, `${idOf(2)}.rnnnotes.json`),
      JSON.stringify({ name: "this one", note: "", pinned: false }),
    );
    writeRun(store, idOf(3), { status: { ...trained.status, trainMs: 400 } });
    for (let i = 0; i < 4; i++) await store.discard(idOf(i));
    expect(filesOf(store)).toEqual([`${idOf(2)}.rnnrun`, `${idOf(3)}.rnnrun`]);
    expect(trashOf(store)).toEqual([`${idOf(1)}.rnnrun`]);
  });

  it("lists a folder that is also somebody else's, and leaves their files as they are", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "trash", "sub"), { recursive: true });
    writeFileSync(join(folder, "trash", "thesis.txt"), "a thesis");
    writeFileSync(join(folder, "package.json"), `{"name":"theirs"}`);
    const log = new MemoryLog();
    const store = new RunStore(folder, log, () => Date.now() + 30 * 24 * 60 * MINUTE);
    stores.push(store);
    writeRun(store, "package");
    for (let i = 0; i < 3; i++) writeRun(store, idOf(i), { meta: metaOf({ startedAt: i }) });
    await store.load();
    await store.annotate("package", { pinned: true, note: "theirs" });
    await store.annotate("package", { pinned: false });
    await store.applyLimits(atMost(1), EVERYTHING);
    await store.load();
    expect(filesOf(store)).toEqual([`${idOf(2)}.rnnrun`, "package.rnnrun"]);
    await store.remove(["package"]);
    expect([readFileSync(join(folder, "package.json"), "utf8"), log.lines]).toEqual([`{"name":"theirs"}`, []]);
    expect(trashOf(store)).toContain("thesis.txt");
    expect(trashOf(store)).toContain("sub");
  });
});
