import { cellBackward, cellForward, createLayerBuffers } from "../cells/cell";
import type { LayerBuffers, LayerWeights } from "../cells/layer";
import { scalarLinearBackward, scalarLinearForward } from "../cells/linear";
import { clampInPlace, l2Norm, scaleInPlace } from "../optimizers/clipping";
import { applyDropoutMask, drawDropoutMask } from "../network/dropout";
import { GATES, parameterCountOf, parameterLayout, sizeOf } from "../../shared/trace/networkSpec";
import type { Network, NetworkSpec } from "../network/network";
import { createOptimizer } from "../optimizers/optimizer";
import type { RandomSource } from "../numerics/random";
import { readoutBackward, readoutForward, type ReadoutWeights } from "./readout";
import { meanNorms } from "../numerics/stateNorms";

/** The float64 engine: plain TypeScript, the oracle of every other engine. Buffers are kept while batch and time steps stay the same. */
export function createReferenceNetwork(spec: NetworkSpec): Network {
  const { inputSize: I, hiddenSize: H, numLayers: L, outputSize: O } = spec;
  const layout = parameterLayout(spec);
  const parameterCount = parameterCountOf(layout);
  const parameters = new Float64Array(parameterCount);
  const gradients = new Float64Array(parameterCount);
  const before = new Float64Array(parameterCount);
  const norms = { update: 0, parameters: 0 };
  const optimizer = createOptimizer(parameterCount);

  const tensor = (flat: Float64Array, name: string): Float64Array | null => {
    const info = layout.find((candidate) => candidate.name === name);
    return info === undefined ? null : flat.subarray(info.offset, info.offset + sizeOf(info.shape));
  };
  const layerWeights = (flat: Float64Array, l: number): LayerWeights => ({
    wIh: tensor(flat, `weight_ih_l${l}`)!,
    wHh: tensor(flat, `weight_hh_l${l}`)!,
    bIh: tensor(flat, `bias_ih_l${l}`),
    bHh: tensor(flat, `bias_hh_l${l}`),
  });
  const readoutWeights = (flat: Float64Array): ReadoutWeights | null => {
    const weight = tensor(flat, "readout.weight");
    return weight === null ? null : { weight, bias: tensor(flat, "readout.bias") };
  };
  const layerIndices = Array.from({ length: L }, (_, l) => l);
  const weights = layerIndices.map((l) => layerWeights(parameters, l));
  const weightGradients = layerIndices.map((l) => layerWeights(gradients, l));
  const readout = readoutWeights(parameters);
  const readoutGradients = readoutWeights(gradients);
  const first = weights[0]!;
  const firstGradients = weightGradients[0]!;
  const scalar = spec.cell === "linear" && I === 1 && H === 1 && L === 1 && !spec.bias && spec.truncate === null;

  let B = 0;
  let T = 0;
  let layers: LayerBuffers[] = [];
  let masks: Float64Array[] = [];
  let dx = new Float64Array(0);
  let outputs = new Float64Array(0);
  let initial: Float64Array | null = null;
  let dropped = false;

  function allocate(batch: number, timeSteps: number): void {
    if (batch === B && timeSteps === T) return;
    B = batch;
    T = timeSteps;
    layers = layerIndices.map((l) => createLayerBuffers(spec, l, B, T));
    const between = L > 1 ? B * T * H : 0;
    masks = spec.dropout > 0 ? layerIndices.slice(1).map(() => new Float64Array(between)) : [];
    dx = new Float64Array(between);
    outputs = new Float64Array(B * (spec.readout === "every" ? T : 1) * O);
  }

  /** Entry 0 of the states [B, T + 1, H] from the given part of the initial state, or zeros. */
  function startStates(states: Float64Array, part: number): void {
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < H; j++) states[b * (T + 1) * H + j] = initial === null ? 0 : initial[(part * B + b) * H + j]!;
    }
  }

  /** What goes up from layer l: its states 1 ... T, through the dropout mask, as the input of layer l + 1. */
  function passUp(l: number, dropout: RandomSource | null): void {
    const { h } = layers[l]!;
    const { x } = layers[l + 1]!;
    for (let b = 0; b < B; b++) x.set(h.subarray((b * (T + 1) + 1) * H, (b + 1) * (T + 1) * H), b * T * H);
    const mask = masks[l];
    if (dropout === null || mask === undefined) return;
    drawDropoutMask(mask, spec.dropout, dropout);
    applyDropoutMask(x, mask);
  }

  /** The gradient of layer l + 1's input, in dx, comes back to the states of layer l. */
  function passDown(l: number): void {
    const { dh } = layers[l]!;
    if (dropped) applyDropoutMask(dx, masks[l]!);
    for (let b = 0, i = 0; b < B; b++) {
      const start = (b * (T + 1) + 1) * H;
      for (let j = 0; j < T * H; j++) dh[start + j] = dh[start + j]! + dx[i++]!;
    }
  }

  /** One sequence, or all, of values with `perSequence` numbers each. */
  function copySequences(values: Float64Array, perSequence: number, sequence: number | null, into: Float64Array): void {
    if (sequence === null) {
      into.set(values);
      return;
    }
    // A loop and no view: tutorial-sized rows are read at every step, and a view costs more than their copy.
    for (let i = 0, from = sequence * perSequence; i < perSequence; i++, from++) into[i] = values[from]!;
  }

  return {
    spec,
    layout,
    parameterCount,

    readParameters: (into) => into.set(parameters),
    writeParameters(from) {
      parameters.set(from);
      optimizer.reset();
    },
    readGradients: (into) => into.set(gradients),
    readOptimizer: () => optimizer.read(),
    writeOptimizer: (state) => optimizer.write(state),

    writeInitialState(from) {
      initial = from === null ? null : from.slice();
    },
    readFinalState(into) {
      let to = 0;
      for (const kind of spec.cell === "lstm" ? (["h", "c"] as const) : (["h"] as const)) {
        for (const layer of layers) {
          for (let b = 0; b < B; b++, to += H)
            into.set(layer[kind].subarray((b * (T + 1) + T) * H, (b + 1) * (T + 1) * H), to);
        }
      }
    },

    forward(input, batch, timeSteps, dropout) {
      allocate(batch, timeSteps);
      if (initial !== null && initial.length !== (spec.cell === "lstm" ? 2 : 1) * L * B * H) {
        throw new RangeError(`the initial state has ${initial.length} elements, which does not match a batch of ${B}`);
      }
      dropped = dropout !== null && spec.dropout > 0;
      layers[0]!.x.set(input);
      for (let l = 0; l < L; l++) {
        const layer = layers[l]!;
        startStates(layer.h, l);
        if (spec.cell === "lstm") startStates(layer.c, L + l);
        if (scalar) scalarLinearForward(layer.x, layer.h, first.wIh[0]!, first.wHh[0]!, B, T);
        else cellForward(spec, weights[l]!, layer);
        if (l < L - 1) passUp(l, dropout);
      }
      readoutForward(spec, readout, layers[L - 1]!.h, outputs, B, T);
      return outputs;
    },

    backward(outputGradient) {
      for (let l = 0; l < L; l++) layers[l]!.dh.fill(0);
      const top = layers[L - 1]!;
      readoutBackward(spec, readout, readoutGradients, top.h, top.dh, outputGradient, B, T);
      for (let l = L - 1; l >= 0; l--) {
        const layer = layers[l]!;
        if (scalar) {
          scalarLinearBackward(layer.x, layer.h, layer.dh, first.wHh[0]!, firstGradients.wIh, firstGradients.wHh, B, T);
          continue;
        }
        if (l > 0) dx.fill(0);
        cellBackward(spec, weights[l]!, weightGradients[l]!, layer, l > 0 ? dx : null);
        if (l > 0) passDown(l - 1);
      }
    },
    zeroGradients: () => void gradients.fill(0),

    gradientNorm: () => l2Norm(gradients),
    scaleGradients: (factor) => scaleInPlace(gradients, factor),
    clampGradients: (limit) => clampInPlace(gradients, limit),

    applyUpdate(update) {
      before.set(parameters);
      optimizer.apply(update, parameters, gradients);
      norms.parameters = l2Norm(before);
      for (let i = 0; i < parameterCount; i++) before[i] = parameters[i]! - before[i]!;
      norms.update = l2Norm(before);
      return norms;
    },

    readStates: (layer, sequence, into) => copySequences(layers[layer]!.h, (T + 1) * H, sequence, into),
    readStateGradients: (layer, sequence, into) => copySequences(layers[layer]!.dh, (T + 1) * H, sequence, into),
    readCells: (layer, sequence, into) => copySequences(layers[layer]!.c, (T + 1) * H, sequence, into),
    readGate(layer, gate, sequence, into) {
      const gates = GATES[spec.cell];
      const { gates: values } = layers[layer]!;
      const from = sequence ?? 0;
      const to = sequence === null ? B : sequence + 1;
      let at = 0;
      for (let row = from * T; row < to * T; row++, at += H) {
        const start = (row * gates.length + gates.indexOf(gate)) * H;
        into.set(values.subarray(start, start + H), at);
      }
    },
    readStateGradientNorms: (layer, into) => meanNorms(layers[layer]!.dh, B, T + 1, H, into),
  };
}
