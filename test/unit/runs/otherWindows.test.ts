import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import type { RunContents } from "../../../src/runs/format/runContents";
import { encodeLease, leasePath, SILENT_AFTER_MS } from "../../../src/runs/lease";
import { LeaseWatch } from "../../../src/runs/leaseWatch";
import { OtherWriters } from "../../../src/runs/otherWriters";
import { ownPlace } from "../../../src/runs/processPlace";
import { RunStore } from "../../../src/runs/runStore";
import { MemoryLog } from "../session/support";
import { buildProgram, Conversation } from "./processes";
import { metaOf, temporaryFolder, trainedRun } from "./support";

const trained = trainedRun();
const unfinished = { endedAt: null, status: { ...trained.status, phase: "running" } } as const;
const stores: RunStore[] = [];
const writers: Conversation[] = [];

/** On a clock for leases that the test moves. */
class Window {
  time = 0;
  readonly store: RunStore;

  constructor(folder = temporaryFolder()) {
    this.store = new RunStore(folder, new MemoryLog(), Date.now, new LeaseWatch(() => this.time));
    stores.push(this.store);
  }

  writeRun(id: string, change: Partial<RunContents> = unfinished): void {
    const meta = metaOf({ runId: id, ...change.meta });
    writeFileSync(this.store.pathOf(id), encodeRun({ ...trained, ...change, meta }));
  }

  /** Of a process that is not on this machine. */
  writeLease(id: string, beat: number): void {
    const place = { process: 1, processStart: "1", boot: "another", pidNamespace: "pid:[1]", machine: hostname() };
    writeFileSync(leasePath(this.store.pathOf(id)), encodeLease({ ...place, beat }));
  }

  async states(): Promise<Record<string, string>> {
    await this.store.load();
    return Object.fromEntries(this.store.all.map(({ id, state }) => [id, state]));
  }
}

afterEach(async () => {
  for (const store of stores.splice(0)) store.dispose();
  await Promise.all(writers.splice(0).map((writer) => writer.kill()));
});

const LINUX = process.platform === "linux";

describe.skipIf(!LINUX)("a run that another process writes (only Linux says when a process was started)", () => {
  let script: string;
  beforeAll(() => (script = buildProgram("leaseHolder")));

  async function writeElsewhere(window: Window, id: string): Promise<Conversation> {
    window.writeRun(id);
    const writer = Conversation.start(process.execPath, [script, window.store.pathOf(id)]);
    writers.push(writer);
    expect(await writer.hear()).toBe("ready");
    expect(await writer.say("beat")).toBe("beat");
    return writer;
  }

  it("is neither deleted nor pushed out nor replaced, also while it is stopped, until that process is gone", async () => {
    const window = new Window();
    const { store } = window;
    const writer = await writeElsewhere(window, "theirs");
    for (const id of ["a", "b", "resumed"]) window.writeRun(id, {});
    expect(await window.states()).toMatchObject({ theirs: "running", a: "done" });
    writer.child.kill("SIGSTOP");
    window.time += 10 * SILENT_AFTER_MS;
    expect(await store.remove(["theirs", "a"])).toEqual(["a"]);
    await store.replace("theirs", "resumed");
    await store.applyLimits({ runs: 1, bytes: 1 }, { baseline: null, includes: () => true });
    expect(await window.states()).toMatchObject({ theirs: "running" });
    expect((await store.writerOf("theirs"))?.lease?.process).toBe(writer.child.pid);
    await writer.kill();
    window.time += SILENT_AFTER_MS;
    expect(await window.states()).toMatchObject({ theirs: "interrupted" });
    expect(await store.writerOf("theirs")).toBeNull();
    expect(await store.remove(["theirs"])).toEqual(["theirs"]);
  });

  it("is called interrupted without a look at the folder once its process is gone", async () => {
    const path = join(temporaryFolder(), "run.rnnrun");
    const writer = Conversation.start(process.execPath, [script, path]);
    writers.push(writer);
    await writer.hear();
    const gone: string[] = [];
    let time = 0;
    const others = new OtherWriters((runPath) => gone.push(runPath), new LeaseWatch(() => time));
    expect(await others.mayLive(path)).toBe(true);
    await others.lookAgain();
    expect(gone).toEqual([]);
    await writer.kill();
    time += SILENT_AFTER_MS;
    await others.lookAgain();
    await others.lookAgain();
    expect(gone).toEqual([path]);
    others.dispose();
  });
});

