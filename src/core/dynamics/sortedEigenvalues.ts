import type { Eigenvalues } from "../numerics/eigenvalues";

/** In descending order of the modulus, of a complex pair the one with the positive imaginary part first. */
export function sortedByModulus({ re, im }: Eigenvalues): Eigenvalues {
  const modulus = re.map((value, i) => Math.hypot(value, im[i]!));
  const order = Array.from(re.keys()).sort(
    (i, j) => compare(modulus[j]!, modulus[i]!) || compare(re[j]!, re[i]!) || compare(im[j]!, im[i]!),
  );
  return { re: Float64Array.from(order, (i) => re[i]!), im: Float64Array.from(order, (i) => im[i]!) };
}

/** Differences within rounding are none; NaN comes last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) * -1 + Number(Number.isNaN(a));
  return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a)) ? 0 : a - b;
}
