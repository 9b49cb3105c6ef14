/**
 * The picture of an analysis as one of a few plots that the reader chooses from. A plot is declared: lines over one
 * axis, or numbers in the complex plane; axes, legend, readout and table follow from it.
 */
import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../src/shared/scale/extent";
import { indexAt } from "../../src/shared/trace/decimate";
import type { AnalysisKind, AnalysisOptions } from "../../src/shared/wire/questions";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { Picker } from "../ui/picker";
import type { Theme } from "../ui/theme";
import type { AnalysisPicture, Analyzed, PictureControls, PictureWords } from "./analysisView";
import type { AxisName } from "./axisNames";
import { lineDataset, setDatasets, type LineChart, type Point } from "./base";
import { formatComplex, modulusOf, nearestComplex, paintComplexPlane, type Complex } from "./complexPlane";
import type { Probe } from "./cursorControls";
import { probeX } from "./iterationChart";
import { setAxis } from "./mappedScale";
import { setMarks, type LineMark, type PathMark, type PointMark } from "./marks";
import type { ChartModel } from "./model";
import type { ReadoutItem } from "./readout";
import { tableRows, type TableData, type TableLimit } from "./table";
import { MAX_DOTS } from "./timeStepChart";

export interface PlotLine {
  readonly label: string;
  /** As many as x has. */
  readonly values: ArrayLike<number>;
  readonly dash?: readonly number[];
  /** Of shares: the values are points with these intervals, and the line is a curve that was fitted to them. */
  readonly fitted?: FittedShares;
}

interface FittedShares {
  /** Ends of the interval of each value. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** Empty where there is none. */
  readonly curve: readonly Point[];
}

export interface LinePlot {
  readonly kind: "lines";
  /** What x counts. Time steps and iterations follow the cursor that all views share. */
  readonly along: "timeStep" | "iteration" | "other";
  /** Ascending. */
  readonly x: ArrayLike<number>;
  readonly xName: AxisName;
  /** Left out: as far as x reaches. */
  readonly xRange?: { readonly min: number; readonly max: number };
  /** x need not be whole. */
  readonly fractional?: true;
  /** A place of x in the readout. */
  readonly placeText: (x: number) => string;
  readonly scale: "linear" | "log";
  readonly yName: AxisName;
  /** Left out: as far as the values reach. */
  readonly yRange?: { readonly min: number; readonly max: number };
  readonly lines: readonly PlotLine[];
  /** What the values are compared with. */
  readonly level?: Omit<LineMark, "color">;
  /** In the table; left out: those of the lines. */
  readonly columns?: readonly Pick<PlotLine, "label" | "values">[];
}

interface PlanePlot {
  readonly kind: "plane";
  readonly values: readonly Complex[];
}

type Plot = (LinePlot | PlanePlot) & { readonly title: string };

export interface PlotChoice<S> {
  readonly value: string;
  readonly label: string;
  readonly plot: (shown: S, model: ChartModel) => Plot;
  /** Left out: always. */
  readonly isAvailable?: (shown: S) => boolean;
  /** In place of those of all plots. */
  readonly facts?: (shown: S) => readonly ReadoutItem[];
  readonly summary?: (shown: S) => string;
}

export interface PlotPictureSpec<K extends AnalysisKind, S extends Analyzed<K>> {
  readonly options: (model: ChartModel) => AnalysisOptions[K] | { readonly problem: string };
  /** Controls beside the list of plots. */
  readonly tools?: readonly HTMLElement[];
  readonly prepare: (analyzed: Analyzed<K>) => S;
  /** The name of the list of plots. */
  readonly choose: string;
  readonly plots: readonly [PlotChoice<S>, ...PlotChoice<S>[]];
  /** The numbers that count whatever the place of the cursor. */
  readonly facts: (shown: S) => readonly ReadoutItem[];
  readonly caption: (shown: S) => readonly string[];
  readonly summary: (shown: S) => string;
}

export class PlotPicture<K extends AnalysisKind, S extends Analyzed<K>> implements AnalysisPicture<K, S> {
  readonly tools: readonly HTMLElement[];
  private readonly picker: Picker;
  private choice: PlotChoice<S>;
  /** What was painted last. */
  private plot: Plot | null = null;
  /** Of an axis that no cursor is shared on. */
  private hoveredX: number | null = null;
  private hoveredNumber: Complex | null = null;

  constructor(
    private readonly spec: PlotPictureSpec<K, S>,
    private readonly controls: Pick<PictureControls, "redraw">,
  ) {
    [this.choice] = spec.plots;
    this.picker = new Picker(spec.choose, (value) => {
      this.choice = spec.plots.find((plot) => plot.value === value) ?? this.choice;
      this.forgetPointer();
      controls.redraw();
    });
    this.tools = [this.picker.element, ...(spec.tools ?? [])];
  }

  options(model: ChartModel): AnalysisOptions[K] | { readonly problem: string } {
    return this.spec.options(model);
  }

