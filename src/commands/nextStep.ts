import * as vscode from "vscode";
import { NO_FILES } from "../config/facts/dataFiles";
import { checksums } from "../files/checksums";
import { isContinuable } from "../library/resumable";
import { readResumedRun } from "../library/savedRuns";
import type { RunStore } from "../runs/runStore";
import type { ExperimentSession } from "../session/experimentSession";
import type { RunRequest } from "../session/runState";

/**
 * One more iteration of the run of a session that has ended, from its last checkpoint. Null where that is another
 * experiment by now, because the file or its data have changed, and where there is no such run or it diverged.
 */
export async function readNextStep(store: RunStore | null, session: ExperimentSession): Promise<RunRequest | null> {
  const { run, file } = session;
  if (store === null || run === null || !vscode.workspace.isTrusted || run.recorded?.isReadOnly === true) return null;
  const entry = await store.read(run.runId);
  if (entry === null || !isContinuable(entry) || file.configHash !== run.configHash) return null;
  const request = await readResumedRun(entry, true).catch(() => null);
  if (request === null) return null;
  const counted = await session.thread.counter
    .countBeside(request.experiment, request.files ?? NO_FILES)
    .catch(() => null);
  if (counted === null) return null;
  const { data, weights } = checksums(counted);
  return data === entry.meta.files.data && weights === entry.meta.files.weights ? { ...request, files: counted } : null;
}
