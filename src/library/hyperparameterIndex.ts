import { isPlainObject } from "../config/schema/jsonSchema";
import type { Experiment } from "../config/schema/schema";
import type { SharedValue, TableValue } from "../shared/wire/runsTable";

/** The hyperparameters of an experiment by path: "training.optimizer.learningRate". */
export type FlatConfig = ReadonlyMap<string, TableValue>;

/** They change no run, or have a column of their own. */
const OMITTED: ReadonlySet<string> = new Set(["name", "seed", "sweep", "trace"]);
const MAX_VALUE_LENGTH = 80;

export function flattenConfig(config: Experiment): FlatConfig {
  const flat = new Map<string, TableValue>();
  for (const [key, value] of Object.entries(config)) if (!OMITTED.has(key)) flatten(value, key, flat);
  return flat;
}

function flatten(value: unknown, path: string, flat: Map<string, TableValue>): void {
  if (isPlainObject(value)) for (const [key, item] of Object.entries(value)) flatten(item, `${path}.${key}`, flat);
  else if (value === null || typeof value === "number" || typeof value === "boolean") flat.set(path, value);
  else if (value !== undefined)
    flat.set(path, (typeof value === "string" ? value : JSON.stringify(value)).slice(0, MAX_VALUE_LENGTH));
}

/** Which hyperparameters differ between the runs, kept up to date as runs come and go. */
export class HyperparameterIndex {
  /** How many runs have each value, by path. */
  private readonly counts = new Map<string, Map<TableValue, number>>();
  private runs = 0;

  add(config: FlatConfig): void {
    this.runs++;
    for (const [path, value] of config) {
      const values = this.counts.get(path) ?? new Map<TableValue, number>();
      this.counts.set(path, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }

  remove(config: FlatConfig): void {
    this.runs--;
    for (const [path, value] of config) {
      const values = this.counts.get(path);
      const left = (values?.get(value) ?? 0) - 1;
      if (left > 0) values?.set(value, left);
      else values?.delete(value);
      if (values?.size === 0) this.counts.delete(path);
    }
  }

  /**
   * Paths with different values, in the order in which they came. Not those that only some runs have because another
   * kind was chosen (beta1 of adam beside rprop), which the column of the kind says.
   */
  get differing(): readonly string[] {
    const kinds = [...this.counts]
      .filter(([path, values]) => path.endsWith(".kind") && this.differs(values))
      .map(([path]) => path.slice(0, -"kind".length));
    return [...this.counts].flatMap(([path, values]) => {
      const isOffOnly = values.size === 1 && values.has(null);
      const isPartOfKind = values.size === 1 && kinds.some((kind) => path.startsWith(kind));
      return this.differs(values) && !isOffOnly && !isPartOfKind ? [path] : [];
    });
  }

  /** Those that are the same in all runs. */
  get shared(): readonly SharedValue[] {
    return [...this.counts].flatMap(([path, values]) =>
      this.differs(values) ? [] : [...values.keys()].map((value) => ({ path, value })),
    );
  }

  private differs(values: ReadonlyMap<TableValue, number>): boolean {
    return values.size > 1 || [...values.values()].some((count) => count < this.runs);
  }
}
