import { PACES, VIEW_COMMANDS, type Pace, type ViewCommand, type WebviewMessage } from "../shared/wire/protocol";
import { CARD_ID, CHART_FORMATS, MAX_CHART_BYTES, type ChartName } from "../shared/wire/savedCharts";
import { readQuestion } from "../shared/wire/questions";
import type { ConfigPath, FixEdit } from "../shared/wire/findings";

/** Longest text of a view that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/** What a webview sent, checked; null when it is none of our messages. Only the known fields are taken over. */
export function readWebviewMessage(data: unknown): WebviewMessage | null {
  if (typeof data !== "object" || data === null) {
    return null;
  }
  const message = data as Readonly<Record<string, unknown>>;
  const type = message["type"];
  switch (type) {
    case "ready":
    case "requestSnapshot":
    case "openFile":
      return { type };
    case "acknowledge": {
      const sequence = message["sequence"];
      return typeof sequence === "number" && Number.isSafeInteger(sequence) && sequence >= 0
        ? { type, sequence }
        : null;
    }
    case "command": {
      const command = message["command"];
      return isViewCommand(command) ? { type, command } : null;
    }
    case "setPace": {
      const pace = message["pace"];
      return isPace(pace) ? { type, pace } : null;
    }
    case "revealValue": {
      const path = readPath(message["path"]);
      return path === null ? null : { type, path };
    }
    case "editValues": {
      const edits = readEdits(message["edits"]);
      return edits === null ? null : { type, edits, moving: message["moving"] === true };
    }
    case "ask": {
      const requestId = message["requestId"];
      const question = readQuestion(message["question"]);
      return typeof requestId === "number" && Number.isSafeInteger(requestId) && question !== null
        ? { type, requestId, question }
        : null;
    }
    case "charts": {
      const { requestId, charts } = message;
      return isRequestId(requestId) && isChartNames(charts)
        ? { type, requestId, charts: charts.map(({ id, title }) => ({ id, title })) }
        : null;
    }
    case "chartFile": {
      const { requestId, chart, format, content } = message;
      const known = CHART_FORMATS.find((one) => one === format);
      if (
        (requestId !== null && !isRequestId(requestId)) ||
        typeof chart !== "string" ||
        !CARD_ID.test(chart) ||
        known === undefined
      ) {
        return null;
      }
      return content instanceof Uint8Array && content.byteLength <= MAX_CHART_BYTES
        ? { type, requestId, chart, format: known, content: content as Uint8Array<ArrayBuffer> }
        : null;
    }
    case "chartFailed": {
      const { requestId, message: text } = message;
      return (requestId === null || isRequestId(requestId)) && typeof text === "string"
        ? { type, requestId, message: text.slice(0, MAX_ERROR_LENGTH) }
        : null;
    }
    case "viewError": {
      const text = message["message"];
      return typeof text === "string" ? { type, message: text.slice(0, MAX_ERROR_LENGTH) } : null;
    }
    default:
      return null;
  }
}

function isRequestId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** More than any page has. */
const MAX_CHARTS = 64;
const MAX_TITLE_LENGTH = 200;

function isChartNames(value: unknown): value is readonly ChartName[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_CHARTS &&
    value.every((entry: unknown) => {
      const { id, title } = (typeof entry === "object" && entry !== null ? entry : {}) as Readonly<
        Record<string, unknown>
      >;
      return (
        typeof id === "string" && CARD_ID.test(id) && typeof title === "string" && title.length <= MAX_TITLE_LENGTH
      );
    })
  );
}

export function isPace(value: unknown): value is Pace {
  return PACES.some((pace) => pace === value);
}

function isViewCommand(value: unknown): value is ViewCommand {
  return VIEW_COMMANDS.some((command) => command === value);
}

/** Deeper than any value of an experiment, and more at once than any control writes. */
const MAX_PATH_LENGTH = 8;
const MAX_EDITS = 16;
const MAX_VALUE_LENGTH = 10_000;

function readPath(value: unknown): ConfigPath | null {
  return Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_PATH_LENGTH &&
    value.every((key) => typeof key === "string")
    ? value
    : null;
}

function readEdits(value: unknown): FixEdit[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_EDITS) {
    return null;
  }
  const edits: FixEdit[] = [];
  for (const entry of value as unknown[]) {
    const { path, value: wanted } = (typeof entry === "object" && entry !== null ? entry : {}) as Readonly<
      Record<string, unknown>
    >;
    const keys = readPath(path);
    const json = wanted === undefined ? "" : toJson(wanted);
    if (keys === null || json === null || json.length > MAX_VALUE_LENGTH) {
      return null;
    }
    edits.push(wanted === undefined ? { path: keys } : { path: keys, value: JSON.parse(json) as unknown });
  }
  return edits;
}

/** Null for what JSON cannot say. */
function toJson(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}
