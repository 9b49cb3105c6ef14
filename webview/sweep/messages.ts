/** Frames of the host, checked: what is none is refused with a reason, and nothing of it is shown. */
import { TRIAL_FIGURES, type TrialResult } from "../../src/shared/wire/sweep";
import { decodeResult, type SweepFrame, type SweepView, type WireResult } from "../../src/shared/wire/sweepProtocol";

const PHASES = ["idle", "running", "done", "stopped", "failed"];

/** What the page makes of a frame. */
export type ReceivedFrame = Omit<SweepFrame, "results"> & { readonly results: readonly TrialResult[] };

/** @throws Error that says what is wrong with it */
export function readSweepFrame(data: unknown): ReceivedFrame {
  const frame = fields(data, "a message");
  if (frame["type"] !== "sweep") throw new Error("a message of an unknown type");
  const { sequence, first, results, view } = frame;
  if (!isCount(sequence) || !isCount(first) || !Array.isArray(results)) throw new Error("a frame without its numbers");
  checkView(view);
  results.forEach(checkResult);
  return {
    type: "sweep",
    sequence,
    first,
    view: view as SweepView,
    results: (results as readonly WireResult[]).map(decodeResult),
  };
}

function checkView(data: unknown): void {
  const view = fields(data, "a view");
  const { phase, info } = view;
  if (!["uri", "name", "fileName"].every((key) => typeof view[key] === "string"))
    throw new Error("a view without a name");
  if (
    typeof phase !== "string" ||
    !PHASES.includes(phase) ||
    typeof view["elapsedMs"] !== "number" ||
    typeof view["canRun"] !== "boolean"
  )
    throw new Error("a view without a state");
  if (info === null) return;
  const { parameters, trials, seeds } = fields(info, "an info");
  const known =
    Array.isArray(parameters) &&
    parameters.every((parameter: unknown) => typeof fields(parameter, "a parameter")["key"] === "string");
  if (!known || !isCount(trials) || !isCount(seeds)) throw new Error("a sweep without parameters");
}

function checkResult(data: unknown): void {
  const result = fields(data, "a result");
  const numbers = TRIAL_FIGURES.every((figure) => isFigure(result[figure]));
  const { reachedAt } = result;
  if (
    !numbers ||
    !isCount(result["index"]) ||
    typeof result["status"] !== "string" ||
    !Array.isArray(result["values"]) ||
    !(reachedAt === null || typeof reachedAt === "number")
  )
    throw new Error("a result without its figures");
}

function isFigure(value: unknown): boolean {
  return typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";
}

function fields(data: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof data !== "object" || data === null) throw new Error(`${what} that is no object`);
  return data as Readonly<Record<string, unknown>>;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
