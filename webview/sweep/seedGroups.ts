/** Runs that differ in their seed alone: how a setting does, and how it does beside the best one on the same seeds. */
import type { Combinations } from "./combinations";

export interface Setting {
  /** One of its runs. */
  readonly row: number;
  readonly rows: readonly number[];
  readonly mean: number;
  /** Of the runs, with n − 1; NaN of one. */
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** A setting less the best one, seed by seed. */
export interface PairedSetting {
  readonly setting: Setting;
  /** Seeds that both have. */
  readonly seeds: number;
  readonly mean: number;
  readonly deviation: number;
  /** On how many seeds it is better. */
  readonly better: number;
}

/** Settings with two runs or more that have a value, the best mean first. Values that are not finite are left out. */
export function settingsOf(
  { of, count }: Combinations,
  rows: Int32Array,
  values: Float64Array,
  smallIsGood: boolean,
): Setting[] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  for (const row of rows) if (Number.isFinite(values[row]!)) groups[of[row]!]!.push(row);
  const sign = smallIsGood ? 1 : -1;
  return groups
    .filter((group) => group.length > 1)
    .map((group) => ({ row: group[0]!, rows: group, ...spread(group.map((row) => values[row]!)) }))
    .sort((a, b) => sign * (a.mean - b.mean) || a.row - b.row);
}

/** @param seeds by row */
export function pairWithBest(
  settings: readonly Setting[],
  values: Float64Array,
  seeds: Float64Array,
  smallIsGood: boolean,
): PairedSetting[] {
  const best = new Map(settings[0]?.rows.map((row) => [seeds[row]!, values[row]!]));
  return settings.map((setting) => {
    const differences = setting.rows.flatMap((row) => {
      const other = best.get(seeds[row]!);
      return other === undefined ? [] : [values[row]! - other];
    });
    const better = differences.filter((difference) => (smallIsGood ? difference < 0 : difference > 0)).length;
    const { mean, deviation } = spread(differences);
    return { setting, seeds: differences.length, mean, deviation, better };
  });
}

function spread(values: readonly number[]): Pick<Setting, "mean" | "deviation" | "low" | "high"> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: Math.sqrt(squares / (values.length - 1)),
    low: Math.min(...values),
    high: Math.max(...values),
  };
}
