/**
 * Principal axes of one iteration turned to those of another, so that pictures of several iterations can be compared:
 * the rotation or reflection R [3, 3] of their space that makes the sum of the squared distances of the axes smallest
 * (the orthogonal Procrustes problem; Golub and Van Loan, Matrix Computations, 6.4.1).
 */
const K = 3;
const STEPS = 60;

export type Turn = readonly (readonly number[])[];

export const NO_TURN: Turn = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/**
 * @param axes [3, n], to be turned. @param reference [3, n]
 * @returns the orthogonal factor of reference axes^T; no turn where the two have less than three dimensions in common
 */
export function turnTo(reference: Float64Array, axes: Float64Array): Turn {
  const n = axes.length / K;
  if (reference.length !== axes.length) return NO_TURN;
  let x: Turn = NO_TURN.map((_, a) =>
    NO_TURN.map((__, b) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += reference[a * n + i]! * axes[b * n + i]!;
      return sum;
    }),
  );
  // Newton's iteration to the orthogonal polar factor: the mean of X and its inverse transposed.
  for (let step = 0; step < STEPS; step++) {
    const inverse = inverseTransposed(x);
    if (inverse === null) return NO_TURN;
    const next = x.map((row, a) => row.map((value, b) => (value + inverse[a]![b]!) / 2));
    const change = Math.max(...next.flatMap((row, a) => row.map((value, b) => Math.abs(value - x[a]![b]!))));
    x = next;
    if (change < 1e-14) break;
  }
  return x;
}

/** Null where it is singular within rounding. */
function inverseTransposed(m: Turn): number[][] | null {
  const cofactors = m.map((_, a) =>
    m.map((__, b) => {
      const [r, s] = [(a + 1) % K, (a + 2) % K];
      const [u, v] = [(b + 1) % K, (b + 2) % K];
      return m[r]![u]! * m[s]![v]! - m[r]![v]! * m[s]![u]!;
    }),
  );
  const determinant = cofactors[0]!.reduce((sum, value, b) => sum + value * m[0]![b]!, 0);
  return Math.abs(determinant) < 1e-9 ? null : cofactors.map((row) => row.map((value) => value / determinant));
}

/** R times each place of [places, 3]. */
export function turned(turn: Turn, places: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(places, (_, at) => {
    const start = at - (at % K);
    return turn[at % K]!.reduce((sum, factor, b) => sum + factor * places[start + b]!, 0);
  });
}
