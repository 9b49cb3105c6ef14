/**
 * What passes between the layers of a bidirectional network, see src/core/engine/bothDirections.ts. Of one direction
 * the functions do nothing.
 */
import { directionsOf } from "../shared/trace/networkSpec";
import type { NetworkSpec } from "../core/network/network";
import type { Kernel } from "./kernelModule";
import { halfOf, withoutInitial, type LayerMemory, type SliceMemory } from "./networkMemory";
import type { PanelMatrix } from "./panelMatrix";
import type { Workspace } from "./workspace";

/** @param lengths steps of each sequence of the batch; null: all steps */
export function writeLengths({ memory, eachSequence }: Workspace, lengths: Uint32Array | null): void {
  const words = new Uint32Array(memory.buffer);
  eachSequence(null, (share, row, index) => (words[(share.lengths >> 2) + row] = lengths?.[index] ?? share.timeSteps));
}

/** The last layer at the height below; null at the first. */
export function layerBelow(spec: NetworkSpec, share: SliceMemory, l: number): LayerMemory | null {
  const D = directionsOf(spec);
  return share.layers[Math.floor(l / D) * D - 1] ?? null;
}

/** Before the forward pass of a layer: its input in its own order. */
export function turnInput(kernel: Kernel, spec: NetworkSpec, share: SliceMemory, l: number, dropped: boolean): void {
  const { turned } = share.layers[l]!;
  if (turned === null) return;
  const below = layerBelow(spec, share, l);
  const seen = below === null ? share.input : outputOf(below, share, dropped).values;
  turn(kernel.gatherPartners, share, seen, turned.input, false);
}

/** After it: its states in the order of the sequence, beside those of the forward direction. */
export function joinStates(kernel: Kernel, spec: NetworkSpec, share: SliceMemory, l: number): void {
  const { turned, states, joined } = share.layers[l]!;
  if (turned === null) return;
  const target = withoutInitial(halfOf(joined, 1), share.batch);
  turn(kernel.gatherPartners, share, withoutInitial(states, share.batch), target, readsEnds(spec, l));
}

/** Before its backward pass: what reaches its states from above. */
export function splitGradients(kernel: Kernel, spec: NetworkSpec, share: SliceMemory, l: number): void {
  const { turned, stateGradients, joinedGradients } = share.layers[l]!;
  if (turned === null) return;
  const { address, stride, panels } = turned.gradients;
  kernel.clear(address, stride * panels);
  const source = withoutInitial(halfOf(joinedGradients, 1), share.batch);
  turn(kernel.addToPartners, share, source, withoutInitial(stateGradients, share.batch), readsEnds(spec, l));
}

/** After it: what reaches its input, on its way to the layers below. */
export function addTurnedGradients(
  kernel: Kernel,
  spec: NetworkSpec,
  share: SliceMemory,
  l: number,
  dropped: boolean,
): void {
  const { turned } = share.layers[l]!;
  const below = layerBelow(spec, share, l);
  if (turned === null || below === null) return;
  turn(kernel.addToPartners, share, turned.gradients, outputOf(below, share, dropped).gradients, false);
}

/** The gradients of the states of a layer that reads backward in the order of the sequence, with an entry before. */
export function gradientsInOrder(kernel: Kernel, share: SliceMemory, l: number): PanelMatrix {
  const { stateGradients, joinedGradients } = share.layers[l]!;
  // What came from above has been split.
  const target = halfOf(joinedGradients, 1);
  const { batch } = share;
  turn(kernel.gatherPartners, share, withoutInitial(stateGradients, batch), withoutInitial(target, batch), false);
  return target;
}

/** What the layers above read of those at one height, and the gradients of it; rows t·B + b. */
function outputOf(
  { joined, joinedGradients, dropout }: LayerMemory,
  { batch }: SliceMemory,
  dropped: boolean,
): { readonly values: PanelMatrix; readonly gradients: PanelMatrix } {
  if (dropped && dropout !== null) return { values: dropout.output, gradients: dropout.outputGradient };
  return { values: withoutInitial(joined, batch), gradients: withoutInitial(joinedGradients, batch) };
}

/** Whether only the end states of a layer are read, at every step. */
function readsEnds({ readsEnds: ofTop, numLayers }: NetworkSpec, l: number): boolean {
  return ofTop === true && l === numLayers - 1;
}

/** @param ends the last step of each sequence takes the place of every step */
function turn(
  run: Kernel["gatherPartners"],
  { batch, timeSteps, lengths }: SliceMemory,
  source: PanelMatrix,
  target: PanelMatrix,
  ends: boolean,
): void {
  const { address, stride, panels } = source;
  run(address, stride, target.address, target.stride, panels, batch, timeSteps, lengths, ends);
}
