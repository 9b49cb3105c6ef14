import { GATES, hasComplexState, STATE_PARTS } from "../../shared/trace/cells";
import { layerWidth, startsInCandidate, stateBlocks, stateSize } from "../../shared/trace/networkSpec";
import { cellBackward, cellForward, createLayerBuffers } from "../cells/cell";
import type { LayerBuffers, LayerWeights } from "../cells/layer";
import { scalarLinearBackward, scalarLinearForward, type ScalarTotals } from "../cells/linear";
import { candidate, candidateSlope } from "../network/candidate";
import { addInputNoise, drawNoise, leakRates } from "../network/leakyNoise";
import type { GateName, NetworkSpec } from "../network/network";
import { batchSums, meanNorms } from "../numerics/stateNorms";
import type { RandomSource } from "../numerics/random";
import { BetweenLayers } from "./betweenLayers";
import { forwardFromHeld } from "./heldStates";
import type { NetworkTensors } from "./parameterVector";
import type { RecurrentConstraints } from "./recurrentConstraints";

/** So many are set one by one: a call into the runtime costs as much as some tens of stores. */
const FEW_UNITS = 16;

type Tensors = Pick<NetworkTensors, "layers" | "initialStates">;

/**
 * The recurrent layers of a float64 network, one on the other, and what they keep of the last batch. Each direction of
 * a layer is one, see bothDirections.ts.
 */
export class LayerStack {
  batch = 0;
  timeSteps = 0;
  /** From the first on; new ones after a `fit` that returned true. */
  layers: readonly LayerBuffers[] = [];
  private between: BetweenLayers;
  private initial: Float64Array | null = null;
  /**
   * With one number each for input, state and weights, where plain loops over the batch take the place of the matrices:
   * totals of the last backward. Else null.
   */
  private scalar: ScalarTotals | null;

  private readonly weights: readonly LayerWeights[];
  private readonly gradients: readonly LayerWeights[];
  /** [width] for each part of the initial state, and their gradients; none where they are zero. */
  private readonly learned: readonly Float64Array[];
  private readonly learnedGradients: readonly Float64Array[];

  /** Of the last forward: the weights, without those of absent connections. */
  private readonly used: LayerWeights[] = [];
  /** By layer the parts of its state, see `holdsStates`. */
  private held: readonly (readonly Float64Array[])[] | null = null;

  /**
   * @param holdsStates after the first forward each piece that truncation cuts off starts from the state of the first
   */
  constructor(
    private readonly spec: NetworkSpec,
    parameters: Tensors,
    gradients: Tensors,
    private readonly constraints: RecurrentConstraints | null,
    private readonly holdsStates: boolean,
  ) {
    this.weights = parameters.layers;
    this.gradients = gradients.layers;
    this.learned = parameters.initialStates;
    this.learnedGradients = gradients.initialStates;
    const { cell, inputSize, hiddenSize, numLayers, bias, truncate } = spec;
    const oneByOne = inputSize === 1 && hiddenSize === 1 && numLayers === 1;
    this.scalar = cell === "linear" && oneByOne && !bias && truncate === null ? createTotals(0) : null;
    this.between = this.makeBuffers();
  }

  /** The states that are read out, [B, T + 1, W], and their gradients. */
  get top(): Pick<LayerBuffers, "h" | "dh"> {
    return this.between.top;
  }

  /** Makes room for batches of this size; the buffers stay while the size does. @returns whether they are new */
  fit(batch: number, timeSteps: number): boolean {
    if (batch === this.batch && timeSteps === this.timeSteps) return false;
    this.batch = batch;
    this.timeSteps = timeSteps;
    this.between = this.makeBuffers();
    return true;
  }

  private makeBuffers(): BetweenLayers {
    const { spec, batch, timeSteps } = this;
    if (this.scalar !== null) this.scalar = createTotals(timeSteps + 1);
    this.layers = this.weights.map((_, l) => createLayerBuffers(spec, l, batch, timeSteps));
    return new BetweenLayers(spec, this.layers, batch, timeSteps);
  }

