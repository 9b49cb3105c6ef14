import { crc32 } from "node:zlib";
import type { RunMeta } from "../runs/format/runContents";
import { RunRecorder } from "../runs/runRecorder";
import type { ExperimentFiles } from "../shared/experimentFiles";
import type { TraceHeader } from "../shared/trace";
import type { Post, StartRequest } from "./trainingRun";

/** Makes the recorder of a run once its header is known. */
export type CreateRecorder = (header: TraceHeader) => RunRecorder | null;

/** @param threads asked for when the networks are made, which decides how many there are */
export function createRecorder(
  { record, runId, files, yields }: StartRequest,
  threads: () => number,
  post: Post,
  now: () => number,
): CreateRecorder {
  return (header) => {
    if (record === undefined || record === null) return null;
    const meta = {
      ...record.meta,
      engine: header.engine,
      threads: threads() === 2 ? 2 : 1,
      files: checksums(files),
    } as const;
    const recorder = new RunRecorder(record.path, meta, header, now, (problem) =>
      post({ type: "recording", runId, problem }),
    );
    if (yields === true) recorder.waitForFirst();
    return recorder;
  };
}

/** Of the files that an experiment names: whoever goes on with the run needs the same. */
export function checksums(files: ExperimentFiles | undefined): RunMeta["files"] {
  const data = files?.data ?? null;
  const weights = files?.weights ?? null;
  return { data: data === null ? null : crc32(data), weights: weights === null ? null : crc32(weights) };
}
