/** A table that is read from its file in chunks, several times, and never held as a whole. */
import { closeSync, fstatSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import * as l10n from "@vscode/l10n";
import { countData, countValues, needsValues } from "../config/facts/dataCounts";
import { isTableFile, MAX_TABLE_BYTES, type ExperimentFiles, type TableFile } from "../config/facts/dataFiles";
import { ExperimentError } from "../config/facts/experimentError";
import { withTargetKind } from "../config/facts/taskTraits";
import { describeTooManyColumns } from "../config/facts/tooLarge";
import type { Experiment } from "../config/schema/schema";
import { identityOf, openRegularFileSync, readFromSync, sizeWithin } from "../disk/regularFile";
import { LineCounter, ReadingStopped, type ByteSource, type TableCounts } from "../tables/byteSource";
import { describeValue } from "../lib/outsideText";
import { describeUnreadable, NOT_UTF8, UnusableFileError } from "./namedFile";
import { Utf8Check } from "./utf8Check";

/** Fits the second cache of a core. */
const CHUNK_BYTES = 2 ** 18;

/** Who waits for a table. Each function may end the reading by a ReadingStopped. */
export interface TableWatch {
  /** Of the bytes of the table, so many have been counted. */
  readonly onBytes?: (bytes: number) => void;
  /** So many rows have been read, of as many as there are lines. */
  readonly onRows?: (rows: number, of: number) => void;
}

type CountedTable = TableFile & { readonly counts: TableCounts };

/**
 * The same with the table opened, for a thread that may wait for the disk.
 * @throws ExperimentError when the file is not there any more, or is no UTF-8 text
 */
export function openFiles(files: ExperimentFiles, watch: TableWatch = {}): ExperimentFiles {
  return isTableFile(files.data) ? { ...files, data: openTable(countLinesOf(files.data, watch), watch.onRows) } : files;
}

/**
 * The same with the table counted, as far as the experiment needs it: in one pass, and in another one what only its
 * values say.
 * @throws ExperimentError when the file is not there any more, or is no UTF-8 text
 */
export function countFiles(files: ExperimentFiles, experiment: Experiment, watch: TableWatch = {}): ExperimentFiles {
  return isTableFile(files.data) ? { ...files, data: countTable(files.data, experiment, watch) } : files;
}

export function countTable(file: TableFile, experiment: Experiment, watch: TableWatch): CountedTable {
  const counted = countLinesOf(file, watch);
  const task = withTargetKind(experiment);
  if (task.kind !== "csv" || !needsValues(task)) return counted;
  // Its thread refuses it by that alone.
  if (describeTooManyColumns(task, countData(task, counted, false)) !== null) return counted;
  return { ...counted, counts: { ...counted.counts, values: countValues(task, openTable(counted, watch.onRows)) } };
}

function countLinesOf(file: TableFile, { onBytes }: TableWatch): CountedTable {
  try {
    return { ...file, counts: file.counts ?? { ...countBytes(file, onBytes), values: null } };
  } catch (error) {
    if (error instanceof ReadingStopped) throw error;
    const text = `task.file ${describeValue(file.name)}: ${describeUnreadable(error)}.`;
    throw new ExperimentError("unreadable-file", ["task", "file"], text);
  }
}

/**
 * A table that somebody names beside an experiment, wherever it is.
 * @throws Error when it is no regular file, too large, or no UTF-8 text, see describeUnreadable
 */
export function openTableAt(path: string): ByteSource {
  const opened = openRegularFileSync(path);
  const stats = fstatSync(opened, { bigint: true });
  closeSync(opened);
  const size = sizeWithin(stats, MAX_TABLE_BYTES);
  const identity = identityOf(stats);
  const file = { path, name: path, identity, size, modified: String(stats.mtimeNs), counts: null };
  return openTable({ ...file, counts: { ...countBytes(file), values: null } });
}

function countBytes(file: TableFile, onBytes?: TableWatch["onBytes"]): Omit<TableCounts, "values"> {
  const lines = new LineCounter();
  const utf8 = new Utf8Check();
  let checksum = 0;
  let bytes = 0;
  for (const chunk of chunksOf(file, 0)) {
    lines.add(chunk);
    checksum = crc32(chunk, checksum);
    if (!utf8.accepts(chunk)) break;
    bytes += chunk.length;
    onBytes?.(bytes);
  }
  if (!utf8.isWhole) throw new UnusableFileError(NOT_UTF8());
  return { ...lines.counts, checksum };
}

/**
 * A table whose bytes are those that were counted. The file is open only while something reads from it, and each pass
 * over all of it compares the checksum.
 */
function openTable(file: CountedTable, onRows?: TableWatch["onRows"]): ByteSource {
  return {
    size: file.size,
    counts: file.counts,
    ...(onRows && { onRows }),
    read(from, to) {
      const opened = openSame(file);
      try {
        return readFromSync(opened, from, Math.min(file.size, to) - from);
      } finally {
        closeSync(opened);
      }
    },
    *chunks(from) {
      let checksum = crc32(from === 0 ? "" : this.read(0, from));
      for (const chunk of chunksOf(file, from)) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
      if (checksum !== file.counts.checksum) throw changed();
    },
  };
}

function* chunksOf(file: TableFile, from: number): Generator<Uint8Array> {
  const opened = openSame(file);
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let at = from; at < file.size;) {
      const length = readSync(opened, chunk, 0, Math.min(chunk.length, file.size - at), at);
      if (length === 0) throw changed();
      yield chunk.subarray(0, length);
      at += length;
    }
  } finally {
    closeSync(opened);
  }
}

/** By the identity it is known to be in the folder of the experiment, where it was found. */
function openSame({ path, identity }: TableFile): number {
  const opened = openRegularFileSync(path);
  if (identityOf(fstatSync(opened, { bigint: true })) === identity) return opened;
  closeSync(opened);
  throw changed();
}

function changed(): UnusableFileError {
  return new UnusableFileError(l10n.t("the table was changed while it was read. Run the experiment again"));
}
