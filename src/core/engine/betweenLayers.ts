import { directionsOf, isBackwardLayer, layerWidth, outputWidth } from "../../shared/trace/networkSpec";
import type { LayerBuffers } from "../cells/layer";
import { applyDropoutMask, drawDropoutMask } from "../network/dropout";
import type { NetworkSpec } from "../network/network";
import type { RandomSource } from "../numerics/random";
import { joinStates, splitGradients, turnSteps, type JoinedStates, type StepOrder } from "./bothDirections";

/** What passes between the layers of a float64 network, and on to the read-out, for batches of one size. */
export class BetweenLayers {
  /** The states that are read out, [B, T + 1, W] with W of `outputWidth`, and their gradients. */
  readonly top: Pick<LayerBuffers, "h" | "dh">;
  /** Of the layers but the last, [B, T, W]; none without dropout. */
  private readonly masks: readonly Float64Array[];
  /** Gradient of a layer's input on its way down, [B, T, W]; empty for one layer. */
  private readonly dx: Float64Array;
  /** The same in the order of the backward direction; empty without one. */
  private readonly turnedDx: Float64Array;
  private order: StepOrder;
  private dropped = false;

  /** @param layers each direction of one counts */
  constructor(
    private readonly spec: NetworkSpec,
    private readonly layers: readonly LayerBuffers[],
    B: number,
    T: number,
  ) {
    const W = outputWidth(spec);
    const heights = layers.length / directionsOf(spec);
    const between = heights > 1 ? B * T * W : 0;
    const isDouble = spec.directions === 2;
    const ends = () => new Float64Array(B * (T + 1) * W);
    this.order = { B, T, lengths: null };
    this.top = isDouble ? { h: ends(), dh: ends() } : layers[layers.length - 1]!;
    this.masks = Array.from({ length: spec.dropout > 0 ? heights - 1 : 0 }, () => new Float64Array(between));
    this.dx = new Float64Array(between);
    this.turnedDx = new Float64Array(isDouble ? between : 0);
  }

  /** Before the first layer of a forward. @param lengths see Network.forward */
  begin(dropout: RandomSource | null, lengths: Uint32Array | null): void {
    this.dropped = dropout !== null && this.spec.dropout > 0;
    this.order = { ...this.order, lengths };
  }

  /** Gives a backward layer the input of the forward one beside it, in its own order. */
  turnInput(layer: number): void {
    if (!isBackwardLayer(this.spec, layer)) return;
    const { I, x } = this.layers[layer]!;
    turnSteps(this.order, this.layers[layer - 1]!.x, I, x);
  }

  /** The states that `layer` has put out reach the layer above through the mask, or the read-out. */
  passUp(layer: number, dropout: RandomSource | null): void {
    const above = layer + 1;
    const { spec, layers } = this;
    if (above % directionsOf(spec) > 0) return;
    if (above === layers.length) {
      if (spec.directions === 2) this.join(above, this.ends(this.top.h));
      return;
    }
    const { x } = layers[above]!;
    if (spec.directions === 2) this.join(above, { values: x, head: 0, atEnds: false });
    else this.copyUp(layers[layer]!.h, x);
    const mask = this.maskBelow(above);
    if (dropout === null || mask === undefined) return;
    drawDropoutMask(mask, spec.dropout, dropout);
    applyDropoutMask(x, mask);
  }

  clearGradients(): void {
    if (this.spec.directions === 2) this.top.dh.fill(0);
  }

  /** Before the last layer of a backward: from the read-out to the directions. */
  splitTop(): void {
    if (this.spec.directions === 2) this.split(this.layers.length, this.ends(this.top.dh));
  }

  /** Where `layer` adds the gradient of its input; null for the first. The backward direction comes first. */
  inputGradient(layer: number): Float64Array | null {
    const D = directionsOf(this.spec);
    if (layer < D) return null;
    if ((layer + 1) % D === 0) this.dx.fill(0);
    return this.dx;
  }

  /** After `layer` has added its part: to the order of the sequence, or to the states of the layer below. */
  passDown(layer: number): void {
    const { spec, dx, order } = this;
    if (layer < directionsOf(spec)) return;
    if (isBackwardLayer(spec, layer)) {
      this.turnedDx.set(dx);
      turnSteps(order, this.turnedDx, outputWidth(spec), dx);
      return;
    }
    if (this.dropped) applyDropoutMask(dx, this.maskBelow(layer)!);
    if (spec.directions === 2) {
      this.split(layer, { values: dx, head: 0, atEnds: false });
      return;
    }
    const { dh, P } = this.layers[layer - 1]!;
    const { B, T } = order;
    for (let b = 0, i = 0; b < B; b++) {
      const start = (b * (T + 1) + 1) * P;
      for (let j = 0; j < T * P; j++) dh[start + j] = dh[start + j]! + dx[i++]!;
    }
  }

  /**
   * Values of a layer at each step [B, head + T, width] in the order of the sequence; of a backward one a copy, in
   * which the initial state, an entry before the steps, is NaN.
   */
  inSequenceOrder(layer: number, values: Float64Array, width: number, head: 0 | 1): Float64Array {
    if (!isBackwardLayer(this.spec, layer)) return values;
    const { B, T } = this.order;
    const ordered = new Float64Array(values.length);
    turnSteps(this.order, values, width, ordered, head);
    for (let b = 0; b < B; b++) ordered.fill(NaN, b * (head + T) * width, (b * (head + T) + head) * width);
    return ordered;
  }

  private maskBelow(layer: number): Float64Array | undefined {
    return this.masks[layer / directionsOf(this.spec) - 1];
  }

  private copyUp(h: Float64Array, x: Float64Array): void {
    const { B, T } = this.order;
    const H = h.length / (B * (T + 1));
    for (let b = 0; b < B; b++) x.set(h.subarray((b * (T + 1) + 1) * H, (b + 1) * (T + 1) * H), b * T * H);
  }

  private ends(values: Float64Array): JoinedStates {
    return { values, head: 1, atEnds: this.spec.readsEnds === true };
  }

  /** The two directions below layer `above`. */
  private join(above: number, into: JoinedStates): void {
    joinStates(this.order, this.layers[above - 2]!.h, this.layers[above - 1]!.h, layerWidth(this.spec), into);
  }

  private split(above: number, from: JoinedStates): void {
    splitGradients(this.order, from, layerWidth(this.spec), this.layers[above - 2]!.dh, this.layers[above - 1]!.dh);
  }
}
