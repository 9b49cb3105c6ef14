/** What distinguishes the cells, in tables that every engine, analysis and view reads. */

export type CellKind = "linear" | "rnn" | "lstm" | "gru" | "mingru" | "minlstm" | "lru" | "rglru";
/** What minGRU and minLSTM write into their state, see src/core/network/candidate.ts. */
export type CandidateVariant = "plain" | "log-space";
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n" | "a";
/** What a cell carries from one time step to the next: [H] numbers each, for every layer. */
export type StatePart = "h" | "c" | "re" | "im";

/**
 * Gates in the order of their blocks in the weights, as PyTorch stacks them. Those of rglru have weights of their own;
 * its a, the factor of the state, is computed from r.
 */
export const GATES: Readonly<Record<CellKind, readonly GateName[]>> = {
  linear: [],
  rnn: [],
  lstm: ["i", "f", "g", "o"],
  gru: ["r", "z", "n"],
  mingru: ["z", "n"],
  minlstm: ["i", "f", "g"],
  lru: [],
  rglru: ["i", "r", "a"],
};

/** In the order in which states are read and written. */
export const STATE_PARTS: Readonly<Record<CellKind, readonly StatePart[]>> = {
  linear: ["h"],
  rnn: ["h"],
  lstm: ["h", "c"],
  gru: ["h"],
  mingru: ["h"],
  minlstm: ["h"],
  lru: ["re", "im"],
  rglru: ["h"],
};

/**
 * The parts of the state that a step carries on by a factor of each unit's own, past the recurrent weights: the cell
 * state of lstm by f, the state of gru by z, of mingru by 1 - z, of minlstm by f, of lru by lambda, of rglru by a. See
 * src/core/analysis/stepCoefficients.ts.
 */
export const CARRIED_PARTS: Readonly<Record<CellKind, readonly StatePart[]>> = {
  linear: [],
  rnn: [],
  lstm: ["c"],
  gru: ["h"],
  mingru: ["h"],
  minlstm: ["h"],
  lru: ["re", "im"],
  rglru: ["h"],
};

/** The cells that the kernel in WebAssembly computes. The reference computes all, in float64. */
export const KERNEL_CELLS: ReadonlySet<CellKind> = new Set(["linear", "rnn", "lstm", "gru", "mingru", "minlstm"]);

/** The cells whose state reaches the gates of the next step through a dense matrix, `weight_hh`. */
const RECURRENT_CELLS: ReadonlySet<CellKind> = new Set(["linear", "rnn", "lstm", "gru"]);

export function hasRecurrentWeights(cell: CellKind): boolean {
  return RECURRENT_CELLS.has(cell);
}

/** The cells of Feng et al. (2024), whose gates and candidate see the input alone. */
export function isMinimalCell(cell: CellKind): boolean {
  return cell === "mingru" || cell === "minlstm";
}

/** The cells whose state is complex: two of its parts are the real and the imaginary part of one number. */
const COMPLEX_CELLS: ReadonlySet<CellKind> = new Set(["lru"]);

/** What views show of a complex state, by unit. */
export const POLAR_PARTS = ["modulus", "argument"] as const;

export function hasComplexState(cell: CellKind): boolean {
  return COMPLEX_CELLS.has(cell);
}

/** The cells whose own tensors act on an input of H numbers. */
const SQUARE_CELLS: ReadonlySet<CellKind> = new Set(["lru", "rglru"]);

/**
 * Blocks of H rows in `weight_ih` of a layer with I inputs: those of the gates; of lru and rglru one, which projects
 * the input to H numbers, and none where it has as many.
 */
export function inputBlocks(cell: CellKind, I: number, H: number): number {
  if (!SQUARE_CELLS.has(cell)) return gateCount(cell);
  return I === H ? 0 : 1;
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

/** What a layer's initial state consists of, by the names of its parameters. */
export function initialStateNames(cell: CellKind): readonly `${StatePart}0`[] {
  return STATE_PARTS[cell].map((part) => `${part}0` as const);
}

/** Whether a parameter is a learned initial state. */
export function isInitialState(name: string): boolean {
  return /^[a-z]+0_l\d+$/.test(name);
}
