import { open } from "node:fs/promises";
import { csvHeader } from "./csvHeader";
import { locateDataFile } from "./readExperimentFiles";

/** A header longer than this is none that a person would choose columns from. */
const MAX_BYTES = 65_536;

/**
 * The names of the columns of the table that an experiment would read; null when the file does not serve, or its header
 * does not end in time.
 */
export async function readCsvColumns(folder: string | null, file: string): Promise<readonly string[] | null> {
  try {
    const handle = await open(await locateDataFile(folder, file));
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
      return csvHeader(buffer.toString("utf8", 0, bytesRead), bytesRead < MAX_BYTES);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
