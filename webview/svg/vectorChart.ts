/** Draws a chart of chart.js with another pen: axes, lines, marks and plugins, as on the screen. */
import type { Chart } from "chart.js";
import { SvgPath, type SvgPen } from "./svgPen";

/** What chart.js keeps for itself; held by a test that saves each chart. */
interface Inner {
  ctx: unknown;
}
interface InnerController {
  _ctx: unknown;
}
interface InnerLine {
  _path?: unknown;
  path?: (path: SvgPath) => boolean;
}

/** @throws when a plugin draws with what the pen does not have */
export function drawWithPen(chart: Chart, pen: SvgPen): void {
  const screen = chart.ctx;
  const metas = chart.data.datasets.map((_, i) => chart.getDatasetMeta(i));
  const pens: Inner[] = [chart as unknown as Inner, ...(Object.values(chart.scales) as unknown as Inner[])];
  const controllers = metas.map(({ controller }) => controller as unknown as InnerController);
  const lines = metas.flatMap(({ dataset }) => (dataset === undefined ? [] : [dataset as unknown as InnerLine]));
  try {
    for (const owner of pens) owner.ctx = pen;
    for (const controller of controllers) controller._ctx = pen;
    for (const line of lines) {
      const path = new SvgPath();
      if (line.path?.(path) === true) path.closePath();
      line._path = path;
    }
    chart.draw();
  } finally {
    for (const owner of pens) owner.ctx = screen;
    for (const controller of controllers) controller._ctx = screen;
    for (const line of lines) delete line._path;
  }
}
