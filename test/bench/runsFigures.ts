/** What bench:runs measures, in Node and in a window. */
import { writeFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RunStore } from "../../src/runs/runStore";
import { median, runIdOf } from "./runFolder";

/** In milliseconds; results.mjs says what they mean. */
export interface RunsFigures {
  readonly runs: number;
  readonly listedMs: number;
  readonly blockedMs: number;
  readonly viewMs: number;
  readonly addMs: number;
  readonly progressMs: number;
  readonly endMs: number;
}

const PROGRESSES = 20;

/** @param open resolves when all runs are listed @param view makes what the view shows of them */
export async function openedTimes(
  open: () => Promise<void>,
  view: () => void,
): Promise<Pick<RunsFigures, "listedMs" | "blockedMs" | "viewMs">> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  await open();
  const listedMs = performance.now() - startedAt;
  // A block is seen once it has ended.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { listedMs, blockedMs: delay.max / 1e6, viewMs: await timeOf(view) };
}

/** A run comes to the list, goes on, and ends. @param index of the run @param end what else is done at its end */
export async function runTimes(
  store: RunStore,
  file: Uint8Array,
  index: number,
  end: () => Promise<unknown>,
): Promise<Pick<RunsFigures, "addMs" | "progressMs" | "endMs">> {
  const id = runIdOf(index);
  await writeFile(store.pathOf(id), file);
  const addMs = await timeOf(() => store.read(id));
  const status = store.find(id)?.progress?.status;
  if (status === undefined) throw new Error("The run that was added is not listed.");
  const times: number[] = [];
  for (let iteration = 1; iteration <= PROGRESSES; iteration++)
    times.push(await timeOf(() => store.noteStatus(id, { ...status, phase: "running", iteration })));
  const endMs = await timeOf(async () => {
    store.noteStatus(id, null);
    await store.read(id);
    await end();
  });
  return { addMs, progressMs: median(times), endMs };
}

async function timeOf(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
