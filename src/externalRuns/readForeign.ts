import { describeError } from "../lib/outsideText";
import type { UnreadRun } from "../runs/readCurves";
import type { ForeignRun, ForeignSource } from "./foreignRun";
import { readTensorboardRun } from "./tensorboardRun";
import { readTrackioRuns } from "./trackioRuns";

/** Each source by itself, in their order, on a thread that may wait for the disk. @param points of a curve, at most */
export function readForeign(sources: readonly ForeignSource[], points: number): (readonly ForeignRun[] | UnreadRun)[] {
  return sources.map((source) => {
    try {
      return source.kind === "tensorboard"
        ? [readTensorboardRun(source.path, source.rule, points)]
        : readTrackioRuns(source.path, points);
    } catch (error) {
      return { problem: describeError(error) };
    }
  });
}
