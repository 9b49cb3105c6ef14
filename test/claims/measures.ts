/** What claims count: how soon, how far, how many, how much of the gradient is left. */
import type { Run } from "./runJob";

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** First iteration whose validation loss is below the limit; Infinity if none is. */
export function validationBelow({ validation }: Run, limit: number): number {
  return validation.find(({ loss }) => loss < limit)?.iteration ?? Infinity;
}

/** First iteration whose loss is below the limit; Infinity if none is. */
export function lossBelow({ losses }: Run, limit: number): number {
  const iteration = losses.findIndex((loss) => loss < limit);
  return iteration < 0 ? Infinity : iteration;
}

/** Validation loss at the end if there is one, otherwise the loss; Infinity of a run that diverged. */
export function finalLoss({ result, validation, losses }: Run): number {
  return result === "diverged" ? Infinity : (validation.at(-1)?.loss ?? losses.at(-1)!);
}

/** How many runs meet the condition. */
export function countOf(runs: readonly Run[], condition: (run: Run) => boolean): number {
  return runs.filter(condition).length;
}

/**
 * Powers of ten by which |dL/dh_t| falls from the last step to the first one: 24 for a factor of 1e-24.
 * @param iteration one of those recorded
 */
export function ordersLost({ gradients }: Run, iteration: number): number {
  const recorded = gradients.find((one) => one.iteration === iteration);
  if (recorded === undefined) throw new Error(`The gradient of iteration ${iteration} was not recorded.`);
  return -Math.log10(recorded.norms[1]! / recorded.norms.at(-1)!);
}

/** "1.2 to 3.4", with as many significant digits. */
export function range(values: readonly number[], digits = 2): string {
  const format = (value: number): string => String(Number(value.toPrecision(digits)));
  const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}
