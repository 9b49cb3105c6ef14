import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { readRun, RunFileError } from "../../../src/runs/format/readRun";
import { isUriText } from "../../../src/runs/format/uriText";
import { formatRunTime } from "../../../src/runs/runName";
import { RunStore } from "../../../src/runs/runStore";
import { MemoryLog } from "../session/support";
import { metaOf, temporaryFolder, trainedRun } from "./support";

const trained = trainedRun();
const stores: RunStore[] = [];
afterEach(() => stores.splice(0).forEach((store) => store.dispose()));

interface OpenStore {
  readonly store: RunStore;
  readonly log: MemoryLog;
}

function openStore(): OpenStore {
  const log = new MemoryLog();
  // Tomorrow, so that no file looks as if it was just begun.
  const store = new RunStore(temporaryFolder(), log, () => Date.now() + 24 * 3600_000);
  stores.push(store);
  return { store, log };
}

/** @param meta as it is in the file, whatever its type says */
function runFile(meta: object): Uint8Array {
  return encodeRun({ ...trained, meta: { ...metaOf(), ...meta } });
}

async function loadedWith(files: Readonly<Record<string, Uint8Array>>): Promise<OpenStore> {
  const opened = openStore();
  for (const [id, bytes] of Object.entries(files)) writeFileSync(opened.store.pathOf(id), bytes);
  await opened.store.load();
  return opened;
}

const ids = ({ store }: OpenStore): string[] => store.all.map(({ id }) => id).sort();

const ODD_METAS: readonly (readonly [key: string, value: unknown, wrong?: string])[] = [
  ["startedAt", NaN],
  ["startedAt", 1e300],
  ["startedAt", 8.64e15],
  ["startedAt", -1],
  ["startedAt", "now"],
  ["uri", "a b c://x"],
  ["uri", "/lab/a.rnn.json"],
  ["uri", "file:////server/a.rnn.json"],
  ["uri", "file:///%2Fserver/a.rnn.json"],
  ["uri", "scheme://host"],
  ["uri", `file:///${"a".repeat(20_000)}`],
  ["runId", 7],
  ["runId", ""],
  ["runId", "a".repeat(201)],
  ["number", -1],
  ["number", 1.5],
  ["number", "3"],
  ["number", 2 ** 53 - 1],
  ["varied", { path: ["seed"], value: 1 }],
  ["varied", [{ path: "seed", value: 1 }], "varied.0.path"],
  ["varied", Array.from({ length: 33 }, () => ({ path: ["seed"], value: 1 }))],
  ["name", "n".repeat(5_000_000)],
  ["fileName", "n".repeat(2000)],
  ["writer", { process: NaN, machine: "here" }, "writer.process"],
  ["resumedFrom", ["a"]],
  ["config", { ...trained.meta.config, task: { kind: { of: "another kind" } } }, "config.task.kind"],
];

describe("what a run file says of its start", () => {
  test.each(ODD_METAS.map(([key, value, wrong = key]) => ({ key, value, wrong })))(
    "an odd value of $key sets the file aside with a word and hides no other",
    async ({ key, value, wrong }) => {
      const odd = runFile({ [key]: value });
      const opened = await loadedWith({ odd, good: runFile({ runId: "good" }) });
      expect(ids(opened)).toEqual(["good"]);
      expect(opened.store.unlisted).toEqual({ unreadable: 1, beyond: 0 });
      expect(opened.log.lines).toEqual([
        `"odd.rnnrun" in the runs folder is not listed. The file cannot be read: ${wrong} in its header is invalid.`,
      ]);
      expect(() => readRun(odd)).toThrow(RunFileError);
      expect(await opened.store.remove(["good"])).toEqual(["good"]);
    },
  );

  test("a header of 10 MB is set aside before it is parsed", async () => {
    const opened = await loadedWith({ odd: runFile({ configText: "/".repeat(10_000_000) }), good: runFile({}) });
    expect(ids(opened)).toEqual(["good"]);
    expect(opened.store.unlisted.unreadable).toBe(1);
  });

  test("a run counts under the name of its file, whatever id is in it", async () => {
    const opened = await loadedWith({ copy: runFile({ runId: "original" }), original: runFile({ runId: "original" }) });
    expect(ids(opened)).toEqual(["copy", "original"]);
    await opened.store.annotate("copy", { name: "Mine" });
    expect(await opened.store.remove(["original"])).toEqual(["original"]);
    expect(opened.store.find("copy")?.notes.name).toBe("Mine");
  });

  test("every time that is let through has a text in every format", () => {
    for (const startedAt of [0, 0.5, 1e12, 253_402_300_799_999]) {
      const { meta } = readRun(runFile({ startedAt }));
      expect(formatRunTime(meta.startedAt, "en")).not.toBe("");
      expect(new Date(meta.startedAt).toISOString()).toMatch(/^\d{4}-/);
      expect(
        new Intl.DateTimeFormat("de", { dateStyle: "medium", timeStyle: "medium" }).format(meta.startedAt),
      ).not.toBe("");
    }
  });

  test("the URIs of the schemes that files have are let through", () => {
    for (const uri of [
      "file:///lab/a.rnn.json",
      "file:///c%3A/lab/%C3%A4%20b.rnn.json",
      "file://server/share/a.rnn.json",
      "untitled:Untitled-1",
      "vscode-remote://ssh-remote%2Bhost/lab/a.rnn.json",
      "vscode-vfs://github/owner/repo/a.rnn.json?ref#line",
      "rnnlab-imported:/experiment.rnn.json",
    ])
      expect(isUriText(uri), uri).toBe(true);
  });
});

