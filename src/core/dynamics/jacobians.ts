/** The Jacobians of the steps along one sequence of the data, and of all of them together. */
import * as l10n from "@vscode/l10n";
import { eigenvaluesOf } from "../numerics/eigenvalues";
import { l2Norm } from "../numerics/l2Norm";
import { singularValues } from "../numerics/singularValues";
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { StepJacobians } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import type { OnProgress } from "./progress";
import { sortedByModulus } from "./sortedEigenvalues";
import { visitStates } from "./visitedStates";

/** Multiplications, about 13 n^3 a step, that limit the steps whose values are computed. */
const WORK = 2e10;
const STEP_WORK = 13;

/**
 * @param sequence of those that {@link visitStates} reads
 * @throws Error in words for a person when there is no such sequence
 */
export function* analyzeJacobians(
  snapshot: RunSnapshot,
  sequence: number,
  onProgress: OnProgress,
): SlicedTask<StepJacobians> {
  const { map, states, inputs, sequences, timeSteps: T } = yield* visitStates(snapshot);
  if (sequence >= sequences)
    throw new RangeError(l10n.t("There is no sequence {0}. Use an index from 0 to {1}.", sequence, sequences - 1));
  const { size: n } = map;
  const { inputSize: I } = map.spec;
  const steps = chosenSteps(T, Math.max(1, Math.floor(WORK / (STEP_WORK * n ** 3))));
  const found = {
    singularValues: new Float64Array(steps.length * n),
    re: new Float64Array(steps.length * n),
    im: new Float64Array(steps.length * n),
  };
  const product = new ScaledProduct(n);
  let row = 0;
  for (let t = 1; t <= T; t++) {
    onProgress(t - 1, T);
    const h = (sequence * (T + 1) + t - 1) * n;
    const x = (sequence * T + t - 1) * I;
    const { jacobian } = map.linearize(states.subarray(h, h + n), inputs.subarray(x, x + I));
    yield* product.multiply(jacobian);
    if (steps[row] !== t) continue;
    found.singularValues.set(yield* singularValues(jacobian, n), row * n);
    const { re, im } = sortedByModulus(yield* eigenvaluesOf(jacobian, n));
    found.re.set(re, row * n);
    found.im.set(im, row * n);
    row++;
    yield;
  }
  onProgress(T, T);
  return { sequence, timeSteps: T, steps, ...found, ...(yield* product.read()) };
}

function chosenSteps(T: number, most: number): Float64Array<ArrayBuffer> {
  const count = Math.min(T, most);
  return Float64Array.from({ length: count }, (_, i) =>
    count === 1 ? T : 1 + Math.round((i * (T - 1)) / (count - 1)),
  );
}

/** J_T ... J_1, with its size apart, so that it neither overflows nor underflows. */
class ScaledProduct {
  private values: Float64Array<ArrayBuffer>;
  private logScale = 0;

  constructor(private readonly n: number) {
    this.values = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.values[i * n + i] = 1;
  }

  *multiply(jacobian: Float64Array): SlicedTask<void> {
    const { n, values } = this;
    const next = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const factor = jacobian[i * n + k]!;
        if (factor === 0) continue;
        for (let j = 0; j < n; j++) next[i * n + j] = next[i * n + j]! + factor * values[k * n + j]!;
      }
      if (n > 64 && i % 32 === 31) yield;
    }
    const size = l2Norm(next);
    this.values = size > 0 && Number.isFinite(size) ? next.map((value) => value / size) : next;
    if (size > 0 && Number.isFinite(size)) this.logScale += Math.log(size);
    yield;
  }

  *read(): SlicedTask<Pick<StepJacobians, "logProduct" | "logProductEigenvalues">> {
    const { n, values } = this;
    const singular = yield* singularValues(values, n);
    const { re, im } = sortedByModulus(yield* eigenvaluesOf(values, n));
    const least = n * Number.EPSILON * singular[0]!;
    const logOf = (value: number): number => (value > least ? Math.log(value) + this.logScale : NaN);
    return { logProduct: singular.map(logOf), logProductEigenvalues: re.map((a, i) => logOf(Math.hypot(a, im[i]!))) };
  }
}
