import * as l10n from "@vscode/l10n";
import { isTableFile, type ExperimentFiles } from "../config/facts/dataFiles";
import type { TableWatch } from "../files/openTable";
import { formatCount } from "../shared/words/numberFormat";

/** A table that is read sooner is not announced. */
const INTERVAL_MS = 100;

/**
 * Says a few times a second how far the reading of a table is.
 * @param onMessage for a person
 */
export function readingProgress(
  data: ExperimentFiles["data"],
  onMessage: (message: string) => void,
  now: () => number = () => performance.now(),
): Required<TableWatch> {
  let reportedAt = now();
  const isDue = (): boolean => {
    const time = now();
    if (time - reportedAt < INTERVAL_MS) return false;
    reportedAt = time;
    return true;
  };
  const table = isTableFile(data) ? data : null;
  return {
    onBytes(bytes) {
      if (isDue()) onMessage(l10n.t("Counting the rows of the table… {0}%", percentOf(bytes, table?.size ?? bytes)));
    },
    onRows(rows, of) {
      if (isDue()) onMessage(l10n.t("Reading the table… {0} of {1} rows", formatCount(rows), formatCount(of)));
    },
  };
}

function percentOf(part: number, whole: number): number {
  return Math.floor((100 * part) / Math.max(1, whole));
}