describe("what is in a runs folder besides run files", () => {
  test("a pipe, a socket, a folder, links and a device hide no run, and the list does not wait for them", async () => {
    const opened = openStore();
    const { store } = opened;
    writeFileSync(store.pathOf("good"), runFile({}));
    writeFileSync(store.pathOf("good-2"), runFile({}));
    execFileSync("mkfifo", [
      store.pathOf("pipe"),
      join(store.folder, "good.json"),
      join(store.folder, "good.rnnnotes.json"),
    ]);
    mkdirSync(store.pathOf("folder"));
    symlinkSync("endless.rnnrun", store.pathOf("endless"));
    symlinkSync("nowhere", store.pathOf("broken"));
    symlinkSync("/dev/zero", store.pathOf("device"));
    const outside = join(temporaryFolder(), "outside.rnnrun");
    writeFileSync(outside, runFile({}));
    symlinkSync(outside, store.pathOf("outside"));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(store.pathOf("socket"), resolve));
    try {
      await store.load();
      await store.read("pipe");
      await store.load();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(ids(opened)).toEqual(["good", "good-2"]);
    expect(store.unlisted).toEqual({ unreadable: 7, beyond: 0 });
    expect(opened.log.lines.length).toBe(7);
    expect(opened.log.lines[0]).toContain("is not listed. It is not a regular file.");
    await store.annotate("good-2", { pinned: true });
    expect(await store.remove(["good", "good-2"])).toEqual(["good", "good-2"]);
  });

  test("a folder in the trash costs nothing", async () => {
    const opened = openStore();
    mkdirSync(join(opened.store.folder, "trash", "sub"), { recursive: true });
    utimesSync(join(opened.store.folder, "trash", "sub"), 1, 1);
    writeFileSync(opened.store.pathOf("good"), runFile({}));
    await opened.store.load();
    expect(ids(opened)).toEqual(["good"]);
  });

  test("files that are not named like a run are left alone; hidden ones are not counted", async () => {
    const opened = openStore();
    const { folder } = opened.store;
    const names = ["._a.rnnrun", ".rnnrun", "a\nb.rnnrun", "notes.txt", "thesis.rnnrun.bak"];
    for (const name of names) writeFileSync(join(folder, name), runFile({}));
    await opened.store.load();
    expect(ids(opened)).toEqual([]);
    expect(opened.store.unlisted.unreadable).toBe(1);
    expect(opened.log.lines).toEqual([
      '"a\\nb.rnnrun" in the runs folder is not listed. Its name is not that of a run.',
    ]);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });
});

test("whatever a file has in place of a value of its start, the other run is listed", async () => {
  const keys = Object.keys(metaOf());
  const file = fc.tuple(
    fc.constantFrom(...keys),
    fc.oneof(fc.jsonValue(), fc.double(), fc.string({ maxLength: 3000 })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 20 }), async (changes) => {
      const odd = changes.map(([key, value], i) => [`odd-${i}`, runFile({ [key]: value })] as const);
      const { store } = await loadedWith({ good: runFile({}), ...Object.fromEntries(odd) });
      expect(store.find("good")).not.toBeNull();
      for (const { meta } of store.all) expect(formatRunTime(meta.startedAt, "en")).not.toBe("");
      expect(store.all.length + store.unlisted.unreadable).toBe(changes.length + 1);
      store.dispose();
    }),
    { numRuns: 20 },
  );
});
