/** Unstable directions at a fixed point, in the axes of a picture. */
import { l2Norm } from "../numerics/l2Norm";
import { solveLinear } from "../numerics/solve";
import type { SlicedTask } from "../../lib/slicedTask";
import { projectDirection } from "./principalAxes";

/** Eigenvalues whose directions are drawn. */
const MOST = 3;
const INVERSE_STEPS = 4;

interface Spectrum {
  readonly unstable: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** @returns [directions, 3]: of the largest unstable eigenvalues, of a complex pair the two that span its plane */
export function* directionsOf(
  jacobian: Float64Array,
  { unstable, re, im }: Spectrum,
  axes: Float64Array,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const n = re.length;
  const found: number[] = [];
  for (let k = 0; k < Math.min(unstable, MOST); k++) {
    // The second of a pair spans the same plane.
    if (im[k]! < 0) continue;
    const v = yield* invariantDirection(jacobian, n, re[k]!, im[k]!);
    if (v === null) continue;
    found.push(...projectDirection(axes, v));
    if (im[k] === 0) continue;
    const turned = times(jacobian, v, n).map((value, i) => (value - re[k]! * v[i]!) / im[k]!);
    const length = l2Norm(turned);
    found.push(
      ...projectDirection(
        axes,
        turned.map((value) => value / length),
      ),
    );
  }
  return Float64Array.from(found);
}

/**
 * Inverse iteration with J - a, or for a pair a +- ib with (J - a)^2 + b^2, moved a little off its zero.
 */
function* invariantDirection(
  jacobian: Float64Array,
  n: number,
  a: number,
  b: number,
): SlicedTask<Float64Array<ArrayBuffer> | null> {
  const shifted = Float64Array.from(jacobian);
  const off = 1e-8 * Math.hypot(a, b);
  for (let i = 0; i < n; i++) shifted[i * n + i] = shifted[i * n + i]! - a - (b === 0 ? off : 0);
  const matrix = b === 0 ? shifted : yield* squarePlus(shifted, n, b * b + off);
  let v = Float64Array.from({ length: n }, (_, i) => Math.cos(i + 1));
  for (let step = 0; step < INVERSE_STEPS; step++) {
    const next: Float64Array<ArrayBuffer> | null = yield* solveLinear(matrix.slice(), v, n);
    if (next === null) return null;
    const length = l2Norm(next);
    v = next.map((value) => value / length);
  }
  return v;
}

/** M M + c */
function* squarePlus(m: Float64Array, n: number, c: number): SlicedTask<Float64Array<ArrayBuffer>> {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = m[i * n + k]!;
      for (let j = 0; j < n; j++) result[i * n + j] = result[i * n + j]! + factor * m[k * n + j]!;
    }
    result[i * n + i] = result[i * n + i]! + c;
    if (i % 16 === 15) yield;
  }
  return result;
}

function times(m: Float64Array, v: Float64Array, n: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += m[i * n + j]! * v[j]!;
    return sum;
  });
}
