/** What was decided in a sweep while its runs were trained, as lines of journal.jsonl, see docs/sweep-folder.md. */
import { isPlainObject } from "../config/schema/jsonSchema";
import type { SweepConfig } from "../config/schema/schema";
import type { Outcome } from "../search/space";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import { isLearning, type SearchEvent } from "./searchEvents";

/** A run has ended, where others had a say in when. */
export interface TrainedDecision {
  readonly kind: "trained";
  readonly index: number;
  /** The iteration that its figures are of. */
  readonly iterations: number;
  /** Why it was stopped there; null: it was not. */
  readonly stopped: string | null;
}

export type Decision = SearchEvent | TrainedDecision;

/** Whether something is decided while the runs of a sweep are trained. */
export function hasDecisions(sweep: Pick<SweepConfig, "search" | "stopping">): boolean {
  return isLearning(sweep) || sweep.stopping.kind !== "none";
}

export function encodeDecision(decision: Decision): string {
  return `${JSON.stringify(encodeNonFinite(decision))}\n`;
}

/** Null for what is no decision. */
export function decodeDecision(line: string): Decision | null {
  try {
    const value: unknown = JSON.parse(line);
    return isPlainObject(value) ? readDecision(value) : null;
  } catch {
    return null;
  }
}

function readDecision(value: Readonly<Record<string, unknown>>): Decision | null {
  const { kind, combination, values, outcome, index, iterations, stopped } = value;
  switch (kind) {
    case "begun":
      return isCount(combination) && Array.isArray(values) ? { kind, combination, values } : null;
    case "ended": {
      const read = isPlainObject(outcome) ? readOutcome(outcome) : null;
      return isCount(combination) && read !== null ? { kind, combination, outcome: read } : null;
    }
    case "trained":
      return isCount(index) && isCount(iterations) && (stopped === null || typeof stopped === "string")
        ? { kind, index, iterations, stopped }
        : null;
    default:
      return null;
  }
}

/** Numbers that are not finite are words. */
function readOutcome({ kind, value, violation }: Readonly<Record<string, unknown>>): Outcome | null {
  const number = Number(value);
  return kind === "done" && isNumber(value) && isNumber(violation)
    ? { kind, value: number, violation: Number(violation) }
    : null;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || value === "Infinity" || value === "-Infinity" || value === "NaN";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
