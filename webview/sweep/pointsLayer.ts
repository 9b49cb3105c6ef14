/**
 * Points of many runs under the datasets of a chart. Of those that would cover each other one is drawn, so that 100,000
 * cost no more than the picture has room for.
 */
import type { Chart, Plugin } from "chart.js";
import { rowsByGroup } from "./parameterPlaces";

interface PointSet {
  readonly rows: Int32Array<ArrayBuffer>;
  readonly shape: "dot" | "cross";
  /** By level. */
  readonly colors: readonly string[];
  /** By row, a place in `colors`; null: all have the first. */
  readonly levels: Uint8Array | null;
}

export interface PointsLayer {
  /** By row, in parts of the axis: from 0 at its left end to 1. NaN: not shown. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** From below to above. */
  readonly sets: readonly PointSet[];
}

/** So many have room beside each other: they are drawn round, and each of them. */
const FEW_POINTS = 2000;
/** Of a cell in which one of many points is drawn. */
const CELL = 2;
const RADIUS = 3;
const SMALL_RADIUS = 1.5;
const CROSS_RADIUS = 3;

const layers = new WeakMap<Chart, PointsLayer | null>();

export function setPoints(chart: Chart, layer: PointsLayer | null): void {
  layers.set(chart, layer);
}

export const pointsPlugin: Plugin = {
  id: "points",
  beforeDatasetsDraw(chart) {
    const layer = layers.get(chart);
    if (layer === undefined || layer === null) return;
    const { ctx } = chart;
    ctx.save();
    for (const set of layer.sets) drawSet(chart, layer, set);
    ctx.restore();
  },
};

/** The row of the point next to a place, in pixels of the canvas, within `reach`; -1: there is none. */
export function nearestRow(chart: Chart, x: number, y: number, reach: number): number {
  const layer = layers.get(chart);
  if (layer === undefined || layer === null) return -1;
  const { left, top, width, height } = chart.chartArea;
  let nearest = -1;
  let least = reach ** 2;
  for (const { rows } of layer.sets)
    for (const row of rows) {
      const distance = (left + layer.x[row]! * width - x) ** 2 + (top + (1 - layer.y[row]!) * height - y) ** 2;
      if (distance < least) {
        least = distance;
        nearest = row;
      }
    }
  return nearest;
}

function drawSet(chart: Chart, { x, y }: PointsLayer, { rows, shape, colors, levels }: PointSet): void {
  const { ctx, chartArea } = chart;
  const isFew = rows.length <= FEW_POINTS;
  const shown = isFew ? rows : thinned(rows, x, y, chartArea.width, chartArea.height);
  for (const [level, of] of byLevel(shown, levels, colors.length).entries()) {
    if (of.length === 0) continue;
    ctx.beginPath();
    for (const row of of) {
      const left = chartArea.left + x[row]! * chartArea.width;
      const top = chartArea.top + (1 - y[row]!) * chartArea.height;
      if (shape === "cross") addCross(ctx, left, top);
      else if (isFew) addDot(ctx, left, top);
      else ctx.rect(left - SMALL_RADIUS, top - SMALL_RADIUS, 2 * SMALL_RADIUS, 2 * SMALL_RADIUS);
    }
    ctx.lineWidth = 1.5;
    if (shape === "cross") ctx.strokeStyle = colors[level]!;
    else ctx.fillStyle = colors[level]!;
    if (shape === "cross") ctx.stroke();
    else ctx.fill();
  }
}

function addDot(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.moveTo(x + RADIUS, y);
  ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
}

function addCross(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.moveTo(x - CROSS_RADIUS, y - CROSS_RADIUS);
  ctx.lineTo(x + CROSS_RADIUS, y + CROSS_RADIUS);
  ctx.moveTo(x + CROSS_RADIUS, y - CROSS_RADIUS);
  ctx.lineTo(x - CROSS_RADIUS, y + CROSS_RADIUS);
}

/** One row of each cell: the first, which is no better and no worse than the others. */
export function thinned(
  rows: Int32Array<ArrayBuffer>,
  x: Float64Array,
  y: Float64Array,
  width: number,
  height: number,
): Int32Array<ArrayBuffer> {
  const across = Math.max(1, Math.ceil(width / CELL) + 1);
  const up = Math.max(1, Math.ceil(height / CELL) + 1);
  const isTaken = new Uint8Array(across * up);
  return rows.filter((row) => {
    const column = Math.floor((x[row]! * width) / CELL);
    const line = Math.floor((y[row]! * height) / CELL);
    if (!(column >= 0 && column < across && line >= 0 && line < up)) return false;
    const cell = line * across + column;
    if (isTaken[cell] === 1) return false;
    isTaken[cell] = 1;
    return true;
  });
}

function byLevel(rows: Int32Array<ArrayBuffer>, levels: Uint8Array | null, count: number): Int32Array[] {
  return levels === null ? [rows] : rowsByGroup(rows, count, (row) => levels[row]!);
}
