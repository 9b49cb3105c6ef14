import { ask } from "./shell";

/** Between the end of an element that is requeued and its start, in Slurm's own code. */
export const REQUEUE_SECONDS = 120;

export interface QueuedElement {
  readonly index: number;
  /** As squeue says it: PENDING, RUNNING, COMPLETING, … */
  readonly state: string;
  readonly reason: string;
  /** Before which it is not started, in seconds since 1970; null where Slurm does not say. */
  readonly start: number | null;
}

/** The elements of a job that are in the queue; a text: what went wrong. A job that has left the queue has none. */
export async function readQueue(job: string): Promise<readonly QueuedElement[] | string> {
  const { code, out, error } = await ask(
    "squeue",
    ["--noheader", "--array", `--jobs=${job}`, "--states=all", "--format=%F|%K|%T|%r|%S"],
    { SLURM_TIME_FORMAT: "%s" },
  );
  if (code !== 0) return error.includes("Invalid job id") ? [] : error;
  return readElements(out);
}

/** States in which an element stays listed for a while after its end. */
const ENDED: ReadonlySet<string> = new Set([
  "COMPLETED",
  "CANCELLED",
  "FAILED",
  "TIMEOUT",
  "NODE_FAIL",
  "BOOT_FAIL",
  "DEADLINE",
  "OUT_OF_MEMORY",
  "REVOKED",
]);

export function readElements(out: string): QueuedElement[] {
  return out.split("\n").flatMap((line) => {
    const [, index = "", state = "", reason = "", start = ""] = line.trim().split("|");
    if (!/^\d+$/.test(index) || ENDED.has(state)) return [];
    return [{ index: Number(index), state, reason, start: /^\d+$/.test(start) ? Number(start) : null }];
  });
}

/** Seconds until the first of those that wait because they were requeued may start; 0 when none does. */
export function requeueWait(elements: readonly QueuedElement[], nowMs: number): number {
  const waits = elements.flatMap(({ reason, start }) =>
    reason === "BeginTime" && start !== null ? [Math.min(REQUEUE_SECONDS, Math.max(0, start - nowMs / 1000))] : [],
  );
  return waits.length === 0 ? 0 : Math.min(...waits);
}

/** Slurm starts it no more until somebody releases it: "launch failed requeued held", "JobHeldAdmin", … */
export function isHeld({ state, reason }: QueuedElement): boolean {
  return state === "PENDING" && /held/i.test(reason);
}
