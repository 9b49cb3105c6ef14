import { COMPARE_VERBS, type ComparePageMessage } from "../shared/wire/comparison";

const MAX_ID_LENGTH = 200;
const MAX_ERROR_LENGTH = 2000;

/** What the page that compares runs sent, checked; null when it is none of our messages. */
export function readComparePageMessage(data: unknown): ComparePageMessage | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, verb, id, message } = data as Readonly<Record<string, unknown>>;
  const isId = typeof id === "string" && id.length <= MAX_ID_LENGTH;
  switch (type) {
    case "ready":
      return { type };
    case "verb": {
      const known = COMPARE_VERBS.find((candidate) => candidate === verb);
      return known !== undefined && isId ? { type, verb: known, id } : null;
    }
    case "leaveOut":
      return isId ? { type, id } : null;
    case "viewError":
      return typeof message === "string" ? { type, message: message.slice(0, MAX_ERROR_LENGTH) } : null;
    default:
      return null;
  }
}
