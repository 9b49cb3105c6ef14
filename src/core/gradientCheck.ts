import type { GradientCheck, GradientCheckTensor } from "../shared/trace";
import type { Trainer } from "./trainer";

export interface GradientCheckOptions {
  /** Relative step: element p is moved by epsilon * max(1, |p|) to both sides. */
  readonly epsilon?: number;
  readonly tolerance?: number;
}

/** Central differences lose about a third of the digits: with steps of 1e-5 about 1e-10 of the loss remain. */
const DEFAULT_EPSILON = 1e-5;
const DEFAULT_TOLERANCE = 1e-5;

/**
 * Compares dL/dp by backpropagation with (L(p + e) - L(p - e)) / 2e for every parameter at the trainer's current
 * parameters, before clipping. The error is |a - n| / max(|a|, |n|, floor); the floor is what rounding alone makes of a
 * gradient of zero, so that a gradient far below the noise of the loss is not called wrong.
 */
export function checkGradients(trainer: Trainer, options: GradientCheckOptions = {}): GradientCheck {
  const epsilon = options.epsilon ?? DEFAULT_EPSILON;
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  const parameters = trainer.parameters();
  const analytic = trainer.gradientAt(parameters);
  const loss = Math.abs(trainer.lossAt(parameters));
  // The noise of the difference quotient is about 2^-52 L / e; below floor it may not decide.
  const floor = Math.max(1e-12, (Number.EPSILON * loss * 10) / epsilon / tolerance);

  const tensors = trainer.layout.map(({ name, shape, offset }): GradientCheckTensor => {
    const length = shape.reduce((a, b) => a * b, 1);
    let maxRelativeError = 0;
    let worst = { index: 0, analytic: analytic[offset] ?? 0, numeric: NaN };
    for (let index = 0; index < length; index++) {
      const at = offset + index;
      const numeric = centralDifference(trainer, parameters, at, epsilon);
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

function centralDifference(trainer: Trainer, parameters: Float64Array, index: number, epsilon: number): number {
  const value = parameters[index]!;
  const step = epsilon * Math.max(1, Math.abs(value));
  const above = value + step;
  const below = value - step;
  parameters[index] = above;
  const lossAbove = trainer.lossAt(parameters);
  parameters[index] = below;
  const lossBelow = trainer.lossAt(parameters);
  parameters[index] = value;
  // Not 2 * step: above and below are rounded.
  return (lossAbove - lossBelow) / (above - below);
}
