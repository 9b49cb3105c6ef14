import { ask } from "./shell";

export interface QueuedElement {
  readonly index: number;
  /** As squeue says it: PENDING, RUNNING, COMPLETING, … */
  readonly state: string;
  readonly reason: string;
}

/** The elements of a job that are in the queue; a text: what went wrong. A job that has left the queue has none. */
export async function readQueue(job: string): Promise<readonly QueuedElement[] | string> {
  const { code, out, error } = await ask("squeue", [
    "--noheader",
    "--array",
    `--jobs=${job}`,
    "--states=all",
    "--format=%F|%K|%T|%r",
  ]);
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
    const [, index = "", state = "", reason = ""] = line.trim().split("|");
    return /^\d+$/.test(index) && !ENDED.has(state) ? [{ index: Number(index), state, reason }] : [];
  });
}

/** Slurm starts it no more until somebody releases it: "launch failed requeued held", "JobHeldAdmin", … */
export function isHeld({ state, reason }: QueuedElement): boolean {
  return state === "PENDING" && /held/i.test(reason);
}
