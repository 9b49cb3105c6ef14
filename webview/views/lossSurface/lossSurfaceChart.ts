import * as l10n from "@vscode/l10n";
import { type AxisSpec } from "../../../src/shared/scale/axisScale";
import { packColor, viridisTable } from "../../ui/colorMap";
import { extentOf } from "../../../src/shared/scale/extent";
import type { FixEdit } from "../../../src/shared/wire/findings";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { COLUMN, vectorColumn, type LossSurface } from "../../../src/shared/trace/trace";
import { element, setText } from "../../ui/dom";
import { applyTheme, createChart, isCollapsed, type LineChart, type Point } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { ColorBar } from "../../chart/colorBar";
import { nonFiniteColors } from "../../chart/heatRaster";
import { setRaster } from "../../chart/imageLayer";
import { iterationSlider, probeX, tracedShare } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type PathMark, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import { StartHandle, type StartPoint } from "./startHandle";
import { rasterSurface, surfaceRange, type SurfaceRange } from "./surfaceRaster";
import { tableRows, type TableData, type TableLimit } from "../../chart/table";

const COLORS = viridisTable();
const MAX_PATH_POINTS = 1500;
/** Weights that an experiment gives by name. */
const INITIAL_WEIGHTS: readonly string[] = ["weight_ih_l0", "weight_hh_l0"];
/** Paths of earlier runs are fainter than the present one. */
const GHOST_INK = "rgba(255, 255, 255, 0.7)";
const GHOST_HALO = "rgba(0, 0, 0, 0.35)";
/** Pointer within this of the path, in pixels, picks its iteration. */
const PICK_RADIUS = 24;

