import { isSweepPageMessage } from "../shared/guards/isSweepPageMessage.generated";
import type { SweepPageMessage } from "../shared/wire/sweepProtocol";
import { withShortText } from "../panel/pageErrors";

/** What the page of a sweep sent, checked; null when it is none of our messages. */
export function readSweepMessage(data: unknown): SweepPageMessage | null {
  if (!isSweepPageMessage(data)) return null;
  return data.type === "viewError" ? withShortText(data) : data;
}