  /** See Network.writeInitialState. */
  writeInitialState(from: Float64Array | null): void {
    this.initial = from === null ? null : from.slice();
  }

  /** See Network.readFinalState. */
  readFinalState(into: Float64Array): void {
    const { batch: B, timeSteps: T } = this;
    let to = 0;
    for (let part = 0; part < STATE_PARTS[this.spec.cell].length; part++) {
      for (const { parts } of this.layers) {
        const { values, width } = parts[part]!;
        for (let b = 0; b < B; b++, to += width)
          into.set(values.subarray((b * (T + 1) + T) * width, (b + 1) * (T + 1) * width), to);
      }
    }
  }

  /** @param input [B, T, I]. @param lengths of its sequences, see Network.forward */
  forward(input: Float64Array, dropout: RandomSource | null, lengths: Uint32Array | null): void {
    const { spec, layers, weights, initial, between, batch: B, timeSteps: T } = this;
    const { numLayers: L, hiddenSize: H } = spec;
    if (initial !== null && initial.length !== B * stateSize(spec)) {
      throw new RangeError(`the initial state holds ${initial.length} numbers, which does not fit a batch of ${B}`);
    }
    between.begin(dropout, lengths);
    layers[0]!.x.set(input);
    if (spec.ctrnn !== undefined && dropout !== null) addInputNoise(spec.ctrnn, layers[0]!.x, dropout);
    for (let l = 0; l < L; l++) {
      const layer = layers[l]!;
      this.used[l] = this.usedWeights(l);
      if (spec.ctrnn !== undefined) {
        const leak = weights[l]!.own["leak"] ?? null;
        drawNoise(spec.ctrnn, leakRates(spec.ctrnn, leak, H), layer.noise, dropout);
      }
      layer.parts.forEach(({ values, width }, part) => this.startStates(values, width, part * L + l));
      between.turnInput(l);
      if (this.scalar !== null) scalarLinearForward(layer.x, layer.h, weights[l]!.wIh[0]!, weights[l]!.wHh[0]!, B, T);
      else if (this.held !== null) forwardFromHeld(spec, l, this.used[l]!, layer, this.held[l]!);
      else cellForward(spec, this.used[l]!, layer);
      between.passUp(l, dropout);
    }
    if (this.holdsStates) this.held ??= layers.map(({ parts }) => parts.map(({ values }) => values.slice()));
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
    this.between.clearGradients();
  }

  /** From the gradients of the states that are read out, in dh of `top`, to those of all states and parameters. */
  backward(): void {
    const { spec, layers, weights, gradients, between } = this;
    between.splitTop();
    for (let l = layers.length - 1; l >= 0; l--) {
      const { x, h, dh } = layers[l]!;
      if (this.scalar !== null) {
        const { wIh, wHh } = gradients[l]!;
        scalarLinearBackward(x, h, dh, weights[l]!.wHh[0]!, wIh, wHh, this.scalar, this.batch, this.timeSteps);
        continue;
      }
      cellBackward(spec, this.used[l]!, gradients[l]!, layers[l]!, between.inputGradient(l));
      this.constraints?.clearGradients(l, gradients[l]!.wHh);
      between.passDown(l);
    }
    if (this.initial === null) this.addInitialGradients();
  }

  /** One sequence, or all, of a layer's states, their gradients or its cell states: values [B, T + 1, width]. */
  copySequences(layer: number, own: Float64Array, sequence: number | null, into: Float64Array): void {
    const perSequence = own.length / this.batch;
    const values = this.between.inSequenceOrder(layer, own, perSequence / (this.timeSteps + 1), 1);
    if (sequence === null) {
      into.set(values);
      return;
    }
    // A loop and no view: tutorial-sized rows are read at every step, and a view costs more than their copy.
    for (let i = 0, from = sequence * perSequence; i < perSequence; i++, from++) into[i] = values[from]!;
  }

