/**
 * What all charts of lines over the iterations share: when to draw what, the window, the cursor, places where numbers
 * broke, and a rail above the picture for what happened. A chart says its lines, its upright axis and its words.
 */
import type { AxisSpec } from "../../src/shared/scale/axisScale";
import { collectEvents, type RunEvents } from "./runEvents";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost } from "./card";
import { railMarks } from "./eventRail";
import { nonFiniteBands, crossing, cursorMarks, eventMarks, iterationPoints, iterationProbe } from "./iterationChart";
import { ITERATION_NAME, type AxisName } from "./axisNames";
import { setAxis } from "./mappedScale";
import { setMarks, type AreaMark, type LineMark, type PointMark } from "./marks";
import type { Changed, ChartModel, LabChart, ScalarModel } from "./model";

export interface IterationLine {
  readonly name: string;
  readonly values: Float64Array;
  /** Of the scalars, where it is one: with a point under the cursor. */
  readonly column?: string;
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
  /** Its own: of another run, or of what is not known at every iteration. */
  readonly iterations?: Float64Array;
}

export interface IterationPicture {
  /** The last one is drawn on top. */
  readonly lines: readonly IterationLine[];
  /** On a logarithmic axis only what is above zero can be drawn. */
  readonly positiveOnly: boolean;
  /** Under the lines. */
  readonly areas?: readonly AreaMark[];
  readonly horizontal: readonly LineMark[];
  /** Beside those under the cursor. */
  readonly points?: readonly PointMark[];
  /** Its stretches that are not finite are shaded; null: none are. */
  readonly broken: Float64Array | null;
}

interface LinesOptions {
  readonly id: string;
  readonly title: string;
  readonly yName?: AxisName;
  /** Without axes: a sparkline. */
  readonly bare?: boolean;
  /** With a rail for what happened. */
  readonly rail?: boolean;
  /** Words before there is a run. */
  readonly emptyText: string;
}

const NO_EVENTS: RunEvents = { nonFinite: [], clipped: [], rates: [], findings: [] };

export abstract class IterationLines implements LabChart {
  readonly element: HTMLElement;
  protected readonly card: ChartCard;
  protected readonly chart: LineChart;
  /** In the window, as of the last draw of data. */
  protected events: RunEvents = NO_EVENTS;
  private resized = true;

  constructor(
    host: CardHost,
    private readonly options: LinesOptions,
  ) {
    const { id, title, bare = false, rail = false } = options;
    this.card = new ChartCard(
      { id, title, ownAxis: "iteration", zoom: { x: "iteration" } },
      host,
      iterationProbe(() => this.chart),
    );
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, {
      bare,
      rail,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(shown: ChartModel | null, changed: Changed): void {
    const model = shown?.scalars ?? null;
    const picture = model === null ? null : this.collect(model);
    this.card.setEmpty(picture === null ? this.options.emptyText : null);
    if (model === null || picture === null) return;
    const redo = changed.data || changed.style || this.resized;
    if (redo && this.options.rail === true) this.events = collectEvents(model, model.window, this.chart.width);
    const { theme } = model;
    setMarks(
      this.chart,
      {
        areas: picture.areas ?? [],
        bands: picture.broken === null ? [] : nonFiniteBands(model, picture.broken, theme),
        vertical: [...eventMarks(model, true), ...cursorMarks(model)],
        horizontal: picture.horizontal,
        points: [
          ...(picture.points ?? []),
          ...picture.lines.flatMap((line) =>
            line.column === undefined ? [] : crossing(model, line.column, line.color, picture.positiveOnly),
          ),
        ],
        rail: this.options.rail === true ? railMarks(this.events, theme) : [],
      },
      theme,
    );
    if (redo) this.redraw(model, picture);
    else this.chart.draw();
    this.describe(model, picture);
  }

  /** Null: nothing to show. Called at every draw, so it computes nothing over rows. */
  protected abstract collect(model: ScalarModel): IterationPicture | null;
  protected abstract axisOf(model: ScalarModel, picture: IterationPicture): AxisSpec;
  protected abstract describe(model: ScalarModel, picture: IterationPicture): void;

  protected yName(): AxisName {
    return this.options.yName ?? [];
  }

  private redraw(model: ScalarModel, picture: IterationPicture): void {
    const { window, iterations, rows, theme } = model;
    this.resized = false;
    setAxis(this.chart, "x", { kind: "linear", min: window.from, max: window.to, whole: true }, ITERATION_NAME);
    setAxis(this.chart, "y", this.axisOf(model, picture), this.yName());
    applyTheme(this.chart, theme);
    const pixels = this.chart.width;
    setDatasets(
      this.chart,
      picture.lines.map(({ values, color, width, dash, iterations: own }) =>
        lineDataset(
          iterationPoints(own ?? iterations, values, own?.length ?? rows, window, pixels, picture.positiveOnly),
          { color, width, ...(dash === undefined ? {} : { dash }) },
        ),
      ),
    );
    this.chart.update("none");
  }
}
