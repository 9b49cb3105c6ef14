/** A run that was trained past its end, as it stands in its record. */
import type { RunEvent } from "./format/runContents";

const KIND = "extended";

/** @property iteration the last before; @property iterations those that the run makes in all from then on */
export interface RunExtension {
  readonly iteration: number;
  readonly iterations: number;
}

export function extendedEvent({ iteration, iterations }: RunExtension): RunEvent {
  return { kind: KIND, iteration, detail: { iterations } };
}

/** In the order in which they were made. What a record holds that is no such thing is passed over. */
export function runExtensions(events: readonly RunEvent[]): RunExtension[] {
  return events.flatMap(({ kind, iteration, detail }) => {
    const iterations = kind === KIND ? (detail as { readonly iterations?: unknown } | null)?.iterations : undefined;
    return typeof iterations === "number" && Number.isSafeInteger(iterations) && iterations > iteration
      ? [{ iteration, iterations }]
      : [];
  });
}
