/** Where things are in a sweep folder, see docs/sweep-folder.md. No other module decides it. */
import { join } from "node:path";
import { LEASE_EXTENSION, RUN_EXTENSION } from "../runs/runFileNames";

const PLAN = "plan.json";
/** Files that the experiment names, copied, under the names that it has for them. */
const FILES = "files";
const CLAIMS = "claims";
const RESULTS = "results";
const RUNNERS = "runners";
const TRIALS = "trials";
const LOGS = "logs";
const ENGINE = "engine";
/** What was decided while runs were trained. */
const JOURNAL = "journal.jsonl";
/** While it is there, no runner begins another trial. */
const CANCELED = "canceled";
/** What runs a trial: one file for Node. */
const PROGRAM = "rnn-lab.cjs";

/** Made with the folder, so that a runner has to only where no more than the plan was copied. */
export const SUBFOLDERS: readonly string[] = [CLAIMS, RESULTS, RUNNERS, TRIALS, LOGS, ENGINE, FILES];

const RESULT_EXTENSION = ".jsonl";

export const planPath = (folder: string): string => join(folder, PLAN);
export const journalPath = (folder: string): string => join(folder, JOURNAL);
export const programPath = (folder: string): string => join(folder, PROGRAM);
export const canceledPath = (folder: string): string => join(folder, CANCELED);
export const filesFolder = (folder: string): string => join(folder, FILES);
export const claimsFolder = (folder: string): string => join(folder, CLAIMS);
export const resultsFolder = (folder: string): string => join(folder, RESULTS);
/** What an engine was given. Only the process that follows the sweep writes there. */
export const engineFolder = (folder: string): string => join(folder, ENGINE);
export const logsFolder = (folder: string): string => join(folder, LOGS);
export const runPath = (folder: string, index: number): string => join(folder, TRIALS, `${index}${RUN_EXTENSION}`);
export const resultsPath = (folder: string, runner: string): string =>
  join(folder, RESULTS, `${runner}${RESULT_EXTENSION}`);
/** The path that the lease of a runner would be beside, if it were a run. */
export const runnerPath = (folder: string, runner: string): string =>
  join(folder, RUNNERS, `${runner}${RUN_EXTENSION}`);
export const runnerLeasePath = (folder: string, runner: string): string =>
  join(folder, RUNNERS, `${runner}${LEASE_EXTENSION}`);
export const claimPath = (folder: string, index: number, generation: number): string =>
  join(folder, CLAIMS, `${index}.${generation}`);

/** Null for what is no claim. */
export function claimOf(name: string): { readonly index: number; readonly generation: number } | null {
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(name);
  return match === null ? null : { index: Number(match[1]), generation: Number(match[2]) };
}

/** Null for what is no file of results. */
export function runnerOfResults(name: string): string | null {
  const runner = name.endsWith(RESULT_EXTENSION) ? name.slice(0, -RESULT_EXTENSION.length) : "";
  return isRunnerId(runner) ? runner : null;
}

/** Such as "node7-4711-1f3a9c02": it is part of names of files. */
export function isRunnerId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,80}$/.test(text);
}
