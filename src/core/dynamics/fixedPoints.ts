/**
 * Fixed points and slow points of a network under a constant input: minima of its speed from many starts, with the
 * eigenvalues of the Jacobian at each.
 */
import * as l10n from "@vscode/l10n";
import { createRandom, normal, STREAM } from "../numerics/random";
import { eigenvaluesOf } from "../numerics/eigenvalues";
import { l2Norm } from "../numerics/l2Norm";
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { FixedPoint, FixedPointKind, FixedPoints } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { directionsOf } from "./eigenDirections";
import { minimizeSpeed, type Minimum } from "./minimizeSpeed";
import { project } from "./principalAxes";
import type { OnProgress } from "./progress";
import type { StateMap } from "./stateMap";
import { sortedByModulus } from "./sortedEigenvalues";
import { trajectoriesOf } from "./trajectories";
import { visitStates, type Visited } from "./visitedStates";

/** Starts of a search, and the multiplications, n^3 a start, that limit them. */
const MAX_STARTS = 256;
const MIN_STARTS = 32;
const WORK = 1e9;
/** Noise on the visited states, relative to their mean distance from their center. */
const NOISE = [0, 0.1, 0.5, 1] as const;
/** Further starts anywhere in the range of the units: what the sequences never lead to can be a fixed point, too. */
const MAX_ANYWHERE = 256;
const MIN_ANYWHERE = 8;
const WORK_ANYWHERE = 1.5e7;
/** Points nearer than this share of that distance are one. */
const SAME = 1e-5;
/** Points farther than so many of them are outliers. */
const FAR = 10;
/** A slow point moves by less than this share of it a step. */
const SLOW = 0.01;

/** What a search found, in no axes yet. */
export interface FoundPoints {
  readonly fixed: readonly PlainPoint[];
  readonly slow: readonly PlainPoint[];
  readonly settled: number;
  readonly outliers: number;
}

interface PlainPoint extends Omit<FixedPoint, "place" | "directions"> {
  readonly jacobian: Float64Array<ArrayBuffer>;
}

/** @throws Error in words for a person when the input does not have one number for each input of the network */
export function* analyzeFixedPoints(
  snapshot: RunSnapshot,
  input: readonly number[] | null,
  onProgress: OnProgress,
): SlicedTask<FixedPoints> {
  return yield* fixedPointsOf(yield* visitStates(snapshot), input, onProgress);
}

/** @throws Error in words for a person, as {@link analyzeFixedPoints} does */
export function* fixedPointsOf(
  visited: Visited,
  input: readonly number[] | null,
  onProgress: OnProgress,
): SlicedTask<FixedPoints> {
  const { map } = visited;
  const constant = constantInput(map.spec.inputSize, input);
  const trajectories = yield* trajectoriesOf(visited);
  const { starts, visits } = chooseStarts(visited.states, map.size, visited.seed);
  const { fixed, slow, settled, outliers } = yield* findFixedPoints(map, starts, constant, onProgress, visits);
  const place = function* (points: readonly PlainPoint[]): SlicedTask<FixedPoint[]> {
    const placed: FixedPoint[] = [];
    for (const { jacobian, ...point } of points)
      placed.push({
        ...point,
        place: project(trajectories, point.state),
        directions: yield* directionsOf(jacobian, point, trajectories.axes),
      });
    return placed;
  };
  return {
    input: constant,
    points: yield* place(fixed),
    slowPoints: yield* place(slow),
    starts: starts.length / map.size,
    settled,
    outliers,
    trajectories,
  };
}

/** @throws Error in words for a person */
export function constantInput(inputSize: number, input: readonly number[] | null): Float64Array<ArrayBuffer> {
  if (input === null) return new Float64Array(inputSize);
  if (input.length !== inputSize)
    throw new RangeError(
      l10n.t("The input has {0} numbers; what is analyzed reads {1} at each step.", input.length, inputSize),
    );
  return Float64Array.from(input);
}

