/** Draws a raster (heat map, loss surface) under the datasets of a chart, stretched over its area. */
import type { Chart, Plugin } from "chart.js";

/** Pixels as ImageData wants them: 0xAABBGGRR, top row first. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array<ArrayBuffer>;
}

interface Layer {
  readonly canvas: HTMLCanvasElement;
  shown: boolean;
}

const layers = new WeakMap<Chart, Layer>();

export function setRaster(chart: Chart, raster: Raster | null): void {
  const layer = layers.get(chart) ?? { canvas: document.createElement("canvas"), shown: false };
  layers.set(chart, layer);
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
    ctx.drawImage(layer.canvas, chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    ctx.restore();
  },
};
