import { crc32 } from "node:zlib";
import { areArrays, isOpenTable, isTableFile, type ExperimentFiles } from "../config/facts/dataFiles";
import { areTableFiles, type TableFiles } from "../tables/tableFiles";
import type { RunMeta } from "../runs/format/runContents";

function checksumOf(data: ExperimentFiles["data"]): number | null {
  if (isOpenTable(data) || isTableFile(data)) {
    if (data.counts == null) throw new RangeError("the table has not been counted");
    return data.counts.checksum;
  }
  if (areTableFiles(data)) return checksumOfFiles(data);
  if (!areArrays(data)) return data === null ? null : crc32(data);
  return [...data.training, ...(data.validation ?? [])].reduce((sum, { bytes }) => crc32(bytes, sum), 0);
}

/** With their names, by which they are ordered and have their labels, and with where each of them ends. */
function checksumOfFiles({ tables, labels }: TableFiles): number {
  return [...tables, ...(labels === null ? [] : [labels])].reduce(
    (sum, { name, bytes }) => crc32(bytes, crc32(JSON.stringify([name, bytes.length]), sum)),
    0,
  );
}

/** Of the files that an experiment names: whoever goes on with the run needs the same. A table has to be counted. */
export function checksums(files: ExperimentFiles | undefined): RunMeta["files"] {
  const data = files?.data ?? null;
  const weights = files?.weights ?? null;
  return { data: checksumOf(data), weights: weights === null ? null : crc32(weights) };
}
