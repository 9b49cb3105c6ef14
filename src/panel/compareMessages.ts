import { isComparePageMessage } from "../shared/guards/isComparePageMessage.generated";
import type { ComparePageMessage } from "../shared/wire/comparison";

/** Longest text of a page that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/** What the page that compares runs sent, checked; null when it is none of our messages. */
export function readComparePageMessage(data: unknown): ComparePageMessage | null {
  if (!isComparePageMessage(data)) return null;
  return data.type === "viewError" ? { ...data, message: data.message.slice(0, MAX_ERROR_LENGTH) } : data;
}
