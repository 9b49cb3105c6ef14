import { linearAxis, logAxis, type AxisSpec } from "../../src/shared/axisScale";
import { extentOf, joinExtents } from "../../src/shared/extent";
import { formatCount, formatSpoken, formatValue } from "../../src/shared/numberFormat";
import { OPTIONAL_COLUMN } from "../../src/shared/trace";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost } from "./card";
import { brokenBands, crossing, cursorMarks, iterationPoints, iterationProbe, iterationSlider } from "./iterationChart";
import { setAxis } from "./mappedScale";
import { setMarks } from "./marks";
import type { Changed, ChartModel, LabChart } from "./model";
import { tableRows } from "./table";

interface MetricLine {
  readonly column: string;
  readonly name: string;
}

export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly lines: readonly MetricLine[];
  axis(model: ChartModel, columns: readonly Float64Array[]): AxisSpec;
  format(value: number): string;
  /** Whether there is anything to see. */
  suits(columns: readonly Float64Array[]): boolean;
}

export const ACCURACY: Metric = {
  id: "accuracy",
  title: "Accuracy",
  subtitle: "share right ↑ · iteration →",
  lines: [
    { column: OPTIONAL_COLUMN.accuracy, name: "outputs right" },
    { column: OPTIONAL_COLUMN.exactAccuracy, name: "whole sequences right" },
  ],
  axis: () => ({ kind: "linear", min: 0, max: 1 }),
  format: (value) => (Number.isFinite(value) ? `${formatValue(value * 100, 3)} %` : "–"),
  suits: (columns) => columns.length > 0,
};

export const LEARNING_RATE: Metric = {
  id: "rate",
  title: "Learning rate",
  subtitle: "iteration →",
  lines: [{ column: OPTIONAL_COLUMN.learningRate, name: "learning rate" }],
  axis(model, columns) {
    const extent = columns.map((values) => extentOf(values, model.window.first, model.window.end)).reduce(joinExtents, null);
    return extent !== null && extent.min > 0 && extent.max / extent.min > 50 ? logAxis(extent) : linearAxis(extent === null ? null : { ...extent, min: Math.min(0, extent.min) }, 2);
  },
  format: (value) => formatValue(value),
  // One that never changes is in the file.
  suits: (columns) => columns.some((values) => values.some((value) => value !== values[0] && !Number.isNaN(value))),
};

/** A companion of the loss: lower, on the same iterations. Hides itself in runs that do not have it. */
export class MetricChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private resized = true;

  constructor(
    host: CardHost,
    private readonly metric: Metric,
  ) {
    this.card = new ChartCard({ id: metric.id, title: metric.title, subtitle: metric.subtitle, ownAxis: "iteration", zoom: { x: "iteration" } }, host, iterationProbe(() => this.chart));
    this.element = this.card.element;
    this.element.classList.add("card-companion");
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  suits(model: ChartModel | null): boolean {
    return model !== null && this.metric.suits(this.linesOf(model).map(({ values }) => values));
  }

  draw(model: ChartModel | null, changed: Changed): void {
    const shown = this.linesOf(model);
    if (!this.card.isOnScreen || model === null) {
      this.resized = true;
      return;
    }
    this.card.setEmpty(null);
    const { theme } = model;
    const lines = shown.map((line, i) => ({ ...line, color: theme.series[i] ?? theme.foreground }));
    const firstValues = lines[0]?.values ?? [];
    // Before the first evaluation there is no value, which is nothing broken.
    const known = firstValues.findIndex((value) => Number.isFinite(value)) === 0;
    setMarks(this.chart, { bands: known ? brokenBands(model, firstValues, theme) : [], vertical: cursorMarks(model), horizontal: [], points: lines.flatMap((line) => crossing(model, line.values, line.color, false)) }, theme);
    if (changed.data || changed.look || this.resized) {
      this.resized = false;
      setAxis(this.chart, "x", { kind: "linear", min: model.window.from, max: model.window.to, whole: true });
      setAxis(this.chart, "y", this.metric.axis(model, lines.map(({ values }) => values)));
      applyTheme(this.chart, theme);
      setDatasets(this.chart, lines.map((line, i) => lineDataset(iterationPoints(model.iterations, line.values, model.rows, model.window, this.chart.width, false), { color: line.color, width: theme.lineWidth, ...(i > 0 ? { dash: [5, 3] } : {}) })));
      this.chart.update("none");
    } else this.chart.draw();
    const { row, iteration } = model.place;
    const { format } = this.metric;
    this.card.setReadout(lines.map((line, i) => ({ label: lines.length === 1 ? `at ${formatCount(iteration)}` : line.name, value: format(line.values[row] ?? NaN), swatch: { kind: i > 0 ? "dash" : "line", color: line.color } })));
    const spoken = lines.map((line) => `${line.name} ${formatSpoken(line.values[row] ?? NaN, 3)}`).join(", ");
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(`${this.metric.title} over ${model.rows} traced iterations; at iteration ${iteration}: ${spoken}.`);
    this.card.setTable(model.preferences.tables.includes(this.metric.id), () => {
      const { rows, note } = tableRows(model.window.first, model.window.end);
      return { caption: `${this.metric.title} by iteration${note}`, columns: ["Iteration", ...lines.map(({ name }) => name)], rows: rows.map((at) => [formatCount(model.iterations[at] ?? 0), ...lines.map(({ values }) => formatSpoken(values[at] ?? NaN, 6))]) };
    });
  }

  private linesOf(model: ChartModel | null): (MetricLine & { readonly values: Float64Array })[] {
    return this.metric.lines.flatMap((line) => {
      const values = model?.column(line.column) ?? null;
      return values === null ? [] : [{ ...line, values }];
    });
  }
}
