/** The same small sweep on each engine, with somebody who kills what it runs on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { FolderSweep, type FolderSweepEnd, type SweepState } from "../../../src/engines/folderSweep";
import { checkOptions } from "../../../src/engines/engineOptions";
import type { EngineName } from "../../../src/engines/engineName";
import type { SweepConfig } from "../../../src/config/schema/schema";
import { SearchThread } from "../../../src/threads/searchThread";
import { decodeLease } from "../../../src/runs/lease";
import type { SweepFolder } from "../../../src/sweepFolder/planFile";
import { endedTrials, endOf, startTrial, sweepOf, tableOf } from "../cli/trial/support";

/** Half a second each or so. */
export const SMALL_SWEEP = {
  task: { kind: "adding", length: 12 },
  model: { cell: "gru", hiddenSize: 6 },
  training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 3000, batchSize: 16 },
  sweep: {
    parameters: { "training.optimizer.learningRate": { from: 1e-4, to: 0.1, scale: "log" } },
    search: { kind: "random", budget: 8 },
  },
};
const PYTHON = join(import.meta.dirname, "../../../python");

/** The table that one process makes of a sweep. */
export async function undisturbedTable(experiment: object, path: string, program: string): Promise<string> {
  const folder = await sweepOf(experiment, path, program);
  expect((await endOf(startTrial(folder))).code).toBe(0);
  return tableOf(folder);
}

interface FollowedSweep {
  readonly sweep: FolderSweep;
  readonly ended: Promise<FolderSweepEnd>;
  readonly states: readonly SweepState[];
  /** Resolves once so many trials have a result. */
  untilDone(count: number): Promise<void>;
}

export function follow(folder: SweepFolder, engine: EngineName, options: Readonly<Record<string, unknown>>) {
  const states: SweepState[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const settings = {
    engine,
    options: checkOptions(engine, options),
    memory: { trial: 2 ** 20, limit: 2 ** 30 },
    pythonFolder: PYTHON,
    openSearch: (sweep: SweepConfig) => new SearchThread(join(folder.path, "rnn-lab.cjs"), sweep),
    intervalMs: 50,
  };
  const sweep = new FolderSweep(folder, settings, {
    onResults: () => undefined,
    onState(state) {
      states.push(state);
      for (const { count, resolve } of waiting) if (state.done >= count) resolve();
    },
  });
  const untilDone = (count: number): Promise<void> => new Promise((resolve) => waiting.push({ count, resolve }));
  return { sweep, ended: sweep.run(), states, untilDone } satisfies FollowedSweep;
}

/** Kills a process that trains one of the trials. @returns whether there was one */
export function killRunner({ path }: SweepFolder): boolean {
  for (const name of readdirSync(join(path, "runners")).filter((file) => file.endsWith(".rnnlease"))) {
    const pid = decodeLease(readFileSync(join(path, "runners", name), "utf8"))?.process ?? NaN;
    // Whoever decides has a lease, too.
    if (pid === process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
      return true;
    } catch {
      // Gone already, and its lease was left.
    }
  }
  return false;
}

/** Each trial once to its end, and the table of one process. */
export async function expectWhole(folder: SweepFolder, table: string): Promise<void> {
  expect(endedTrials(folder)).toEqual(Array.from({ length: folder.read.info.trials }, (_, index) => index));
  expect(await tableOf(folder)).toBe(table);
}
