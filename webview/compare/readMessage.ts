import type { CompareHostMessage, CompareState, ComparedRun, Comparison } from "../../src/shared/wire/comparison";

type Fields = Readonly<Record<string, unknown>>;

/** Null when it is no message of ours. */
export function readCompareMessage(data: unknown): CompareHostMessage | null {
  return isFields(data) && data["type"] === "comparison" && isComparison(data["comparison"])
    ? { type: "comparison", comparison: data["comparison"] }
    : null;
}

function isComparison(value: unknown): value is Comparison {
  if (!isFields(value)) return false;
  const { runs, baseline, differences, problems } = value;
  if (
    !Array.isArray(runs) ||
    !runs.every(isRun) ||
    !(baseline === null || typeof baseline === "string") ||
    !isTexts(problems)
  )
    return false;
  return (
    Array.isArray(differences) &&
    differences.every(
      (entry) =>
        isFields(entry) &&
        typeof entry["path"] === "string" &&
        isTexts(entry["values"]) &&
        entry["values"].length === runs.length,
    )
  );
}

function isRun(value: unknown): value is ComparedRun {
  if (
    !isFields(value) ||
    !["id", "title", "experiment", "state", "duration"].every((key) => typeof value[key] === "string")
  )
    return false;
  const { seed, iterations, curves } = value;
  if (typeof seed !== "number" || typeof iterations !== "number" || !isFields(curves)) return false;
  const columns = Object.values(curves);
  const length = curves["iteration"] instanceof Float64Array ? curves["iteration"].length : -1;
  return columns.every((column) => column instanceof Float64Array && column.length === length);
}

/** What an earlier page has left; anything else is as if it had left nothing. */
export function readCompareState(saved: unknown): CompareState {
  const { ids, hidden, logarithmic } = isFields(saved) ? saved : {};
  return { ids: isTexts(ids) ? ids : [], hidden: isTexts(hidden) ? hidden : [], logarithmic: logarithmic !== false };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
