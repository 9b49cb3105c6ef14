import { RunFileWriter } from "../runs/runFileWriter";
import { firstWriteDelay } from "../shared/handover/policy";
import type { TraceHeader } from "../shared/trace/trace";
import type { WaitingEnds } from "./waitingEnds";
import type { StartRequest, Post } from "../threads/trainingMessages";
import { checksums } from "../files/checksums";

/** Makes the recorder of a run once its header is known. */
export type CreateRecorder = (header: TraceHeader) => RunFileWriter | null;

/**
 * @param threads asked for when the networks are made, which decides how many there are
 * @param ends of all runs of this thread
 */
export function createRecorder(
  request: StartRequest,
  threads: () => number,
  post: Post,
  now: () => number,
  ends: WaitingEnds,
): CreateRecorder {
  const { record, runId, files } = request;
  return (header) => {
    if (record === undefined || record === null) return null;
    const meta = {
      ...record.meta,
      engine: header.engine,
      threads: threads(),
      files: checksums(files),
    };
    const report = (problem: string | null): void => post({ type: "recording", runId, problem });
    const recorder = new RunFileWriter(record.path, meta, header, now, report, {
      firstWriteMs: firstWriteDelay(request),
      mark: record.mark,
    });
    ends.add(recorder);
    return recorder;
  };
}
