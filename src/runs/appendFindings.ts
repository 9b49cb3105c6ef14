import { closeSync, fstatSync, writeSync } from "node:fs";
import { openRegularFileSync } from "../disk/regularFile";
import type { Finding } from "../shared/wire/findings";
import { encodeFindings } from "./format/encodeRun";

/**
 * Adds findings to the file of a run that has ended; they replace those before. A file that is gone or cannot be
 * written keeps what it has: the run is shown all the same.
 */
export function appendFindings(path: string, findings: readonly Finding[]): void {
  try {
    const file = openRegularFileSync(path, "r+");
    try {
      const bytes = encodeFindings(findings);
      const { size } = fstatSync(file);
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, size + written);
    } finally {
      closeSync(file);
    }
  } catch {
    // See above.
  }
}
