import { GATES, hasComplexState, statePartCount } from "../../shared/trace/cells";
import { startsInCandidate } from "../../shared/trace/networkSpec";
import { cellBackward, cellForward, createLayerBuffers } from "../cells/cell";
import type { LayerBuffers, LayerWeights } from "../cells/layer";
import { scalarLinearBackward, scalarLinearForward } from "../cells/linear";
import { candidate, candidateSlope } from "../network/candidate";
import { applyDropoutMask, drawDropoutMask } from "../network/dropout";
import { addInputNoise, drawNoise, leakRates } from "../network/leakyNoise";
import type { GateName, NetworkSpec } from "../network/network";
import { meanNorms } from "../numerics/stateNorms";
import type { RandomSource } from "../numerics/random";
import type { NetworkTensors } from "./parameterVector";
import type { RecurrentConstraints } from "./recurrentConstraints";

type Tensors = Pick<NetworkTensors, "layers" | "initialStates">;

/** The recurrent layers of a float64 network, one on the other, and what they keep of the last batch. */
export class LayerStack {
  batch = 0;
  timeSteps = 0;
  /** From the first on; new ones after a `fit` that returned true. */
  layers: readonly LayerBuffers[] = [];
  /** Of the layers but the last, [B, T, H]; none without dropout. */
  private masks: readonly Float64Array[] = [];
  /** Gradient of a layer's input on its way down, [B, T, H]; empty for one layer. */
  private dx = new Float64Array(0);
  private initial: Float64Array | null = null;
  private dropped = false;
  /** One number each for input, state and weights: plain loops over the batch take the place of the matrices. */
  private readonly isScalar: boolean;

  private readonly weights: readonly LayerWeights[];
  private readonly gradients: readonly LayerWeights[];
  /** [H] for each part of the initial state, and their gradients; none where they are zero. */
  private readonly learned: readonly Float64Array[];
  private readonly learnedGradients: readonly Float64Array[];

  /** Of the last forward: the weights, without those of absent connections. */
  private readonly used: LayerWeights[] = [];

  constructor(
    private readonly spec: NetworkSpec,
    parameters: Tensors,
    gradients: Tensors,
    private readonly constraints: RecurrentConstraints | null,
  ) {
    this.weights = parameters.layers;
    this.gradients = gradients.layers;
    this.learned = parameters.initialStates;
    this.learnedGradients = gradients.initialStates;
    const { cell, inputSize, hiddenSize, numLayers, bias, truncate } = spec;
    const oneByOne = inputSize === 1 && hiddenSize === 1 && numLayers === 1;
    this.isScalar = cell === "linear" && oneByOne && !bias && truncate === null;
  }

  /** The layer that is read out. */
  get top(): LayerBuffers {
    return this.layers[this.layers.length - 1]!;
  }

  /** Makes room for batches of this size; the buffers stay while the size does. @returns whether they are new */
  fit(batch: number, timeSteps: number): boolean {
    if (batch === this.batch && timeSteps === this.timeSteps) return false;
    const { numLayers, hiddenSize, dropout } = this.spec;
    this.batch = batch;
    this.timeSteps = timeSteps;
    this.layers = this.weights.map((_, l) => createLayerBuffers(this.spec, l, batch, timeSteps));
    const between = numLayers > 1 ? batch * timeSteps * hiddenSize : 0;
    this.masks = dropout > 0 ? this.weights.slice(1).map(() => new Float64Array(between)) : [];
    this.dx = new Float64Array(between);
    return true;
  }

  /** See Network.writeInitialState. */
  writeInitialState(from: Float64Array | null): void {
    this.initial = from === null ? null : from.slice();
  }

