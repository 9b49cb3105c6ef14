import { collectChanges, showConfigValue } from "./changes";
import { isPlainObject } from "./jsonSchema";
import type { Experiment } from "./schema";

/** The values that are not the same in all experiments, in the order of the schema, as text in the order of the experiments. */
export function compareConfigs(experiments: readonly Experiment[]): { readonly path: string; readonly values: readonly string[] }[] {
  const [first, ...others] = experiments;
  if (first === undefined) return [];
  const paths = new Map<string, readonly string[]>();
  for (const other of others) for (const { path } of collectChanges(first, other)) paths.set(path.join("."), path);
  // Where one differs as a whole, its parts have nothing to add.
  const wholes = [...paths.values()].filter((path) => ![...paths.values()].some((shorter) => shorter.length < path.length && shorter.every((key, i) => key === path[i])));
  return wholes.map((path) => ({ path: path.join("."), values: experiments.map((experiment) => showConfigValue(valueAt(experiment, path))) }));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), value);
}
