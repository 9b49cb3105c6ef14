import { mkdirSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { RunNames } from "../../../src/library/runNames";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { RunStore } from "../../../src/runs/runStore";
import { runOf } from "../export/support";
import { metaOf, temporaryFolder } from "../runs/support";

const stores: RunStore[] = [];
afterEach(() => stores.splice(0).forEach((store) => store.dispose()));

const CLIP = [{ path: ["training", "clip", "norm"], value: 2 }];
const trained = runOf("{}");

function openStore(folder: string): { readonly store: RunStore; readonly names: RunNames } {
  const store = new RunStore(folder, { warn: (message) => expect.fail(message) });
  stores.push(store);
  const names = new RunNames(() => store.all, "en");
  store.onDidChange(() => names.update());
  return { store, names };
}

const runOfNumber = (runId: string, number: number) => metaOf({ runId, number, varied: CLIP, startedAt: number });

function record({ folder }: RunStore, meta: ReturnType<typeof metaOf>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${meta.runId}.rnnrun`, encodeRun({ ...trained, meta }));
}

test("a run has its name from its start on, and keeps it on the disk and in the next window", async () => {
  const { store, names } = openStore(temporaryFolder());
  names.add(runOfNumber("a", 3));
  expect(names.identityOf("a")).toEqual({ number: 3, name: "clip.norm 2" });
  record(store, runOfNumber("a", 3));
  await store.load();
  expect(names.identityOf("a")).toEqual({ number: 3, name: "clip.norm 2" });
  const next = openStore(store.folder);
  await next.store.load();
  expect(next.names.identityOf("a")).toEqual({ number: 3, name: "clip.norm 2" });
});

test("what changes the names of runs says whose: another of the same name, and a word of the user", async () => {
  const { store, names } = openStore(temporaryFolder());
  const renamed: string[][] = [];
  names.onDidRename((ids) => renamed.push([...ids]));
  record(store, runOfNumber("a", 1));
  await store.load();
  names.add(runOfNumber("b", 2));
  expect([names.identityOf("a")?.name, names.identityOf("b")?.name]).toEqual(["clip.norm 2 (#1)", "clip.norm 2 (#2)"]);
  await store.annotate("a", { name: "The good one" });
  expect([names.identityOf("a")?.name, names.identityOf("b")?.name]).toEqual(["The good one", "clip.norm 2"]);
  expect(renamed).toEqual([["a"], ["a", "b"]]);
  await store.remove(["a"]);
  expect(names.identityOf("a")).toBeNull();
});

test("a run that was only passed through is forgotten for the one that has its number", () => {
  const { names } = openStore(temporaryFolder());
  names.add(runOfNumber("a", 1));
  names.add(runOfNumber("b", 1));
  expect([names.identityOf("a"), names.identityOf("b")]).toEqual([null, { number: 1, name: "clip.norm 2" }]);
});
