/** Values, predictions and forecast of a column as lines over the rows of its table. */
import * as l10n from "@vscode/l10n";
import type { TablePrediction } from "../../core/prediction/predictTable";
import { linearAxis, ticksOf, toUnit, type AxisSpec } from "../../shared/scale/axisScale";
import { extentOf, joinExtents } from "../../shared/scale/extent";
import { decimateMinMax } from "../../shared/trace/decimate";
import { formatCount, formatValue } from "../../shared/words/numberFormat";
import { formatLinearTicks } from "../../shared/words/tickFormat";
import type { PictureShape, PredictionPicture } from "../../shared/wire/predictionPage";

const WIDTH = 960;
const HEIGHT = 360;
const LEFT = 72;
const RIGHT = 940;
const TOP = 44;
const BOTTOM = 308;
const TICKS = 6;

type Target = TablePrediction["targets"][number];

interface Plot {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  /** By row and then by step, counted from 0. */
  readonly places: Float64Array;
}

/** The forecast is a line of its own, which begins where the data end. */
export function predictionPicture(prediction: TablePrediction, target: Target): PredictionPicture {
  const { rows, steps } = prediction;
  const { name, predicted, truth } = target;
  const count = rows + steps;
  const within = predicted.subarray(0, rows);
  const lines = [truth, within, predicted.subarray(rows)].flatMap((values) => (values === null ? [] : [values]));
  const extent = lines.map((values) => extentOf(values)).reduce(joinExtents, null);
  const plot: Plot = {
    x: { kind: "linear", min: 0, max: Math.max(1, count - 1) },
    y: linearAxis(extent),
    places: Float64Array.from({ length: count }, (_, at) => at),
  };
  const forecast = new Float64Array(count).fill(NaN);
  forecast.set(predicted.subarray(rows), rows);
  if (truth !== null && steps > 0) forecast[rows - 1] = truth[rows - 1]!;
  const shapes: PictureShape[] = [
    ...axes(prediction, plot),
    ...(steps === 0 ? [] : [line("end", `M${across(plot, rows - 1)} ${TOP}V${BOTTOM}`)]),
    ...(truth === null ? [] : [line("data", linePath(truth, rows, plot))]),
    line("predicted", linePath(within, rows, plot)),
    ...(steps === 0 ? [] : [line("forecast", linePath(forecast, count, plot))]),
    ...legend(truth !== null, steps > 0),
  ];
  return { title: name, summary: summarize(prediction, target), width: WIDTH, height: HEIGHT, shapes };
}

function summarize({ rows, steps }: TablePrediction, { name, predicted, errors }: Target): string {
  const last = predicted.at(-1) ?? NaN;
  return [
    l10n.t("{0}: values and predictions of {1} rows.", name, formatCount(rows)),
    ...(errors?.rmse == null ? [] : [l10n.t("RMSE {0}.", formatValue(errors.rmse))]),
    ...(steps === 0
      ? []
      : [l10n.t("The forecast for {0} rows after them ends at {1}.", formatCount(steps), formatValue(last))]),
  ].join(" ");
}

function axes({ time, places }: TablePrediction, plot: Plot): PictureShape[] {
  const yTicks = ticksOf(plot.y, TICKS);
  const yLabels = formatLinearTicks(yTicks);
  const xTicks = ticksOf(plot.x, 2 * TICKS).filter((tick) => Number.isInteger(tick));
  const labelOf = (at: number): string => {
    const text = time?.texts[at] ?? "";
    return text === "" ? formatCount(places[at] ?? 0) : text;
  };
  return [
    ...yTicks.flatMap((tick, i): PictureShape[] => [
      line("grid", `M${LEFT} ${down(plot, tick)}H${RIGHT}`),
      label(LEFT - 8, down(plot, tick) + 4, "end", yLabels[i] ?? ""),
    ]),
    line("axis", `M${LEFT} ${BOTTOM}H${RIGHT}`),
    ...xTicks.flatMap((tick): PictureShape[] => [
      line("axis", `M${across(plot, tick)} ${BOTTOM}v5`),
      label(across(plot, tick), BOTTOM + 20, "middle", labelOf(tick)),
    ]),
    label((LEFT + RIGHT) / 2, HEIGHT - 8, "middle", time?.name ?? l10n.t("row")),
  ];
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

/** A point between two gaps is a dot, which the round ends of the line make. */
function linePath(values: Float64Array, rows: number, plot: Plot): string {
  let path = "";
  let isDrawing = false;
  for (const row of decimateMinMax(plot.places, values, 0, rows, RIGHT - LEFT)) {
    const value = values[row] ?? NaN;
    const isShown = Number.isFinite(value);
    const point = `${across(plot, row)} ${down(plot, value)}`;
    if (isShown) path += isDrawing ? `L${point}` : `M${point}h0`;
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
