import { availableParallelism } from "node:os";
import type { ExperimentSession } from "../session/experimentSession";

/** Processors that no run keeps busy; below 0 where runs have more threads than there are processors. */
export function freeOfRuns(sessions: readonly ExperimentSession[]): number {
  return availableParallelism() - sessions.reduce((sum, session) => sum + threadsInUse(session), 0);
}

/** Processors that the run of a session keeps busy. */
function threadsInUse({ status: { phase }, run }: ExperimentSession): number {
  return phase === "running" || phase === "starting" ? (run?.fixes.arithmetic?.threads ?? availableParallelism()) : 0;
}
