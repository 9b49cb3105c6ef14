import { collectChanges, showConfigValue } from "./changes";
import { isPlainObject } from "../schema/jsonSchema";
import type { Experiment } from "../schema/schema";

/** Runs of which each is compared with each; beyond that, each with the one before. */
const MAX_IN_PAIRS = 40;

/**
 * The values that are not the same in all experiments, as text in the order of the experiments. Where some are of
 * another kind (another optimizer), the whole is there by its kind, and what those of one kind differ in as well.
 */
export function compareConfigs(
  experiments: readonly Experiment[],
): { readonly path: string; readonly values: readonly string[] }[] {
  const paths = new Map<string, readonly string[]>();
  experiments.forEach((experiment, index) => {
    for (const other of experiments.slice(experiments.length > MAX_IN_PAIRS ? Math.max(0, index - 1) : 0, index)) {
      for (const { path } of collectChanges(other, experiment)) paths.set(path.join("."), path);
    }
  });
  return [...paths.values()]
    .sort(inOrder)
    .map((path) => ({ path: path.join("."), values: experiments.map((experiment) => showValueAt(experiment, path)) }));
}

/** A whole before its parts; else as it came. */
function inOrder(a: readonly string[], b: readonly string[]): number {
  return a.length < b.length && a.every((key, i) => key === b[i])
    ? -1
    : b.length < a.length && b.every((key, i) => key === a[i])
      ? 1
      : 0;
}

function showValueAt(experiment: Experiment, path: readonly string[]): string {
  const value = path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), experiment);
  return value === undefined ? "–" : showConfigValue(value);
}
