import { PACES, VIEW_COMMANDS } from "../shared/protocol";
import type { Pace, ViewCommand, WebviewMessage } from "../shared/protocol";

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
      return typeof sequence === "number" && Number.isSafeInteger(sequence) && sequence >= 0 ? { type, sequence } : null;
    }
    case "command": {
      const command = message["command"];
      return isViewCommand(command) ? { type, command } : null;
    }
    case "setPace": {
      const pace = message["pace"];
      return isPace(pace) ? { type, pace } : null;
    }
    case "viewError": {
      const text = message["message"];
      return typeof text === "string" ? { type, message: text.slice(0, MAX_ERROR_LENGTH) } : null;
    }
    default:
      return null;
  }
}

export function isPace(value: unknown): value is Pace {
  return PACES.some((pace) => pace === value);
}

function isViewCommand(value: unknown): value is ViewCommand {
  return VIEW_COMMANDS.some((command) => command === value);
}
