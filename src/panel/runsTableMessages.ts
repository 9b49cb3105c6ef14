import { isRunsTablePageMessage } from "../shared/guards/isRunsTablePageMessage.generated";
import type { RunsTablePageMessage } from "../shared/wire/runsTable";
import { withShortText } from "./pageErrors";

/** What the page with the table of runs sent, checked; null when it is none of our messages. */
export function readRunsTablePageMessage(data: unknown): RunsTablePageMessage | null {
  if (!isRunsTablePageMessage(data)) return null;
  return data.type === "viewError" ? withShortText(data) : data;
}
