import type { Theme } from "../ui/theme";

/** How the line of a run is drawn. Colors repeat with another dash, so that any number of runs can be distinguished. */
export interface LineLook {
  readonly color: string;
  readonly dash: readonly number[];
}

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** @param index of the run among those compared; it keeps its look when others are hidden */
export function lookOf(index: number, theme: Theme): LineLook {
  const { series } = theme;
  return {
    color: series[index % series.length] ?? theme.foreground,
    dash: DASHES[Math.floor(index / series.length) % DASHES.length] ?? [],
  };
}
