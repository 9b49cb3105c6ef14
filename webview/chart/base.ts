/**
 * One way to make a chart: only the parts of chart.js that are used, no animation, no parsing, our scale on both axes.
 */
import { Chart, LineController, LineElement, PointElement, type ChartDataset, type Plugin } from "chart.js";
import type { Theme } from "../ui/theme";
import { imageLayerPlugin } from "./imageLayer";
import { LABEL_GAP, MappedScale, NAME_ROW_HEIGHT, nameBelow, TICK_FONT_SIZE, UPRIGHT_NAME_WIDTH } from "./mappedScale";
import { marksPlugin, RAIL_HEIGHT } from "./marks";

Chart.register(LineController, LineElement, PointElement, MappedScale);

export interface Point {
  x: number;
  y: number;
}

export type LineChart = Chart<"line", Point[], unknown>;
type LineDataset = ChartDataset<"line", Point[]>;

interface LineStyle {
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly stepped?: boolean;
}

/** Left margin of all charts, so that charts above each other share their iteration axis to the pixel. */
const Y_AXIS_WIDTH = 46 + UPRIGHT_NAME_WIDTH;

interface ChartOptions {
  /** Without axes: a sparkline. */
  readonly bare?: boolean;
  /** With room above for a rail of marks. */
  readonly rail?: boolean;
  /** The name of the x axis has a row of its own: each label counts. */
  readonly nameBelow?: boolean;
  /** Filled by a raster: no lines behind it. */
  readonly filled?: boolean;
  /** The chart has another size now; chart.js has already stretched what it had. */
  readonly onDidResize: () => void;
  readonly plugins?: readonly Plugin[];
}

export function createChart(canvas: HTMLCanvasElement, options: ChartOptions): LineChart {
  const axis = (id: "x" | "y") =>
    ({
      type: "mapped",
      axis: id,
      display: options.bare !== true,
      ...(id === "y"
        ? { afterFit: (scale: { width: number }) => void (scale.width = options.bare === true ? 0 : Y_AXIS_WIDTH) }
        : {}),
      ticks: { autoSkip: false, maxRotation: 0, padding: LABEL_GAP, font: { size: TICK_FONT_SIZE } },
      grid: { drawTicks: false, display: id === "y" && options.filled !== true },
      border: { display: true },
    }) as const;
  const rail = options.rail === true ? RAIL_HEIGHT : 5;
  const chart = new Chart<"line", Point[], unknown>(canvas, {
    type: "line",
    data: { datasets: [] },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      parsing: false,
      normalized: true,
      // Pointer and keys are taken by the card, which also serves the shared cursor.
      events: [],
      onResize: options.onDidResize,
      // The labels that stick out are known: half a line above, half a number to the right.
      layout: {
        autoPadding: false,
        padding:
          options.bare === true
            ? { top: rail, right: 5, bottom: 5, left: 0 }
            : { top: 3 + rail, right: 12, bottom: options.nameBelow === true ? NAME_ROW_HEIGHT : 0, left: 0 },
      },
      elements: { point: { radius: 0 }, line: { tension: 0, borderJoinStyle: "round" } },
      scales: { x: axis("x"), y: axis("y") },
    },
    plugins: [imageLayerPlugin, ...((options.plugins ?? []) as Plugin<"line">[]), marksPlugin],
  });
  if (options.nameBelow === true) nameBelow(chart);
  return chart;
}

/**
 * Without room for a picture, as for a moment while the window is laid out anew: what is there stays until there is.
 */
export function isCollapsed(chart: LineChart): boolean {
  return !(chart.chartArea.width >= 1 && chart.chartArea.height >= 1);
}

/** The axes with their grid and labels; their room is kept. */
export function showAxes(chart: LineChart, shown: boolean): void {
  for (const scale of Object.values(chart.options.scales ?? {})) {
    if (scale === undefined) continue;
    Object.assign(scale.ticks ?? {}, { display: shown });
    Object.assign(scale.border ?? {}, { display: shown });
    Object.assign(scale.grid ?? {}, { display: shown && scale.axis === "y" });
  }
}

const themes = new WeakMap<LineChart, Theme>();

/** Colors and fonts are read by chart.js at the next update. */
export function applyTheme(chart: LineChart, theme: Theme): void {
  if (themes.get(chart) === theme) return;
  themes.set(chart, theme);
  for (const scale of Object.values(chart.options.scales ?? {})) {
    if (scale === undefined) continue;
    Object.assign(scale.ticks ?? {}, { color: theme.muted });
    Object.assign(scale.grid ?? {}, { color: theme.grid });
    Object.assign(scale.border ?? {}, { color: theme.grid });
  }
  chart.options.font = { family: theme.fontFamily, size: TICK_FONT_SIZE };
}

export function lineDataset(data: Point[], style: LineStyle): LineDataset {
  return {
    data,
    borderColor: style.color,
    borderWidth: style.width,
    ...(style.dash === undefined ? {} : { borderDash: [...style.dash] }),
    ...(style.stepped === true ? { stepped: "before" as const } : {}),
    spanGaps: false,
  };
}

/** Keeps dataset objects (chart.js holds state for each) and replaces what they show. */
export function setDatasets(chart: LineChart, datasets: readonly LineDataset[]): void {
  const current = chart.data.datasets;
  current.length = Math.min(current.length, datasets.length);
  for (const [i, next] of datasets.entries()) {
    const known = current[i];
    if (known === undefined) current.push(next);
    else Object.assign(known, { borderDash: [], stepped: false }, next);
  }
}
