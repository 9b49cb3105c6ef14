/** The same small sweep on each engine, with somebody who kills what it runs on. */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { FolderSweep, type FolderSweepEnd, type SweepState } from "../../../src/engines/folderSweep";
import { checkOptions } from "../../../src/engines/engineOptions";
import type { EngineName } from "../../../src/engines/engineName";
import type { SweepConfig } from "../../../src/config/schema/schema";
import { SearchThread } from "../../../src/threads/searchThread";
import { decodeLease } from "../../../src/runs/lease";
import { ownPlace } from "../../../src/runs/processPlace";
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
/** Some seconds each. */
export const LONG_SWEEP = {
  ...SMALL_SWEEP,
  training: { ...SMALL_SWEEP.training, iterations: 20_000 },
  sweep: { ...SMALL_SWEEP.sweep, search: { kind: "random", budget: 2 } },
};
const PYTHON = join(import.meta.dirname, "../../../python");

/** The table that one process makes of a sweep. */
export async function undisturbedTable(experiment: object, path: string, program: string): Promise<string> {
  const folder = await sweepOf(experiment, path, program);
  expect((await endOf(startTrial(folder))).code).toBe(0);
  return tableOf(folder);
}

/** The command in a terminal, which follows a sweep until it is killed. @param cli folder of its program */
export function startCommand(
  cli: string,
  experiment: object,
  path: string,
  engine: EngineName,
  options: Readonly<Record<string, unknown>>,
): ChildProcess {
  const file = `${path}.rnn.json`;
  writeFileSync(file, JSON.stringify(experiment));
  const texts = Object.entries(options).flatMap(([key, value]) =>
    [value].flat().map((item) => `--option=${key}=${String(item)}`),
  );
  return spawn(process.execPath, [join(cli, "cli.js"), file, "--sweep", "--on", engine, "--out", path, ...texts], {
    stdio: "ignore",
  });
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
    const lease = decodeLease(readFileSync(join(path, "runners", name), "utf8"));
    // Whoever decides has a lease, too; and a number of another namespace is that of another process here.
    if (lease === null || lease.process === process.pid || lease.pidNamespace !== ownPlace().pidNamespace) continue;
    try {
      process.kill(lease.process, "SIGKILL");
      return true;
    } catch {
      // Gone already, and its lease was left.
    }
  }
  return false;
}

/** Each trial once to its end, and the table of one process. */
export async function expectWhole(folder: SweepFolder, table: string): Promise<void> {
  expect(endedTrials(folder), folder.path).toEqual(
    Array.from({ length: folder.read.info.trials }, (_, index) => index),
  );
  expect(await tableOf(folder)).toBe(table);
}
