import { csvHeader } from "./csvHeader";
import { readDataStart } from "./readExperimentFiles";

/** A header longer than this is none that a person would choose columns from. */
const MAX_BYTES = 65_536;

/**
 * The names of the columns of the table that an experiment would read; null when the file does not serve, or its header
 * does not end in time.
 */
export async function readCsvColumns(folder: string | null, file: string): Promise<readonly string[] | null> {
  try {
    const { bytes, whole } = await readDataStart(folder, file, MAX_BYTES);
    return csvHeader(new TextDecoder().decode(bytes), whole);
  } catch {
    return null;
  }
}
