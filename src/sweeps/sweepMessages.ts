import { isSweepPageMessage } from "../shared/guards/isSweepPageMessage.generated";
import type { SweepPageMessage } from "../shared/wire/sweepProtocol";

/** Longest text of a page that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/** What the page of a sweep sent, checked; null when it is none of our messages. */
export function readSweepMessage(data: unknown): SweepPageMessage | null {
  if (!isSweepPageMessage(data)) return null;
  return data.type === "viewError" ? { ...data, message: data.message.slice(0, MAX_ERROR_LENGTH) } : data;
}
