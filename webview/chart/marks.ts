/**
 * What is drawn over a chart without redoing its data: the cursor, places where numbers broke, a threshold, single
 * points. Moving the cursor then costs one `chart.draw()`.
 */
import type { Chart, Plugin } from "chart.js";
import type { Theme } from "../ui/theme";
import { drawLabel, labelWidth, type LabelStyle } from "./labelSprites";
import { stackLabels } from "./stackLabels";

export interface LineMark {
  readonly at: number;
  readonly color: string;
  readonly label?: string;
  readonly dash?: readonly number[];
}

/** A stretch of the x axis, both ends included; one place when they are equal. */
export interface BandMark {
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly label: string;
}

export interface PointMark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly shape: "dot" | "ring" | "diamond";
  readonly label?: string;
}

/** A curve that may turn back, which a line dataset of chart.js may not: it takes x to ascend. */
export interface PathMark {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly color: string;
  readonly halo: string;
  readonly width: number;
  /** At its last point. */
  readonly label?: string;
}

/** The area between two curves over the same x. */
export interface AreaMark {
  readonly x: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly color: string;
}

/** On the rail above the picture: what happened in a stretch of the x axis. */
export interface RailMark {
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly shape: "bar" | "diamond" | "cross" | "triangle";
}

export interface Marks {
  /** Under the lines. */
  readonly areas?: readonly AreaMark[];
  readonly rail?: readonly RailMark[];
  readonly paths?: readonly PathMark[];
  readonly bands?: readonly BandMark[];
  readonly vertical: readonly LineMark[];
  readonly horizontal: readonly LineMark[];
  readonly points: readonly PointMark[];
}

/** What a chart leaves free above its picture. */
export const RAIL_HEIGHT = 11;
/** Half of a shape on the rail. */
const RAIL_RADIUS = 3.5;
const POINT_RADIUS = 4;
const LABEL_PADDING = 4;
const LABEL_HEIGHT = 15;

const marksOf = new WeakMap<Chart, { marks: Marks; theme: Theme }>();

export function setMarks(chart: Chart, marks: Marks, theme: Theme): void {
  marksOf.set(chart, { marks, theme });
}

export const marksPlugin: Plugin = {
  id: "marks",
  beforeDatasetsDraw(chart) {
    for (const mark of marksOf.get(chart)?.marks.areas ?? []) drawArea(chart, mark);
  },
  afterDatasetsDraw(chart) {
    const entry = marksOf.get(chart);
    if (entry === undefined) return;
    const { ctx } = chart;
    ctx.save();
    for (const mark of entry.marks.paths ?? []) drawPath(chart, mark, entry.theme);
    for (const mark of entry.marks.bands ?? []) drawBand(chart, mark, entry.theme);
    drawHorizontals(chart, entry.marks.horizontal, entry.theme);
    for (const mark of entry.marks.vertical) drawVertical(chart, mark, entry.theme);
    for (const mark of entry.marks.points) drawPoint(chart, mark, entry.theme);
    for (const mark of entry.marks.rail ?? []) drawRail(chart, mark);
    ctx.restore();
  },
};

function drawRail({ ctx, chartArea, scales }: Chart, { from, to, color, shape }: RailMark): void {
  const left = Math.max(chartArea.left, scales["x"]?.getPixelForValue(from) ?? NaN);
  const right = Math.min(chartArea.right, scales["x"]?.getPixelForValue(to) ?? NaN);
  if (!(right >= left)) return;
  const y = chartArea.top - RAIL_RADIUS - 1;
  const r = RAIL_RADIUS;
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  if (shape === "bar") return ctx.fillRect(left - 0.5, y - 1, right - left + 1, 2.5);
  ctx.beginPath();
  if (shape === "cross") {
    ctx.lineWidth = 1.5;
    ctx.moveTo(left - r, y - r);
    ctx.lineTo(left + r, y + r);
    ctx.moveTo(left + r, y - r);
    ctx.lineTo(left - r, y + r);
    return ctx.stroke();
  }
  if (shape === "diamond") {
    ctx.moveTo(left, y - r);
    ctx.lineTo(left + r, y);
    ctx.lineTo(left, y + r);
    ctx.lineTo(left - r, y);
  } else {
    ctx.moveTo(left - r - 0.5, y - r);
    ctx.lineTo(left + r + 0.5, y - r);
    ctx.lineTo(left, y + r);
  }
  ctx.closePath();
  ctx.fill();
}

