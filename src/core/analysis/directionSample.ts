/**
 * One layer of a bidirectional network in one direction as a network of one layer, with its steps in the order of that
 * direction, so that what is computed of other networks can be computed of it.
 */
import * as l10n from "@vscode/l10n";
import type { StatePart } from "../../shared/trace/cells";
import {
  isBackwardLayer,
  layerInputs,
  layerSuffix,
  layerWidth,
  partWidth,
  sizeOf,
} from "../../shared/trace/networkSpec";
import type { Network } from "../network/network";
import type { Sample, StateSample } from "./meanJacobian";
import { tensorNamed } from "./stepCoefficients";

/** Of the layers that share the input of the output: the forward one. */
export function topForwardLayer({ numLayers, directions }: Network["spec"]): number {
  return numLayers - (directions ?? 1);
}

/** @param sample without padding. @param layer each direction counted */
export function directionSample({ network, parameters, batch, timeSteps: T }: Sample, layer: number): StateSample {
  const { spec } = network;
  const { hiddenSize: H } = spec;
  const P = layerWidth(spec);
  const suffix = layerSuffix(spec, layer);
  const turns = isBackwardLayer(spec, layer);
  const tensors = network.layout.filter(({ name }) => name.endsWith(suffix));
  let offset = 0;
  const layout = tensors.map(({ name, shape }) => {
    const info = { name: `${name.slice(0, -suffix.length)}_l0`, shape, offset };
    offset += sizeOf(shape);
    return info;
  });
  const own = new Float64Array(offset);
  for (const [i, { name }] of tensors.entries()) own.set(tensorNamed(network, parameters, name)!, layout[i]!.offset);
  const withStart = (part: StatePart, into: Float64Array): void => {
    if (!turns) return;
    const width = partWidth(spec, part);
    turn(into, width, 1);
    // Past the end of the sequence, where the network has no entry for it.
    into.set(tensorNamed(network, parameters, `${part}0${suffix}`) ?? new Float64Array(width));
  };
  const { readout: _, directions: _both, readsEnds: _ends, ...rest } = spec;
  return {
    network: {
      spec: { ...rest, inputSize: layerInputs(spec, layer), numLayers: 1, dropout: 0, readout: "state", outputSize: P },
      layout,
      readStates(_layer, b, into) {
        network.readStates(layer, b, into);
        withStart("h", into);
      },
      readPart(_layer, part, b, into) {
        network.readPart(layer, part, b, into);
        withStart(part, into);
      },
      readGate(_layer, gate, b, into) {
        network.readGate(layer, gate, b, into);
        if (turns) turn(into, H, 0);
      },
    },
    parameters: own,
    batch: { size: batch.size, inputs: inputsOf({ network, parameters, batch, timeSteps: T }, layer, turns) },
    timeSteps: T,
  };
}

/** What the layer reads, [B, T, I], in the order of its direction. */
function inputsOf({ network, batch, timeSteps: T }: StateSample, layer: number, turns: boolean): Float64Array {
  const { spec } = network;
  const P = layerWidth(spec);
  const I = layerInputs(spec, layer);
  const values = layer < 2 ? Float64Array.from(batch.inputs) : new Float64Array(batch.size * T * I);
  const below = layer - (layer % 2) - 2;
  const states = new Float64Array((T + 1) * P);
  for (let b = 0; b < batch.size; b++) {
    for (let d = 0; d < 2 && layer >= 2; d++) {
      network.readStates(below + d, b, states);
      for (let t = 0; t < T; t++) values.set(states.subarray((t + 1) * P, (t + 2) * P), (b * T + t) * I + d * P);
    }
    if (turns) turn(values.subarray(b * T * I, (b + 1) * T * I), I, 0);
  }
  return values;
}

/** In place the other order of the steps of one sequence, [head + T, width]. */
function turn(values: Float64Array, width: number, head: number): void {
  const copy = values.slice();
  const T = values.length / width - head;
  for (let t = 0; t < T; t++)
    values.set(copy.subarray((head + t) * width, (head + t + 1) * width), (head + T - 1 - t) * width);
}

/** @throws Error in words for a person where nothing is predicted of the gradient of this layer */
export function refuseUnpredicted(spec: Network["spec"], layer: number): void {
  if (spec.directions !== 2) return;
  if (isBackwardLayer(spec, layer)) throw new Error(l10n.t("Nothing is predicted for the backward direction."));
  if (layer < topForwardLayer(spec))
    throw new Error(
      l10n.t("Below the top layer of a bidirectional model nothing is predicted: gradient comes from both directions."),
    );
}
