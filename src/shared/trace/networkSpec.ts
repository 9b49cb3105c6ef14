/** What a network is, in the numbers that every engine needs, and the layout of its parameters. */
import {
  gateCount,
  hasRecurrentBias,
  hasRecurrentWeights,
  initialStateNames,
  inputBlocks,
  isMinimalCell,
  STATE_PARTS,
  type CandidateVariant,
  type CellKind,
  type Coordinate,
} from "./cells";
import type { CtrnnSpec } from "./ctrnnSpec";
import { lstmTensors, type LstmOptions } from "./lstmOptions";
import type { ParameterInfo } from "./trace";

export interface NetworkSpec {
  readonly cell: CellKind;
  /** Only for `rnn`. */
  readonly nonlinearity: "tanh" | "relu";
  /** Only for `mingru` and `minlstm`, see src/core/network/candidate.ts; plain where it is left out. */
  readonly variant?: CandidateVariant;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Recurrent layers; of a bidirectional network each direction counts, in PyTorch's order: forward, then backward. */
  readonly numLayers: number;
  /** Of a bidirectional network. Only for `rnn`, `lstm`, also with a projection, and `gru`. */
  readonly directions?: 2;
  /**
   * Only with two directions: every output is computed from the end states of both, the forward one's after the last
   * step and the backward one's after the first, as PyTorch's h_n. Else from both states at the output's step.
   */
  readonly readsEnds?: true;
  /** Of the cells and of the read-out. */
  readonly bias: boolean;
  /**
   * Probability of [0, 1) that an output of a layer is dropped on its way to the next layer. Not after the last layer.
   */
  readonly dropout: number;
  /**
   * "state": the last hidden state is the output (O = H). "last", "every": a linear read-out at the last or at every
   * step.
   */
  readonly readout: "state" | "last" | "every";
  readonly outputSize: number;
  /**
   * Truncated backpropagation: the time steps are cut into pieces of this many, counted from the last step, and no
   * gradient passes from a piece into the state before it: what step t sends to h_{t-1} (and c_{t-1}) is dropped in
   * every layer where t > 1 and (T - t + 1) is a multiple of `truncate`, t from 1. Null: no cut.
   */
  readonly truncate: number | null;
  /**
   * Whether the states before the first step are parameters, one vector per layer for all sequences; else they are
   * zero. A state that is carried over takes their place.
   */
  readonly learnedInitialState?: boolean;
  /** Only for `rglru`: blocks on the diagonal of the weights of its gates. 1 where left out. */
  readonly heads?: number;
  /** Only for `ctrnn` and `ctrnn-current`, which have it. */
  readonly ctrnn?: CtrnnSpec;
  /** Only for `slstm`. */
  readonly slstm?: SlstmOptions;
  /** Only for `lstm-variant` and `lstm-coupled`. */
  readonly lstm?: LstmOptions;
}

/** Whether a step of training draws random numbers: dropout masks, or the noise of a leaky network. */
export function drawsInTraining({ dropout, ctrnn }: NetworkSpec): boolean {
  return dropout > 0 || (ctrnn !== undefined && (ctrnn.noise > 0 || ctrnn.inputNoise > 0));
}

export interface SlstmOptions {
  /** Groups of units that read only each other; a divisor of `hiddenSize`. */
  readonly heads: number;
  readonly forgetGate: "sigmoid" | "exponential";
}

const DEFAULT_SLSTM: SlstmOptions = { heads: 1, forgetGate: "sigmoid" };

export function slstmOptions({ slstm }: NetworkSpec): SlstmOptions {
  return slstm ?? DEFAULT_SLSTM;
}

type Sizes = Pick<NetworkSpec, "hiddenSize" | "lstm">;

/** Numbers that a layer puts out at each step: H, of an lstm with a projection P. */
export function layerWidth({ hiddenSize, lstm }: Sizes): number {
  const projSize = lstm?.projSize ?? 0;
  return projSize > 0 ? projSize : hiddenSize;
}

/** Numbers of a part of the state of a layer: of h as many as it puts out. */
export function partWidth(spec: Sizes, part: Coordinate): number {
  return part === "h" ? layerWidth(spec) : spec.hiddenSize;
}

/**
 * A state is written part by part, each for all layers: [L, B, P] of h, [L, B, H] of c. Of each such block [B, width]
 * the width.
 */
export function stateBlocks(spec: Sizes & Pick<NetworkSpec, "cell" | "numLayers">): number[] {
  return STATE_PARTS[spec.cell].flatMap((part) => Array.from({ length: spec.numLayers }, () => partWidth(spec, part)));
}

/** Numbers of the state of one sequence, over all parts and layers. */
export function stateSize(spec: Sizes & Pick<NetworkSpec, "cell" | "numLayers">): number {
  return stateBlocks(spec).reduce((sum, width) => sum + width, 0);
}

/** Numbers of the state that the recurrent weights of a unit read: those of h, for slstm of its head. */
export function recurrentColumns(spec: NetworkSpec): number {
  return layerWidth(spec) / (spec.cell === "slstm" ? slstmOptions(spec).heads : 1);
}

export function directionsOf({ directions }: Pick<NetworkSpec, "directions">): 1 | 2 {
  return directions ?? 1;
}

/** Whether a layer reads the sequence from its end to its start. */
export function isBackwardLayer({ directions }: Pick<NetworkSpec, "directions">, layer: number): boolean {
  return directions === 2 && layer % 2 === 1;
}

/** What the names of a layer's tensors end in, as PyTorch's: `_l0`, of a bidirectional network `_l0`, `_l0_reverse`. */
export function layerSuffix(spec: Pick<NetworkSpec, "directions">, layer: number): string {
  return `_l${Math.floor(layer / directionsOf(spec))}${isBackwardLayer(spec, layer) ? "_reverse" : ""}`;
}

