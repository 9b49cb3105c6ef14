import { setTimeout as wait } from "node:timers/promises";
import { EXIT } from "./exitCodes";
import { printError } from "./terminal";

/** What the disk may refuse when it is due, so that it is written later. */
export interface LateOutput {
  /** Path of each file that is not written, and why. */
  readonly unwritten: ReadonlyMap<string, string>;
  /** Tries to write them. */
  retry(): void;
}

/** A disk may be full for a moment; whoever waits for the program, such as a batch system, does not wait for long. */
const DISK_WAIT_MS = 10_000;
const RETRY_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Tries for a while to write what the disk has refused. Ctrl+C ends the wait.
 * @returns path of each file that could not be written, and why
 */
export async function writeRest(
  outputs: readonly LateOutput[],
  waitMs = DISK_WAIT_MS,
): Promise<ReadonlyMap<string, string>> {
  const collect = () => new Map(outputs.flatMap(({ unwritten }) => [...unwritten]));
  if (collect().size === 0) return collect();
  const controller = new AbortController();
  const { signal } = controller;
  const stop = (): void => controller.abort();
  for (const name of SIGNALS) process.once(name, stop);
  printError(`Waiting up to ${waitMs / 1000} seconds for the disk (Ctrl+C ends the wait): ${describe(collect())}\n`);
  const end = performance.now() + waitMs;
  while (collect().size > 0 && performance.now() < end && !signal.aborted) {
    await wait(RETRY_MS, null, { signal }).catch(() => null);
    for (const output of outputs) output.retry();
  }
  for (const name of SIGNALS) process.removeListener(name, stop);
  return collect();
}

/** @returns the exit code */
export function reportUnwritten(unwritten: ReadonlyMap<string, string>): number {
  for (const [path, problem] of unwritten) printError(`error: ${path} was not written (${problem})\n`);
  return EXIT.failed;
}

function describe(unwritten: ReadonlyMap<string, string>): string {
  return [...unwritten].map(([path, problem]) => `${path} (${problem})`).join(", ");
}
