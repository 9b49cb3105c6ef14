/**
 * Minima of q(h) = |F(h) - h|^2 / 2 (Sussillo and Barak, Neural Computation 25, 2013), by the method of Levenberg and
 * Marquardt, whose steps become those of Newton where q tends to zero:
 *
 *   (A^T A + m I) d = -A^T r        r = F(h) - h        A = dF/dh - I
 */
import { factorize, gramMatrix, solveFactorized, solveLinear } from "../numerics/solve";
import type { StateMap } from "./stateMap";
import type { SlicedTask } from "../../lib/slicedTask";

/** Where a search ended. */
export interface Minimum {
  readonly state: Float64Array<ArrayBuffer>;
  readonly q: number;
  /** dF/dh there, [n, n] */
  readonly jacobian: Float64Array<ArrayBuffer>;
  /** fixed: F(h) = h within rounding. slow: a minimum of q above zero. open: neither when the search ended. */
  readonly kind: "fixed" | "slow" | "open";
}

const MAX_STEPS = 200;
/** Trials of one step, each with a larger damping. */
const MAX_TRIALS = 12;
/** The largest |F(h) - h| of a fixed point, relative to the largest number of h or 1. */
const FIXED = 1e-10;
/** From here on Newton's steps are exact enough to end in rounding. */
const NEAR = 1e-6;
/** A minimum: so many steps in a row, each lowering q by less than this share. */
const SETTLED_SHARE = 1e-6;
const SETTLED_STEPS = 4;
const NEWTON_STEPS = 12;

interface Point {
  readonly h: Float64Array<ArrayBuffer>;
  readonly r: Float64Array<ArrayBuffer>;
  readonly jacobian: Float64Array<ArrayBuffer>;
  readonly q: number;
}

export function* minimizeSpeed(map: StateMap, start: Float64Array, input: Float64Array): SlicedTask<Minimum> {
  const { size: n } = map;
  let point = pointAt(map, Float64Array.from(start), input);
  let damping = 1e-2;
  let settled = 0;
  for (let step = 0; step < MAX_STEPS && largest(point.r) > NEAR * scaleOf(point.h); step++) {
    const a = minusIdentity(point.jacobian, n);
    const gram = yield* gramMatrix(a, n, n);
    const slope = transposedTimes(a, point.r, n);
    let lower: Point | null = null;
    for (let trial = 0; trial < MAX_TRIALS && lower === null; trial++) {
      const tried = yield* dampedStep(map, point, input, gram, slope, damping);
      if (tried !== null && tried.q < point.q) lower = tried;
      else damping *= 4;
    }
    yield;
    if (lower === null) break;
    damping = Math.max(1e-12, damping / 5);
    settled = point.q - lower.q < SETTLED_SHARE * point.q ? settled + 1 : 0;
    point = lower;
    if (settled === SETTLED_STEPS) break;
  }
  point = yield* polish(map, point, input);
  const { h, jacobian, q, r } = point;
  if (largest(r) <= FIXED * scaleOf(h)) return { state: h, q, jacobian, kind: "fixed" };
  return { state: h, q, jacobian, kind: isMinimum(point, n) || settled === SETTLED_STEPS ? "slow" : "open" };
}

/** Newton's steps while they lower |F(h) - h|. */
function* polish(map: StateMap, from: Point, input: Float64Array): SlicedTask<Point> {
  const { size: n } = map;
  let point = from;
  if (largest(point.r) > NEAR * scaleOf(point.h)) return point;
  for (let step = 0; step < NEWTON_STEPS && point.q > 0; step++) {
    const d = yield* solveLinear(minusIdentity(point.jacobian, n), point.r, n);
    if (d === null) break;
    const next = pointAt(
      map,
      point.h.map((value, i) => value - d[i]!),
      input,
    );
    if (!(next.q < point.q)) break;
    point = next;
    yield;
  }
  return point;
}

function* dampedStep(
  map: StateMap,
  { h }: Point,
  input: Float64Array,
  gram: Float64Array,
  slope: Float64Array,
  damping: number,
): SlicedTask<Point | null> {
  const n = h.length;
  const factor = gram.slice();
  for (let i = 0; i < n; i++) factor[i * n + i] = factor[i * n + i]! + damping;
  if (!(yield* factorize(factor, n))) return null;
  const d = slope.slice();
  solveFactorized(factor, d, n);
  return pointAt(
    map,
    h.map((value, i) => value - d[i]!),
    input,
  );
}

function pointAt(map: StateMap, h: Float64Array<ArrayBuffer>, input: Float64Array): Point {
  const { next, jacobian } = map.linearize(h, input);
  const r = next.map((value, i) => value - h[i]!);
  return { h, r, jacobian, q: r.reduce((sum, value) => sum + value * value, 0) / 2 };
}

/** Whether the slope of q is small beside that of its terms. */
function isMinimum({ jacobian, r }: Point, n: number): boolean {
  const slope = transposedTimes(minusIdentity(jacobian, n), r, n);
  return largest(slope) <= 1e-4 * largest(r);
}

function minusIdentity(jacobian: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const a = Float64Array.from(jacobian);
  for (let i = 0; i < n; i++) a[i * n + i] = a[i * n + i]! - 1;
  return a;
}

function transposedTimes(a: Float64Array, r: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[j] = result[j]! + a[i * n + j]! * r[i]!;
  return result;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function scaleOf(h: Float64Array): number {
  return Math.max(1, largest(h));
}
