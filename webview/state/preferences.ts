/** How this reader likes to look at the charts. Kept in the view's state, so it survives a window reload. */
import { DEFAULT_LAYOUT, readLayout, type PageLayout } from "./sectionLayout";

export type LossScale = "log" | "linear";
/** All iterations, or the most recent quarter of them. */
export type IterationRange = "all" | "recent";

/** More lines than these cannot be told apart. */
const MAX_UNITS = 6;

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
  /** Where the sections stand, and which are folded. */
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
  if (typeof saved !== "object" || saved === null) return DEFAULT_PREFERENCES;
  const { lossScale, range, layer, quantity, units, tables, layout } = saved as Record<keyof Preferences, unknown>;
  return {
    lossScale: lossScale === "linear" ? "linear" : "log",
    range: range === "recent" ? "recent" : "all",
    layer: typeof layer === "number" && Number.isInteger(layer) && layer >= 0 ? layer : null,
    quantity: typeof quantity === "string" ? quantity : "state",
    units: Array.isArray(units)
      ? units
          .filter((unit): unit is number => typeof unit === "number" && Number.isInteger(unit) && unit >= 0)
          .slice(0, MAX_UNITS)
      : [],
    tables: Array.isArray(tables) ? tables.filter((id): id is string => typeof id === "string").slice(0, 20) : [],
    layout: readLayout(layout),
  };
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
