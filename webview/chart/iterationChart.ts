/**
 * What charts over the iterations have in common: points in view, places where numbers broke, the cursor, the probe.
 */
import * as l10n from "@vscode/l10n";
import { decimateMinMax, indexAt } from "../../src/shared/trace/decimate";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import type { Theme } from "../ui/theme";
import type { Span } from "../state/zoom";
import type { LineChart, Point } from "./base";
import type { SliderState } from "./card";
import type { Probe } from "./cursorControls";
import type { BandMark, LineMark, PointMark } from "./marks";
import type { ChartModel, RowModel, ScalarModel } from "./model";

/** More stretches than this cannot be distinguished anyway. */
const MAX_NON_FINITE_BANDS = 20;

/**
 * Points of a line, thinned to its width in pixels so that no spike is lost. Where `y` cannot be drawn the line breaks.
 */
export function iterationPoints(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  count: number,
  window: Span,
  pixels: number,
  positiveOnly: boolean,
): Point[] {
  const first = indexAt(x, count, window.from);
  let end = count;
  // One point beyond the edge, so that the line leaves the picture instead of ending before it.
  while (end > first + 1 && (x[end - 2] ?? 0) > window.to) end--;
  const kept = decimateMinMax(x, y, first, end, Math.max(50, Math.round(pixels)));
  return Array.from(kept, (i) => {
    const value = y[i] ?? NaN;
    return { x: x[i] ?? 0, y: Number.isFinite(value) && (!positiveOnly || value > 0) ? value : NaN };
  });
}

/** Stretches of iterations whose value is not finite; each says what it is and where it begins. */
export function nonFiniteBands(model: RowModel, values: ArrayLike<number>, theme: Theme): BandMark[] {
  const bands: BandMark[] = [];
  for (let row = model.window.first; row < model.window.end && bands.length < MAX_NON_FINITE_BANDS; row++) {
    const value = values[row] ?? NaN;
    if (Number.isFinite(value)) continue;
    const from = model.iterations[row] ?? 0;
    while (row + 1 < model.window.end && !Number.isFinite(values[row + 1] ?? NaN)) row++;
    bands.push({
      from,
      to: model.iterations[row] ?? from,
      color: theme.error,
      label: l10n.t("{0} at {1}", formatValue(value), formatCount(from)),
    });
  }
  return bands;
}

/** At the latest iteration the line would only double the edge of the picture. */
export function cursorMarks(model: RowModel): LineMark[] {
  return model.place.followsLatest ? [] : [{ at: model.place.iteration, color: model.theme.foreground }];
}

/**
 * Where settings were changed while the run went on; only the latest in view has a label, because several would
 * overlap.
 */
export function eventMarks({ events, window, theme }: RowModel, named: boolean): LineMark[] {
  const seen = events.filter(({ iteration }) => iteration >= window.from && iteration <= window.to);
  return seen.map(({ iteration, text }, i) => ({
    at: iteration,
    color: theme.series[2] ?? theme.foreground,
    dash: [2, 2],
    ...(named && i === seen.length - 1 ? { label: text } : {}),
  }));
}

/** Points on the lines where the cursor crosses them. */
export function crossing(
  { place }: ScalarModel,
  value: number,
  color: string,
  { positiveOnly }: { readonly positiveOnly: boolean },
): PointMark[] {
  if (!Number.isFinite(value) || (positiveOnly && value <= 0)) return [];
  return [{ x: place.iteration, y: value, color, shape: "dot" }];
}

/** For a readout: the name of a line, and of how many iterations its value at the cursor is the mean. */
export function nameAtCursor(name: string, { place, iterationsAt }: ScalarModel): string {
  const iterations = iterationsAt(place.row);
  return iterations === 1 ? name : l10n.t("{0} (mean of {1} iterations)", name, formatCount(iterations));
}

/** For a chart of traced rows: how many of the iterations in a span have one; null when all do. */
export function tracedShare({ iterations, rows, scalars }: ChartModel, span: Span): string | null {
  const from = Math.max(Math.ceil(span.from), scalars.iterations[0] ?? 0);
  const to = Math.min(Math.floor(span.to), scalars.iterations[scalars.rows - 1] ?? 0);
  const inSpan = to - from + 1;
  const traced = countBefore(iterations, rows, to + 1) - countBefore(iterations, rows, from);
  return traced >= inSpan ? null : l10n.t("{0} of {1} iterations shown", formatCount(traced), formatCount(inSpan));
}

function countBefore(iterations: ArrayLike<number>, rows: number, iteration: number): number {
  const at = indexAt(iterations, rows, iteration);
  return (iterations[at] ?? Infinity) < iteration ? at + 1 : at;
}

export function iterationSlider(model: RowModel, text: string): SliderState {
  return {
    min: model.iterations[0] ?? 0,
    max: model.iterations[model.rows - 1] ?? 0,
    now: model.place.iteration,
    text: l10n.t("iteration {0}: {1}", model.place.iteration, text),
  };
}

/** Inside the chart's area, in values of its x axis. */
export function probeX(chart: LineChart, offsetX: number, offsetY: number): number | null {
  const area = chart.chartArea as LineChart["chartArea"] | undefined;
  const scale = chart.scales["x"];
  if (
    area === undefined ||
    scale === undefined ||
    offsetX < area.left - 4 ||
    offsetX > area.right + 4 ||
    offsetY < area.top - 4 ||
    offsetY > area.bottom + 4
  )
    return null;
  return scale.getValueForPixel(offsetX) ?? null;
}

export function iterationProbe(chart: () => LineChart): Probe {
  return (offsetX, offsetY) => {
    const iteration = probeX(chart(), offsetX, offsetY);
    return iteration === null ? null : { iteration: Math.round(iteration) };
  };
}
