/** How this reader likes to look at the charts. Kept in the view's state, so it survives a window reload. */
import { readFields } from "../../src/shared/guards/readFields";
import { isPreferences } from "./isPreferences.generated";
import { DEFAULT_LAYOUT, type PageLayout } from "./sectionLayout";

export type LossScale = "log" | "linear";
/**
 * All iterations; the most recent quarter of them; or all, with y axes that fit what comes after the first tenth, which
 * an early spike must not flatten.
 */
export type IterationRange = "all" | "recent" | "afterSpike";
/** What the x axis of the charts of lines over the iterations counts. */
export type XAxis = "iteration" | "epoch" | "time";

/** The most of {@link Preferences.smoothing}, and one step of its slider. */
export const MAX_SMOOTHING = 0.99;
export const SMOOTHING_STEP = 0.01;

/** More lines than these cannot be distinguished. */
export const MAX_UNITS = 6;

export interface Preferences {
  readonly lossScale: LossScale;
  readonly range: IterationRange;
  readonly xAxis: XAxis;
  /** Weight of an exponential moving average, 0 (none) to {@link MAX_SMOOTHING}. */
  readonly smoothing: number;
  /** The layer whose gradients and states show; null: the last one, next to the output. */
  readonly layer: number | null;
  /** What the card of the states shows, as an id of `quantitiesOf`. */
  readonly quantity: string;
  /** Units whose lines show below the map of the states. */
  readonly units: readonly number[];
  /** Ids of the charts that show their numbers as a table. */
  readonly tables: readonly string[];
  /** The places of the sections, and which are folded. */
  readonly layout: PageLayout;
}

/** What the Axes menu changes. */
export type AxesChoice = Partial<Pick<Preferences, "lossScale" | "range" | "xAxis" | "smoothing">>;

export const DEFAULT_PREFERENCES: Preferences = {
  lossScale: "log",
  range: "all",
  xAxis: "iteration",
  smoothing: 0,
  layer: null,
  quantity: "state",
  units: [],
  tables: [],
  layout: DEFAULT_LAYOUT,
};

/** From a state that an older version, or nobody, wrote: whatever cannot be read falls back. */
export function readPreferences(saved: unknown): Preferences {
  return readFields(isPreferences, saved, DEFAULT_PREFERENCES);
}

export function withTableToggled(preferences: Preferences, chartId: string): Preferences {
  const { tables } = preferences;
  const isShown = tables.includes(chartId);
  return { ...preferences, tables: isShown ? tables.filter((id) => id !== chartId) : [...tables, chartId] };
}

/** Alone in the place of the others, or added to them and taken away again; the oldest gives way. */
export function withUnit(units: readonly number[], unit: number, several: boolean): readonly number[] {
  const others = several ? units.filter((known) => known !== unit) : [];
  return several && units.includes(unit) ? others : [...others, unit].slice(-MAX_UNITS);
}
