/**
 * Lyapunov exponents of a network under a constant input: the mean logarithms of the diagonal of R, with
 * Q_t R_t = J_t Q_{t-1} along the path (Benettin et al., Meccanica 15, 1980).
 */
import { createRandom, normal, STREAM } from "../numerics/random";
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { Lyapunov } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { constantInput, spreadOf } from "./fixedPoints";
import type { OnProgress } from "./progress";
import type { StateMap } from "./stateMap";
import { visitStates } from "./visitedStates";

const MAX_EXPONENTS = 64;
const STEPS = 1000;
/** Steps until the path is on its attractor and Q has turned to the directions that grow. */
const TRANSIENT = 200;
const CHECKS = 20;
/** Noise on the first state, relative to the distance of the visited states from their center. */
const NOISE = 0.1;

/**
 * The path starts near the last state of the first sequence.
 * @throws Error in words for a person when the input does not have one number for each input of the network
 */
export function* analyzeLyapunov(
  snapshot: RunSnapshot,
  input: readonly number[] | null,
  onProgress: OnProgress,
): SlicedTask<Lyapunov> {
  const constant = constantInput(snapshot, input);
  const { map, states, timeSteps } = yield* visitStates(snapshot);
  const n = map.size;
  const random = createRandom(snapshot.experiment.seed, STREAM.evaluation);
  const { spread } = spreadOf(states, n);
  // A fixed point is left, also where all states are in it.
  const noise = (NOISE * (spread > 0 ? spread : 1)) / Math.sqrt(n);
  const start = states.slice(timeSteps * n, (timeSteps + 1) * n).map((value) => value + noise * normal(random));
  const plan = { exponents: Math.min(n, MAX_EXPONENTS), steps: STEPS, transient: TRANSIENT };
  return yield* lyapunovExponents(map, start, constant, plan, onProgress);
}

export interface LyapunovPlan {
  readonly exponents: number;
  readonly steps: number;
  readonly transient: number;
}

/** Cost a step: n^2 multiplications for each exponent. */
export function* lyapunovExponents(
  map: StateMap,
  start: Float64Array,
  input: Float64Array<ArrayBuffer>,
  { exponents: k, steps, transient }: LyapunovPlan,
  onProgress: OnProgress,
): SlicedTask<Lyapunov> {
  const n = map.size;
  let h = Float64Array.from(start);
  let q = firstDirections(n, k);
  const sums = new Float64Array(k);
  const history: number[] = [];
  const historySteps: number[] = [];
  for (let step = 1; step <= transient + steps; step++) {
    onProgress(step - 1, transient + steps);
    const { next, jacobian } = map.linearize(h, input);
    h = next;
    q = yield* timesDirections(jacobian, q, n);
    const growth = orthonormalize(q, n, step);
    if (step <= transient) continue;
    const done = step - transient;
    for (let i = 0; i < k; i++) sums[i] = sums[i]! + growth[i]!;
    if (done % Math.max(1, Math.floor(steps / CHECKS)) !== 0 && done !== steps) continue;
    history.push(...sums.map((sum) => sum / done));
    historySteps.push(done);
  }
  onProgress(transient + steps, transient + steps);
  const exponents = sums.map((sum) => sum / steps).sort((a, b) => b - a);
  return {
    input,
    exponents,
    history: Float64Array.from(history),
    historySteps: Float64Array.from(historySteps),
    steps,
    transient,
    dimension: attractorDimension(exponents, n),
  };
}

/** [k, n] */
function firstDirections(n: number, k: number): Float64Array<ArrayBuffer> {
  const random = createRandom(1);
  const q = Float64Array.from({ length: k * n }, () => normal(random));
  orthonormalize(q, n, 0);
  return q;
}

/** Each row v becomes J v. */
function* timesDirections(jacobian: Float64Array, q: Float64Array, n: number): SlicedTask<Float64Array<ArrayBuffer>> {
  const result = new Float64Array(q.length);
  for (let row = 0; row < q.length / n; row++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += jacobian[i * n + j]! * q[row * n + j]!;
      result[row * n + i] = sum;
    }
    if (n > 256 && row % 8 === 7) yield;
  }
  yield;
  return result;
}

/**
 * Rows of q [k, n] by the modified Gram-Schmidt process. A direction that vanishes goes on as another one.
 * @returns logarithms of their lengths before
 */
function orthonormalize(q: Float64Array, n: number, step: number): Float64Array {
  const k = q.length / n;
  const growth = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    removeEarlier(q, n, i);
    const length = lengthOf(q, n, i);
    growth[i] = Math.log(length);
    if (!(length > 1e-280)) {
      const random = createRandom(step * k + i);
      for (let j = 0; j < n; j++) q[i * n + j] = normal(random);
      removeEarlier(q, n, i);
    }
    const divisor = lengthOf(q, n, i);
    for (let j = 0; j < n; j++) q[i * n + j] = q[i * n + j]! / divisor;
  }
  return growth;
}

function removeEarlier(q: Float64Array, n: number, i: number): void {
  for (let e = 0; e < i; e++) {
    let along = 0;
    for (let j = 0; j < n; j++) along += q[i * n + j]! * q[e * n + j]!;
    for (let j = 0; j < n; j++) q[i * n + j] = q[i * n + j]! - along * q[e * n + j]!;
  }
}

function lengthOf(q: Float64Array, n: number, i: number): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum += q[i * n + j]! ** 2;
  return Math.sqrt(sum);
}

/** j + (l_1 + ... + l_j) / |l_{j+1}|, j the last for which the sum is not negative (Kaplan and Yorke, 1979). */
function attractorDimension(exponents: Float64Array, n: number): number | null {
  let sum = 0;
  for (let j = 0; j < exponents.length; j++) {
    const next = exponents[j]!;
    if (sum + next < 0) return j === 0 ? 0 : j + sum / Math.abs(next);
    sum += next;
  }
  return exponents.length === n ? n : null;
}
