/** Values, predictions and forecast of a column as lines over the rows of a series. */
import * as l10n from "@vscode/l10n";
import { linearAxis, ticksOf, toUnit, type AxisSpec } from "../../shared/scale/axisScale";
import { extentOf, joinExtents } from "../../shared/scale/extent";
import { decimateMinMax } from "../../shared/trace/decimate";
import { formatLinearTicks } from "../../shared/words/tickFormat";
import type { PictureShape, PredictionPicture } from "../../shared/wire/predictionPage";

const WIDTH = 960;
const HEIGHT = 360;
const LEFT = 72;
const RIGHT = 940;
const TOP = 44;
const BOTTOM = 308;
const TICKS = 6;
const MOST_LETTERS = 10;
/** Half of a label sticks out by more than there is beside the axis. */
const EDGE = 20;

export interface PredictionLines {
  readonly title: string;
  /** Rows, and steps of the forecast after them. */
  readonly rows: number;
  readonly steps: number;
  /** By row and then by step. */
  readonly predicted: Float64Array;
  readonly truth: Float64Array | null;
  /** What the places 0, 1, 2, … up the picture are called; null: numbers. */
  readonly levels: readonly string[] | null;
  readonly axis: string;
  readonly labelAt: (at: number) => string;
}

interface Plot {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  /** By row and then by step, counted from 0. */
  readonly places: Float64Array;
}

/** The forecast is a line of its own, which begins where the data end. */
export function drawLines(lines: PredictionLines, summary: string): PredictionPicture {
  const { title, rows, steps, predicted, truth } = lines;
  const count = rows + steps;
  const within = predicted.subarray(0, rows);
  const plot: Plot = {
    x: { kind: "linear", min: 0, max: Math.max(1, count - 1) },
    y: yAxis(lines),
    places: Float64Array.from({ length: count }, (_, at) => at),
  };
  const forecast = new Float64Array(count).fill(NaN);
  forecast.set(predicted.subarray(rows), rows);
  if (truth !== null && steps > 0) forecast[rows - 1] = truth[rows - 1]!;
  const pathOf = (values: Float64Array, until: number): string => linePath(values, until, plot, lines.levels !== null);
  const shapes: PictureShape[] = [
    ...axes(lines, plot),
    ...(steps === 0 ? [] : [line("end", `M${across(plot, rows - 1)} ${TOP}V${BOTTOM}`)]),
    ...(truth === null ? [] : [line("data", pathOf(truth, rows))]),
    line("predicted", pathOf(within, rows)),
    ...(steps === 0 ? [] : [line("forecast", pathOf(forecast, count))]),
    ...legend(truth !== null, steps > 0),
  ];
  return { title, summary, width: WIDTH, height: HEIGHT, shapes };
}

function yAxis({ predicted, truth, levels }: PredictionLines): AxisSpec {
  if (levels !== null) return { kind: "linear", min: -0.25, max: levels.length - 0.75 };
  const lines = [truth, predicted].flatMap((values) => (values === null ? [] : [values]));
  return linearAxis(lines.map((values) => extentOf(values)).reduce(joinExtents, null));
}

function axes({ axis, labelAt, levels }: PredictionLines, plot: Plot): PictureShape[] {
  const yTicks = levels === null ? ticksOf(plot.y, TICKS) : levels.map((_, level) => level);
  const yLabels = levels?.map((label) => shortened(label)) ?? formatLinearTicks(yTicks);
  const xTicks = ticksOf(plot.x, 2 * TICKS).filter((tick) => Number.isInteger(tick));
  return [
    ...yTicks.flatMap((tick, i): PictureShape[] => [
      line("grid", `M${LEFT} ${down(plot, tick)}H${RIGHT}`),
      label(LEFT - 8, down(plot, tick) + 4, "end", yLabels[i] ?? ""),
    ]),
    line("axis", `M${LEFT} ${BOTTOM}H${RIGHT}`),
    ...xTicks.flatMap((tick): PictureShape[] => [
      line("axis", `M${across(plot, tick)} ${BOTTOM}v5`),
      tickLabel(across(plot, tick), shortened(labelAt(tick))),
    ]),
    label((LEFT + RIGHT) / 2, HEIGHT - 8, "middle", axis),
  ];
}

/** In the middle under its tick, unless it would be cut at the right edge. */
function tickLabel(x: number, text: string): PictureShape {
  return x > RIGHT - EDGE ? label(WIDTH, BOTTOM + 20, "end", text) : label(x, BOTTOM + 20, "middle", text);
}

/** So that it fits beside an axis. */
function shortened(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}

function legend(hasTruth: boolean, hasForecast: boolean): PictureShape[] {
  const entries = [
    ...(hasTruth ? [{ kind: "data" as const, name: l10n.t("data") }] : []),
    { kind: "predicted" as const, name: l10n.t("prediction") },
    ...(hasForecast ? [{ kind: "forecast" as const, name: l10n.t("forecast") }] : []),
  ];
  let left = LEFT;
  return entries.flatMap(({ kind, name }): PictureShape[] => {
    const at = left;
    // Wide enough for any font that is likely to be there.
    left += 64 + 8 * name.length;
    return [line(kind, `M${at} 20h28`), label(at + 34, 24, "start", name)];
  });
}

/**
 * A point between two gaps is a dot, which the round ends of the line make.
 * @param isStepped whether a value holds until the next one: there is nothing between two classes
 */
function linePath(values: Float64Array, rows: number, plot: Plot, isStepped: boolean): string {
  let path = "";
  let isDrawing = false;
  for (const row of decimateMinMax(plot.places, values, 0, rows, RIGHT - LEFT)) {
    const value = values[row] ?? NaN;
    const isShown = Number.isFinite(value);
    const [x, y] = [across(plot, row), down(plot, value)];
    if (isShown) path += !isDrawing ? `M${x} ${y}h0` : isStepped ? `H${x}V${y}` : `L${x} ${y}`;
    isDrawing = isShown;
  }
  return path;
}

const across = ({ x }: Plot, value: number): number => round(LEFT + toUnit(x, value) * (RIGHT - LEFT));
const down = ({ y }: Plot, value: number): number => round(BOTTOM - toUnit(y, value) * (BOTTOM - TOP));
const round = (place: number): number => Math.round(place * 10) / 10;

function line(kind: Extract<PictureShape, { kind: "path" }>["class"], d: string): PictureShape {
  return { kind: "path", class: kind, d };
}

function label(x: number, y: number, anchor: "start" | "middle" | "end", text: string): PictureShape {
  return { kind: "text", x, y, anchor, text };
}
