/** The normal distribution: tails, masses of intervals, draws. */
/** Where the series below needs more terms than the continued fraction. */
const SERIES_UP_TO = 3;

/** 1 - Φ(z), with 14 digits also far out: Abramowitz and Stegun, 26.2.11 and 26.2.14. */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z >= SERIES_UP_TO) {
    let fraction = z;
    for (let k = 120; k > 0; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; term > 1e-17 * sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Φ(b) - Φ(a) for a < b, without cancellation in the tails. */
export function normalMass(a: number, b: number, tail: (z: number) => number = upperTail): number {
  if (a > 0) return tail(a) - tail(b);
  if (b < 0) return tail(-b) - tail(-a);
  return 1 - tail(-a) - tail(b);
}

const TABLE_STEP = 1 / 64;
const TABLE_END = 9;
let tails: Float64Array | null = null;

/** {@link upperTail} for z >= 0 by cubic interpolation, within 2e-10: many times faster. */
export function tabulatedTail(z: number): number {
  if (z >= TABLE_END) return 0;
  tails ??= Float64Array.from({ length: TABLE_END / TABLE_STEP + 2 }, (_, i) => upperTail(i * TABLE_STEP));
  const at = Math.floor(z / TABLE_STEP);
  const from = at * TABLE_STEP;
  const t = z / TABLE_STEP - at;
  // Hermite: the slope of the tail is minus the density.
  const scale = TABLE_STEP / Math.sqrt(2 * Math.PI);
  const slopeA = -scale * Math.exp(-0.5 * from * from);
  const slopeB = -scale * Math.exp(-0.5 * (from + TABLE_STEP) ** 2);
  const [a, b] = [tails[at]!, tails[at + 1]!];
  return (
    (1 + 2 * t) * (1 - t) ** 2 * a + t * (1 - t) ** 2 * slopeA + t * t * (3 - 2 * t) * b + t * t * (t - 1) * slopeB
  );
}

/** Standard normal by Box and Muller. @param draw uniform of [0, 1); drawn twice */
export function drawNormal(draw: () => number): number {
  // 1 - u is never 0, so the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
