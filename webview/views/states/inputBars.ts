/** The inputs of a sequence as bars at the foot of a chart over its time steps. */
import type { Chart, Plugin } from "chart.js";

const BAR_HEIGHT = 18;

export interface InputBars {
  input: readonly number[];
  inputSize: number;
  color: string;
}

export function inputBars(bars: InputBars): Plugin {
  return {
    id: "inputBars",
    beforeDatasetsDraw(chart: Chart) {
      const x = chart.scales["x"];
      const largest = bars.input.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (x === undefined || largest === 0 || !Number.isFinite(largest)) return;
      const { ctx, chartArea } = chart;
      const gap = x.getPixelForValue(1) - x.getPixelForValue(0);
      const width = Math.max(1, Math.min(10, gap * 0.5) / bars.inputSize);
      ctx.save();
      ctx.fillStyle = bars.color;
      for (const [i, value] of bars.input.entries()) {
        const center =
          x.getPixelForValue(1 + Math.floor(i / bars.inputSize)) +
          ((i % bars.inputSize) - (bars.inputSize - 1) / 2) * width;
        const height = (Math.abs(value) / largest) * BAR_HEIGHT;
        ctx.fillRect(center - width / 2, chartArea.bottom - height, width, height);
      }
      ctx.restore();
    },
  };
}
