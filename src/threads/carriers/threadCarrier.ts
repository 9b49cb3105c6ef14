import { Worker } from "node:worker_threads";
import type { Carrier, CarrierEnd, CarrierEvents } from "./carrier";
import { threadError } from "./threadError";

/**
 * For JavaScript objects only; typed arrays lie outside. A runaway thread ends itself instead of the program that
 * started it.
 */
const HEAP_LIMIT_MB = 512;

export interface ThreadOptions {
  /** For debuggers. */
  readonly name: string;
  /** What it finds as its `workerData`. */
  readonly data?: unknown;
  /** Whether its objects are limited. */
  readonly isLimited?: boolean;
  /**
   * Whether it takes the requests of a training thread: in a process of its own, it keeps the leases of its runs, and
   * leaves a run that it is interrupted in so that it can go on.
   */
  readonly trains?: boolean;
}

/** Starts a thread. @param scriptPath one of dist */
export function startThread<Request, Report>(
  scriptPath: string,
  { name, data, isLimited = true }: ThreadOptions,
  { onReport, onEnd }: CarrierEvents<Report>,
): Carrier<Request> {
  const thread = new Worker(scriptPath, {
    name,
    workerData: data,
    resourceLimits: isLimited ? { maxOldGenerationSizeMb: HEAP_LIMIT_MB } : {},
  });
  let hasEnded = false;
  const end = (how: CarrierEnd): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(how);
  };
  thread.on("message", onReport);
  thread.on("error", (error) => end({ error: threadError(error), code: 1 }));
  thread.on("messageerror", (error) => end({ error, code: 1 }));
  const exited = new Promise<void>((resolve) => {
    thread.on("exit", (code) => {
      end({ error: null, code });
      resolve();
    });
  });
  const terminate = async (): Promise<void> => {
    await thread.terminate();
  };
  return {
    exited,
    pid: process.pid,
    post: (request) => thread.postMessage(request),
    flush: () => undefined,
    terminate,
    release: () => void terminate(),
    unref: () => thread.unref(),
  };
}
