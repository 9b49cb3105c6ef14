/** What the runs of a sweep on an engine leave in its folder, wherever they are trained. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRegularFile, readRegularFile } from "../disk/regularFile";
import { logsFolder, runPath, runsIn } from "../sweepFolder/folderNames";
import type { TrialColumns } from "../shared/wire/trialColumns";

/** What has more is not searched. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** Indices of the trials that have begun a run file and have no result: they are trained now, or were interrupted. */
export async function unfinishedTrials(folder: string, results: TrialColumns): Promise<readonly number[]> {
  return (await runsIn(folder)).filter((index) => results.rowOf(index) < 0).sort((a, b) => a - b);
}

/** The run file of a trial; null for one that was too short to leave one. */
export async function fileOfTrial(folder: string, index: number): Promise<string | null> {
  const path = runPath(folder, index);
  return (await isRegularFile(path)) ? path : null;
}

export interface LogPlace {
  readonly path: string;
  /** From 0. */
  readonly line: number;
}

/** Where a log says that the trial has failed; null: none does. @param number of the trial, from 1 */
export async function findFailure(folder: string, number: number): Promise<LogPlace | null> {
  const logs = logsFolder(folder);
  const words = `trial ${number} failed:`;
  for (const name of (await readdir(logs).catch(() => [])).filter((file) => file.endsWith(".log")).toSorted()) {
    const path = join(logs, name);
    const bytes = await readRegularFile(path, MAX_LOG_BYTES).catch(() => null);
    const lines = bytes === null ? [] : new TextDecoder().decode(bytes).split("\n");
    const line = lines.findLastIndex((text) => text.startsWith(words));
    if (line >= 0) return { path, line };
  }
  return null;
}
