import type { ParameterInfo } from "../shared/trace";
import { linearBackward, linearForward, scalarLinearBackward, scalarLinearForward } from "./cells/linear";
import { clampInPlace, l2Norm, scaleInPlace } from "./clipping";
import type { Network, NetworkSpec, OptimizerUpdate, UpdateNorms } from "./network";
import { createRpropState, rpropUpdate, type RpropState } from "./optimizers/rprop";
import { sgdUpdate } from "./optimizers/sgd";

/** The float64 engine: plain TypeScript, the oracle of every other engine. Buffers grow to the largest batch and are kept. */
export function createReferenceNetwork(spec: NetworkSpec): Network {
  const { inputSize: I, hiddenSize: H } = spec;
  const scalar = I === 1 && H === 1;
  const layout: readonly ParameterInfo[] = [
    { name: "weight_ih_l0", shape: [H, I], offset: 0 },
    { name: "weight_hh_l0", shape: [H, H], offset: H * I },
  ];
  const parameterCount = H * (I + H);

  const parameters = new Float64Array(parameterCount);
  const gradients = new Float64Array(parameterCount);
  const before = new Float64Array(parameterCount);
  const wIh = parameters.subarray(0, H * I);
  const wHh = parameters.subarray(H * I);
  const dwIh = gradients.subarray(0, H * I);
  const dwHh = gradients.subarray(H * I);
  let rprop: RpropState | null = null;

  let B = 0;
  let T = 0;
  let x: Float64Array = new Float64Array(0);
  let h = new Float64Array(0);
  let dh = new Float64Array(0);
  let outputs = new Float64Array(0);
  const norms = { update: 0, parameters: 0 };

  function allocate(batch: number, timeSteps: number): void {
    if (batch === B && timeSteps === T) return;
    B = batch;
    T = timeSteps;
    h = new Float64Array(B * (T + 1) * H);
    dh = new Float64Array(B * (T + 1) * H);
    outputs = new Float64Array(B * H);
  }

  return {
    spec,
    layout,
    parameterCount,

    readParameters: (into) => into.set(parameters),
    writeParameters(from) {
      parameters.set(from);
      rprop = null;
    },
    readGradients: (into) => into.set(gradients),

    forward(input, batch, timeSteps) {
      allocate(batch, timeSteps);
      x = input;
      if (scalar) scalarLinearForward(x, h, wIh[0]!, wHh[0]!, B, T);
      else linearForward(x, h, wIh, wHh, B, T, I, H);
      for (let b = 0, from = T * H, to = 0; b < B; b++, from += T * H) {
        for (let j = 0; j < H; j++) outputs[to++] = h[from++]!;
      }
      return outputs;
    },

    backward(outputGradient) {
      dh.fill(0);
      for (let b = 0, to = T * H, from = 0; b < B; b++, to += T * H) {
        for (let j = 0; j < H; j++) dh[to++] = outputGradient[from++]!;
      }
      if (scalar) scalarLinearBackward(x, h, dh, wHh[0]!, dwIh, dwHh, B, T);
      else linearBackward(x, h, dh, wIh, wHh, dwIh, dwHh, null, B, T, I, H);
    },
    zeroGradients: () => void gradients.fill(0),

    gradientNorm: () => l2Norm(gradients),
    scaleGradients: (factor) => scaleInPlace(gradients, factor),
    clampGradients: (limit) => clampInPlace(gradients, limit),

    applyUpdate(update: OptimizerUpdate): UpdateNorms {
      before.set(parameters);
      switch (update.kind) {
        case "sgd":
          sgdUpdate(parameters, gradients, update.learningRate);
          break;
        case "rprop":
          rprop ??= createRpropState(parameterCount, update.initialStep);
          rpropUpdate(parameters, gradients, rprop, update.etaPlus, update.etaMinus);
          break;
      }
      norms.parameters = l2Norm(before);
      for (let i = 0; i < parameterCount; i++) before[i] = parameters[i]! - before[i]!;
      norms.update = l2Norm(before);
      return norms;
    },

    readStates: (_layer, into) => into.set(h),
    readStateGradients: (_layer, into) => into.set(dh),
  };
}
