/** How a bench inside VS Code's extension host talks to the program that started it: one line of JSON an event. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const POLL_MS = 20;
let reported = 0;

export function report(event: { readonly type: string } & Readonly<Record<string, unknown>>): void {
  const file = process.env["RNNLAB_HOST_RESULTS"];
  if (file === undefined) throw new Error("RNNLAB_HOST_RESULTS names no file; start the bench with its npm script");
  appendFileSync(file, JSON.stringify(event) + "\n");
  reported++;
}

/** Resolves when that program has done what it does on every event so far, e.g. opened the page's sections. */
export async function untilHandled(): Promise<void> {
  const file = process.env["RNNLAB_BENCH_HANDLED"];
  if (file === undefined) throw new Error("RNNLAB_BENCH_HANDLED names no file; start the bench with its npm script");
  const handled = () => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
  while (handled() < reported) await pause(POLL_MS);
}

/** The last event is "end", or "broken" with the reason. */
export async function reportingEnd(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    report({ type: "end", failures: 0 });
  } catch (error) {
    report({ type: "broken", error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
