/** A fix applied to the text of an experiment, and the same change as settings of a command line. */
import { collectFixEdits, withEdits } from "../config/edit/fixEdits";
import { parseExperiment } from "../config/read/parse";
import type { Experiment } from "../config/schema/schema";
import { isPlainObject } from "../config/schema/jsonSchema";
import type { ConfigPath, FixEdit } from "../shared/wire/findings";

export interface FixedText {
  readonly text: string;
  readonly experiment: Experiment;
}

/** Null when the fix would not leave a valid experiment. */
export function withFix(text: string, edits: readonly FixEdit[]): FixedText | null {
  const textEdits = collectFixEdits(text, edits);
  const fixed = textEdits === null ? null : withEdits(text, textEdits);
  const experiment = fixed === null ? null : parseExperiment(fixed).experiment;
  return fixed === null || experiment === null ? null : { text: fixed, experiment };
}

/**
 * What a fix changes, by dotted key. Set one after the other, they give the experiment that the fix gives: a key that
 * it removes has its default.
 */
export function changesOf(experiment: Experiment, edits: readonly FixEdit[]): Record<string, unknown> {
  return Object.fromEntries(
    edits.map(({ path, value }) => [path.join("."), value === undefined ? valueAt(experiment, path) : value]),
  );
}

/** @returns null where the experiment has no such value */
function valueAt(experiment: Experiment, path: ConfigPath): unknown {
  let value: unknown = experiment;
  for (const key of path) value = isPlainObject(value) ? value[key] : undefined;
  return value ?? null;
}
