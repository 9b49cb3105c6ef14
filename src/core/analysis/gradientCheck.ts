import type { GradientCheck, GradientCheckTensor } from "../../shared/trace/trace";
import { isMinimalCell } from "../../shared/trace/cells";
import { lstmOptions } from "../../shared/trace/lstmOptions";
import { sizeOf, type NetworkSpec } from "../../shared/trace/networkSpec";
import { SWEPT_EPSILONS, sweepEpsilon } from "./epsilonSweep";
import type { Trainer } from "../training/trainer";

export interface GradientCheckOptions {
  /** Relative step: element p is moved by epsilon * max(1, |p|) to both sides. */
  readonly epsilon?: number;
  readonly tolerance?: number;
}

/** The five-point stencil errs by e^4 f''''' / 30 and loses 2^-52 L / e to rounding: both are smallest near 1e-4. */
const DEFAULT_EPSILON = 1e-4;
const DEFAULT_TOLERANCE = 1e-5;
/** The float32 engine has seven digits, of which sums over batch and time take some. */
const FLOAT32_TOLERANCE = 1e-2;
/** What is below this share of the largest element of its tensor is rounding in 32-bit floats. */
const FLOAT32_FLOOR = 1e-3;
/**
 * Smaller steps that are tried where relu units, or the candidates of "log-space", may have a kink within a step: a
 * wrong gradient stays wrong at all of them.
 */
const RELU_STEPS = [1, 0.1, 0.01, 0.001, 0.0001];
function hasKink(spec: NetworkSpec): boolean {
  const { cell, nonlinearity, variant, ctrnn } = spec;
  // A layer normalization bends within a few thousandths where the sums are nearly equal, as from h = 0.
  if (lstmOptions(spec).layerNorm) return true;
  if (ctrnn !== undefined) return ctrnn.nonlinearity !== "tanh" && ctrnn.nonlinearity !== "softplus";
  return cell === "rnn" ? nonlinearity === "relu" : isMinimalCell(cell) && variant === "log-space";
}

/** Multiplications to spend, a second or two's worth; large models are checked at some elements of each tensor. */
const WORK = 1e9;
const MIN_ELEMENTS = 3;

/**
 * Compares dL/dp by backpropagation with central differences of the loss in 64-bit floats, for the parameters that the
 * trainer is at, before clipping and without dropout. The error is |a - n| / max(|a|, |n|, floor). The floor is what
 * rounding and the curvature of the loss leave of a gradient of zero, so that at a minimum, where both values are
 * noise, nothing is called wrong. With truncation the differences are of the pieces, each with its first state held
 * fast.
 */
export function checkGradients(trainer: Trainer, options: GradientCheckOptions = {}): GradientCheck {
  const single = trainer.engine === "float32";
  const epsilon = options.epsilon ?? DEFAULT_EPSILON;
  const tolerance = options.tolerance ?? (single ? FLOAT32_TOLERANCE : DEFAULT_TOLERANCE);
  const parameters = trainer.parameters();
  const analytic = trainer.gradientAt(parameters);
  const lossAt = trainer.differentiatedLoss();
  const loss = lossAt(parameters);
  const steps = hasKink(trainer.spec) ? RELU_STEPS : [1];
  const forward = trainer.parameterCount * trainer.batchSize * trainer.dataset.timeSteps;
  const most = Math.max(MIN_ELEMENTS, Math.floor(WORK / (4 * forward * trainer.layout.length)));

  const tensors = trainer.layout.map(({ name, shape, offset }): GradientCheckTensor => {
    const length = sizeOf(shape);
    const checked = Math.min(length, most);
    const largest = analytic
      .subarray(offset, offset + length)
      .reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    let maxRelativeError = 0;
    let worst = { index: 0, analytic: analytic[offset] ?? 0, numeric: NaN };
    for (let i = 0; i < checked; i++) {
      const index = checked === 1 ? 0 : Math.round((i * (length - 1)) / (checked - 1));
      const at = offset + index;
      const exact = analytic[at]!;
      let error = NaN;
      let numeric = NaN;
      for (const step of steps) {
        const difference = centralDifference(lossAt, parameters, at, loss, step * epsilon, tolerance);
        const scale = Math.max(
          Math.abs(exact),
          Math.abs(difference.numeric),
          difference.floor,
          single ? FLOAT32_FLOOR * largest : 0,
        );
        numeric = difference.numeric;
        error = Math.abs(exact - numeric) / scale;
        if (error <= tolerance) break;
      }
      // Written so that NaN counts as the worst of all.
      if (i === 0 || !(error <= maxRelativeError)) {
        maxRelativeError = error;
        worst = { index, analytic: exact, numeric };
        if (Number.isNaN(error)) break;
      }
    }
    return { name, shape, maxRelativeError, worst, ...(checked < length ? { checked } : {}) };
  });
  const curves = sweepEpsilon(trainer.layout, parameters, analytic, lossAt, forward);
  const passed = tensors.every((tensor) => tensor.maxRelativeError <= tolerance);
  if (curves === null) return { iteration: trainer.iteration, epsilon, tolerance, passed, tensors };
  return {
    iteration: trainer.iteration,
    epsilon,
    epsilons: SWEPT_EPSILONS,
    tolerance,
    passed,
    tensors: tensors.map((tensor, index) => ({ ...tensor, errors: curves[index]! })),
  };
}

/**
 * f' = (8 (f(+e) - f(-e)) - (f(+2e) - f(-2e))) / 12e (Abramowitz and Stegun, 25.3.6).
 * The floor is the larger of the rounding noise of that over the tolerance, and e |f''|: how much the gradient changes
 * within the stencil.
 */
function centralDifference(
  lossAt: (parameters: Float64Array) => number,
  parameters: Float64Array,
  index: number,
  loss: number,
  epsilon: number,
  tolerance: number,
): { numeric: number; floor: number } {
  const value = parameters[index]!;
  const e = epsilon * Math.max(1, Math.abs(value));
  const movedBy = (steps: number) => {
    parameters[index] = value + steps * e;
    return lossAt(parameters);
  };
  const [farBelow, below, above, farAbove] = [movedBy(-2), movedBy(-1), movedBy(1), movedBy(2)];
  parameters[index] = value;
  const noise = (10 * Number.EPSILON * Math.max(Math.abs(farBelow), Math.abs(loss), Math.abs(farAbove))) / e;
  const curvature = Math.abs(above - 2 * loss + below) / e;
  return {
    numeric: (8 * (above - below) - (farAbove - farBelow)) / (12 * e),
    floor: Math.max(noise / tolerance, curvature, Number.MIN_VALUE),
  };
}
