/** Principal components of states, and places in them. */
import { dot } from "../numerics/dot";
import { lanczos } from "../numerics/symmetricEigen";
import type { StateAxes } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";

const AXES = 3;
const LANCZOS = { count: AXES, most: 120, tolerance: 1e-12 };

/** @param states [rows, n]. The largest entry of each axis is positive. */
export function* principalAxes(states: Float64Array, n: number): SlicedTask<StateAxes> {
  const rows = states.length / n;
  const mean = new Float64Array(n);
  for (let r = 0; r < rows; r++) for (let i = 0; i < n; i++) mean[i] = mean[i]! + states[r * n + i]! / rows;
  const centered = states.map((value, i) => value - mean[i % n]!);
  const total = dot(centered, centered) / rows;
  const axes = new Float64Array(AXES * n);
  const shares = new Float64Array(AXES);
  if (!(total > 0)) return { mean, axes, shares };
  const { values, vectors } = yield* lanczos((v) => covarianceTimes(centered, v), n, LANCZOS);
  for (let k = 0; k < values.length; k++) {
    const axis = vectors.subarray(k * n, (k + 1) * n);
    const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    axes.set(largest < 0 ? axis.map((value) => -value) : axis, k * n);
    shares[k] = Math.max(0, values[k]! / total);
  }
  return { mean, axes, shares };
}

function* covarianceTimes(centered: Float64Array, v: Float64Array): SlicedTask<Float64Array> {
  const n = v.length;
  const rows = centered.length / n;
  const result = new Float64Array(n);
  for (let r = 0; r < rows; r++) {
    const along = dot(v, centered, r * n) / rows;
    for (let i = 0; i < n; i++) result[i] = result[i]! + along * centered[r * n + i]!;
  }
  yield;
  return result;
}

/** Where states [rows, n] are in the axes: [rows, 3]. */
export function project({ mean, axes }: StateAxes, states: Float64Array): Float64Array<ArrayBuffer> {
  const n = mean.length;
  const rows = states.length / n;
  const places = new Float64Array(rows * AXES);
  for (let r = 0; r < rows; r++) {
    const centered = states.subarray(r * n, (r + 1) * n).map((value, i) => value - mean[i]!);
    places.set(projectDirection(axes, centered), r * AXES);
  }
  return places;
}

/** The components of a direction [n] along the axes, [3]. */
export function projectDirection(axes: Float64Array, direction: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: AXES }, (_, k) => dot(direction, axes, k * direction.length));
}
