import { SWEEP_COMMANDS, type SweepPageMessage } from "../shared/wire/sweepProtocol";

/** Longest text of a page that goes to the log. */
const MAX_ERROR_LENGTH = 2000;

/**
 * What the page of a sweep sent, checked; null when it is none of our messages. Only the known fields are taken over.
 */
export function readSweepMessage(data: unknown): SweepPageMessage | null {
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
    case "acknowledge":
      return isCount(message["sequence"]) ? { type, sequence: message["sequence"] } : null;
    case "openTrial":
      return isCount(message["index"]) ? { type, index: message["index"] } : null;
    case "command": {
      const command = SWEEP_COMMANDS.find((known) => known === message["command"]);
      return command === undefined ? null : { type, command };
    }
    case "viewError":
      return typeof message["message"] === "string"
        ? { type, message: message["message"].slice(0, MAX_ERROR_LENGTH) }
        : null;
    default:
      return null;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
