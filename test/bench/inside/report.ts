/** How a bench inside VS Code's extension host talks to the program that started it: one line of JSON an event. */
import { appendFileSync } from "node:fs";

export function report(event: { readonly type: string } & Readonly<Record<string, unknown>>): void {
  const file = process.env["RNNLAB_HOST_RESULTS"];
  if (file === undefined) throw new Error("RNNLAB_HOST_RESULTS names no file; start the bench with its npm script");
  appendFileSync(file, JSON.stringify(event) + "\n");
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
