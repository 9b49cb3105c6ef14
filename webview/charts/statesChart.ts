import type { Chart, Plugin } from "chart.js";
import { linearAxis, symlogAxis } from "../../src/shared/axisScale";
import { extentOf, joinExtents } from "../../src/shared/extent";
import { formatCount, formatSpoken, formatValue } from "../../src/shared/numberFormat";
import { vectorColumn } from "../../src/shared/trace";
import { withAlpha, type Theme } from "../theme";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost, type ReadoutItem } from "./card";
import { setAxis } from "./mappedScale";
import { setMarks, type PointMark } from "./marks";
import type { Changed, ChartModel, LabChart } from "./model";
import type { TableData } from "./table";
import { brokenSteps, MOST_DOTS, timeCursor, timePoints, timeProbe, timeSlider } from "./timeStepChart";

const MOST_UNITS = 8;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
/** Bars of the input stand on the bottom of the chart. */
const BAR_HEIGHT = 18;
/** States over more decades than a linear axis can show. */
const LINEAR_LIMIT = 1e4;

/** The hidden states of the inspected sequence at the iteration of the cursor, with its inputs, output and target. */
export class StatesChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly bars = { input: [] as readonly number[], inputSize: 1, color: "" };
  private resized = true;

  constructor(host: CardHost) {
    this.card = new ChartCard({ id: "states", title: "States of a sequence", subtitle: "time step →", ownAxis: "timeStep" }, host, timeProbe(() => this.chart));
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
      plugins: [inputBars(this.bars)],
    });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (!this.card.isOnScreen) {
      this.resized = true;
      return;
    }
    this.card.setEmpty(model === null ? "What the network remembers while it reads one sequence." : null);
    if (model === null || !(changed.data || changed.cursor || changed.look || this.resized)) return;
    this.resized = false;
    const { header, place, theme } = model;
    const layer = header.numLayers - 1;
    const states = model.rowOf(vectorColumn.state(layer), place.row);
    if (states === null) return this.card.setEmpty("This run has no states to show.");
    const units = Array.from({ length: Math.min(header.hiddenSize, MOST_UNITS) }, (_, unit) => unitStates(states, header.hiddenSize, unit, header.timeSteps + 1));
    const { output, target } = endValues(model);
    Object.assign(this.bars, { input: header.inspected.input, inputSize: header.inspected.inputSize, color: withAlpha(theme.foreground, theme.highContrast ? 0.8 : 0.28) });
    const extent = [...units, output, target].map((values) => extentOf(values)).reduce(joinExtents, extentOf([0]));
    setAxis(this.chart, "x", { kind: "linear", min: 0, max: Math.max(1, header.timeSteps), whole: true });
    setAxis(this.chart, "y", extent !== null && Math.max(extent.max, -extent.min) > LINEAR_LIMIT ? symlogAxis(extent) : linearAxis(extent));
    const marks = endMarks(header.timeSteps, output, target, theme);
    setMarks(this.chart, { bands: brokenSteps(units[0] ?? [], theme), vertical: timeCursor(model), horizontal: [{ at: 0, color: theme.muted }], points: marks }, theme);
    applyTheme(this.chart, theme);
    setDatasets(
      this.chart,
      units.map((values, unit) => ({
        ...lineDataset(timePoints(values), { color: unitColor(unit, theme), width: theme.lineWidth, dash: DASHES[Math.floor(unit / 2) % DASHES.length] ?? [] }),
        pointRadius: header.timeSteps <= MOST_DOTS && units.length <= 2 ? 2.5 : 0,
        pointBackgroundColor: unitColor(unit, theme),
        pointBorderWidth: 0,
      })),
    );
    this.chart.update("none");
    this.describe(model, units, output, target);
  }

  private describe(model: ChartModel, units: readonly Float64Array[], output: ArrayLike<number>, target: ArrayLike<number>): void {
    const { header, place, theme } = model;
    const step = place.timeStep ?? header.timeSteps;
    const { input, inputSize, sequence } = header.inspected;
    const inputs = step === 0 ? "none" : Array.from(input.slice((step - 1) * inputSize, step * inputSize), (value) => formatValue(value, 3)).join(", ");
    const shown = units.slice(0, 2).map((values, unit): ReadoutItem => ({ label: header.hiddenSize === 1 ? `h at t = ${step}` : `h${unit} at t = ${step}`, value: formatValue(values[step] ?? NaN), swatch: { kind: "line", color: unitColor(unit, theme) } }));
    this.card.setSubtitle(`sequence ${sequence} · time step →${header.hiddenSize > MOST_UNITS ? ` · ${MOST_UNITS} of ${header.hiddenSize} units` : ""}`);
    this.card.setReadout([
      ...shown,
      { label: "input", value: inputs, swatch: { kind: "bar", color: theme.muted } },
      { label: "output", value: formatValue(output[output.length - 1] ?? NaN), swatch: { kind: "dot", color: theme.series[1] ?? theme.foreground } },
      { label: "target", value: formatValue(target[target.length - 1] ?? NaN), swatch: { kind: "diamond", color: theme.foreground } },
    ]);
    const spoken = `state ${formatSpoken(units[0]?.[step] ?? NaN)}`;
    this.card.setSlider(timeSlider(model, `time step ${step} of iteration ${place.iteration}: ${spoken}, input ${inputs}`));
    this.card.setSummary(`States of sequence ${sequence} over ${header.timeSteps} time steps at iteration ${place.iteration}. Output ${formatSpoken(output[output.length - 1] ?? NaN)}, target ${formatSpoken(target[target.length - 1] ?? NaN)}.`);
    this.card.setTable(model.preferences.tables.includes("states"), () => collectTable(model, units));
  }
}

