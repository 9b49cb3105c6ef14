/** What the page remembers of a run across a reload of the window, after which the host may know no run any more. */
import { RUN_PHASES, type RunPhase } from "../../src/shared/trace/trace";

export interface LastRun {
  readonly uri: string;
  readonly phase: RunPhase;
  readonly iteration: number;
  readonly iterations: number;
  readonly loss: number | null;
}

/** From a state that an older version, or nobody, wrote. */
export function readLastRun(saved: unknown): LastRun | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { uri, phase, iteration, iterations, loss } = saved as Record<keyof LastRun, unknown>;
  const known = RUN_PHASES.find((name) => name === phase);
  if (typeof uri !== "string" || known === undefined || !isCount(iteration) || !isCount(iterations)) return null;
  return { uri, phase: known, iteration, iterations, loss: typeof loss === "number" ? loss : null };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
