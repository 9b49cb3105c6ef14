/** The part of bench:runs that needs no window: the list of runs, and all of the Runs view but its items. */
import { rm } from "node:fs/promises";
import { RunNames } from "../../../src/library/runNames";
import { RunsOutline } from "../../../src/library/runsOutline";
import { RunStore } from "../../../src/runs/runStore";
import { openedTimes, runTimes, type RunsFigures } from "../runsFigures";
import { median, type RunCopies } from "../runFolder";

export { makeCopies } from "../runFolder";

const LIMITS = { runs: 1e6, bytes: 1e15 };
const SCOPE = { baseline: null, includes: () => true };

/** @param folder with so many files of `copies` */
export async function measure(folder: string, copies: RunCopies, runs: number, rounds: number): Promise<RunsFigures> {
  const measured: Omit<RunsFigures, "runs">[] = [];
  // The first one, which does not count, warms up the file cache and the code.
  for (let round = 0; round <= rounds; round++) measured.push(await measureOnce(folder, copies, runs));
  const of = (key: keyof (typeof measured)[number]): number => median(measured.slice(1).map((figures) => figures[key]));
  return {
    runs,
    listedMs: of("listedMs"),
    blockedMs: of("blockedMs"),
    addMs: of("addMs"),
    progressMs: of("progressMs"),
    endMs: of("endMs"),
  };
}

async function measureOnce(folder: string, copies: RunCopies, runs: number): Promise<Omit<RunsFigures, "runs">> {
  const store = new RunStore(folder, {
    warn: (message) => {
      throw new Error(message);
    },
  });
  const names = new RunNames(() => store.all, "en");
  const outline = new RunsOutline();
  // As RunLibrary and RunsTree do with each change.
  store.onDidChange(() => {
    names.update();
    outline.update(store.all);
    store.plan(LIMITS, SCOPE);
    for (const node of outline.children()) outline.children(node);
  });
  const opened = await openedTimes(() => store.load());
  if (store.all.length !== runs) throw new Error(`${store.all.length} of ${runs} runs are listed.`);
  const times = await runTimes(store, copies.encode(runs), runs, () => store.applyLimits(LIMITS, SCOPE));
  store.dispose();
  await rm(store.pathOf(copies.idOf(runs)));
  return { ...opened, ...times };
}
