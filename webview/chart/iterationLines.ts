/**
 * What all charts of lines over the iterations share: when to draw what, the window, the cursor, places where numbers
 * broke, and a rail above the picture for what happened. A chart says its lines, its upright axis and its words.
 */
import * as l10n from "@vscode/l10n";
import type { AxisSpec } from "../../src/shared/scale/axisScale";
import { iterationAxis, type IterationAxis } from "./iterationAxis";
import { smoothCurve } from "./smoothing";
import { withAlpha, type Theme } from "../ui/theme";
import { collectEvents, type RunEvents } from "./runEvents";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost } from "./card";
import { railMarks } from "./eventRail";
import {
  nonFiniteBands,
  nameAtCursor,
  crossing,
  cursorMarks,
  eventMarks,
  iterationPoints,
  iterationProbe,
} from "./iterationChart";
import type { AxisName } from "./axisNames";
import type { ReadoutItem } from "./readout";
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
  /** The earlier run that it is of. */
  readonly runId?: string;
  /** Where the reader smooths: over the line, which is then faint, or in its place. Left out: never. */
  readonly smoothing?: "over" | "instead";
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

/** Of the second line of a run, in the color of the text: a run has one color, and others have the other ones. */
export const SECOND_DASH = [6, 3];
/** Opacity of a line under its smoothed one. */
const RAW_ALPHA = { ordinary: 0.35, highContrast: 0.55 } as const;
const RAW_WIDTH = 0.6;

const NO_EVENTS: RunEvents = { nonFinite: [], clipped: [], rates: [], findings: [] };

export abstract class IterationLines implements LabChart {
  readonly element: HTMLElement;
  protected readonly card: ChartCard;
  protected readonly chart: LineChart;
  /** In the window, as of the last draw of data. */
  protected events: RunEvents = NO_EVENTS;
  /** By the name of the line, as of the last draw of data. */
  private smoothed: ReadonlyMap<string, Float64Array> = new Map();
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
    if (redo) this.smoothed = smoothLines(model, picture.lines);
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
            line.column === undefined ? [] : crossing(model, this.shownAt(model, line), line.color, picture),
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

  /** Of a line over the scalars, smoothed, at the cursor; null where it is not smoothed. */
  protected smoothedAt({ place }: ScalarModel, { name }: IterationLine): number | null {
    return this.smoothed.get(name)?.[place.row] ?? null;
  }

  /** For the readout of a line over the scalars; where the reader smooths also the smoothed value. */
  protected itemsOf(
    model: ScalarModel,
    line: IterationLine,
    format: (value: number) => string,
    widest?: string,
  ): ReadoutItem[] {
    const { color, dash = [], name, column = "" } = line;
    const smoothed = this.smoothedAt(model, line);
    const room = widest === undefined ? {} : { widest };
    const item: ReadoutItem = {
      ...room,
      label: nameAtCursor(name, model),
      value: format(model.meanAt(column, model.place.row)),
      swatch: { kind: "line", color, dash },
    };
    return smoothed === null ? [item] : [item, { label: l10n.t("smoothed"), value: format(smoothed), ...room }];
  }

  /** As a reader hears it. */
  protected spoken(model: ScalarModel, line: IterationLine, format: (value: number) => string): string {
    const smoothed = this.smoothedAt(model, line);
    const text = `${line.name} ${format(model.meanAt(line.column ?? "", model.place.row))}`;
    return smoothed === null ? text : l10n.t("{0}, smoothed {1}", text, format(smoothed));
  }

  /** For the caption of a table, whose values are never smoothed. */
  protected tableTitle({ preferences }: ScalarModel, title: string): string {
    return preferences.smoothing === 0 ? title : l10n.t("{0}, not smoothed", title);
  }

  /** Null: nothing to show. Called at every draw, so it computes nothing over rows. */
  protected abstract collect(model: ScalarModel): IterationPicture | null;
  protected abstract axisOf(model: ScalarModel, picture: IterationPicture): AxisSpec;
  protected abstract describe(model: ScalarModel, picture: IterationPicture): void;

  protected yName(): AxisName {
    return this.options.yName ?? [];
  }

  private redraw(model: ScalarModel, picture: IterationPicture): void {
    const { window, theme } = model;
    this.resized = false;
    const axis = iterationAxis(model);
    const x = { kind: "linear", min: window.from, max: axis.max, whole: true } as const;
    setAxis(this.chart, "x", x, [axis.name], axis.unit);
    setAxis(this.chart, "y", this.axisOf(model, picture), this.yName());
    applyTheme(this.chart, theme);
    setDatasets(
      this.chart,
      picture.lines
        .flatMap((line) => this.drawnAs(line, theme))
        .flatMap((line) => {
          const x = placesOf(line, model, axis);
          if (x === null) return [];
          const { values, color, width, dash } = line;
          const shown = { from: window.from, to: axis.max };
          const points = iterationPoints(x, values, x.length, shown, this.chart.width, picture.positiveOnly);
          return [lineDataset(points, { color, width, ...(dash === undefined ? {} : { dash }) })];
        }),
    );
    this.chart.update("none");
  }

  /** One line, or a faint one and the smoothed one over it. */
  private drawnAs(line: IterationLine, theme: Theme): readonly IterationLine[] {
    const values = this.smoothed.get(line.name);
    if (values === undefined) return [line];
    const raw = withAlpha(line.color, theme.highContrast ? RAW_ALPHA.highContrast : RAW_ALPHA.ordinary);
    return [
      ...(line.smoothing === "over" ? [{ ...line, color: raw, width: line.width * RAW_WIDTH }] : []),
      { ...line, values },
    ];
  }

  private shownAt(model: ScalarModel, line: IterationLine): number {
    return this.smoothedAt(model, line) ?? model.meanAt(line.column ?? "", model.place.row);
  }
}

function smoothLines(model: ScalarModel, lines: readonly IterationLine[]): ReadonlyMap<string, Float64Array> {
  const { smoothing } = model.preferences;
  if (smoothing === 0) return new Map();
  return new Map(
    lines.flatMap((line): [string, Float64Array][] =>
      line.smoothing === undefined ? [] : [[line.name, smoothLine(model, line, smoothing)]],
    ),
  );
}

function smoothLine(model: ScalarModel, { values, column, iterations }: IterationLine, weight: number): Float64Array {
  if (iterations !== undefined)
    return smoothCurve(values, weight, (i) => (i === 0 ? 1 : Math.max(1, iterations[i]! - iterations[i - 1]!)));
  if (model.rows === model.total) return smoothCurve(values, weight);
  // Two points stand for one bucket of iterations, and have its lowest and highest value.
  const means = values.map((value, row) => (model.iterationsAt(row) === 1 ? value : model.meanAt(column ?? "", row)));
  return smoothCurve(means, weight, (row) => Math.max(1, model.iterationsAt(row) / 2));
}

/** X of the points, as iterations of the run that shows; null where they cannot be placed. */
function placesOf(line: IterationLine, model: ScalarModel, axis: IterationAxis): Float64Array | null {
  const { iterations = model.iterations.subarray(0, model.rows), runId } = line;
  if (runId === undefined || axis.unit === null) return iterations;
  const map = axis.placesOf(runId);
  return map === null ? null : iterations.map((iteration) => map.toShown(iteration));
}
