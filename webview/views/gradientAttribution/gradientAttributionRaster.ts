/**
 * |dL_k/dh_j| as pixels: a column of cells a time step j, a row a loss step k, the last loss at the top; empty where j
 * > k.
 */
import type { GradientAttribution } from "../../../src/shared/trace/gradientAttribution";
import { heatColor, type DecadeRange, type HeatColors } from "../../chart/heatRaster";
import type { Raster } from "../../chart/imageLayer";

const STRIPE = 3;

export function rasterItems(
  { timeSteps: T, steps, values }: GradientAttribution,
  colors: HeatColors,
  range: DecadeRange,
  width: number,
  height: number,
): Raster {
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const k = T - Math.floor((y * T) / height);
    const row = rowOfLoss(steps, k) * (T + 1);
    for (let x = 0; x < width; x++) {
      const j = Math.floor((x * (T + 1)) / width);
      if (j > k) break;
      const value = values[row + j] ?? NaN;
      pixels[y * width + x] = Number.isFinite(value)
        ? heatColor(value, colors, range)
        : colors.broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
    }
  }
  return { width, height, pixels };
}

/**
 * Index of the loss step nearest to k among those that were sent back; the later of two, so that no cell left of it is
 * lost.
 */
export function rowOfLoss(steps: ArrayLike<number>, k: number): number {
  let best = 0;
  for (let i = 1; i < steps.length; i++)
    if (Math.abs((steps[i] ?? 0) - k) <= Math.abs((steps[best] ?? 0) - k)) best = i;
  return best;
}

/**
 * What reaches one state, split by where it comes from: the largest item and its share of the sum of all. Null when
 * nothing reaches it.
 */
export function largestSource(
  { timeSteps: T, steps, values }: GradientAttribution,
  j: number,
): { readonly step: number; readonly share: number } | null {
  let sum = 0;
  let best = 0;
  const at = (i: number): number => values[i * (T + 1) + j] ?? NaN;
  for (let i = 0; i < steps.length; i++) {
    sum += at(i);
    if (at(i) > at(best)) best = i;
  }
  return sum > 0 ? { step: steps[best] ?? 0, share: at(best) / sum } : null;
}
