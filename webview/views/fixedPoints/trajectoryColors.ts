/** Trajectories in the colors of their classes, of the time, or of the input of each step. */
import * as l10n from "@vscode/l10n";
import { extentOf } from "../../../src/shared/scale/extent";
import type { Trajectories } from "../../../src/shared/trace/dynamics";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { PathMark } from "../../chart/marks";
import { COLOR_LEVELS, cssColor, divergingTable, viridisTable } from "../../ui/colorMap";
import { withAlpha, type Theme } from "../../ui/theme";

/** By the class of the sequence where it has one, else in one color; by time; by input. */
export const COLORINGS = ["class", "time", "input"] as const;
export type Coloring = (typeof COLORINGS)[number];

/** Colors of a scale that a line has; more are not told apart. */
const LEVELS = 32;
const BREAK = { x: NaN, y: NaN };

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Scale {
  readonly table: Uint32Array;
  readonly ends: readonly [low: string, high: string];
  /** From 0 to 1, of the step that leads to state t of sequence b. */
  readonly shareOf: (b: number, t: number) => number;
}

export function coloringLabel(coloring: Coloring, { classes }: Trajectories): string {
  if (coloring === "time") return l10n.t("colored by time");
  if (coloring === "input") return l10n.t("colored by input");
  return classes === null ? l10n.t("one color") : l10n.t("colored by class");
}

/** Of a coloring that has a scale. */
export function scaleOf(coloring: Coloring, { timeSteps: T, inputs }: Trajectories, theme: Theme): Scale | null {
  if (coloring === "class") return null;
  if (coloring === "time")
    return {
      table: viridisTable(),
      ends: ["t = 0", `t = ${formatCount(T)}`],
      shareOf: (_, t) => t / Math.max(1, T),
    };
  const { min, max } = extentOf(inputs) ?? { min: 0, max: 0 };
  const isSigned = min < 0 && max > 0;
  const [low, high] = isSigned ? [-Math.max(-min, max), Math.max(-min, max)] : [min, max];
  return {
    table: isSigned ? divergingTable(theme.light) : viridisTable(),
    ends: [formatValue(low, 2), formatValue(high, 2)],
    shareOf: (b, t) => (high > low ? ((inputs[b * T + t - 1] ?? NaN) - low) / (high - low) : 0.5),
  };
}

/** @param placeOf state t of sequence b in the picture */
export function trajectoryPaths(
  { sequences, timeSteps: T, classes }: Trajectories,
  placeOf: (b: number, t: number) => Place,
  scale: Scale | null,
  theme: Theme,
): PathMark[] {
  const alpha = theme.highContrast ? 0.8 : scale === null ? 0.4 : 0.7;
  const path = (points: readonly Place[], color: string): PathMark => ({
    points,
    color: withAlpha(color, alpha),
    halo: "transparent",
    width: scale === null ? 1 : 1.5,
  });
  if (scale === null)
    return Array.from({ length: sequences }, (_, b) =>
      path(
        Array.from({ length: T + 1 }, (__, t) => placeOf(b, t)),
        theme.series[(classes?.[b] ?? 0) % Math.max(1, theme.series.length)] ?? theme.foreground,
      ),
    );
  const levels: Place[][] = Array.from({ length: LEVELS }, () => []);
  for (let b = 0; b < sequences; b++)
    for (let t = 1; t <= T; t++) {
      const share = scale.shareOf(b, t);
      const level = levels[Math.min(LEVELS - 1, Math.max(0, Math.floor(share * LEVELS)))];
      level?.push(placeOf(b, t - 1), placeOf(b, t), BREAK);
    }
  return levels.map((points, level) => {
    const color = scale.table[Math.round((level / (LEVELS - 1)) * (COLOR_LEVELS - 1))] ?? 0;
    return path(points, cssColor(color));
  });
}
