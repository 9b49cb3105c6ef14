import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunContents } from "../../../src/runs/format/runContents";
import { readRun } from "../../../src/runs/format/readRun";

/** What is on the disk of a run that may be written at the moment; null: nothing that can be read. */
export function readRecordedRun(folder: string, runId = ""): RunContents | null {
  try {
    return readRun(readFileSync(join(folder, `${runId}.rnnrun`)));
  } catch {
    return null;
  }
}

/** Whether a run that is under way can go on from the disk. */
export function hasCheckpoint(folder: string, runId = ""): boolean {
  return (readRecordedRun(folder, runId)?.checkpoint ?? null) !== null;
}
