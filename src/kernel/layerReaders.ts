/** What traces and analyses read of the layers after a pass. */
import { hasComplexState } from "../shared/trace/cells";
import { isBackwardLayer } from "../shared/trace/networkSpec";
import type { NetworkSpec } from "../core/network/network";
import { batchSums } from "../core/numerics/stateNorms";
import { gradientsInOrder } from "./bothDirections";
import type { Address, Kernel } from "./kernelModule";
import { SCRATCH_NUMBERS, type LayerMemory, type SliceMemory } from "./networkMemory";
import { readSequence, ROW_BYTES, type PanelMatrix } from "./panelMatrix";
import type { Workspace } from "./workspace";

export interface ReadFrom {
  readonly kernel: Kernel;
  readonly spec: NetworkSpec;
  readonly workspace: Workspace;
  /** Of SCRATCH_NUMBERS. */
  readonly scratch: Address;
}

/**
 * Rows of as many numbers as there are hidden units, in the order of the sequence.
 * @param head 1: the matrix begins with the initial states, which of a layer that reads backward are NaN
 * @param sequence null: all, one after the other
 */
export function readRows(
  from: ReadFrom,
  layer: number,
  matrixOf: (layer: LayerMemory) => PanelMatrix,
  head: 0 | 1,
  sequence: number | null,
  into: Float64Array,
): void {
  const { spec, workspace } = from;
  const { hiddenSize: H } = spec;
  const isBackward = isBackwardLayer(spec, layer);
  workspace.eachSequence(sequence, (share, row, index) => {
    const { batch, timeSteps: T } = share;
    const matrix = matrixOf(share.layers[layer]!);
    const copy = (firstStep: number, steps: number, stride: number, to: number): void =>
      copySteps(from, matrix, row + firstStep * batch, stride, steps, into, to);
    const at = index * (head + T) * H;
    if (!isBackward) return copy(0, head + T, batch, at);
    const length = new Uint32Array(workspace.memory.buffer, share.lengths, batch)[row]!;
    into.fill(NaN, at, at + head * H);
    copy(head + length - 1, length, -batch, at + head * H);
    copy(head + length, T - length, batch, at + (head + length) * H);
  });
}

/** `steps` rows from `row` on, `stride` rows apart. */
function copySteps(
  { kernel, spec, workspace, scratch }: ReadFrom,
  matrix: PanelMatrix,
  row: number,
  stride: number,
  steps: number,
  into: Float64Array,
  to: number,
): void {
  const { hiddenSize: H } = spec;
  if (H > SCRATCH_NUMBERS) return readSequence(workspace.floats(), matrix, row, stride, into, to, steps, H);
  const most = Math.floor(SCRATCH_NUMBERS / H);
  for (let step = 0; step < steps; step += most) {
    const count = Math.min(most, steps - step);
    const first = matrix.address + (row + step * stride) * ROW_BYTES;
    kernel.copyRows(first, matrix.stride, H, stride * ROW_BYTES, count, scratch);
    into.set(new Float64Array(workspace.memory.buffer, scratch, count * H), to + step * H);
  }
}

/** See Network.readStateGradientNorms. */
export function readGradientNorms(from: ReadFrom, layer: number, into: Float64Array): void {
  const { kernel, spec, workspace, scratch } = from;
  const shares = workspace.shares();
  const { timeSteps: T } = shares[0]!;
  into.fill(0, 0, T + 1);
  for (const share of shares) {
    const { batch, wholeBatch, stateNorms } = share;
    const { address, stride, panels } = gradientsOf(kernel, spec, share, layer);
    kernel.clear(stateNorms, (T + 1) * 8);
    kernel.addRowNorms(address, stride, panels, batch, T + 1, stateNorms, scratch);
    const sums = new Float64Array(workspace.memory.buffer, stateNorms, T + 1);
    for (let t = 0; t <= T; t++) into[t] = into[t]! + sums[t]! / wholeBatch;
  }
  if (isBackwardLayer(spec, layer)) into[0] = NaN;
}

/** The sums of Network.readStateGradientNorms. */
export function readGradientSums(from: ReadFrom, layer: number, into: Float64Array): void {
  const B = from.workspace.shares()[0]!.wholeBatch;
  const gradients = new Float64Array(B * into.length);
  readRows(from, layer, ({ stateGradients }) => stateGradients, 1, null, gradients);
  batchSums(gradients, B, into.length, into);
}

function gradientsOf(kernel: Kernel, spec: NetworkSpec, share: SliceMemory, layer: number): PanelMatrix {
  if (isBackwardLayer(spec, layer)) return gradientsInOrder(kernel, share, layer);
  const { stateGradients, cellGradients } = share.layers[layer]!;
  // Over complex units: over their real and imaginary parts.
  return hasComplexState(spec.cell) ? cellGradients : stateGradients;
}
