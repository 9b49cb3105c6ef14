import { crc32 } from "node:zlib";
import { areArrays, isOpenTable, type ExperimentFiles } from "../config/facts/dataFiles";
import type { ByteSource } from "../tables/byteSource";
import { areTableFiles, type TableFiles } from "../tables/tableFiles";
import type { RunMeta } from "../runs/format/runContents";

function checksumOf(data: ExperimentFiles["data"]): number | null {
  if (isOpenTable(data)) return checksumOfTable(data);
  if (areTableFiles(data)) return checksumOfFiles(data);
  if (!areArrays(data)) return data === null ? null : crc32(data);
  return [...data.training, ...(data.validation ?? [])].reduce((sum, { bytes }) => crc32(bytes, sum), 0);
}

function checksumOfTable(table: ByteSource): number {
  let sum = 0;
  for (const chunk of table.chunks(0)) sum = crc32(chunk, sum);
  return sum;
}

/** With their names, by which they are ordered and have their labels, and with where each of them ends. */
function checksumOfFiles({ tables, labels }: TableFiles): number {
  return [...tables, ...(labels === null ? [] : [labels])].reduce(
    (sum, { name, bytes }) => crc32(bytes, crc32(JSON.stringify([name, bytes.length]), sum)),
    0,
  );
}

/** Of the files that an experiment names: whoever goes on with the run needs the same. */
export function checksums(files: ExperimentFiles | undefined): RunMeta["files"] {
  const data = files?.data ?? null;
  const weights = files?.weights ?? null;
  return { data: checksumOf(data), weights: weights === null ? null : crc32(weights) };
}
