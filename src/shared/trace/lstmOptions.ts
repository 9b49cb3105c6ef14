/** The options of lstm, and the tensors that they add. PyTorch's nn.LSTM has the projection alone. */
import { gateCount, type CellKind } from "./cells";

export interface LstmOptions {
  /** Each gate sees the cell state of its own unit: i and f that of the step before, o the new one. */
  readonly peephole: boolean;
  /** The products with the weights are normalized over their blocks, and the cell state on its way to the output. */
  readonly layerNorm: boolean;
  /** Numbers that h is projected to, fewer than H; 0 or left out: h is not projected. */
  readonly projSize?: number;
}

const NO_OPTIONS: LstmOptions = { peephole: false, layerNorm: false };

export function lstmOptions({ lstm }: { readonly lstm?: LstmOptions }): LstmOptions {
  return lstm ?? NO_OPTIONS;
}

/** By their names without the layer. The rows of `weight_peephole` are those of the gates i (unless coupled), f, o. */
export function lstmTensors(
  cell: CellKind,
  options: LstmOptions | undefined,
  H: number,
  bias: boolean,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const { peephole, layerNorm, projSize = 0 } = options ?? NO_OPTIONS;
  const rows = gateCount(cell) * H;
  return [
    ...(projSize > 0 ? [{ name: "weight_hr", shape: [projSize, H] }] : []),
    ...(peephole ? [{ name: "weight_peephole", shape: [rows - H] }] : []),
    ...(layerNorm
      ? [
          { name: "weight_ln_ih", shape: [rows] },
          { name: "weight_ln_hh", shape: [rows] },
          { name: "weight_ln_c", shape: [H] },
          ...(bias ? [{ name: "bias_ln_c", shape: [H] }] : []),
        ]
      : []),
  ];
}

/** Whether a parameter is the gain or the bias of a layer normalization. */
export function isNormTensor(name: string): boolean {
  return /^(weight|bias)_ln_/.test(name);
}
