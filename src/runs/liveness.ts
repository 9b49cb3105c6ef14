import type { RunPhase, RunStatus } from "../shared/trace/trace";
import type { RunWriterView } from "./leaseWatch";
import type { RunSummary } from "./runSummary";

/** A run that did not end and that nobody writes any more is interrupted. */
export type RunState = RunPhase | "interrupted";

/**
 * What a run is doing, as far as this window can know.
 * @param own the status of a run of this window; null when another window writes it, or nobody
 * @param lookForWriter asked only about a run that has not ended and is not of this window
 */
export async function stateOf(
  { progress }: Pick<RunSummary, "progress">,
  own: RunStatus | null,
  lookForWriter: () => Promise<RunWriterView | null>,
): Promise<RunState> {
  if (progress !== null && progress.endedAt !== null) return progress.status.phase;
  if (own !== null) return own.phase;
  const writer = await lookForWriter();
  return writer === null || writer.state === "gone" ? "interrupted" : (progress?.status.phase ?? "starting");
}