  /** See Network.readFinalState. */
  readFinalState(into: Float64Array): void {
    const { batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    let to = 0;
    for (let part = 0; part < statePartCount(this.spec.cell); part++) {
      for (const { parts } of this.layers) {
        for (let b = 0; b < B; b++, to += H)
          into.set(parts[part]!.values.subarray((b * (T + 1) + T) * H, (b + 1) * (T + 1) * H), to);
      }
    }
  }

  /** @param input [B, T, I] */
  forward(input: Float64Array, dropout: RandomSource | null): void {
    const { spec, layers, weights, initial, batch: B, timeSteps: T } = this;
    const { numLayers: L, hiddenSize: H } = spec;
    if (initial !== null && initial.length !== statePartCount(spec.cell) * L * B * H) {
      throw new RangeError(`the initial state holds ${initial.length} numbers, which does not fit a batch of ${B}`);
    }
    this.dropped = dropout !== null && spec.dropout > 0;
    layers[0]!.x.set(input);
    if (spec.ctrnn !== undefined && dropout !== null) addInputNoise(spec.ctrnn, layers[0]!.x, dropout);
    for (let l = 0; l < L; l++) {
      const layer = layers[l]!;
      this.used[l] = this.usedWeights(l);
      if (spec.ctrnn !== undefined) {
        const leak = weights[l]!.own["leak"] ?? null;
        drawNoise(spec.ctrnn, leakRates(spec.ctrnn, leak, H), layer.noise, dropout);
      }
      layer.parts.forEach(({ values }, part) => this.startStates(values, part * L + l));
      if (this.isScalar) scalarLinearForward(layer.x, layer.h, weights[l]!.wIh[0]!, weights[l]!.wHh[0]!, B, T);
      else cellForward(spec, this.used[l]!, layer);
      if (l < L - 1) this.passUp(l, dropout);
    }
  }

  private usedWeights(l: number): LayerWeights {
    const weights = this.weights[l]!;
    const { constraints } = this;
    return constraints === null ? weights : { ...weights, wHh: constraints.weightsOf(l, weights.wHh) };
  }

  clearStateGradients(): void {
    for (const { dh, parts } of this.layers) {
      dh.fill(0);
      for (const { part, gradients } of parts) if (part !== "h") gradients.fill(0);
    }
  }

  /** From the gradients of the top layer's states, in its dh, to those of all states and of the parameters. */
  backward(): void {
    const { spec, layers, weights, gradients, dx } = this;
    for (let l = layers.length - 1; l >= 0; l--) {
      const { x, h, dh } = layers[l]!;
      if (this.isScalar) {
        const { wIh, wHh } = gradients[l]!;
        scalarLinearBackward(x, h, dh, weights[l]!.wHh[0]!, wIh, wHh, this.batch, this.timeSteps);
        continue;
      }
      if (l > 0) dx.fill(0);
      cellBackward(spec, this.used[l]!, gradients[l]!, layers[l]!, l > 0 ? dx : null);
      this.constraints?.clearGradients(l, gradients[l]!.wHh);
      if (l > 0) this.passDown(l - 1);
    }
    if (this.initial === null) this.addInitialGradients();
  }

  /** One sequence, or all, of a layer's states, their gradients or its cell states: values [B, T + 1, H]. */
  copySequences(values: Float64Array, sequence: number | null, into: Float64Array): void {
    if (sequence === null) {
      into.set(values);
      return;
    }
    const perSequence = (this.timeSteps + 1) * this.spec.hiddenSize;
    // A loop and no view: tutorial-sized rows are read at every step, and a view costs more than their copy.
    for (let i = 0, from = sequence * perSequence; i < perSequence; i++, from++) into[i] = values[from]!;
  }

  /** See Network.readGate. */
  readGate(layer: number, gate: GateName, sequence: number | null, into: Float64Array): void {
    const { batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    const gates = GATES[this.spec.cell];
    const { gates: values } = this.layers[layer]!;
    const from = sequence ?? 0;
    const to = sequence === null ? B : sequence + 1;
    let at = 0;
    for (let row = from * T; row < to * T; row++, at += H) {
      const start = (row * gates.length + gates.indexOf(gate)) * H;
      into.set(values.subarray(start, start + H), at);
    }
  }

  /** See Network.readStateGradients, [B, T + 1, H]: of a complex state by its modulus, of ctrnn-current dL/dv. */
  stateGradients(layer: number): Float64Array {
    const { dh, parts } = this.layers[layer]!;
    if (!hasComplexState(this.spec.cell)) return this.spec.cell === "ctrnn-current" ? parts[0]!.gradients : dh;
    const [re, im] = parts;
    return re!.gradients.map((value, i) => Math.hypot(value, im!.gradients[i]!));
  }

  /** See Network.readStateGradientNorms. */
  readStateGradientNorms(layer: number, into: Float64Array): void {
    meanNorms(this.stateGradients(layer), this.batch, this.timeSteps + 1, this.spec.hiddenSize, into);
  }

  /** The gradients of the learned initial states: the sums over the batch of those of the states' entry 0. */
  private addInitialGradients(): void {
    const { learnedGradients, layers, batch: B, timeSteps: T } = this;
    const { hiddenSize: H, numLayers: L } = this.spec;
    const throughCandidate = startsInCandidate(this.spec);
    learnedGradients.forEach((gradient, part) => {
      const { values, gradients: states } = layers[part % L]!.parts[Math.floor(part / L)]!;
      for (let b = 0; b < B; b++) {
        for (let j = 0; j < H; j++) {
          const at = b * (T + 1) * H + j;
          const slope = throughCandidate ? candidateSlope(values[at]!, "log-space") : 1;
          gradient[j] = gradient[j]! + states[at]! * slope;
        }
      }
    });
  }

  /** Entry 0 of the states [B, T + 1, H] from the given part of the initial state, else the learned one, or zeros. */
  private startStates(states: Float64Array, part: number): void {
    const { initial, batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    const learned = this.learned[part];
    if (initial === null && learned !== undefined) {
      const start = startsInCandidate(this.spec) ? learned.map((value) => candidate(value, "log-space")) : learned;
      for (let b = 0; b < B; b++) states.set(start, b * (T + 1) * H);
      return;
    }
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < H; j++) states[b * (T + 1) * H + j] = initial === null ? 0 : initial[(part * B + b) * H + j]!;
    }
  }

  /** States 1 ... T of layer l, through the dropout mask, become the input of layer l + 1. */
  private passUp(l: number, dropout: RandomSource | null): void {
    const { batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    const { h } = this.layers[l]!;
    const { x } = this.layers[l + 1]!;
    for (let b = 0; b < B; b++) x.set(h.subarray((b * (T + 1) + 1) * H, (b + 1) * (T + 1) * H), b * T * H);
    const mask = this.masks[l];
    if (dropout === null || mask === undefined) return;
    drawDropoutMask(mask, this.spec.dropout, dropout);
    applyDropoutMask(x, mask);
  }

  /** The gradient of layer l + 1's input, in dx, is added to the states of layer l. */
  private passDown(l: number): void {
    const { dx, batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    const { dh } = this.layers[l]!;
    if (this.dropped) applyDropoutMask(dx, this.masks[l]!);
    for (let b = 0, i = 0; b < B; b++) {
      const start = (b * (T + 1) + 1) * H;
      for (let j = 0; j < T * H; j++) dh[start + j] = dh[start + j]! + dx[i++]!;
    }
  }
}
