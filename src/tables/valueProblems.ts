/** Values of a column that a person would want to know about before training on them. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { TableKeys } from "./dialect";
import { isConstant } from "./moments";
import type { NumberColumn, TableColumn } from "./table";
import type { TableProblem } from "./tableProblem";

/** What programs write where there is no value. */
const SENTINELS: ReadonlySet<number> = new Set([
  -99, -99.9, -999, -999.9, -9999, -9999.9, -99999, 999, 999.9, 9999, 99999, 999999, 1e20, -1e20,
]);
/** Deviations of the other values from their mean. */
const FAR = 20;
const FAR_SENTINEL = 5;
/** Values from which a deviation says something. */
const FEWEST = 8;
/** Of the highest value: columns of a smaller range may be constant but for rounding. */
const NEARLY_CONSTANT = 1e-9;

export interface ValueProblem extends TableProblem {
  /** The row that has it, counted from 0; null where it is of the whole column. */
  readonly row: number | null;
}

/** At most three problems of a column. */
export function findValueProblems(
  columns: readonly TableColumn[],
  keys: Pick<TableKeys, "accept" | "missing">,
): ValueProblem[] {
  return columns.flatMap((column) => (column.kind === "number" ? problemsOf(column, keys) : []));
}

function problemsOf(column: NumberColumn, keys: Pick<TableKeys, "accept" | "missing">): ValueProblem[] {
  const { name, values } = column;
  const range = rangeOf(values, keys.accept);
  if (range === null || range.count < 2) return [];
  const [low, high] = [values[range.lowest]!, values[range.highest]!];
  // The moments cost two more passes.
  if (high - low <= NEARLY_CONSTANT * Math.abs(high) && isConstant(values)) {
    const text = l10n.t("Column {0} is constant: {1}.", describeValue(name), low);
    const fixes = [{ entry: "remove" }] as const;
    return [{ key: "columns", severity: "warning", line: null, column: name, text, fixes, row: null }];
  }
  const others = spreadWithout(values, low, high);
  return [
    ...farValue(column, range.lowest, others.withoutLow, keys),
    ...farValue(column, range.highest, others.withoutHigh, keys),
  ];
}

/** The rows of the lowest and the highest value that is not accepted; null where there is none. */
function rangeOf(
  values: Float64Array,
  accepted: readonly number[],
): { readonly lowest: number; readonly highest: number; readonly count: number } | null {
  let lowest = -1;
  let highest = -1;
  let low = Infinity;
  let high = -Infinity;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value) || (accepted.length > 0 && accepted.includes(value))) continue;
    count++;
    if (value < low) {
      low = value;
      lowest = row;
    }
    if (value > high) {
      high = value;
      highest = row;
    }
  }
  return count === 0 ? null : { lowest, highest, count };
}

interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Of the values that are not `low`, and of those that are not `high`, in one pass. */
function spreadWithout(
  values: Float64Array,
  low: number,
  high: number,
): { readonly withoutLow: Spread; readonly withoutHigh: Spread } {
  // Sums of differences from a value within keep their digits.
  const origin = values.find((value) => value > low && value < high) ?? low;
  let [lows, highs, count, sum, squares] = [0, 0, 0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value === low) lows++;
    else if (value === high) highs++;
    else if (!Number.isNaN(value)) {
      const difference = value - origin;
      count++;
      sum += difference;
      squares += difference * difference;
    }
  }
  // A function within this one would keep the sums on the heap, at five times the cost of the loop.
  const within = { origin, count, sum, squares };
  return { withoutLow: spreadWith(within, high, highs), withoutHigh: spreadWith(within, low, lows) };
}

interface Sums {
  readonly origin: number;
  readonly count: number;
  /** Of differences from the origin, and of their squares. */
  readonly sum: number;
  readonly squares: number;
}

/** Of these and so many times one more value. */
function spreadWith({ origin, count, sum, squares }: Sums, extreme: number, times: number): Spread {
  const difference = extreme - origin;
  const all = count + times;
  const mean = (sum + times * difference) / all;
  const variance = (squares + times * difference * difference) / all - mean * mean;
  return { count: all, mean: origin + mean, deviation: Math.sqrt(Math.max(0, variance)) };
}

function farValue(
  { name, values }: NumberColumn,
  row: number,
  { count, mean, deviation }: Spread,
  { accept, missing }: Pick<TableKeys, "accept" | "missing">,
): ValueProblem[] {
  const value = values[row]!;
  if (count < FEWEST - 1) return [];
  const deviations = Math.abs(value - mean) / deviation;
  const isSentinel = SENTINELS.has(value);
  if (!Number.isFinite(deviations) || deviations < (isSentinel ? FAR_SENTINEL : FAR)) return [];
  const markers = [...(missing?.markers ?? []), String(value)];
  const asMissing = { key: "missing", value: { fill: "forward", ...missing, markers } } as const;
  const asMeant = { key: "accept", value: [...accept, value] } as const;
  const place = { severity: "warning", line: null, column: name, row } as const;
  if (!isSentinel) {
    const text = l10n.t(
      "{0} in column {1} is {2} standard deviations from the mean of the other values. Add it to task.accept if it is right, or to task.missing.markers.",
      value,
      describeValue(name),
      Math.round(deviations),
    );
    return [{ ...place, key: "columns", text, fixes: [asMissing, asMeant] }];
  }
  const text = l10n.t(
    "{0} in column {1} looks like a marker of missing values. If it is one, add it to task.missing.markers.",
    value,
    describeValue(name),
  );
  return [
    {
      ...place,
      key: "missing",
      text,
      fixes: [asMissing, asMeant],
    },
  ];
}
