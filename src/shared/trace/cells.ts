/** What distinguishes the cells, in tables that every engine, analysis and view reads. */

/** As experiment files name them. */
export type CellName = "linear" | "rnn" | "lstm" | "gru" | "ctrnn" | "mingru" | "minlstm" | "lru" | "rglru" | "slstm";
/**
 * As they are computed: `ctrnn-current` is the form of ctrnn whose state v is not its output, `lstm-variant` an lstm
 * with peepholes or layer normalization, and `lstm-coupled` one whose input gate is 1 - f, with or without them.
 */
export type CellKind = CellName | "ctrnn-current" | "lstm-variant" | "lstm-coupled";
/** What minGRU and minLSTM write into their state, see src/core/network/candidate.ts. */
export type CandidateVariant = "plain" | "log-space";
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n" | "a";
/** What a cell carries from one time step to the next: [H] numbers each, for every layer. */
export type StatePart = "h" | "c" | "v" | "re" | "im" | "n" | "m";
/** A coordinate of the state in analyses, see COORDINATES. */
export type Coordinate = StatePart | "mean" | "weight";

/**
 * Gates in the order of their blocks in the weights, as PyTorch stacks them. Those of rglru have weights of their own;
 * its a, the factor of the state, is computed from r.
 */
export const GATES: Readonly<Record<CellKind, readonly GateName[]>> = {
  linear: [],
  rnn: [],
  lstm: ["i", "f", "g", "o"],
  "lstm-variant": ["i", "f", "g", "o"],
  "lstm-coupled": ["f", "g", "o"],
  gru: ["r", "z", "n"],
  ctrnn: [],
  "ctrnn-current": [],
  mingru: ["z", "n"],
  minlstm: ["i", "f", "g"],
  lru: [],
  rglru: ["i", "r", "a"],
  slstm: ["i", "f", "g", "o"],
};

/** In the order in which states are read and written. */
export const STATE_PARTS: Readonly<Record<CellKind, readonly StatePart[]>> = {
  linear: ["h"],
  rnn: ["h"],
  lstm: ["h", "c"],
  "lstm-variant": ["h", "c"],
  "lstm-coupled": ["h", "c"],
  gru: ["h"],
  ctrnn: ["h"],
  "ctrnn-current": ["v"],
  mingru: ["h"],
  minlstm: ["h"],
  lru: ["re", "im"],
  rglru: ["h"],
  slstm: ["h", "c", "n", "m"],
};

/**
 * The coordinates in which analyses see the state of a layer. Of slstm, c, n and m have a scale in common that changes
 * nothing: its coordinates are h, the mean c / n, and ln(1 + n e^m), the weight of that mean, which is 0 at the start.
 */
export const COORDINATES: Readonly<Record<CellKind, readonly Coordinate[]>> = {
  ...STATE_PARTS,
  slstm: ["h", "mean", "weight"],
};

/**
 * The coordinates of the state that a step carries on by a factor of each unit's own, past the recurrent weights: the
 * cell state of lstm by f, the state of gru by z, of ctrnn by its leak, of mingru by 1 - z, of minlstm by f, of lru by
 * lambda, of rglru by a, mean and weight of slstm. See src/core/analysis/stepCoefficients.ts.
 */
export const CARRIED_PARTS: Readonly<Record<CellKind, readonly Coordinate[]>> = {
  linear: [],
  rnn: [],
  lstm: ["c"],
  "lstm-variant": ["c"],
  "lstm-coupled": ["c"],
  gru: ["h"],
  ctrnn: ["h"],
  "ctrnn-current": ["v"],
  mingru: ["h"],
  minlstm: ["h"],
  lru: ["re", "im"],
  rglru: ["h"],
  slstm: ["mean", "weight"],
};

/** The cells that the kernel in WebAssembly computes. The reference computes all, in float64. */
export const KERNEL_CELLS: ReadonlySet<CellKind> = new Set([
  "linear",
  "rnn",
  "lstm",
  "lstm-variant",
  "lstm-coupled",
  "gru",
  "ctrnn",
  "ctrnn-current",
  "mingru",
  "minlstm",
  "lru",
  "rglru",
  "slstm",
]);

