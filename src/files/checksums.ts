import { crc32 } from "node:zlib";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { RunMeta } from "../runs/format/runContents";

/** Of the files that an experiment names: whoever goes on with the run needs the same. */
export function checksums(files: ExperimentFiles | undefined): RunMeta["files"] {
  const data = files?.data ?? null;
  const weights = files?.weights ?? null;
  return { data: data === null ? null : crc32(data), weights: weights === null ? null : crc32(weights) };
}