describe("a run on another machine, or in another container with the same host name", () => {
  it("may be under way at first, and is interrupted after 20 seconds of silence", async () => {
    const window = new Window();
    window.writeRun("theirs");
    window.writeLease("theirs", 0);
    expect(await window.states()).toEqual({ theirs: "running" });
    window.time += SILENT_AFTER_MS - 1;
    window.writeLease("theirs", 1);
    expect(await window.states()).toEqual({ theirs: "running" });
    expect((await window.store.writerOf("theirs"))?.state).toBe("lives");
    window.time += SILENT_AFTER_MS - 1;
    expect(await window.store.remove(["theirs"])).toEqual([]);
    window.time += 1;
    expect(await window.states()).toEqual({ theirs: "interrupted" });
  });

  it("without a lease is interrupted, whoever has the number of its process", async () => {
    const window = new Window();
    for (const machine of [hostname(), "another"])
      window.writeRun(`of ${machine}`, { ...unfinished, meta: metaOf({ writer: { process: 1, machine } }) });
    expect(new Set(Object.values(await window.states()))).toEqual(new Set(["interrupted"]));
  });
});

describe("what killed processes have left", () => {
  const [ENDED, INTERRUPTED, NONE, LOST, MINE] = ["e", "1", "0", "a", "b"].map(
    (digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`,
  ) as [string, string, string, string, string];

  it("goes when its writer is surely gone: drafts, and leases of runs that ended or are gone; nothing else", async () => {
    const window = new Window();
    const { folder } = window.store;
    window.writeRun(ENDED, {});
    window.writeRun(INTERRUPTED);
    for (const id of [ENDED, INTERRUPTED, NONE]) window.writeLease(id, 0);
    const drafts = [
      `${ENDED}.rnnrun.draft`,
      `${INTERRUPTED}.rnnrun.draft`,
      `${LOST}.rnnrun.draft`,
      `${ENDED}.rnnnotes.json.12.draft`,
      `${ENDED}.rnnrun.12.draft`,
    ];
    const others = [
      "thesis.draft",
      "thesis.rnnrun.draft",
      "thesis.rnnrun.12.draft",
      "thesis.rnnnotes.json.12.draft",
      "thesis.json.12.draft",
      "thesis.rnnlease",
      `${LOST}.json.12.draft`,
      `${LOST}.rnnrun.draft.txt`,
      `${LOST}.rnnrun.x.draft`,
    ];
    for (const name of [...drafts, ...others]) writeFileSync(join(folder, name), "x");
    mkdirSync(join(folder, `${MINE}.rnnrun.draft`));
    const listed = (): string[] =>
      readdirSync(folder)
        .filter((name) => /draft|rnnlease/.test(name))
        .sort();
    await window.store.load();
    // Nobody has a lease for this one.
    expect(listed()).not.toContain(`${LOST}.rnnrun.draft`);
    expect(listed()).toEqual(
      expect.arrayContaining([`${ENDED}.rnnlease`, `${ENDED}.rnnrun.draft`, `${ENDED}.rnnnotes.json.12.draft`]),
    );
    window.time += SILENT_AFTER_MS;
    await window.store.load();
    expect(listed()).toEqual([`${MINE}.rnnrun.draft`, `${INTERRUPTED}.rnnlease`, ...others].sort());
  });

  it.skipIf(process.platform === "win32")(
    "is left alone where it is a link, and so is what the link leads to",
    async () => {
      const window = new Window();
      const { folder } = window.store;
      const thesis = join(temporaryFolder(), "thesis.txt");
      writeFileSync(thesis, "mine");
      const names = [`${LOST}.rnnrun.draft`, `${LOST}.rnnrun.12.draft`, `${NONE}.rnnlease`];
      for (const name of names) symlinkSync(thesis, join(folder, name));
      for (let look = 0; look < 2; look++) {
        await window.store.load();
        window.time += SILENT_AFTER_MS;
      }
      expect(readdirSync(folder).sort()).toEqual(names.sort());
      expect(readFileSync(thesis, "utf8")).toBe("mine");
    },
  );

  it("stays while its writer lives", async () => {
    const window = new Window();
    window.writeRun(MINE);
    writeFileSync(leasePath(window.store.pathOf(MINE)), encodeLease({ ...ownPlace(), beat: 0 }));
    writeFileSync(`${window.store.pathOf(MINE)}.draft`, "x");
    await window.store.load();
    expect(readdirSync(window.store.folder).sort()).toEqual([
      `${MINE}.rnnlease`,
      `${MINE}.rnnrun`,
      `${MINE}.rnnrun.draft`,
    ]);
  });
});

describe("the list of runs", () => {
  for (const [how, lose] of [
    ["deleted", (folder: string) => rmSync(folder, { recursive: true })],
    ["renamed", (folder: string) => renameSync(folder, `${folder}-away`)],
  ] as const)
    it(`is read again when its folder is ${how}`, async () => {
      const folder = join(temporaryFolder(), "runs");
      mkdirSync(folder);
      const window = new Window(folder);
      window.writeRun("one", {});
      expect(await window.states()).toEqual({ one: "done" });
      const heard = new Promise<void>((resolve) =>
        window.store.onDidChange(() => window.store.all.length === 0 && resolve()),
      );
      lose(dirname(window.store.pathOf("one")));
      await heard;
      expect(window.store.all).toEqual([]);
    });
});
