/** Runs that differ in nothing but their seed. */
import type { TrialColumns } from "../../src/shared/wire/trialColumns";

export interface Combinations {
  /** By row: which combination of values the run has, from 0. */
  readonly of: Int32Array;
  readonly count: number;
}

export function combinationsOf(trials: TrialColumns): Combinations {
  let of = new Int32Array(trials.length);
  let count = 1;
  for (let p = 0; p < trials.parameters; p++) {
    const { places } = trials.values(p);
    // A map for each combination so far would be many: a value has a number of its own first.
    const numbers = new Map<number, number>();
    const codes = places.map((value) => numbered(numbers, value));
    const pairs = new Map<number, number>();
    of = of.map((combination, row) => numbered(pairs, combination * numbers.size + codes[row]!));
    count = pairs.size;
  }
  return { of, count: trials.length === 0 ? 0 : count };
}

function numbered(known: Map<number, number>, value: number): number {
  const number = known.get(value);
  if (number !== undefined) return number;
  known.set(value, known.size);
  return known.size - 1;
}

/** By combination: how many runs have a value, and the mean of their values. NaN is no value. */
export interface CombinationMeans {
  readonly runs: Int32Array;
  readonly mean: Float64Array;
}

export function meansOf({ of, count }: Combinations, values: Float64Array): CombinationMeans {
  const runs = new Int32Array(count);
  const mean = new Float64Array(count);
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue;
    runs[of[row]!]!++;
    mean[of[row]!]! += values[row]!;
  }
  return { runs, mean: mean.map((sum, combination) => sum / runs[combination]!) };
}