  /** See Network.readGate. */
  readGate(layer: number, gate: GateName, sequence: number | null, into: Float64Array): void {
    const { batch: B, timeSteps: T } = this;
    const H = this.spec.hiddenSize;
    const gates = GATES[this.spec.cell];
    const values = this.between.inSequenceOrder(layer, this.layers[layer]!.gates, gates.length * H, 0);
    const from = sequence ?? 0;
    const to = sequence === null ? B : sequence + 1;
    let at = 0;
    for (let row = from * T; row < to * T; row++, at += H) {
      const start = (row * gates.length + gates.indexOf(gate)) * H;
      into.set(values.subarray(start, start + H), at);
    }
  }

  /** See Network.readStateGradients, [B, T + 1, P]: of a complex state by its modulus, of ctrnn-current dL/dv. */
  stateGradients(layer: number): Float64Array {
    const { dh, parts } = this.layers[layer]!;
    if (!hasComplexState(this.spec.cell)) return this.spec.cell === "ctrnn-current" ? parts[0]!.gradients : dh;
    const [re, im] = parts;
    return re!.gradients.map((value, i) => Math.hypot(value, im!.gradients[i]!));
  }

  /** See Network.readStateGradientNorms. */
  readStateGradientNorms(layer: number, into: Float64Array, sums: Float64Array | null): void {
    const { scalar, batch, timeSteps } = this;
    if (scalar !== null) {
      for (let t = 0; t <= timeSteps; t++) into[t] = scalar.sizes[t]! / batch;
      if (sums !== null) for (let t = 0; t <= timeSteps; t++) sums[t] = scalar.sums[t]!;
      return;
    }
    const width = layerWidth(this.spec);
    const gradients = this.between.inSequenceOrder(layer, this.stateGradients(layer), width, 1);
    meanNorms(gradients, batch, timeSteps + 1, width, into);
    if (sums !== null) batchSums(gradients, batch, timeSteps + 1, sums);
  }

  /** The gradients of the learned initial states: the sums over the batch of those of the states' entry 0. */
  private addInitialGradients(): void {
    const { learnedGradients, layers, batch: B, timeSteps: T } = this;
    const { numLayers: L } = this.spec;
    const throughCandidate = startsInCandidate(this.spec);
    learnedGradients.forEach((gradient, part) => {
      const { values, width, gradients: states } = layers[part % L]!.parts[Math.floor(part / L)]!;
      for (let b = 0; b < B; b++) {
        for (let j = 0; j < width; j++) {
          const at = b * (T + 1) * width + j;
          const slope = throughCandidate ? candidateSlope(values[at]!, "log-space") : 1;
          gradient[j] = gradient[j]! + states[at]! * slope;
        }
      }
    });
  }

  /** Entry 0 of the states [B, T + 1, width] from a block of the initial state, else the learned one, or zeros. */
  private startStates(states: Float64Array, width: number, block: number): void {
    const { initial, batch: B, timeSteps: T } = this;
    const learned = this.learned[block];
    if (initial === null && learned !== undefined) {
      const start = startsInCandidate(this.spec) ? learned.map((value) => candidate(value, "log-space")) : learned;
      for (let b = 0; b < B; b++) states.set(start, b * (T + 1) * width);
      return;
    }
    if (initial === null) {
      for (let b = 0; b < B; b++) {
        const start = b * (T + 1) * width;
        if (width > FEW_UNITS) states.fill(0, start, start + width);
        else for (let j = 0; j < width; j++) states[start + j] = 0;
      }
      return;
    }
    const before = stateBlocks(this.spec).slice(0, block);
    const start = B * before.reduce((sum, other) => sum + other, 0);
    for (let b = 0; b < B; b++)
      states.set(initial.subarray(start + b * width, start + (b + 1) * width), b * (T + 1) * width);
  }
}

function createTotals(length: number): ScalarTotals {
  return { sizes: new Float64Array(length), sums: new Float64Array(length) };
}
