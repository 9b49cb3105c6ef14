/**
 * The nonlinearities of the ctrnn cell, as Yang et al. (Nature Neuroscience 22, 2019) have them, and their slopes,
 * which follow from their values.
 *
 *   tanh                f' = 1 - f^2
 *   relu                f = max(0, a)              f' = [f > 0]
 *   softplus            f = ln(1 + e^a)            f' = sigmoid(a) = 1 - e^-f
 *   retanh              f = tanh(max(0, a))        f' = [f > 0] (1 - f^2)
 *   power               f = max(0, a)^2            f' = 2 max(0, a) = 2 sqrt(f)
 */
import type { CtrnnNonlinearity } from "../../shared/trace/ctrnnSpec";

interface Nonlinearity {
  /** f(a). Written with `<=`, so that a NaN stays one. */
  readonly valueAt: (a: number) => number;
  /** f'(a), from f(a). */
  readonly slopeOf: (f: number) => number;
}

export const NONLINEARITIES: Readonly<Record<CtrnnNonlinearity, Nonlinearity>> = {
  tanh: { valueAt: Math.tanh, slopeOf: (f) => 1 - f * f },
  relu: { valueAt: (a) => (a <= 0 ? 0 : a), slopeOf: (f) => (f <= 0 ? 0 : 1) },
  softplus: {
    // ln(1 + e^a) = max(a, 0) + ln(1 + e^-|a|), without overflow.
    valueAt: (a) => (a <= 0 ? 0 : a) + Math.log1p(Math.exp(-Math.abs(a))),
    slopeOf: (f) => -Math.expm1(-f),
  },
  retanh: { valueAt: (a) => (a <= 0 ? 0 : Math.tanh(a)), slopeOf: (f) => (f <= 0 ? 0 : 1 - f * f) },
  power: { valueAt: (a) => (a <= 0 ? 0 : a * a), slopeOf: (f) => (f <= 0 ? 0 : 2 * Math.sqrt(f)) },
};
