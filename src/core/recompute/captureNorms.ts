import { l2Norm } from "../numerics/l2Norm";
import type { CaptureValue } from "../../shared/trace/probeContents";

/** One number a time step: the Euclidean norm over the units, averaged over the sequences that have the step. */
export interface CaptureNorms {
  /** Of dL/dh_t, t = 1 ... T */
  readonly gradientNorms: readonly number[];
  /** Of what reaches h_t from outside of its layer; null of a cell */
  readonly directGradientNorms: readonly number[] | null;
  /** Of h_t */
  readonly stateNorms: readonly number[];
}

interface DirectionSeries {
  /** [sequences, T, units] */
  readonly states: Float64Array;
  readonly gradient: Float64Array;
  readonly direct: Float64Array | null;
}

export function captureNorms(
  value: CaptureValue,
  units: number,
  { states, gradient, direct }: DirectionSeries,
): CaptureNorms {
  return {
    gradientNorms: normsOf(value, gradient, units),
    directGradientNorms: direct === null ? null : normsOf(value, direct, units),
    stateNorms: normsOf(value, states, units),
  };
}

function normsOf({ sequences, timeSteps: T, lengths }: CaptureValue, values: Float64Array, units: number): number[] {
  return Array.from({ length: T }, (_, t) => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < sequences; i++) {
      if (lengths !== null && t >= lengths[i]!) continue;
      const at = (i * T + t) * units;
      sum += l2Norm(values, at, at + units);
      count++;
    }
    return sum / count;
  });
}
