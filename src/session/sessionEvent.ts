import type { SeriesUpdate } from "../shared/trace/scalarSeries";
import type { LossSurface, TraceRows } from "../shared/trace/trace";

export type SessionEvent =
  /** Status, pace, file or gradient check changed. */
  | { readonly kind: "view" }
  /** Runs have other names. */
  | { readonly kind: "names" }
  /** Another run: everything shown so far is out of date. */
  | { readonly kind: "run" }
  | { readonly kind: "rows"; readonly rows: TraceRows; readonly scalars: SeriesUpdate }
  | { readonly kind: "surface"; readonly surface: LossSurface }
  /** The cell race has gone on, or is about another file now. */
  | { readonly kind: "race" }
  /** The learning-rate range test has gone on, or the file has another learning rate or is about something else. */
  | { readonly kind: "rateTest" }
  /** The training with several seeds has gone on, or is about another file now. */
  | { readonly kind: "seeds" }
  /** What is wrong with the run has changed. */
  | { readonly kind: "findings" };
