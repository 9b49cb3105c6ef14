import { isComparePageMessage } from "../shared/guards/isComparePageMessage.generated";
import type { ComparePageMessage } from "../shared/wire/comparison";
import { withShortText } from "./pageErrors";

/** What the page that compares runs sent, checked; null when it is none of our messages. */
export function readComparePageMessage(data: unknown): ComparePageMessage | null {
  if (!isComparePageMessage(data)) return null;
  return data.type === "viewError" ? withShortText(data) : data;
}
