/**
 * L2 penalties of a leaky network, as means like PsychRNN's:
 *
 *   L = rateL2 mean(h^2) + weightL2 sum_W mean(W^2)        dL/dh = 2 rateL2 h / n      dL/dW = 2 weightL2 W / n_W
 *
 * h of all layers, steps 1 to T and sequences; W the weight matrices, those of the read-out among them.
 */
import type { LayerBuffers } from "../cells/layer";
import type { NetworkSpec } from "../network/network";
import { sizeOf } from "../../shared/trace/networkSpec";
import type { ParameterVector } from "./parameterVector";

export class Penalties {
  private readonly rateL2: number;
  private readonly weightL2: number;
  /** Of the gradients that the next backward adds. */
  private share = 0;

  constructor(
    { ctrnn }: NetworkSpec,
    private readonly parameters: ParameterVector,
  ) {
    this.rateL2 = ctrnn?.rateL2 ?? 0;
    this.weightL2 = ctrnn?.weightL2 ?? 0;
  }

  /** See Network.penalize. */
  penalize(layers: readonly LayerBuffers[], share: number): number {
    if (this.rateL2 === 0 && this.weightL2 === 0) return 0;
    this.share = share;
    let rates = 0;
    for (const layer of layers) rates += sumOfSquaredRates(layer) / rateCount(layers);
    let weights = 0;
    for (const { from, to } of this.matrices()) {
      let sum = 0;
      for (let i = from; i < to; i++) sum += this.parameters.values[i]! ** 2;
      weights += sum / (to - from);
    }
    return share * (this.rateL2 * rates + this.weightL2 * weights);
  }

  /** Adds the gradients to dh and to those of the parameters, once for each time that they were asked for. */
  addGradients(layers: readonly LayerBuffers[]): void {
    const { share, parameters } = this;
    this.share = 0;
    if (share === 0) return;
    const ofRate = (2 * share * this.rateL2) / rateCount(layers);
    for (const { B, T, H, h, dh } of layers)
      for (let b = 0; b < B; b++)
        for (let i = (b * (T + 1) + 1) * H, end = (b + 1) * (T + 1) * H; i < end; i++) dh[i] = dh[i]! + ofRate * h[i]!;
    for (const { from, to } of this.matrices()) {
      const ofWeight = (2 * share * this.weightL2) / (to - from);
      for (let i = from; i < to; i++)
        parameters.gradients[i] = parameters.gradients[i]! + ofWeight * parameters.values[i]!;
    }
  }

  private matrices(): { readonly from: number; readonly to: number }[] {
    return this.parameters.layout
      .filter(({ shape }) => shape.length === 2)
      .map(({ offset, shape }) => ({ from: offset, to: offset + sizeOf(shape) }));
  }
}

function rateCount(layers: readonly LayerBuffers[]): number {
  return layers.reduce((count, { B, T, H }) => count + B * T * H, 0);
}

function sumOfSquaredRates({ B, T, H, h }: LayerBuffers): number {
  let sum = 0;
  for (let b = 0; b < B; b++)
    for (let i = (b * (T + 1) + 1) * H, end = (b + 1) * (T + 1) * H; i < end; i++) sum += h[i]! ** 2;
  return sum;
}
