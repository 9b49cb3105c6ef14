import type { ParameterInfo } from "../shared/trace";
import type { CellKind, GateName, NetworkSpec } from "./network";

/** Gates in the order of their blocks in the weights, as PyTorch stacks them. */
export const GATES: Readonly<Record<CellKind, readonly GateName[]>> = {
  linear: [],
  rnn: [],
  lstm: ["i", "f", "g", "o"],
  gru: ["r", "z", "n"],
};

/** Blocks of H rows in each weight of a cell. */
export function gateCount(cell: CellKind): number {
  return Math.max(1, GATES[cell].length);
}

/** Parameter tensors of a network with their places in the flat vector. Names, shapes and order as PyTorch's. */
export function parameterLayout(spec: NetworkSpec): ParameterInfo[] {
  const { inputSize: I, hiddenSize: H, outputSize: O } = spec;
  const rows = gateCount(spec.cell) * H;
  const layout: ParameterInfo[] = [];
  let offset = 0;
  const add = (name: string, ...shape: number[]) => {
    layout.push({ name, shape, offset });
    offset += sizeOf(shape);
  };
  for (let l = 0; l < spec.numLayers; l++) {
    add(`weight_ih_l${l}`, rows, l === 0 ? I : H);
    add(`weight_hh_l${l}`, rows, H);
    if (spec.bias) {
      add(`bias_ih_l${l}`, rows);
      add(`bias_hh_l${l}`, rows);
    }
  }
  if (spec.readout !== "state") {
    add("readout.weight", O, H);
    if (spec.bias) add("readout.bias", O);
  }
  return layout;
}

/** Numbers in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

export function parameterCountOf(layout: readonly ParameterInfo[]): number {
  const last = layout.at(-1);
  return last === undefined ? 0 : last.offset + sizeOf(last.shape);
}
