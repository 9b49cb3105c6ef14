import { isWebviewMessage } from "../shared/guards/isWebviewMessage.generated";
import type { WebviewMessage } from "../shared/wire/protocol";
import { MAX_CHART_BYTES } from "../shared/wire/savedCharts";
import { withShortText } from "./pageErrors";

/** Longest value of an edit, as JSON. */
const MAX_VALUE_LENGTH = 10_000;

/** What a webview sent, checked; null when it is none of our messages, which also have no other fields than ours. */
export function readWebviewMessage(data: unknown): WebviewMessage | null {
  if (!isWebviewMessage(data)) return null;
  switch (data.type) {
    case "editValues":
      return data.edits.every(({ value }) => value === undefined || isShortJson(value)) ? data : null;
    case "chartFile":
      return data.content.byteLength <= MAX_CHART_BYTES ? data : null;
    case "chartFailed":
    case "viewError":
      return withShortText(data);
    default:
      return data;
  }
}

function isShortJson(value: unknown): boolean {
  try {
    // Undefined for what JSON cannot say.
    const json = JSON.stringify(value) as string | undefined;
    return json !== undefined && json.length <= MAX_VALUE_LENGTH;
  } catch {
    return false;
  }
}
