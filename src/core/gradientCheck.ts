import type { GradientCheck, GradientCheckTensor } from "../shared/trace";
import type { Trainer } from "./trainer";

export interface GradientCheckOptions {
  /** Relative step: element p is moved by epsilon * max(1, |p|) to both sides. */
  readonly epsilon?: number;
  readonly tolerance?: number;
}

/** The five-point stencil errs by e^4 f''''' / 30 and loses 2^-52 L / e to rounding: both are smallest near 1e-4. */
const DEFAULT_EPSILON = 1e-4;
const DEFAULT_TOLERANCE = 1e-5;

/**
 * Compares dL/dp by backpropagation with central differences of the loss, for every parameter at the trainer's current
 * parameters, before clipping. The error is |a - n| / max(|a|, |n|, floor). The floor is what rounding and the curvature of
 * the loss leave of a gradient of zero, so that at a minimum, where both values are noise, nothing is called wrong.
 */
export function checkGradients(trainer: Trainer, options: GradientCheckOptions = {}): GradientCheck {
  const epsilon = options.epsilon ?? DEFAULT_EPSILON;
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  const parameters = trainer.parameters();
  const analytic = trainer.gradientAt(parameters);
  const loss = trainer.lossAt(parameters);

  const tensors = trainer.layout.map(({ name, shape, offset }): GradientCheckTensor => {
    const length = shape.reduce((a, b) => a * b, 1);
    let maxRelativeError = 0;
    let worst = { index: 0, analytic: analytic[offset] ?? 0, numeric: NaN };
    for (let index = 0; index < length; index++) {
      const at = offset + index;
      const { numeric, floor } = centralDifference(trainer, parameters, at, loss, epsilon, tolerance);
      const exact = analytic[at]!;
      const error = Math.abs(exact - numeric) / Math.max(Math.abs(exact), Math.abs(numeric), floor);
      // Written so that NaN counts as the worst of all.
      if (index === 0 || !(error <= maxRelativeError)) {
        maxRelativeError = error;
        worst = { index, analytic: exact, numeric };
        if (Number.isNaN(error)) break;
      }
    }
    return { name, shape, maxRelativeError, worst };
  });
  const passed = tensors.every((tensor) => tensor.maxRelativeError <= tolerance);
  return { iteration: trainer.iteration, epsilon, tolerance, passed, tensors };
}

/**
 * f' = (8 (f(+e) - f(-e)) - (f(+2e) - f(-2e))) / 12e (Abramowitz and Stegun, 25.3.6).
 * The floor is the larger of the rounding noise of that over the tolerance, and e |f''|: how much the gradient changes within the stencil.
 */
function centralDifference(trainer: Trainer, parameters: Float64Array, index: number, loss: number, epsilon: number, tolerance: number): { numeric: number; floor: number } {
  const value = parameters[index]!;
  const e = epsilon * Math.max(1, Math.abs(value));
  const lossAt = (steps: number) => {
    parameters[index] = value + steps * e;
    return trainer.lossAt(parameters);
  };
  const [farBelow, below, above, farAbove] = [lossAt(-2), lossAt(-1), lossAt(1), lossAt(2)];
  parameters[index] = value;
  const noise = (10 * Number.EPSILON * Math.max(Math.abs(farBelow), Math.abs(loss), Math.abs(farAbove))) / e;
  const curvature = Math.abs(above - 2 * loss + below) / e;
  return { numeric: (8 * (above - below) - (farAbove - farBelow)) / (12 * e), floor: Math.max(noise / tolerance, curvature, Number.MIN_VALUE) };
}