  prepare(analyzed: Analyzed<K>): S {
    this.forgetPointer();
    const shown = this.spec.prepare(analyzed);
    const { plots } = this.spec;
    if (!isAvailable(this.choice, shown)) this.choice = plots.find((plot) => isAvailable(plot, shown)) ?? plots[0];
    return shown;
  }

  showTools(shown: S | null): void {
    const plots = shown === null ? [] : this.spec.plots.filter((plot) => isAvailable(plot, shown));
    this.picker.show(plots, this.choice.value);
  }

  /** Left and right go from place to place of an axis that no cursor is shared on, Home and End to its ends. */
  attach(plot: HTMLElement): void {
    plot.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  private onKey(event: KeyboardEvent): void {
    const { plot } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (plot?.kind !== "lines" || plot.along !== "other" || plot.x.length === 0) return;
    const last = plot.x.length - 1;
    const at = this.hoveredX === null ? last : nearestIndex(plot.x, this.hoveredX);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.hoveredX = plot.x[Math.min(last, Math.max(0, next))] ?? null;
    this.controls.redraw();
  }

  paint(chart: LineChart, shown: S, model: ChartModel): void {
    const plot = this.choice.plot(shown, model);
    this.plot = plot;
    if (plot.kind === "plane") paintComplexPlane(chart, plot.values, model.theme);
    else paintLines(chart, plot, this.placeOf(plot, model), model.theme);
  }

  describe(shown: S, model: ChartModel): PictureWords {
    const { plot } = this;
    const { facts = this.spec.facts, summary: summarize = this.spec.summary } = this.choice;
    const own = plot === null ? [] : plot.kind === "plane" ? this.numberItems() : this.lineItems(plot, model);
    const summary = summarize(shown);
    const spoken = own.length === 0 ? summary : own.map(({ label, value = "" }) => `${label} ${value}`).join(", ");
    return {
      readout: [...facts(shown), ...own],
      caption: this.spec.caption(shown),
      summary: plot === null ? summary : `${summary} ${plot.title}.`,
      spoken,
      ...(plot?.kind === "lines" && plot.along === "other" && plot.x.length > 0
        ? { slider: { min: 0, max: plot.x.length - 1, now: this.placeOf(plot, model).at, text: spoken } }
        : {}),
    };
  }

  table(shown: S, limit: TableLimit): TableData {
    const { plot } = this;
    if (plot === null) return { caption: this.choice.label, columns: [], rows: [] };
    const isOfRun = plot.kind === "lines" && plot.along === "iteration";
    const title = isOfRun ? plot.title : l10n.t("{0} at iteration {1}", plot.title, formatCount(shown.iteration));
    return plot.kind === "plane" ? planeTable(title, plot.values, limit) : lineTable(title, plot, limit);
  }

  probe(chart: LineChart, _shown: S, offsetX: number, offsetY: number): ReturnType<Probe> {
    const { plot } = this;
    if (plot?.kind === "plane") {
      this.hoveredNumber = nearestComplex(chart, plot.values, offsetX, offsetY);
      this.controls.redraw();
      return {};
    }
    const x = probeX(chart, offsetX, offsetY);
    if (x === null || plot === null) return null;
    if (plot.along === "timeStep") return { timeStep: Math.max(0, Math.round(x)) };
    if (plot.along === "iteration") return { iteration: Math.max(0, Math.round(x)) };
    this.hoveredX = x;
    this.controls.redraw();
    return {};
  }

  private forgetPointer(): void {
    this.hoveredX = null;
    this.hoveredNumber = null;
  }

  /** The place of x that is read off: where the cursor or the pointer is, else the last one. */
  private placeOf({ along, x }: LinePlot, { place }: ChartModel): { readonly at: number; readonly isCursor: boolean } {
    const cursor = along === "timeStep" ? place.timeStep : along === "iteration" ? place.iteration : this.hoveredX;
    return { at: cursor === null ? x.length - 1 : nearestIndex(x, cursor), isCursor: cursor !== null };
  }

  private lineItems(plot: LinePlot, model: ChartModel): readonly ReadoutItem[] {
    if (plot.x.length === 0) return [];
    const { at } = this.placeOf(plot, model);
    return [
      { label: plot.placeText(plot.x[at] ?? NaN) },
      ...plot.lines.map(({ label, values, dash = [], fitted }, i) => ({
        label,
        value: formatValue(values[at] ?? NaN, 3) + (fitted === undefined ? "" : ` (${intervalText(fitted, at)})`),
        swatch: { kind: "line", color: lineColor(model.theme, i), dash } as const,
      })),
    ];
  }

  private numberItems(): readonly ReadoutItem[] {
    if (this.hoveredNumber === null) return [];
    return [
      { label: "λ", value: formatComplex(this.hoveredNumber) },
      { label: "|λ|", value: formatValue(modulusOf(this.hoveredNumber), 3) },
    ];
  }
}

function isAvailable<S>(plot: PlotChoice<S>, shown: S): boolean {
  return plot.isAvailable?.(shown) !== false;
}

function lineColor({ series, foreground }: Theme, i: number): string {
  return series[i % Math.max(1, series.length)] ?? foreground;
}

function intervalText({ low, high }: FittedShares, at: number): string {
  return [low, high].map((ends) => formatValue(ends[at] ?? NaN, 3)).join("–");
}

function nearestIndex(x: ArrayLike<number>, value: number): number {
  const before = indexAt(x, x.length, value);
  const after = Math.min(x.length - 1, before + 1);
  return Math.abs((x[after] ?? Infinity) - value) < Math.abs((x[before] ?? Infinity) - value) ? after : before;
}

function paintLines(
  chart: LineChart,
  plot: LinePlot,
  { at, isCursor }: { readonly at: number; readonly isCursor: boolean },
  theme: Theme,
): void {
  const { x, lines, level, xRange = { min: x[0] ?? 0, max: x[x.length - 1] ?? 1 } } = plot;
  const isPoint = !(xRange.max > xRange.min);
  const reach = isPoint ? { min: xRange.min - 1, max: xRange.max + 1 } : xRange;
  setAxis(chart, "x", { kind: "linear", ...reach, whole: plot.fractional !== true }, plot.xName);
  setAxis(chart, "y", valueAxis(plot), plot.yName);
  setMarks(
    chart,
    {
      vertical: isCursor && x.length > 0 ? [{ at: x[at] ?? 0, color: theme.foreground }] : [],
      horizontal: level === undefined ? [] : [{ color: theme.muted, dash: [4, 3], ...level }],
      paths: lines.flatMap((line, i) => whiskersOf(plot, line, lineColor(theme, i))),
      points: lines.flatMap((line, i) => dotsOf(plot, line, lineColor(theme, i))),
    },
    theme,
  );
  setDatasets(
    chart,
    lines.map(({ values, dash, fitted }, i) => ({
      ...lineDataset(
        fitted === undefined
          ? Array.from(x, (place, k) => ({ x: place, y: drawable(values[k] ?? NaN, plot) }))
          : [...fitted.curve],
        { color: lineColor(theme, i), width: theme.lineWidth, ...(dash === undefined ? {} : { dash }) },
      ),
      pointRadius: fitted === undefined && x.length <= MAX_DOTS ? 2.5 : 0,
      pointBackgroundColor: lineColor(theme, i),
      pointBorderWidth: 0,
    })),
  );
}

function whiskersOf({ x }: LinePlot, { values, fitted }: PlotLine, color: string): PathMark[] {
  if (fitted === undefined) return [];
  return Array.from(x).flatMap((place, k) => {
    const ends = [fitted.low, fitted.high].map((of) => ({ x: place, y: of[k] ?? NaN }));
    return Number.isNaN(values[k] ?? NaN) ? [] : [{ points: ends, color, halo: "transparent", width: 1.5 }];
  });
}

function dotsOf({ x }: LinePlot, { values, fitted }: PlotLine, color: string): PointMark[] {
  if (fitted === undefined) return [];
  return Array.from(x, (place, k) => ({ x: place, y: values[k] ?? NaN, color, shape: "dot" as const })).filter(
    ({ y }) => !Number.isNaN(y),
  );
}

function drawable(value: number, { scale }: LinePlot): number {
  return Number.isFinite(value) && (scale === "linear" || value > 0) ? value : NaN;
}

function valueAxis({ lines, level, scale, yRange }: LinePlot): AxisSpec {
  if (yRange !== undefined) return { kind: "linear", ...yRange };
  const levels = level === undefined ? null : extentOf([level.at]);
  const extents = lines.map(({ values }) =>
    scale === "log" ? typicalExtent(values, 0, values.length) : extentOf(values),
  );
  const extent = extents.reduce<Extent | null>(joinExtents, levels);
  return scale === "log" ? logAxis(extent) : linearAxis(extent);
}

function lineTable(title: string, plot: LinePlot, limit: TableLimit): TableData {
  const { x, xName, columns = plot.lines } = plot;
  const { rows, caption } = tableRows(0, x.length, limit.rows);
  const shown = columns.slice(0, Math.max(1, limit.columns - 1));
  return {
    caption: caption(title),
    columns: [xName[0] ?? "", ...shown.map(({ label }) => label)],
    rows: rows.map((row) => [x[row] ?? NaN, ...shown.map(({ values }) => values[row] ?? NaN)]),
  };
}

function planeTable(title: string, values: readonly Complex[], limit: TableLimit): TableData {
  const { rows, caption } = tableRows(0, values.length, limit.rows);
  return {
    caption: caption(title),
    columns: [l10n.t("Real"), l10n.t("Imaginary"), l10n.t("Modulus")],
    rows: rows.map((row) => {
      const value = values[row] ?? { re: NaN, im: NaN };
      return [value.re, value.im, modulusOf(value)];
    }),
  };
}