/** Visited states with noise, each fourth as it is; then states anywhere between the numbers that a unit can have. */
function chooseStarts(states: Float64Array, n: number, seed: number) {
  const random = createRandom(seed, STREAM.evaluation);
  const rows = states.length / n;
  const count = startCount(MIN_STARTS, MAX_STARTS, WORK, n);
  const anywhere = startCount(MIN_ANYWHERE, MAX_ANYWHERE, WORK_ANYWHERE, n);
  const { spread } = spreadOf(states, n);
  const starts = new Float64Array((count + anywhere) * n);
  for (let s = 0; s < count; s++) {
    const row = Math.floor(random.double() * rows);
    const noise = (NOISE[s % NOISE.length]! * spread) / Math.sqrt(n);
    for (let i = 0; i < n; i++) starts[s * n + i] = states[row * n + i]! + noise * normal(random);
  }
  const range = rangeOf(states, n);
  for (let at = count * n; at < starts.length; at++) starts[at] = range[at % n]! * (2 * random.double() - 1);
  return { starts, visits: starts.subarray(0, count * n) };
}

function startCount(least: number, most: number, work: number, n: number): number {
  return Math.max(least, Math.min(most, Math.floor(work / n ** 3)));
}

/** How far from 0 each number of a state goes, at least 1: most cells keep theirs below that. */
function rangeOf(states: Float64Array, n: number): Float64Array {
  const range = new Float64Array(n).fill(1);
  for (const [at, value] of states.entries()) range[at % n] = Math.max(range[at % n]!, Math.abs(value));
  return range;
}

/**
 * A piece of work is a step of one of the starts.
 * @param starts [starts, n]
 * @param visits those of them whose distances say what is one point, and slow
 */
export function* findFixedPoints(
  map: StateMap,
  starts: Float64Array,
  input: Float64Array,
  onProgress: OnProgress,
  visits = starts,
): SlicedTask<FoundPoints> {
  const n = map.size;
  const { spread } = spreadOf(visits, n);
  const all = spreadOf(starts, n);
  const near = SAME * (spread > 0 ? spread : 1);
  const count = starts.length / n;
  const fixed: Minimum[] = [];
  const slow: Minimum[] = [];
  let settled = 0;
  let outliers = 0;
  for (let s = 0; s < count; s++) {
    onProgress(s, count);
    const found = yield* minimizeSpeed(map, starts.subarray(s * n, (s + 1) * n), input);
    yield;
    if (found.kind === "open" || (found.kind === "slow" && Math.sqrt(2 * found.q) > SLOW * spread)) continue;
    if (distance(found.state, all.center) > FAR * all.spread && all.spread > 0) {
      outliers++;
      continue;
    }
    settled++;
    const list = found.kind === "fixed" ? fixed : slow;
    // A slow point is known less exactly.
    const same = found.kind === "fixed" ? near : 1e3 * near;
    if (!list.some(({ state }) => distance(state, found.state) <= same)) list.push(found);
  }
  onProgress(count, count);
  return { fixed: yield* describeAll(fixed, n), slow: yield* describeAll(slow, n), settled, outliers };
}

function* describeAll(minima: readonly Minimum[], n: number): SlicedTask<PlainPoint[]> {
  const points: PlainPoint[] = [];
  for (const { state, q, jacobian } of minima) {
    const eigenvalues = sortedByModulus(yield* eigenvaluesOf(jacobian, n));
    const unstable = eigenvalues.re.filter((re, i) => Math.hypot(re, eigenvalues.im[i]!) > 1).length;
    points.push({ state, q, kind: kindOf(unstable, n), unstable, ...eigenvalues, jacobian });
    yield;
  }
  return points.sort((a, b) => a.unstable - b.unstable || inOrder(a.state, b.state));
}

function kindOf(unstable: number, n: number): FixedPointKind {
  if (unstable === 0) return "stable";
  return unstable < n ? "saddle" : "unstable";
}

/** Descending by the first number that differs. */
function inOrder(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > 1e-9) return b[i]! - a[i]!;
  return 0;
}

function distance(a: Float64Array, b: Float64Array): number {
  return l2Norm(a.map((value, i) => value - b[i]!));
}

/** The center of states, and their mean distance from it. */
export function spreadOf(states: Float64Array, n: number): { readonly center: Float64Array; readonly spread: number } {
  const rows = states.length / n;
  const center = new Float64Array(n);
  for (let i = 0; i < states.length; i++) center[i % n] = center[i % n]! + states[i]! / rows;
  let spread = 0;
  for (let r = 0; r < rows; r++) spread += distance(states.subarray(r * n, (r + 1) * n), center) / rows;
  return { center, spread };
}
