import { isSweepPageMessage } from "../shared/guards/isSweepPageMessage.generated";
import { MAX_CHART_BYTES } from "../shared/wire/savedCharts";
import type { SweepPageMessage } from "../shared/wire/sweepProtocol";
import { withShortText } from "../panel/pageErrors";

/** What the page of a sweep sent, checked; null when it is none of our messages. */
export function readSweepMessage(data: unknown): SweepPageMessage | null {
  if (!isSweepPageMessage(data)) return null;
  if (data.type === "chartFile") return data.content.byteLength <= MAX_CHART_BYTES ? data : null;
  return data.type === "viewError" || data.type === "chartFailed" ? withShortText(data) : data;
}
