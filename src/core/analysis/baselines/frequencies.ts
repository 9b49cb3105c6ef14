/**
 * Counts over their sum. Where one of them is 0, half is added to each, since what never occurred in training may occur
 * in validation, and ln 0 is not finite (the estimator of Krichevsky and Trofimov, 1981).
 */
export function smoothedFrequencies(counts: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(counts);
  const added = values.includes(0) ? 0.5 : 0;
  const sum = values.reduce((total, count) => total + count + added, 0);
  return values.map((count) => (count + added) / sum);
}
