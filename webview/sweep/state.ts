/** What the page of a sweep knows, and how frames change it. */
import type { TrialFigure } from "../../src/shared/wire/sweep";
import { TrialColumns } from "../../src/shared/wire/trialColumns";
import type { SweepFrame, SweepPageMessage, SweepView } from "../../src/shared/wire/sweepProtocol";

export interface SweepState {
  readonly view: SweepView | null;
  /** Only ever added to; another sweep has others. */
  readonly trials: TrialColumns;
  /** Results that are still to come in further frames. */
  readonly pending: number;
  readonly preferences: SweepPreferences;
}

/** What the reader has chosen; kept across a window reload. Empty texts and null: what suits the sweep. */
export interface SweepPreferences {
  readonly figure: ShownFigure | "";
  /** Keys of the parameters on the axes of the map. */
  readonly mapX: string;
  readonly mapY: string;
  readonly sort: { readonly column: string; readonly down: boolean } | null;
  /** Of the table and the charts, as it was typed. */
  readonly filter: string;
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
  "gradientReach",
];

const DEFAULT_SWEEP_PREFERENCES: SweepPreferences = { figure: "", mapX: "", mapY: "", sort: null, filter: "" };

export function initialSweepState(preferences = DEFAULT_SWEEP_PREFERENCES): SweepState {
  return { view: null, trials: new TrialColumns([]), pending: 0, preferences };
}

export function readSweepPreferences(data: unknown): SweepPreferences {
  const { figure, mapX, mapY, filter } = (typeof data === "object" && data !== null ? data : {}) as Readonly<
    Record<string, unknown>
  >;
  return {
    figure: SHOWN_FIGURES.find((known) => known === figure) ?? "",
    mapX: typeof mapX === "string" ? mapX : "",
    mapY: typeof mapY === "string" ? mapY : "",
    sort: null,
    filter: typeof filter === "string" ? filter : "",
  };
}

/**
 * A frame that does not follow the results that are there is not used; all of them are asked for.
 * @throws RangeError for results that do not belong together
 */
export function reduceFrame(
  state: SweepState,
  { view, first, pending, results }: SweepFrame,
): { readonly state: SweepState; readonly replies: readonly SweepPageMessage[] } {
  if (first !== 0 && first !== state.trials.length) return { state, replies: [{ type: "requestSnapshot" }] };
  const trials = first === 0 ? new TrialColumns(view.info?.parameters ?? []) : state.trials;
  trials.append(results);
  return { state: { ...state, view, trials, pending }, replies: [] };
}
