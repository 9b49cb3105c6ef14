import { isTableFile, type ExperimentFiles } from "../config/facts/dataFiles";
import type { TableWatch } from "../files/openTable";
import type { ProgressBar } from "./progressBar";

/** Shows how far the counting of a table is, and then its reading. */
export function watchTable(data: ExperimentFiles["data"], progress: ProgressBar): TableWatch {
  if (!isTableFile(data)) return {};
  return {
    onBytes: (bytes) => progress.show(bytes, data.size, () => "counting the rows of the table"),
    onRows: (rows, of) =>
      progress.show(Math.min(rows, of), of, () => `reading the table: ${rows.toLocaleString("en-US")} rows`),
  };
}
