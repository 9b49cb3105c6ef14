/** The scalars of a recorded row. */
export interface Row {
  readonly iteration: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clippedNorm: number;
  readonly updateRatio: number;
}

/** A row whose vectors are looked at as well. */
export interface Sample extends Row {
  /** Rows that this one stands for. */
  readonly weight: number;
  /** A vector column of the row, null when the trace has none; valid until the next row. */
  vector(name: string): Float64Array | null;
}

/** How far the run is. `parametersFinite` counts where it diverged. */
export type RunEnd =
  { readonly state: "running" | "ended" } | { readonly state: "diverged"; readonly parametersFinite: boolean };
