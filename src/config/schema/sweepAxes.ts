/** The parameters of a sweep: the path of each and the values it takes. */
import { experimentSchema } from "./fileSchema";
import { fieldKeys } from "./fieldKeys";
import { numericBranch, isPlainObject, schemaAt, type JsonSchema } from "./jsonSchema";
import type { SweepConfig } from "./schema";
import type { SweepRange } from "./sweepSchema";

export interface SweepAxis {
  /** As it is written: "training.optimizer.learningRate". */
  readonly key: string;
  readonly path: readonly string[];
  /** Of a grid. */
  readonly values: readonly unknown[];
  /** What a random search draws from; null: from `values`. */
  readonly range: SweepRange | null;
  /** Whole numbers only. */
  readonly whole: boolean;
}

/** Not to be swept: they name the run, are no part of the training, or have a place of their own in the block. */
const OTHERS = ["name", "sweep"];

/** All that may be swept, longest paths included: single values, and whole unions such as `training.optimizer`. */
export function sweepKeys(): string[] {
  return [
    ...fieldKeys().filter((key) => !OTHERS.includes(key.split(".")[0] ?? "") && key !== "seed"),
    ...unionKeys(experimentSchema, []),
  ];
}

function unionKeys(schema: JsonSchema, path: readonly string[]): string[] {
  const inside = Object.entries(schema.properties ?? {})
    .filter(([key]) => !OTHERS.includes(key))
    .flatMap(([key, property]) => unionKeys(property, [...path, key]));
  return schema.discriminator === undefined ? inside : [path.join("."), ...inside];
}

export function sweepAxes({ parameters }: Pick<SweepConfig, "parameters">): SweepAxis[] {
  return Object.entries(parameters).map(([key, given]) => {
    const path = key.split(".");
    const whole = numericBranch(schemaAt(experimentSchema, path))?.type === "integer";
    if (!isRange(given)) return { key, path, values: given, range: null, whole };
    return { key, path, values: valuesOf(given, whole), range: given, whole };
  });
}

function isRange(values: readonly unknown[] | SweepRange): values is SweepRange {
  return isPlainObject(values);
}

/** `count` values from end to end; equal ones once. */
function valuesOf({ from, to, count, scale }: SweepRange, whole: boolean): number[] {
  const values = Array.from({ length: count }, (_, i) => {
    // The ends are what was written, not what rounding makes of them.
    if (i === 0) return from;
    if (i === count - 1) return to;
    return valueAt({ from, to, scale }, i / (count - 1));
  });
  return [...new Set(whole ? values.map(Math.round) : values)];
}

/** The value of a range at a share of the way, 0 to 1. */
export function valueAt({ from, to, scale }: Pick<SweepRange, "from" | "to" | "scale">, share: number): number {
  return scale === "log"
    ? Number((from * (to / from) ** share).toPrecision(6))
    : Number((from + (to - from) * share).toPrecision(6));
}

/** The value for a share of [0, 1), each with the same chance. */
export function drawValue({ range, values, whole }: SweepAxis, share: number): unknown {
  if (range === null) return values[Math.floor(share * values.length)];
  if (!whole) return valueAt(range, share);
  if (range.scale === "log") return Math.round(valueAt(range, share));
  // Each whole number with the same chance, the ends among them.
  const [low, high] = [Math.round(Math.min(range.from, range.to)), Math.round(Math.max(range.from, range.to))];
  return low + Math.floor(share * (high - low + 1));
}

export function seedsOf({ seeds }: Pick<SweepConfig, "seeds">, first: number): readonly number[] {
  return typeof seeds === "number"
    ? Array.from({ length: seeds }, (_, i) => (first + i) % 2 ** 32)
    : [...new Set(seeds)];
}

export function countDraws(budget: number, seeds: number): number {
  return Math.max(1, Math.floor(budget / seeds));
}
