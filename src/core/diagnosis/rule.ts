import type { Finding } from "../../shared/findings";
import type { History } from "./history";
import type { RunFacts } from "./runFacts";

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

/** One thing that can be wrong. Its state is bounded. */
export interface Rule {
  /** Every recorded row; keep it to a few comparisons. */
  observe?(row: Row, sample: () => Sample): void;
  /** Some of the rows, a few hundred in a run. */
  sample?(sample: Sample): void;
  /** What it finds in all it has seen. */
  conclude(history: History, end: RunEnd): Finding | null;
}

/** Null where the rule does not apply to the experiment. */
export type CreateRule = (facts: RunFacts) => Rule | null;