/** Two weights on their way over the loss surface. Only for models with exactly two parameters. */
export class LossSurfaceChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly legend = new ColorBar(COLORS);
  private painted: LossSurface | null = null;
  private range: SurfaceRange | null = null;
  private model: ChartModel | null = null;
  private readonly handle: StartHandle;
  private readonly traced = element("span", { class: "aside-note" });
  private resized = true;

  constructor(host: CardHost) {
    this.card = new ChartCard({ id: "surface", title: l10n.t("Loss surface"), ownAxis: "iteration" }, host, (x, y) =>
      this.probe(x, y),
    );
    this.element = this.card.element;
    this.card.aside.append(this.traced, this.legend.element);
    this.handle = new StartHandle(
      () => host.requestDraw(),
      (start) => host.editValues(startEdits(this.model, start)),
    );
    this.card.canvas.parentElement?.append(this.handle.element);
    this.chart = createChart(this.card.canvas, {
      filled: true,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  /** Whether the model has the two parameters that span a plane. */
  isAvailable(model: ChartModel | null): boolean {
    return (
      model === null ||
      model.header.columns.some((column) => column.name === vectorColumn.parameters && column.length === 2)
    );
  }

  draw(model: ChartModel | null, changed: Changed): void {
    this.model = model;
    this.card.setEmpty(model === null ? l10n.t("The path of the two weights across the loss surface.") : null);
    if (model === null) {
      this.painted = null;
      setRaster(this.chart, null);
      return this.legend.show(null, { broken: false, above: false });
    }
    const weights = model.column(vectorColumn.parameters);
    if (weights === null) return;
    const { surface, theme } = model;
    const order: readonly [number, number] = [surface?.xParameter ?? 0, surface?.yParameter ?? 1];
    const xAxis = weightAxis(model, weights, order[0], surface?.xRange);
    const yAxis = weightAxis(model, weights, order[1], surface?.yRange);
    this.markPaths(model, weights, order, xAxis, yAxis);
    if (changed.data || changed.style || this.resized) {
      setAxis(this.chart, "x", xAxis, [parameterName(model, order[0])]);
      setAxis(this.chart, "y", yAxis, [parameterName(model, order[1])]);
      applyTheme(this.chart, theme);
      // The raster needs the size of the area, which is known but for the first time.
      const resized = this.resized;
      if (resized) this.chart.update("none");
      this.resized = isCollapsed(this.chart);
      if (this.resized) return;
      if (this.painted !== surface || changed.style || resized) this.paint(model);
      this.chart.update("none");
    } else this.chart.draw();
    this.describe(model, weights, order);
    this.showHandle(model, weights, order, xAxis, yAxis);
  }

  /** The way of the weights, those of earlier runs, and where each of them ends. */
  private markPaths(
    model: ChartModel,
    weights: Float64Array,
    order: readonly [number, number],
    xAxis: AxisSpec,
    yAxis: AxisSpec,
  ): void {
    const { theme, ghosts } = model;
    // White on black: the path must be seen on every colour of the surface, in every theme.
    const path: PathMark = {
      points: pathPoints(model.rows, weights, order),
      color: "#ffffff",
      halo: "#000000",
      width: theme.lineWidth,
    };
    const earlier = ghosts.flatMap(({ path: weightsOf, label }) =>
      weightsOf === undefined ? [] : [{ label: label.split(" · ")[0] ?? label, weights: weightsOf }],
    );
    const { underWay } = this.handle;
    setMarks(
      this.chart,
      {
        paths: [
          ...earlier.map((run): PathMark => ({
            points: pathPoints(run.weights.length / 2, run.weights, order),
            color: GHOST_INK,
            halo: GHOST_HALO,
            width: 1,
          })),
          path,
        ],
        vertical: [],
        horizontal: [],
        points: [
          ...earlier.map((run): PointMark => ({
            x: run.weights[order[0]] ?? NaN,
            y: run.weights[order[1]] ?? NaN,
            color: theme.muted,
            shape: "ring",
            label: run.label,
          })),
          ...pathMarks(model, weights, order, xAxis, yAxis),
          ...(underWay === null
            ? []
            : [
                {
                  ...underWay,
                  color: theme.foreground,
                  shape: "ring" as const,
                  label: l10n.t("start at ({0}, {1})", underWay.x, underWay.y),
                },
              ]),
        ],
      },
      theme,
    );
  }

  private showHandle(
    model: ChartModel,
    weights: Float64Array,
    order: readonly [number, number],
    xAxis: AxisSpec,
    yAxis: AxisSpec,
  ): void {
    const start = { x: weights[order[0]] ?? NaN, y: weights[order[1]] ?? NaN };
    const { left, top, width, height } = this.chart.chartArea;
    const plane = { xRange: [xAxis.min, xAxis.max], yRange: [yAxis.min, yAxis.max], left, top, width, height } as const;
    // Only the first of a run's rows is its start, and only these two weights have numbers of their own in the file.
    const movable =
      model.iterations[0] === 0 &&
      model.header.cell === "linear" &&
      order.every((index) => INITIAL_WEIGHTS.includes(parameterName(model, index)));
    this.handle.show(movable ? start : null, plane, [parameterName(model, order[0]), parameterName(model, order[1])]);
  }

  private paint(model: ChartModel): void {
    const { surface, theme } = model;
    this.painted = surface;
    if (surface === null) {
      this.range = null;
      setRaster(this.chart, null);
      return this.legend.show(null, { broken: false, above: false });
    }
    this.range = surfaceRange(surface);
    const ratio = this.chart.currentDevicePixelRatio;
    const width = Math.max(1, Math.round(this.chart.chartArea.width * ratio));
    const height = Math.max(1, Math.round(this.chart.chartArea.height * ratio));
    const above = theme.light ? packColor(214, 214, 214) : packColor(70, 70, 70);
    setRaster(
      this.chart,
      rasterSurface(surface, { table: COLORS, broken: nonFiniteColors(theme.light), above }, this.range, width, height),
    );
    this.legend.show(this.range, { broken: this.range.hasBroken, above: this.range.hasAbove });
  }

  private describe(model: ChartModel, weights: Float64Array, order: readonly [number, number]): void {
    const { row, iteration } = model.place;
    const names = order.map((index) => parameterName(model, index)) as [string, string];
    const at = order.map((index) => weights[row * 2 + index] ?? NaN) as [number, number];
    setText(this.traced, tracedShare(model, { from: 0, to: Infinity }) ?? "");
    this.card.setReadout([
      {
        label: l10n.t("at {0}", formatCount(iteration)),
        value: `(${formatValue(at[0])}, ${formatValue(at[1])})`,
        swatch: { kind: "dot", color: model.theme.series[1] ?? model.theme.foreground },
      },
    ]);
    const spoken = `${names[0]} ${formatValue(at[0])}, ${names[1]} ${formatValue(at[1])}`;
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      l10n.t(
        "Path of {0} and {1} across the loss surface, from ({2}, {3}); at iteration {4}: {5}.",
        names[0],
        names[1],
        formatValue(weights[order[0]] ?? NaN),
        formatValue(weights[order[1]] ?? NaN),
        formatCount(iteration),
        spoken,
      ),
    );
    this.card.setTable(model.preferences.tables.includes("surface"), (limit) =>
      collectTable(model, weights, order, names, limit),
    );
  }

  /** The traced row whose point is nearest to the pointer. */
  private probe(offsetX: number, offsetY: number): { iteration: number } | null {
    const weights = this.model?.column(vectorColumn.parameters);
    const x = this.chart.scales["x"];
    const y = this.chart.scales["y"];
    if (!this.model || !weights || !x || !y || probeX(this.chart, offsetX, offsetY) === null) return null;
    const { surface } = this.model;
    let nearest = -1;
    let distance = PICK_RADIUS;
    for (let row = 0; row < this.model.rows; row++) {
      const d = Math.hypot(
        x.getPixelForValue(weights[row * 2 + (surface?.xParameter ?? 0)] ?? NaN) - offsetX,
        y.getPixelForValue(weights[row * 2 + (surface?.yParameter ?? 1)] ?? NaN) - offsetY,
      );
      if (d < distance) {
        distance = d;
        nearest = row;
      }
    }
    return nearest < 0 ? null : { iteration: this.model.iterations[nearest] ?? 0 };
  }
}

/** What the file has to say for a run to begin there. */
function startEdits(model: ChartModel | null, start: StartPoint): FixEdit[] {
  if (model === null) return [];
  const { surface } = model;
  const edit = (index: number, value: number): FixEdit => ({
    path: ["model", "init", parameterName(model, index)],
    value,
  });
  return [edit(surface?.xParameter ?? 0, start.x), edit(surface?.yParameter ?? 1, start.y)];
}

function parameterName(model: ChartModel, index: number): string {
  return (
    model.header.parameters.find((parameter) => parameter.offset === index)?.name ?? l10n.t("parameter {0}", index)
  );
}

function weightAxis(
  model: ChartModel,
  weights: Float64Array,
  index: number,
  range: readonly [number, number] | undefined,
): AxisSpec {
  if (range !== undefined) return { kind: "linear", min: range[0], max: range[1] };
  const extent = extentOf(Float64Array.from({ length: model.rows }, (_, row) => weights[row * 2 + index] ?? NaN));
  const margin = extent === null ? 1 : Math.max((extent.max - extent.min) * 0.1, Math.abs(extent.max) * 0.05, 1e-3);
  return { kind: "linear", min: (extent?.min ?? 0) - margin, max: (extent?.max ?? 0) + margin };
}

function pathPoints(rows: number, weights: Float64Array, [xIndex, yIndex]: readonly [number, number]): Point[] {
  const stride = Math.max(1, Math.ceil(rows / MAX_PATH_POINTS));
  const points: Point[] = [];
  const add = (row: number): void => {
    const x = weights[row * 2 + xIndex] ?? NaN;
    const y = weights[row * 2 + yIndex] ?? NaN;
    points.push(Number.isFinite(x) && Number.isFinite(y) ? { x, y } : { x: NaN, y: NaN });
  };
  for (let row = 0; row < rows - 1; row += stride) add(row);
  add(rows - 1);
  return points;
}

/** A point outside the picture is drawn at the nearest edge. */
function pathMarks(
  model: ChartModel,
  weights: Float64Array,
  [xIndex, yIndex]: readonly [number, number],
  xAxis: AxisSpec,
  yAxis: AxisSpec,
): PointMark[] {
  const { theme, place } = model;
  const mark = (row: number, shape: PointMark["shape"], label: string): PointMark => {
    const x = weights[row * 2 + xIndex] ?? NaN;
    const y = weights[row * 2 + yIndex] ?? NaN;
    const inside = { x: Math.min(xAxis.max, Math.max(xAxis.min, x)), y: Math.min(yAxis.max, Math.max(yAxis.min, y)) };
    const isInside = inside.x === x && inside.y === y;
    return {
      ...inside,
      color: theme.series[1] ?? theme.foreground,
      shape,
      label: isInside ? label : l10n.t("{0} (outside)", label),
    };
  };
  return [
    mark(0, "ring", l10n.t("start")),
    mark(place.row, "dot", place.followsLatest ? l10n.t("latest") : formatCount(place.iteration)),
  ];
}

function collectTable(
  model: ChartModel,
  weights: Float64Array,
  order: readonly [number, number],
  names: readonly [string, string],
  limit: TableLimit,
): TableData {
  const { rows, caption } = tableRows(0, model.rows, limit.rows);
  const loss = model.column(COLUMN.loss);
  return {
    caption: caption(l10n.t("Weights by iteration")),
    columns: [l10n.t("Iteration"), ...names, l10n.t("Loss")],
    rows: rows.map((row) => [
      model.iterations[row] ?? 0,
      ...order.map((index) => weights[row * 2 + index] ?? NaN),
      loss?.[row] ?? NaN,
    ]),
  };
}
