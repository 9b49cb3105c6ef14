/** How this reader likes to look at the charts. Kept in the view's state, so it survives a window reload. */
import { readFields } from "../../src/shared/guards/readFields";
import { isPreferences } from "./isPreferences.generated";
import { DEFAULT_LAYOUT, type PageLayout } from "./sectionLayout";

export type LossScale = "log" | "linear";
/** All iterations, or the most recent quarter of them. */
export type IterationRange = "all" | "recent";

/** More lines than these cannot be distinguished. */
export const MAX_UNITS = 6;

export interface Preferences {
  readonly lossScale: LossScale;
  readonly range: IterationRange;
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

export const DEFAULT_PREFERENCES: Preferences = {
  lossScale: "log",
  range: "all",
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

export function withTable(preferences: Preferences, chartId: string, shown: boolean): Preferences {
  const others = preferences.tables.filter((id) => id !== chartId);
  return { ...preferences, tables: shown ? [...others, chartId] : others };
}

/** Alone in the place of the others, or added to them and taken away again; the oldest gives way. */
export function withUnit(units: readonly number[], unit: number, several: boolean): readonly number[] {
  const others = several ? units.filter((known) => known !== unit) : [];
  return several && units.includes(unit) ? others : [...others, unit].slice(-MAX_UNITS);
}
