/** Numbers in the complex plane, with the unit circle. */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../../src/shared/words/numberFormat";
import type { Theme } from "../ui/theme";
import { setDatasets, type LineChart } from "./base";
import { setAxis } from "./mappedScale";
import { setMarks } from "./marks";

export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Half the height of the picture, at least: the circle with some room around it. */
const MIN_REACH = 1.2;
const CIRCLE = Array.from({ length: 121 }, (_, i) => ({
  x: Math.cos((i / 60) * Math.PI),
  y: Math.sin((i / 60) * Math.PI),
}));
const REAL_NAME = [l10n.t("real part"), l10n.t("real")];
const IMAGINARY_NAME = [l10n.t("imaginary part"), l10n.t("imaginary")];

export function complexNumbers(re: ArrayLike<number>, im: ArrayLike<number>): Complex[] {
  return Array.from(re, (value, i) => ({ re: value, im: im[i] ?? NaN }));
}

export function modulusOf({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

export function formatComplex({ re, im }: Complex): string {
  return im === 0 ? formatValue(re, 3) : `${formatValue(re, 3)} ${im < 0 ? "-" : "+"} ${formatValue(Math.abs(im), 3)}i`;
}

/** The whole picture: axes, circle and points. */
export function paintComplexPlane(chart: LineChart, values: readonly Complex[], theme: Theme): void {
  const finite = values.filter(({ re, im }) => Number.isFinite(re) && Number.isFinite(im));
  const reach = Math.max(MIN_REACH, ...finite.map((value) => modulusOf(value) * 1.08));
  const { width, height } = chart.chartArea;
  const side = Math.min(width, height);
  // A circle has to look like one.
  setAxis(chart, "x", { kind: "linear", min: (-reach * width) / side, max: (reach * width) / side }, REAL_NAME);
  setAxis(chart, "y", { kind: "linear", min: (-reach * height) / side, max: (reach * height) / side }, IMAGINARY_NAME);
  setMarks(
    chart,
    {
      paths: [{ points: CIRCLE, color: theme.muted, halo: theme.background, width: 1 }],
      vertical: [{ at: 0, color: theme.grid }],
      horizontal: [{ at: 0, color: theme.grid }],
      points: [],
    },
    theme,
  );
  setDatasets(chart, [
    {
      // The axis of a line ascends.
      data: finite.map(({ re, im }) => ({ x: re, y: im })).sort((a, b) => a.x - b.x),
      showLine: false,
      pointRadius: finite.length > 64 ? 2.5 : 3.5,
      pointBorderWidth: 1,
      pointBorderColor: theme.background,
      pointBackgroundColor: theme.series[0] ?? theme.foreground,
    },
  ]);
}

/** The one next to a place of the picture. */
export function nearestComplex(chart: LineChart, values: readonly Complex[], x: number, y: number): Complex | null {
  const at = (axis: "x" | "y", value: number): number => chart.scales[axis]?.getPixelForValue(value) ?? NaN;
  let nearest: Complex | null = null;
  let least = Infinity;
  for (const value of values) {
    const distance = Math.hypot(at("x", value.re) - x, at("y", value.im) - y);
    if (distance >= least) continue;
    least = distance;
    nearest = value;
  }
  return nearest;
}
