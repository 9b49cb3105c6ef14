/** Draws a raster (heat map, loss surface) under the datasets of a chart, stretched over its area. */
import type { Chart, Plugin } from "chart.js";
import type { Span } from "../state/zoom";

/** Pixels as ImageData wants them: 0xAABBGGRR, top row first. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** What the raster covers, in values of the axes; an axis that is left out: just what is in view. */
export interface RasterExtent {
  readonly x?: Span;
  readonly y?: Span;
}

interface Layer {
  readonly canvas: HTMLCanvasElement;
  extent: RasterExtent;
  shown: boolean;
}

const layers = new WeakMap<Chart, Layer>();

export function setRaster(chart: Chart, raster: Raster | null, extent: RasterExtent = {}): void {
  const layer = layers.get(chart) ?? { canvas: document.createElement("canvas"), extent, shown: false };
  layers.set(chart, layer);
  layer.extent = extent;
  layer.shown = raster !== null;
  if (raster === null) return;
  if (layer.canvas.width !== raster.width) layer.canvas.width = raster.width;
  if (layer.canvas.height !== raster.height) layer.canvas.height = raster.height;
  const bytes = new Uint8ClampedArray(raster.pixels.buffer, raster.pixels.byteOffset, raster.pixels.byteLength);
  layer.canvas.getContext("2d")?.putImageData(new ImageData(bytes, raster.width, raster.height), 0, 0);
}

export const imageLayerPlugin: Plugin = {
  id: "imageLayer",
  beforeDatasetsDraw(chart) {
    const layer = layers.get(chart);
    if (layer === undefined || !layer.shown) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    // Cells keep their edges: a smoothed cell would show values that no iteration had.
    ctx.imageSmoothingEnabled = false;
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    ctx.clip();
    const { left, top, width, height } = rasterBox(chart, layer.extent);
    ctx.drawImage(layer.canvas, left, top, width, height);
    ctx.restore();
  },
};

/** Where the raster lies, in pixels of the page; it may reach beyond the area of the chart. */
function rasterBox(
  chart: Chart,
  { x, y }: RasterExtent,
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const { chartArea, scales } = chart;
  const pixel = (axis: "x" | "y", value: number): number => scales[axis]?.getPixelForValue(value) ?? NaN;
  const left = x === undefined ? chartArea.left : pixel("x", x.from);
  const right = x === undefined ? chartArea.right : pixel("x", x.to);
  const top = y === undefined ? chartArea.top : pixel("y", y.to);
  const bottom = y === undefined ? chartArea.bottom : pixel("y", y.from);
  return { left, top, width: right - left, height: bottom - top };
}
