/** What a runner and the thread that says that it lives say to each other. */

/** What the thread is started with. */
export interface BeatTarget {
  readonly role: typeof BEATS;
  /** Of the runner's lease. */
  readonly lease: string;
}

export const BEATS = "beats";

/** A run file that the runner writes, with the memory of its FileMark; without: it does not any more. */
export interface BeatRequest {
  readonly path: string;
  readonly memory: SharedArrayBuffer | null;
}

export function isBeatTarget(data: unknown): data is BeatTarget {
  return typeof data === "object" && data !== null && "role" in data && data.role === BEATS;
}
