/** How this reader likes to look at the charts. Kept in the view's state, so it survives a window reload. */
export type LossScale = "log" | "linear";
/** All iterations, or the most recent quarter of them. */
export type IterationRange = "all" | "recent";

export interface Preferences {
  readonly lossScale: LossScale;
  readonly range: IterationRange;
  /** The layer whose gradients and states show; null: the last one, next to the output. */
  readonly layer: number | null;
  /** What the card of the states shows, as an id of `quantitiesOf`. */
  readonly quantity: string;
  /** Ids of the charts that show their numbers as a table. */
  readonly tables: readonly string[];
}

export const DEFAULT_PREFERENCES: Preferences = { lossScale: "log", range: "all", layer: null, quantity: "state", tables: [] };

/** From a state that an older version, or nobody, wrote: whatever cannot be read falls back. */
export function readPreferences(saved: unknown): Preferences {
  if (typeof saved !== "object" || saved === null) return DEFAULT_PREFERENCES;
  const { lossScale, range, layer, quantity, tables } = saved as Record<keyof Preferences, unknown>;
  return {
    lossScale: lossScale === "linear" ? "linear" : "log",
    range: range === "recent" ? "recent" : "all",
    layer: typeof layer === "number" && Number.isInteger(layer) && layer >= 0 ? layer : null,
    quantity: typeof quantity === "string" ? quantity : "state",
    tables: Array.isArray(tables) ? tables.filter((id): id is string => typeof id === "string").slice(0, 20) : [],
  };
}

export function withTable(preferences: Preferences, chartId: string, shown: boolean): Preferences {
  const others = preferences.tables.filter((id) => id !== chartId);
  return { ...preferences, tables: shown ? [...others, chartId] : others };
}
