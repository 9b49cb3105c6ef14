import { readRegularFileSync } from "../disk/regularFile";
import { readRun } from "./format/readRun";
import type { RunContents } from "./format/runContents";

/** As much as one array of bytes holds on every system. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Reads a whole run file, on a thread that may wait for the disk.
 * @throws RunFileError when not even its start can be read; IrregularFileError, FileTooLargeError; the system's error
 */
export function readRunFile(path: string): RunContents {
  return readRun(readRegularFileSync(path, MAX_BYTES));
}
