/** What the page of a sweep knows, and how frames change it. */
import type { TrialFigure, TrialResult } from "../../src/shared/wire/sweep";
import type { SweepFrame, SweepPageMessage, SweepView } from "../../src/shared/wire/sweepProtocol";

export interface SweepState {
  readonly view: SweepView | null;
  readonly results: readonly TrialResult[];
  readonly preferences: SweepPreferences;
}

/** What the reader has chosen; kept across a window reload. Empty texts and null: what suits the sweep. */
export interface SweepPreferences {
  readonly figure: ShownFigure | "";
  /** Keys of the parameters on the axes of the map. */
  readonly mapX: string;
  readonly mapY: string;
  readonly sort: { readonly column: string; readonly down: boolean } | null;
}

/** A metric of the runs, or the fraction of them that converged. */
export type ShownFigure = TrialFigure | "converged" | "reachedAt";
export const SHOWN_FIGURES: readonly ShownFigure[] = [
  "converged",
  "reachedAt",
  "loss",
  "validationLoss",
  "bestValidationLoss",
  "accuracy",
  "exactAccuracy",
];

const DEFAULT_SWEEP_PREFERENCES: SweepPreferences = { figure: "", mapX: "", mapY: "", sort: null };
export const INITIAL_SWEEP_STATE: SweepState = { view: null, results: [], preferences: DEFAULT_SWEEP_PREFERENCES };

export function readSweepPreferences(data: unknown): SweepPreferences {
  const { figure, mapX, mapY } = (typeof data === "object" && data !== null ? data : {}) as Readonly<
    Record<string, unknown>
  >;
  return {
    figure: SHOWN_FIGURES.find((known) => known === figure) ?? "",
    mapX: typeof mapX === "string" ? mapX : "",
    mapY: typeof mapY === "string" ? mapY : "",
    sort: null,
  };
}

/** A frame that does not follow the results that are there is not used; all of them are asked for. */
export function reduceFrame(
  state: SweepState,
  frame: SweepFrame,
): { readonly state: SweepState; readonly replies: readonly SweepPageMessage[] } {
  if (frame.first !== 0 && frame.first !== state.results.length)
    return { state, replies: [{ type: "requestSnapshot" }] };
  const results =
    frame.first === 0
      ? frame.results
      : frame.results.length === 0
        ? state.results
        : [...state.results, ...frame.results];
  return { state: { ...state, view: frame.view, results }, replies: [] };
}
