/** What was varied from one run to the next, for its name: "clip.norm 2". */
import type { VariedValue } from "../../shared/wire/runIdentity";
import type { Experiment } from "../schema/schema";
import { collectChanges, joinNamed, nameOf, showConfigValue } from "./changes";

/** Values that are kept with a run; more of them say no more. */
const MAX_VARIED = 32;
/** Characters of JSON; of a longer value only the words are kept. */
const MAX_VALUE_LENGTH = 400;

/** In the order of the schema, bounded. The block `sweep` is left out: it changes no run. */
export function collectVaried(before: Experiment, after: Experiment): VariedValue[] {
  return collectChanges(before, after)
    .filter(({ path }) => path[0] !== "sweep")
    .slice(0, MAX_VARIED)
    .map(({ path, after: value }) => ({ path, value: bounded(value ?? null) }));
}

/** "clip.norm 2", "cell lstm, hiddenSize 32 and 2 more"; empty when nothing was varied. */
export function summarizeVaried(varied: readonly VariedValue[]): string {
  return joinNamed(varied, ({ path, value }) => `${nameOf(path)} ${showConfigValue(value)}`);
}

function bounded(value: unknown): unknown {
  return JSON.stringify(value).length <= MAX_VALUE_LENGTH ? value : showConfigValue(value);
}