/** The cells whose PyTorch modules have both directions, lstm also with a projection: `model.bidirectional`. */
export const BIDIRECTIONAL_CELLS: ReadonlySet<CellKind> = new Set(["rnn", "lstm", "gru"]);

/** The cells whose state reaches the gates of the next step through a dense matrix, `weight_hh`. */
const RECURRENT_CELLS: ReadonlySet<CellKind> = new Set([
  "linear",
  "rnn",
  "lstm",
  "lstm-variant",
  "lstm-coupled",
  "gru",
  "ctrnn",
  "ctrnn-current",
  "slstm",
]);

export function hasRecurrentWeights(cell: CellKind): boolean {
  return RECURRENT_CELLS.has(cell);
}

/** Whether a cell is an lstm, with or without its options. */
export function isLstm(cell: CellKind): boolean {
  return cell === "lstm" || cell === "lstm-variant" || cell === "lstm-coupled";
}

/** As experiment files name it. */
export function cellNameOf(cell: string): string {
  return cell === "ctrnn-current" ? "ctrnn" : isLstm(cell as CellKind) ? "lstm" : cell;
}

/** The cells of Feng et al. (2024), whose gates and candidate see the input alone. */
export function isMinimalCell(cell: CellKind): boolean {
  return cell === "mingru" || cell === "minlstm";
}

/** The cells whose state is complex: two of its parts are the real and the imaginary part of one number. */
const COMPLEX_CELLS: ReadonlySet<CellKind> = new Set(["lru"]);

/** What carries the gradient from step to step, as formulas and labels call it; of some cells not h itself. */
export function stateSymbol(cell: string): "h" | "v" | "z" {
  return cell === "lru" ? "z" : cell === "ctrnn-current" ? "v" : "h";
}

/** What views show of a complex state, by unit. */
export const POLAR_PARTS = ["modulus", "argument"] as const;

export function hasComplexState(cell: CellKind): boolean {
  return COMPLEX_CELLS.has(cell);
}

/**
 * The linear recurrences, whose state a step carries on by a factor of each unit. Their own tensors act on an input of
 * H numbers.
 */
const DIAGONAL_CELLS: ReadonlySet<CellKind> = new Set(["lru", "rglru"]);

export function isDiagonalCell(cell: CellKind): boolean {
  return DIAGONAL_CELLS.has(cell);
}

/**
 * Blocks of H rows in `weight_ih` of a layer with I inputs: those of the gates; of lru and rglru one, which projects
 * the input to H numbers, and none where it has as many.
 */
export function inputBlocks(cell: CellKind, I: number, H: number): number {
  if (!DIAGONAL_CELLS.has(cell)) return gateCount(cell);
  return I === H ? 0 : 1;
}

/** Whether a cell has a second bias beside its recurrent weights, `bias_hh`, as PyTorch's have. */
export function hasRecurrentBias(cell: CellKind): boolean {
  return hasRecurrentWeights(cell) && cell !== "slstm";
}

/** Blocks of H rows in each weight of a cell. */
export function gateCount(cell: CellKind): number {
  return Math.max(1, GATES[cell].length);
}

/** Vectors of H numbers in the state of a layer. */
export function statePartCount(cell: CellKind): number {
  return STATE_PARTS[cell].length;
}

/** The parts of the state that are not what the layer puts out: c of lstm. */
export function unseenParts(cell: CellKind): readonly StatePart[] {
  return STATE_PARTS[cell].filter((part) => part !== "h");
}

/**
 * What a layer's initial state consists of, by the names of its parameters: the first of STATE_PARTS. Of slstm only h:
 * n = 0 at the start, so that c has no weight.
 */
export function initialStateNames(cell: CellKind): readonly `${StatePart}0`[] {
  return (cell === "slstm" ? (["h"] as const) : STATE_PARTS[cell]).map((part) => `${part}0` as const);
}

/** Whether a parameter is a learned initial state. */
export function isInitialState(name: string): boolean {
  return /^[a-z]+0_l\d+(_reverse)?$/.test(name);
}
