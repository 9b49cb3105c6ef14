import type { Divergence } from "../core/analysis/divergence";

/** The scalars of an iteration, its update included. NaN where a run has no such figure. */
export interface Scalars {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clippedNorm: number;
  readonly updateRatio: number;
  /** Over the held-out sequences at the last evaluation. */
  readonly validationLoss: number;
  readonly accuracy: number;
}

interface Row extends Scalars {
  readonly iteration: number;
}

/** A traced row, whose vectors can be looked at as well. */
export interface Sample extends Row {
  /** Rows that this one stands for. */
  readonly weight: number;
  /** A vector column of the row, null when the trace has none; valid until the next row. */
  vector(name: string): Float64Array | null;
}

/** How far the run is. */
export type RunEnd = { readonly state: "running" | "ended" } | ({ readonly state: "diverged" } & Divergence);
