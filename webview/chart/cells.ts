/** Cells with a text on the axes of a chart: a grid of answers, a table of which class was taken for which. */
import type { Chart, Plugin } from "chart.js";

export interface TextCell {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly text: string;
  /** Told apart by more than color: a bar at its foot. */
  readonly mark: string | null;
}

export interface Cells {
  cells: readonly TextCell[];
  color: string;
  fontFamily: string;
}

/** Smaller cells hold no text. */
const MIN_TEXT = { width: 6, height: 8 } as const;
const MAX_TEXT_SIZE = 12;

export function cellsPlugin(shown: Cells): Plugin {
  return {
    id: "cells",
    beforeDatasetsDraw(chart: Chart) {
      const { x, y } = chart.scales;
      if (x === undefined || y === undefined || shown.cells.length === 0) return;
      const { ctx, chartArea } = chart;
      // Within the axis: chart.js clamps pixels that lie far outside of it, and a cell would have no height.
      const width = Math.abs(x.getPixelForValue(x.min + 1) - x.getPixelForValue(x.min));
      const height = Math.abs(y.getPixelForValue(y.min + 1) - y.getPixelForValue(y.min));
      const gap = width > 4 && height > 4 ? 1 : 0;
      const withText = width >= MIN_TEXT.width && height >= MIN_TEXT.height;
      ctx.save();
      ctx.beginPath();
      ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
      ctx.clip();
      ctx.font = `${Math.floor(Math.min(MAX_TEXT_SIZE, height * 0.8, width * 1.3))}px ${shown.fontFamily}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const cell of shown.cells) {
        const centerX = x.getPixelForValue(cell.x);
        const centerY = y.getPixelForValue(cell.y);
        const left = centerX - width / 2;
        const top = centerY - height / 2;
        ctx.fillStyle = cell.fill;
        ctx.fillRect(left, top, Math.max(0.5, width - gap), Math.max(0.5, height - gap));
        if (cell.mark !== null) {
          const bar = Math.min(2, height / 4);
          ctx.fillStyle = cell.mark;
          ctx.fillRect(left, top + height - gap - bar, Math.max(0.5, width - gap), bar);
        }
        if (!withText || cell.text === "") continue;
        ctx.fillStyle = shown.color;
        ctx.fillText(cell.text, centerX - gap / 2, centerY, width);
      }
      ctx.restore();
    },
  };
}
