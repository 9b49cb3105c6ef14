/**
 * The error of the gradient check over the size of its step: truncation on one side, rounding on the other, and a
 * valley between.
 */
import { sizeOf } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";

/** Relative steps, the largest first. */
export const SWEPT_EPSILONS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10] as const;
/** Elements of a tensor that are looked at: those with the largest gradients, whose relative errors mean most. */
const MAX_ELEMENTS = 3;
const LOSSES_PER_ELEMENT = 2;
/** Multiplications to spend, a second's worth; a model beyond that gets no curves. */
const WORK = 5e8;

/**
 * For each tensor the largest relative error |a - n| / max(|a|, |n|) over a few elements, at each of
 * {@link SWEPT_EPSILONS}, with
 *
 *   n = (f(p + e) - f(p - e)) / 2e,   e = epsilon * max(1, |p|)
 *
 * whose error is e^2 f''' / 6 + 2^-53 |f| / e: a right gradient shows a V on double-logarithmic axes, a wrong one a
 * level line.
 * @param work multiplications of one loss
 * @returns null where that would take too long
 */
export function sweepEpsilon(
  layout: readonly ParameterInfo[],
  parameters: Float64Array,
  analytic: Float64Array,
  lossAt: (parameters: Float64Array) => number,
  work: number,
): readonly (readonly number[])[] | null {
  const elements = Math.min(
    MAX_ELEMENTS,
    Math.floor(WORK / (work * layout.length * SWEPT_EPSILONS.length * LOSSES_PER_ELEMENT)),
  );
  if (elements < 1) return null;
  return layout.map((info) => {
    const chosen = steepest(analytic, info, elements);
    return SWEPT_EPSILONS.map((epsilon) =>
      Math.max(...chosen.map((at) => errorAt(parameters, analytic, lossAt, at, epsilon))),
    );
  });
}

function errorAt(
  parameters: Float64Array,
  analytic: Float64Array,
  lossAt: (parameters: Float64Array) => number,
  at: number,
  epsilon: number,
): number {
  const value = parameters[at]!;
  const e = epsilon * Math.max(1, Math.abs(value));
  parameters[at] = value + e;
  const above = lossAt(parameters);
  parameters[at] = value - e;
  const below = lossAt(parameters);
  parameters[at] = value;
  const numeric = (above - below) / (2 * e);
  const exact = analytic[at]!;
  const scale = Math.max(Math.abs(exact), Math.abs(numeric));
  return scale === 0 ? 0 : Math.abs(exact - numeric) / scale;
}

function steepest(analytic: Float64Array, { offset, shape }: ParameterInfo, count: number): number[] {
  const places = Array.from({ length: sizeOf(shape) }, (_, i) => offset + i);
  return places.sort((a, b) => Math.abs(analytic[b]!) - Math.abs(analytic[a]!)).slice(0, count);
}
