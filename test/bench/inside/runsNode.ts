/** The part of bench:runs that needs no window: the list of runs, and all of the Runs view but its items. */
import { rm } from "node:fs/promises";
import { RunNames } from "../../../src/library/runNames";
import { RunsOutline } from "../../../src/library/runsOutline";
import { RunStore } from "../../../src/runs/runStore";
import { openedTimes, runTimes, type RunsFigures } from "../runsFigures";
import type { RunCopies } from "../runFolder";

export { makeCopies } from "../runFolder";

const LIMITS = { runs: 1e6, bytes: 1e15 };
const SCOPE = { baseline: null, includes: () => true };

/** @param folder with so many files of `copies` */
export async function measure(folder: string, copies: RunCopies, runs: number, rounds: number): Promise<RunsFigures> {
  const measured: Omit<RunsFigures, "runs">[] = [];
  // The first one, which does not count, warms up the file cache and the code.
  for (let round = 0; round <= rounds; round++) measured.push(await measureOnce(folder, copies, runs));
  const of = (key: keyof (typeof measured)[number]): number =>
    Math.min(...measured.slice(1).map((figures) => figures[key]));
  return {
    runs,
    listedMs: of("listedMs"),
    blockedMs: of("blockedMs"),
    viewMs: of("viewMs"),
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
  const view = followRuns(store);
  const listening = store.onDidChange(view);
  // A view of its own, as in a window that lists the runs before somebody looks.
  const opened = await openedTimes(() => store.load(), followRuns(store));
  if (store.all.length !== runs) throw new Error(`${store.all.length} of ${runs} runs are listed.`);
  const times = await runTimes(store, copies.encode(runs), runs, () => store.applyLimits(LIMITS, SCOPE));
  listening.dispose();
  store.dispose();
  await rm(store.pathOf(copies.idOf(runs)));
  return { ...opened, ...times };
}

/** @returns what RunLibrary and RunsTree do with each change */
function followRuns(store: RunStore): () => void {
  const names = new RunNames(() => store.all, "en");
  const outline = new RunsOutline();
  return () => {
    names.update();
    outline.update(store.all);
    store.plan(LIMITS, SCOPE);
    for (const node of outline.children()) outline.children(node);
  };
}
