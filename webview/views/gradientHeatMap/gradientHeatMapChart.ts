import * as l10n from "@vscode/l10n";
import { viridisTable } from "../../ui/colorMap";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { stateSymbol } from "../../../src/shared/trace/cells";
import { measureGradient, roundedBefore } from "../../../src/shared/trace/gradientCurve";
import { vectorColumn } from "../../../src/shared/trace/trace";
import { timeStepsOf } from "../../state/zoom";
import { applyTheme, createChart, isCollapsed, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { ColorBar } from "../../chart/colorBar";
import {
  decadesOf,
  nonFiniteColors,
  rasterHeat,
  tooSmallColors,
  tooSmallLegend,
  type DecadeRange,
} from "../../chart/heatRaster";
import { unreachedSteps } from "../../chart/shortSequences";
import { setRaster } from "../../chart/imageLayer";
import { cursorMarks, eventMarks, iterationSlider, probeX, tracedShare } from "../../chart/iterationChart";
import { BACK_IN_TIME_NAME, ITERATION_NAME } from "../../chart/axisNames";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import { belowRangeValue, curveSentences, isBelowRange } from "../../chart/gradientWords";
import { layerOf, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { widestIteration, type ReadoutItem } from "../../chart/readout";
import { layerOptions, Picker } from "../../ui/picker";
import { NO_VALUE, tableRows, type TableData, type TableLimit } from "../../chart/table";
import { timeAxis } from "../../chart/timeStepChart";

/** A row of cells is drawn at least so many device pixels high, so that the stripes of broken cells can be seen. */
const MIN_CELL_HEIGHT = 4;
const COLORS = viridisTable();

/** The gradient at every time step of every iteration: where in time it vanishes or explodes, and when. */
export class GradientHeatMapChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly legend = new ColorBar(COLORS);
  private readonly layers: Picker;
  private layer = 0;
  private range: DecadeRange | null = null;
  private smallLegend: readonly ReadoutItem[] = [];
  private resized = true;

  constructor(host: CardHost) {
    this.card = new ChartCard(
      {
        id: "heat",
        title: l10n.t("Gradient heat map"),
        ownAxis: "iteration",
        zoom: { x: "iteration", y: "timeStep" },
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element);
    this.card.aside.append(this.legend.element);
    this.chart = createChart(this.card.canvas, {
      filled: true,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    this.layer = model === null ? 0 : layerOf(model);
    this.layers.show(model === null ? [] : layerOptions(model.header), String(this.layer));
    const values = model?.column(vectorColumn.stateGradNorm(this.layer)) ?? null;
    this.card.setEmpty(
      values === null
        ? l10n.t("Each column is an iteration, each row a time step; the color is the gradient norm.")
        : null,
    );
    if (model === null || values === null) return this.legend.show(null, { broken: false, above: false });
    const { theme, place, header } = model;
    const steps = header.timeSteps + 1;
    const timeMark = place.timeStep === null ? [] : [{ at: place.timeStep, color: theme.background, dash: [3, 3] }];
    setMarks(
      this.chart,
      { vertical: [...eventMarks(model, false), ...cursorMarks(model)], horizontal: timeMark, points: [] },
      theme,
    );
    if (changed.data || changed.style || this.resized) {
      setAxis(
        this.chart,
        "x",
        { kind: "linear", min: model.window.from, max: model.window.to, whole: true },
        ITERATION_NAME,
      );
      setAxis(this.chart, "y", timeAxis(model, 0.5), BACK_IN_TIME_NAME);
      applyTheme(this.chart, theme);
      // The raster needs the size of the area, which is known but for the first time.
      if (this.resized) this.chart.update("none");
      this.resized = isCollapsed(this.chart);
      if (this.resized) return;
      this.paint(model, values, steps);
      this.chart.update("none");
    } else this.chart.draw();
    this.describe(model, values, steps);
  }

  private paint(model: ChartModel, all: Float64Array, steps: number): void {
    const { window, theme, header } = model;
    const tooSmall = tooSmallColors(header.engine, theme.light);
    const values = tooSmall === null ? all : withRounded(all, window, steps, header);
    this.range = decadesOf(values, window.first * steps, window.end * steps, tooSmall?.limit);
    this.smallLegend = tooSmallLegend(values, [window.first * steps, window.end * steps], tooSmall);
    const ratio = this.chart.currentDevicePixelRatio;
    const width = Math.max(1, Math.round(this.chart.chartArea.width * ratio));
    const height = Math.max(1, Math.round(this.chart.chartArea.height * ratio));
    const rowHeight = Math.max(1, Math.min(MIN_CELL_HEIGHT, Math.round(height / steps)));
    const range = this.range ?? { low: -1, high: 1 };
    const isOptional = unreachedSteps(model);
    setRaster(
      this.chart,
      rasterHeat(
        {
          iterations: model.iterations,
          rows: model.rows,
          values,
          steps,
          window,
          isOptional,
        },
        { table: COLORS, broken: nonFiniteColors(theme.light), tooSmall },
        range,
        width,
        rowHeight,
        height,
      ),
      { y: timeStepsOf(model.header.timeSteps) },
    );
    let broken = false;
    for (let row = window.first; row < window.end && !broken; row++) {
      if (isOptional(row)) continue;
      for (let i = row * steps; i < (row + 1) * steps && !broken; i++) broken = !Number.isFinite(values[i] ?? NaN);
    }
    this.legend.show(this.range, { broken, above: false });
  }

  private describe(model: ChartModel, values: Float64Array, steps: number): void {
    const { row, iteration, timeStep } = model.place;
    const t = timeStep ?? model.header.timeSteps;
    const column = values.subarray(row * steps, (row + 1) * steps);
    const curve = measureGradient(column, model.header);
    const size = `|dL/d${stateSymbol(model.header.cell)}|`;
    const at = (step: number): string => {
      if (isBelowRange(column, step, curve, model.header)) return belowRangeValue();
      const value = column[step] ?? NaN;
      return Number.isNaN(value) && unreachedSteps(model)(row) ? NO_VALUE : formatValue(value);
    };
    this.card.setSubtitle(tracedShare(model, model.window) ?? "");
    this.card.setReadout([
      {
        label: l10n.t("{0} at {1}, t = {2}", size, formatCount(iteration), t),
        widestLabel: l10n.t(
          "{0} at {1}, t = {2}",
          size,
          widestIteration(model.header),
          String(model.header.timeSteps).replaceAll(/\d/g, "8"),
        ),
        value: at(t),
      },
      ...this.smallLegend,
    ]);
    this.card.setSlider(iterationSlider(model, l10n.t("time step {0}, gradient norm {1}", t, at(t))));
    this.card.setSummary(
      [
        l10n.t(
          "Heat map of the gradient norm at each recorded iteration ({0} in all) and time steps 0 to {1}.",
          formatCount(model.rows),
          formatCount(model.header.timeSteps),
        ),
        ...(this.range === null
          ? []
          : [
              l10n.t(
                "Colors range from {0} to {1}.",
                formatValue(10 ** this.range.low),
                formatValue(10 ** this.range.high),
              ),
            ]),
        l10n.t("Iteration {0}: {1} at the last step, {2} at the first.", formatCount(iteration), at(steps - 1), at(0)),
        ...curveSentences(curve, model.header),
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("heat"), (limit) => collectTable(model, values, steps, limit));
  }

  private probe(offsetX: number, offsetY: number): { iteration: number; timeStep: number } | null {
    const iteration = probeX(this.chart, offsetX, offsetY);
    const timeStep = this.chart.scales["y"]?.getValueForPixel(offsetY);
    return iteration === null || timeStep === undefined ? null : { iteration: Math.round(iteration), timeStep };
  }
}

/** With the smallest number above 0 for a 0 that is a value too small for float32, so that both look alike. */
function withRounded(
  all: Float64Array,
  { first, end }: ChartModel["window"],
  steps: number,
  header: ChartModel["header"],
): Float64Array {
  let values = all;
  for (let row = first; row < end; row++) {
    const start = row * steps;
    const before = roundedBefore(all.subarray(start, start + steps), header);
    if (before === 0) continue;
    if (values === all) values = all.slice();
    values.fill(Number.MIN_VALUE, start, start + before);
  }
  return values;
}

function collectTable(model: ChartModel, values: Float64Array, steps: number, limit: TableLimit): TableData {
  const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
  const shown = tableRows(0, steps, limit.columns).rows;
  return {
    caption: caption(l10n.t("Gradient norm by iteration and time step")),
    columns: [l10n.t("Iteration"), ...shown.map((t) => `t = ${t}`)],
    rows: rows.map((row) => [model.iterations[row] ?? 0, ...shown.map((t) => values[row * steps + t] ?? NaN)]),
  };
}
