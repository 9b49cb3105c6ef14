/**
 * Bars of a histogram under the datasets of a chart; their edges are values of its axis, so that it may be a log axis.
 */
import type { Chart, Plugin } from "chart.js";

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

const bars = new WeakMap<Chart, { readonly bars: readonly Bar[]; readonly color: string }>();

export function setBars(chart: Chart, list: readonly Bar[], color: string): void {
  bars.set(chart, { bars: list, color });
}

export const barsPlugin: Plugin = {
  id: "bars",
  beforeDatasetsDraw(chart) {
    const layer = bars.get(chart);
    const { x, y } = chart.scales;
    if (layer === undefined || x === undefined || y === undefined) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.fillStyle = layer.color;
    for (const { from, to, height } of layer.bars) {
      const left = Math.round(x.getPixelForValue(from));
      const right = Math.round(x.getPixelForValue(to));
      const top = Math.round(y.getPixelForValue(height));
      // A line of background between two bars.
      ctx.fillRect(left, top, Math.max(1, right - left - 1), chartArea.bottom - top);
    }
    ctx.restore();
  },
};