function unitColor(unit: number, theme: Theme): string {
  return theme.series[unit % theme.series.length] ?? theme.foreground;
}

function unitStates(states: Float64Array, hiddenSize: number, unit: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => states[t * hiddenSize + unit] ?? NaN);
}

function endValues(model: ChartModel): { readonly output: ArrayLike<number>; readonly target: ArrayLike<number> } {
  return { output: model.rowOf(vectorColumn.output, model.place.row) ?? [], target: model.header.inspected.target };
}

/** Values of a read-out at the last step stand there; those of a read-out at every step stand each at its own. */
function endMarks(timeSteps: number, output: ArrayLike<number>, target: ArrayLike<number>, theme: Theme): PointMark[] {
  const place = (values: ArrayLike<number>, shape: PointMark["shape"], color: string): PointMark[] => {
    const everyStep = timeSteps > 1 && values.length > 0 && values.length % timeSteps === 0;
    const perStep = everyStep ? values.length / timeSteps : values.length;
    return Array.from({ length: Math.min(values.length, 64) }, (_, i) => ({ x: everyStep ? 1 + Math.floor(i / perStep) : timeSteps, y: values[i] ?? NaN, color, shape }));
  };
  return [...place(output, "dot", theme.series[1] ?? theme.foreground), ...place(target, "diamond", theme.foreground)];
}

function inputBars(bars: { readonly input: readonly number[]; readonly inputSize: number; readonly color: string }): Plugin {
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
        const center = x.getPixelForValue(1 + Math.floor(i / bars.inputSize)) + ((i % bars.inputSize) - (bars.inputSize - 1) / 2) * width;
        const height = (Math.abs(value) / largest) * BAR_HEIGHT;
        ctx.fillRect(center - width / 2, chartArea.bottom - height, width, height);
      }
      ctx.restore();
    },
  };
}

function collectTable(model: ChartModel, units: readonly Float64Array[]): TableData {
  const { header, place } = model;
  const { input, inputSize } = header.inspected;
  return {
    caption: `States of sequence ${header.inspected.sequence} at iteration ${formatCount(place.iteration)}`,
    columns: ["Time step", "Input", ...units.map((_, unit) => (header.hiddenSize === 1 ? "State" : `Unit ${unit}`))],
    rows: Array.from({ length: Math.min(header.timeSteps + 1, 1000) }, (_, t) => [String(t), t === 0 ? "–" : input.slice((t - 1) * inputSize, t * inputSize).join(", "), ...units.map((values) => formatSpoken(values[t] ?? NaN, 6))]),
  };
}