function drawBand(chart: Chart, mark: BandMark, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const x = chart.scales["x"];
  const from = Math.round(x?.getPixelForValue(mark.from) ?? NaN);
  const to = Math.round(x?.getPixelForValue(mark.to) ?? NaN);
  if (!(to >= chartArea.left - 1 && from <= chartArea.right + 1)) return;
  ctx.fillStyle = mark.color;
  ctx.globalAlpha = 0.1;
  ctx.fillRect(
    Math.max(from, chartArea.left),
    chartArea.top,
    Math.min(to, chartArea.right) - Math.max(from, chartArea.left),
    chartArea.height,
  );
  ctx.globalAlpha = 1;
  for (const edge of new Set([from, to]))
    strokeLine(
      ctx,
      { at: 0, color: mark.color, dash: [3, 3] },
      edge + 0.5,
      chartArea.top,
      edge + 0.5,
      chartArea.bottom,
    );
  drawMarkLabel(chart, theme, mark.label, mark.color, from, chartArea.top + 2);
}

function drawVertical(chart: Chart, mark: LineMark, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const x = Math.round(chart.scales["x"]?.getPixelForValue(mark.at) ?? NaN) + 0.5;
  if (!(x >= chartArea.left - 1 && x <= chartArea.right + 1)) return;
  strokeLine(ctx, mark, x, chartArea.top, x, chartArea.bottom);
  if (mark.label !== undefined) drawMarkLabel(chart, theme, mark.label, mark.color, x, chartArea.top + 2);
}

/**
 * Lines first, so that none crosses a label. Labels stand above their lines at the right end as far as there is room,
 * with a halo instead of a patch: curves end there, and stay visible between the letters.
 */
function drawHorizontals(chart: Chart, marks: readonly LineMark[], theme: Theme): void {
  const { ctx, chartArea } = chart;
  const labels: { readonly text: string; readonly color: string; readonly y: number }[] = [];
  for (const mark of marks) {
    const y = Math.round(chart.scales["y"]?.getPixelForValue(mark.at) ?? NaN) + 0.5;
    if (!isWithin(chartArea, y)) continue;
    strokeLine(ctx, mark, chartArea.left, y, chartArea.right, y);
    if (mark.label !== undefined) labels.push({ text: mark.label, color: mark.color, y });
  }
  labels.sort((a, b) => a.y - b.y);
  const tops = stackLabels(
    labels.map(({ y }) => (y - 18 < chartArea.top ? y + 3 : y - 18)),
    LABEL_HEIGHT,
    chartArea.bottom,
  );
  for (const [i, { text, color }] of labels.entries()) {
    const style = { ...labelStyle(chart, theme, color), halo: theme.background };
    drawLabel(ctx, text, chartArea.right - LABEL_PADDING, tops[i]! + LABEL_HEIGHT / 2, "right", style);
  }
}

/** Whether a horizontal mark at this value is drawn: not where it lies outside of the picture. */
export function showsHorizontal(chart: Chart, at: number): boolean {
  return isWithin(chart.chartArea, Math.round(chart.scales["y"]?.getPixelForValue(at) ?? NaN) + 0.5);
}

function isWithin({ top, bottom }: Chart["chartArea"], y: number): boolean {
  return y >= top - 1 && y <= bottom + 1;
}

function drawPath(chart: Chart, mark: PathMark, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const x = chart.scales["x"];
  const y = chart.scales["y"];
  if (x === undefined || y === undefined) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
  ctx.clip();
  ctx.beginPath();
  let broken = true;
  for (const point of mark.points) {
    const px = x.getPixelForValue(point.x);
    const py = y.getPixelForValue(point.y);
    if (!Number.isFinite(px) || !Number.isFinite(py)) broken = true;
    else if (broken) {
      ctx.moveTo(px, py);
      broken = false;
    } else ctx.lineTo(px, py);
  }
  ctx.lineJoin = "round";
  ctx.lineWidth = mark.width + 2;
  ctx.strokeStyle = mark.halo;
  ctx.stroke();
  ctx.lineWidth = mark.width;
  ctx.strokeStyle = mark.color;
  ctx.stroke();
  ctx.restore();
  const end = mark.points.at(-1);
  if (mark.label !== undefined && end !== undefined)
    drawMarkLabel(chart, theme, mark.label, mark.color, x.getPixelForValue(end.x), y.getPixelForValue(end.y) - 8);
}

