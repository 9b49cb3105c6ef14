/**
 * Resilient backpropagation without weight backtracking (Riedmiller and Braun, 1993), elementwise:
 *   s = sign(g);  step <- step * (s = previousSign ? etaPlus : etaMinus);  p <- p - s * step;  previousSign <- s
 * The sign before the first update is 0, so the first update is made with etaMinus * initialStep.
 */
export interface RpropState {
  readonly step: Float64Array;
  readonly sign: Float64Array;
}

export function createRpropState(parameterCount: number, initialStep: number): RpropState {
  return { step: new Float64Array(parameterCount).fill(initialStep), sign: new Float64Array(parameterCount) };
}

export function rpropUpdate(parameters: Float64Array, gradients: Float64Array, state: RpropState, etaPlus: number, etaMinus: number): void {
  const { step, sign } = state;
  for (let i = 0; i < parameters.length; i++) {
    const g = gradients[i]!;
    // NaN stays NaN, so that a broken gradient shows in the parameters instead of passing for zero.
    const s = g > 0 ? 1 : g < 0 ? -1 : g;
    const size = step[i]! * (s === sign[i] ? etaPlus : etaMinus);
    step[i] = size;
    sign[i] = s;
    parameters[i] = parameters[i]! - s * size;
  }
}
