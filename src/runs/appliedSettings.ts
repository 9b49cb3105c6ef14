/** Settings that a run took over while it went on, as they stand in its record. */
import type { Experiment } from "../config/schema/schema";
import type { AppliedChange, UpdateSettings } from "../core/optimizers/schedule";
import type { RunEvent } from "./format/runContents";

const KIND = "applied";

/** @param iteration the first whose update is made in the new way */
export function appliedEvent(iteration: number, { training: { optimizer, schedule, clip } }: Experiment): RunEvent {
  return { kind: KIND, iteration, detail: { optimizer, schedule, clip } satisfies UpdateSettings };
}

/** What was in force at `iteration`, one after the other. What a record holds that is no such thing is passed over. */
export function appliedSettings(events: readonly RunEvent[], iteration: number): UpdateSettings[] {
  return appliedChanges(events)
    .filter((change) => change.iteration <= iteration)
    .map(({ settings }) => settings);
}

export function appliedChanges(events: readonly RunEvent[]): AppliedChange[] {
  return events
    .filter(({ kind, detail }) => kind === KIND && isSettings(detail))
    .map(({ iteration, detail }) => ({ iteration, settings: detail as UpdateSettings }));
}

function isSettings(detail: unknown): boolean {
  if (typeof detail !== "object" || detail === null) return false;
  const { optimizer, schedule, clip } = detail as Partial<Record<keyof UpdateSettings, unknown>>;
  const hasKind = (value: unknown): boolean =>
    typeof value === "object" && value !== null && typeof (value as { kind?: unknown }).kind === "string";
  return hasKind(optimizer) && hasKind(schedule) && typeof clip === "object";
}
