import { isRunsTablePageMessage } from "../shared/guards/isRunsTablePageMessage.generated";
import type { RunsTablePageMessage } from "../shared/wire/runsTable";

/** Longest text of a page that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/** What the page with the table of runs sent, checked; null when it is none of our messages. */
export function readRunsTablePageMessage(data: unknown): RunsTablePageMessage | null {
  if (!isRunsTablePageMessage(data)) return null;
  return data.type === "viewError" ? { ...data, message: data.message.slice(0, MAX_ERROR_LENGTH) } : data;
}