/** What lies below a logarithmic axis is drawn to its end. */
function drawArea({ ctx, chartArea, scales }: Chart, { x, low, high, color }: AreaMark): void {
  const [xScale, yScale] = [scales["x"], scales["y"]];
  if (xScale === undefined || yScale === undefined || x.length < 2) return;
  const bottom = chartArea.bottom + 1;
  const y = (value: number): number => {
    const pixel = yScale.getPixelForValue(value);
    return Number.isFinite(pixel) ? Math.min(pixel, bottom) : bottom;
  };
  ctx.save();
  ctx.beginPath();
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
  ctx.clip();
  ctx.beginPath();
  ctx.moveTo(xScale.getPixelForValue(x[0]!), y(high[0]!));
  for (let i = 1; i < x.length; i++) ctx.lineTo(xScale.getPixelForValue(x[i]!), y(high[i]!));
  for (let i = x.length - 1; i >= 0; i--) ctx.lineTo(xScale.getPixelForValue(x[i]!), y(low[i]!));
  ctx.closePath();
  ctx.fillStyle = color;
  ctx.fill();
  ctx.restore();
}

function strokeLine(
  ctx: CanvasRenderingContext2D,
  mark: LineMark,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  ctx.strokeStyle = mark.color;
  ctx.lineWidth = 1;
  ctx.setLineDash([...(mark.dash ?? [])]);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.setLineDash([]);
}

function labelStyle(chart: Chart, { fontFamily }: Theme, color: string): LabelStyle {
  return { font: `11px ${fontFamily}`, color, ratio: chart.currentDevicePixelRatio };
}

/** On a patch of the background, moved to the other side where it would leave the chart. */
function drawMarkLabel(chart: Chart, theme: Theme, text: string, color: string, x: number, top: number): void {
  const { ctx, chartArea } = chart;
  const style = labelStyle(chart, theme, color);
  const width = labelWidth(text, style);
  const toTheLeft = x + width + 3 * LABEL_PADDING > chartArea.right;
  const left = toTheLeft ? x - width - LABEL_PADDING : x + LABEL_PADDING;
  ctx.fillStyle = theme.background;
  ctx.globalAlpha = 0.85;
  ctx.fillRect(left - 3, top, width + 6, LABEL_HEIGHT);
  ctx.globalAlpha = 1;
  drawLabel(ctx, text, left + width, top + 8, "right", style);
}

function drawPoint(chart: Chart, mark: PointMark, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const x = chart.scales["x"]?.getPixelForValue(mark.x) ?? NaN;
  const y = chart.scales["y"]?.getPixelForValue(mark.y) ?? NaN;
  if (!(x >= chartArea.left - 1 && x <= chartArea.right + 1 && y >= chartArea.top - 1 && y <= chartArea.bottom + 1))
    return;
  ctx.beginPath();
  if (mark.shape === "diamond") {
    const r = POINT_RADIUS + 1.5;
    ctx.moveTo(x, y - r);
    ctx.lineTo(x + r, y);
    ctx.lineTo(x, y + r);
    ctx.lineTo(x - r, y);
    ctx.closePath();
  } else ctx.arc(x, y, POINT_RADIUS, 0, 2 * Math.PI);
  // The halo keeps the point visible on any color of a heat map.
  ctx.lineWidth = 5;
  ctx.strokeStyle = theme.background;
  ctx.stroke();
  if (mark.shape === "dot") {
    ctx.fillStyle = mark.color;
    ctx.fill();
  } else {
    ctx.lineWidth = 2;
    ctx.strokeStyle = mark.color;
    ctx.stroke();
  }
  if (mark.label !== undefined) drawMarkLabel(chart, theme, mark.label, theme.foreground, x + 4, y - 7);
}
