import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExternalRun } from "../../../src/externalRuns/externalRun";
import { FollowedFolder, type FollowOptions } from "../../../src/externalRuns/followedFolder";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { encodeLease, leasePath } from "../../../src/runs/lease";
import { ownPlace } from "../../../src/runs/processPlace";
import { trainedRun } from "../runs/support";
import { moreScalars, PROBE_FILE, probeFile, until } from "./support";

const START = 1_750_000_000_000;
/** Long ago, so that a file that says nothing is none that has just begun. */
const later = () => Date.now() + 60_000;

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

describe("a folder that others write to", () => {
  let parent = "";
  let folder = "";
  let mayOpen = true;
  const followed: FollowedFolder[] = [];
  const warnings: string[] = [];
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "rnn-lab-followed-"));
    folder = join(parent, "rnnlab-runs");
    mayOpen = true;
  });
  afterEach(() => {
    followed.splice(0).forEach((one) => one.dispose());
    rmSync(parent, { recursive: true, force: true });
    expect(warnings.splice(0)).toEqual([]);
  });

  function follow(options: Partial<FollowOptions> = {}): FollowedFolder {
    const one = new FollowedFolder(folder, {
      mayOpen: () => mayOpen,
      warn: (message) => warnings.push(message),
      ...options,
    });
    followed.push(one);
    return one;
  }

  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, `${name}.rnnrun`), bytes);
  const told = (runs: readonly ExternalRun[]) =>
    runs.map(({ name, kind, state, iterations, loss }) => [name, kind, state, iterations, loss]);

  it("is listed with name, state, iterations and loss of each run, the latest first", async () => {
    mkdirSync(folder);
    write("a", probeFile("first", [3, 2, 1], START));
    write("b", probeFile("second", [5, 4], START + 1000, false));
    write("c", PROBE_FILE);
    const trained = trainedRun();
    write("d", encodeRun(trained));
    const one = follow();
    await one.look();
    expect(told(one.runs)).toEqual([
      [expect.any(String), "probe", "done", 4, expect.any(Number)],
      ["second", "probe", "interrupted", 2, 4],
      ["first", "probe", "done", 3, 1],
      ["A", "lab", "done", trained.status.iteration, trained.status.loss],
    ]);
    expect(one.runs[1]).toMatchObject({ startedAt: START + 1000, problem: null });
    expect(one.runs[3]?.summary?.meta.configHash).toBe(trained.meta.configHash);
  });

  it("may come later, and its runs go on, end, and are made anew in it", async () => {
    const one = follow();
    await one.look();
    expect(one.runs).toEqual([]);
    mkdirSync(folder);
    write("a", probeFile("live", [3], START, false));
    writeFileSync(leasePath(join(folder, "a.rnnrun")), encodeLease({ ...ownPlace(), beat: 0 }));
    await until(one, () => one.runs[0]?.state === "running");
    appendFileSync(join(folder, "a.rnnrun"), moreScalars(1, [2, 0.5]));
    await until(one, () => one.runs[0]?.iterations === 3);
    expect(one.runs[0]).toMatchObject({ state: "running", loss: 0.5 });
    rmSync(leasePath(join(folder, "a.rnnrun")));
    await until(one, () => one.runs[0]?.state === "interrupted");
    write("a", probeFile("another", [1], START));
    await until(one, () => one.runs[0]?.name === "another");
  });

  it("is followed again when another folder has taken its place, and is empty when it is gone", async () => {
    mkdirSync(folder);
    write("a", probeFile("old", [1], START));
    const one = follow();
    await one.look();
    renameSync(folder, join(parent, "moved"));
    await until(one, () => one.runs.length === 0);
    mkdirSync(folder);
    write("a", probeFile("new", [1], START));
    await until(one, () => one.runs[0]?.name === "new");
    write("b", probeFile("newer", [1], START + 1));
    await until(one, () => one.runs.length === 2);
    rmSync(folder, { recursive: true });
    await until(one, () => one.runs.length === 0);
  });

  it("is known by its real path, and a link in it is no run", async () => {
    mkdirSync(join(parent, "elsewhere"));
    symlinkSync(join(parent, "elsewhere"), folder);
    writeFileSync(join(parent, "target"), PROBE_FILE);
    symlinkSync(join(parent, "target"), join(folder, "link.rnnrun"));
    write("a", probeFile("real", [1], START));
    const one = follow({ now: later });
    await one.look();
    const link = one.runs.find(({ name }) => name === "link.rnnrun");
    expect(link).toMatchObject({ kind: null, state: "unreadable", problem: "It is not a regular file." });
    expect(one.runs.find(({ name }) => name === "real")?.path).toBe(join(parent, "elsewhere", "a.rnnrun"));
  });

  it("has its files listed and none opened where it is not trusted, until it is", async () => {
    mkdirSync(folder);
    write("a", probeFile("secret", [1], START));
    mayOpen = false;
    const one = follow();
    await one.look();
    expect(told(one.runs)).toEqual([["a.rnnrun", null, "unopened", null, null]]);
    mayOpen = true;
    one.readAnew();
    await until(one, () => one.runs[0]?.name === "secret");
  });

  it("says of a file that is none why, and waits for one that has just begun", async () => {
    mkdirSync(folder);
    write("empty", new Uint8Array());
    write("text", Buffer.from("loss, 1, 2, 3, and more of it"));
    write("cut", PROBE_FILE.subarray(0, 40));
    const old = follow({ now: later });
    await old.look();
    expect(old.runs.map(({ name, state, problem }) => [name, state, problem]).sort()).toEqual([
      ["cut.rnnrun", "unreadable", "The file cannot be read: its header is corrupted."],
      ["empty.rnnrun", "unreadable", "The file cannot be read: it is not an RNN Lab run file."],
      ["text.rnnrun", "unreadable", "The file cannot be read: it is not an RNN Lab run file."],
    ]);
    const young = follow();
    await young.look();
    expect(young.runs.map(({ state }) => state)).toEqual(["starting", "starting", "starting"]);
    write("empty", probeFile("begun", [], START, false));
    await until(young, () => young.runs.some(({ name, iterations }) => name === "begun" && iterations === 0));
  });

  it("has the last whole scalars of a file that was cut in the middle of a frame", async () => {
    mkdirSync(folder);
    const whole = probeFile("cut", [3, 2], START, false);
    write("a", Buffer.concat([whole, moreScalars(2, [1, 0.5])]));
    truncateSync(join(folder, "a.rnnrun"), whole.length + 50);
    const one = follow();
    await one.look();
    expect(told(one.runs)).toEqual([["cut", "probe", "interrupted", 2, 2]]);
    truncateSync(join(folder, "a.rnnrun"), whole.length);
    appendFileSync(join(folder, "a.rnnrun"), moreScalars(2, [1]));
    appendFileSync(join(folder, "a.rnnrun"), "half a frame");
    await until(one, () => one.runs[0]?.iterations === 3);
    expect(one.runs[0]?.loss).toBe(1);
  });

  it("can be one file of a folder", async () => {
    mkdirSync(folder);
    write("a", probeFile("wanted", [1], START));
    write("b", probeFile("other", [1], START));
    const one = follow({ only: "a.rnnrun" });
    await one.look();
    expect(one.runs.map(({ name }) => name)).toEqual(["wanted"]);
    rmSync(join(folder, "a.rnnrun"));
    await until(one, () => one.runs.length === 0);
  });

  it("keeps every byte, name and time, whatever is read of it", async () => {
    mkdirSync(folder);
    write("a", probeFile("first", [3, 2, 1], START));
    write("interrupted", PROBE_FILE.subarray(0, PROBE_FILE.length - 100));
    write("broken", Buffer.from("none"));
    writeFileSync(leasePath(join(folder, "interrupted.rnnrun")), "a lease of a writer that is gone");
    const state = () =>
      readdirSync(folder)
        .sort()
        .map((name) => [name, readFileSync(join(folder, name), "hex"), statSync(join(folder, name)).mtimeMs]);
    const before = state();
    const one = follow({ now: later });
    for (let i = 0; i < 5; i++) await one.look();
    expect(one.runs.length).toBe(3);
    expect(state()).toEqual(before);
  });

  it("with 2,000 runs is read without holding the thread for 50 ms", { timeout: 60_000 }, async () => {
    mkdirSync(folder);
    const RUNS = 2000;
    for (let i = 0; i < RUNS; i++)
      write(String(i).padStart(5, "0"), probeFile(`run ${i}`, [i], START + i, i % 2 === 0));
    // Processor time of this thread between two turns: what others do on the machine does not count.
    let longest = 0;
    let at = threadMs();
    let isLooking = true;
    const measure = (): void => {
      const now = threadMs();
      longest = Math.max(longest, now - at);
      at = now;
      if (isLooking) setImmediate(measure);
    };
    const one = follow();
    setImmediate(measure);
    await until(one, () => one.runs.length === RUNS && one.runs.every(({ kind }) => kind === "probe"));
    for (let i = 0; i < 3; i++) await one.look();
    isLooking = false;
    expect(one.runs[0]).toMatchObject({ name: "run 1999", state: "interrupted", iterations: 1, loss: 1999 });
    expect(longest).toBeLessThan(50);
  });
});
