/** A sweep in few numbers: how many runs converged, how fast, and what each value of a parameter did. */
import { isLoss, valueLabel, type TrialFigure, type TrialResult } from "./sweep";

export interface Share {
  readonly count: number;
  readonly total: number;
  /** Ends of the 95 % interval of the true share. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * A share and how sure it is: Wilson's score interval (J. Am. Stat. Assoc. 22, 1927), which also serves at 0, 1 and for
 * few runs.
 */
export function shareOf(count: number, total: number): Share {
  if (total === 0) return { count, total, low: 0, high: 1 };
  const p = count / total;
  const scale = 1 + Z ** 2 / total;
  const center = (p + Z ** 2 / (2 * total)) / scale;
  const half = (Z / scale) * Math.sqrt((p * (1 - p)) / total + Z ** 2 / (4 * total ** 2));
  // At the ends the formula gives 0 and 1 but for rounding.
  return { count, total, low: count === 0 ? 0 : center - half, high: count === total ? 1 : center + half };
}

/** Of the runs that could be run: with a goal those that reached it, without one those that did not diverge. */
export function convergence(results: readonly TrialResult[], hasGoal: boolean): Share {
  const ran = results.filter(({ status }) => status !== "failed");
  return shareOf(
    ran.filter((result) => (hasGoal ? result.reachedAt !== null : result.status !== "diverged")).length,
    ran.length,
  );
}

/** The middle one, or the mean of the two in the middle; NaN of none. Values that are not finite count as largest. */
export function median(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = Number.isFinite(values[i]!) ? values[i]! : Infinity;
  sorted.sort();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export interface ValueGroup {
  readonly label: string;
  readonly value: unknown;
  readonly results: readonly TrialResult[];
}

/** Results by the value of one parameter: numbers in their order, choices in that of the sweep, then as they came. */
export function groupByValue(
  results: readonly TrialResult[],
  parameter: number,
  choices: readonly unknown[] = [],
): ValueGroup[] {
  const groups = new Map<string, { value: unknown; results: TrialResult[] }>(
    choices.map((value) => [JSON.stringify(value), { value, results: [] }]),
  );
  for (const result of results) {
    const value = result.values[parameter];
    const key = JSON.stringify(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { value, results: [result] });
    else group.results.push(result);
  }
  const list = [...groups.values()]
    .filter(({ results: of }) => of.length > 0)
    .map(({ value, results: of }) => ({ label: valueLabel(value), value, results: of }));
  return list.every(({ value }) => typeof value === "number")
    ? list.sort((a, b) => Number(a.value) - Number(b.value))
    : list;
}

/** A figure as what is least for the best run; infinite for a run that diverged or failed. */
export function badnessOf(result: TrialResult, figure: TrialFigure): number {
  const value = result[figure];
  if (result.status !== "done" || !Number.isFinite(value)) return Infinity;
  return isLoss(figure) ? value : -value;
}

/**
 * Best first: by the goal's or another figure, then by how early the goal was reached. What diverged or failed comes
 * last.
 */
export function ranked(results: readonly TrialResult[], figure: TrialFigure): TrialResult[] {
  const difference = (a: number, b: number): number => (a === b ? 0 : a - b);
  return [...results].sort(
    (a, b) =>
      difference(badnessOf(a, figure), badnessOf(b, figure)) ||
      difference(a.reachedAt ?? Infinity, b.reachedAt ?? Infinity) ||
      a.index - b.index,
  );
}

/**
 * The metric that says most about a run: the goal's, else with a validation set the lowest loss on it, which is that of
 * the best checkpoint.
 */
export function leadingFigure(
  results: readonly Pick<TrialResult, "bestValidationLoss">[],
  goal: TrialFigure | null,
): TrialFigure {
  const isValidated = results.some(({ bestValidationLoss }) => Number.isFinite(bestValidationLoss));
  return goal ?? (isValidated ? "bestValidationLoss" : "loss");
}
