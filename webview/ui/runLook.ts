import { runColorIndex, runColorRound } from "../../src/shared/wire/runIdentity";
import type { Theme } from "./theme";

/** How the curves of a run are drawn. */
export interface RunLook {
  readonly color: string;
  readonly dash: readonly number[];
}

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** @param number of the run (`RunIdentity.number`): its look is the same in every view */
export function runLook(number: number, theme: Theme): RunLook {
  return {
    color: theme.series[runColorIndex(number)] ?? theme.foreground,
    dash: DASHES[runColorRound(number) % DASHES.length] ?? [],
  };
}