/** Numbers that the layers at one height hand on at each step: those of one layer, of both directions twice as many. */
export function outputWidth(spec: Sizes & Pick<NetworkSpec, "directions">): number {
  return directionsOf(spec) * layerWidth(spec);
}

/** Numbers that a layer reads at each step. */
export function layerInputs(spec: NetworkSpec, layer: number): number {
  return layer < directionsOf(spec) ? spec.inputSize : outputWidth(spec);
}

/** True when no gradient passes from step t (1 to T) to the state before it. See `truncate` of NetworkSpec. */
export function isCut(t: number, T: number, truncate: number | null): boolean {
  return truncate !== null && t > 1 && (T - t + 1) % truncate === 0;
}

/**
 * Parameter tensors of a network with their places in the flat vector. Names, shapes and order as PyTorch's.
 *
 * Per layer l `weight_ih_l{l}` [G H, I or H], `weight_hh_l{l}` [G H, H], with bias `bias_ih_l{l}` [G H] and
 * `bias_hh_l{l}` [G H], and with learned initial states `h0_l{l}` [H] and of lstm `c0_l{l}` [H]; then, unless the
 * read-out is "state", `readout.weight` [O, H] and with bias `readout.bias` [O]. Of an lstm with a projection h has P
 * numbers, which `weight_hr_l{l}` [P, H] makes, so that P takes the place of H in the columns of weights and in h0.
 * Of a bidirectional network each layer is followed by its backward direction, whose names end in `_reverse`; layers
 * above the first have 2 H inputs, and so has the read-out.
 * G gates: linear and rnn 1; lstm 4 (i, f, g, o); gru 3 (r, z, n); slstm 4 (i, f, g, o), with `weight_hh_l{l}`
 * [4 H, H / heads] and without `bias_hh_l{l}`.
 */
export function parameterLayout(spec: NetworkSpec): ParameterInfo[] {
  const { hiddenSize: H, outputSize: O } = spec;
  const recurrent = gateCount(spec.cell) * H;
  const layout: ParameterInfo[] = [];
  let offset = 0;
  const add = (name: string, ...shape: number[]) => {
    layout.push({ name, shape, offset });
    offset += sizeOf(shape);
  };
  for (let l = 0; l < spec.numLayers; l++) {
    const inputs = layerInputs(spec, l);
    const suffix = layerSuffix(spec, l);
    const rows = inputBlocks(spec.cell, inputs, H) * H;
    if (rows > 0) add(`weight_ih${suffix}`, rows, inputs);
    if (hasRecurrentWeights(spec.cell)) add(`weight_hh${suffix}`, recurrent, recurrentColumns(spec));
    if (spec.bias) {
      if (rows > 0) add(`bias_ih${suffix}`, rows);
      if (hasRecurrentBias(spec.cell)) add(`bias_hh${suffix}`, recurrent);
    }
    for (const { name, shape } of ownTensors(spec, l)) add(`${name}${suffix}`, ...shape);
    if (spec.learnedInitialState === true)
      for (const name of initialStateNames(spec.cell)) add(`${name}${suffix}`, name === "h0" ? layerWidth(spec) : H);
  }
  if (spec.readout !== "state") {
    add("readout.weight", O, outputWidth(spec));
    if (spec.bias) add("readout.bias", O);
  }
  return layout;
}

/** Whether h_0 is g(p) of its parameter p, see src/core/network/candidate.ts; else it is the parameter itself. */
export function startsInCandidate({ cell, variant }: NetworkSpec): boolean {
  return isMinimalCell(cell) && variant === "log-space";
}

/** The tensors of a layer that only its cell has, by their names without the layer; they come after the biases. */
export function ownTensors(
  { cell, ctrnn, lstm, hiddenSize: H, bias, heads = 1 }: NetworkSpec,
  _layer: number,
): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  switch (cell) {
    case "linear":
    case "rnn":
    case "lstm":
    case "gru":
    case "mingru":
    case "minlstm":
    case "slstm":
      return [];
    case "lstm-variant":
    case "lstm-coupled":
      return lstmTensors(cell, lstm, H, bias);
    case "lru":
      return lruTensors(H);
    case "rglru":
      return rglruTensors(H, H / heads, bias);
    case "ctrnn":
    case "ctrnn-current":
      return ctrnn?.learnedTau === true ? [{ name: "leak", shape: [H] }] : [];
  }
}

type OwnTensor = ReturnType<typeof ownTensors>[number];

/** As lrnnx 1.0.0.post1 names them. */
function lruTensors(H: number): OwnTensor[] {
  const units = ["nu_log", "theta_log", "gamma_log", "D"].map((name) => ({ name, shape: [H] }));
  const matrices = ["B_re", "B_im", "C_re", "C_im"].map((name) => ({ name, shape: [H, H] }));
  return [...units, ...matrices];
}

/** @param width of a head */
function rglruTensors(H: number, width: number, bias: boolean): OwnTensor[] {
  const gate = (name: string): OwnTensor[] => [
    { name: `${name}_weight`, shape: [H, width] },
    ...(bias ? [{ name: `${name}_bias`, shape: [H] }] : []),
  ];
  return [{ name: "a_param", shape: [H] }, ...gate("input_gate"), ...gate("a_gate")];
}

/** Numbers in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

export function parameterCountOf(layout: readonly ParameterInfo[]): number {
  const last = layout.at(-1);
  return last === undefined ? 0 : last.offset + sizeOf(last.shape);
}
