/**
 * Parallel coordinates: an axis for each parameter and one for the metric, and a line for each run. A stretch of an
 * axis that the reader marks, by pointer or keys, leaves only the runs within it in the table and all charts.
 */
import * as l10n from "@vscode/l10n";
import { fromUnit, ticksOf, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import { sortRows } from "../../src/shared/wire/trialOrder";
import { formatCount } from "../../src/shared/words/numberFormat";
import { tableRows, type TableData } from "../chart/table";
import { COLOR_LEVELS, cssColor, viridisTable } from "../ui/colorMap";
import { element, setAttribute } from "../ui/dom";
import { withAlpha, type Theme } from "../ui/theme";
import { movedEnds, withStretch, type Brush, type Ends } from "./brush";
import { figureAxis, figureName, formatFigure, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { shortKey, shortLabel, withMargin } from "./parameterPlaces";
import { beginDrawing } from "./plainCanvas";
import { SweepCard, type SweepHost } from "./sweepCard";
import { runNumber } from "./trialWords";

/** More lines than this hide each other: of more runs, the best and an even sample of the others are drawn. */
const MAX_LINES = 1500;
const BEST_LINES = 300;
const MARGIN = { top: 22, bottom: 10, side: 56 } as const;
const TICKS = 5;
/** Pixels around an axis in which it is dragged. */
const REACH = 24;
/** A shorter drag is a click. */
const MIN_DRAG = 4;

interface Axis {
  readonly id: string;
  readonly name: string;
  readonly spec: AxisSpec;
  /** By row, parts of the axis. */
  readonly units: Float64Array;
  readonly textOf: (value: number) => string;
}

interface Handles {
  readonly low: HTMLElement;
  readonly high: HTMLElement;
}

export class ParallelChart {
  readonly card: SweepCard;
  private readonly overlay = element("div", { class: "parallel-handles" });
  private readonly colors = Array.from(viridisTable(), cssColor);
  private axes: readonly Axis[] = [];
  private handles: readonly Handles[] = [];
  private drag: { readonly axis: number; readonly from: number } | null = null;

  /** @param brush what is marked now: what was last drawn may be several keys old */
  constructor(
    host: SweepHost,
    private readonly brush: () => Brush,
    private readonly onBrush: (brush: Brush) => void,
  ) {
    this.card = new SweepCard("parallel", l10n.t("Parallel coordinates"), host);
    this.card.plot.append(this.overlay);
    new ResizeObserver(() => host.requestDraw()).observe(this.card.plot);
    const { canvas } = this.card;
    canvas.addEventListener("pointerdown", (event) => this.beginDrag(event));
    canvas.addEventListener("pointermove", (event) => this.moveDrag(event));
    canvas.addEventListener("pointerup", (event) => this.endDrag(event));
  }

  /** @param rows with those that the brush leaves out */
  draw(model: SweepModel, rows: Int32Array<ArrayBuffer>, theme: Theme): void {
    this.card.setEmpty(rows.length === 0 ? noRuns(model) : null);
    if (rows.length === 0) return;
    this.axes = collectAxes(model);
    this.showHandles();
    const isMarked = Object.keys(this.brush()).length > 0;
    const drawn = Math.min(model.rows.length, MAX_LINES);
    this.card.setReadout(
      [
        isMarked
          ? l10n.t("{0} of {1} runs", formatCount(model.rows.length), formatCount(rows.length))
          : l10n.t("Drag along an axis to select runs"),
        ...(drawn < model.rows.length ? [l10n.t("{0} drawn", formatCount(drawn))] : []),
      ].join(" · "),
    );
    this.card.setSummary(
      l10n.t(
        "axes {0}; selected runs: {1} of {2}.",
        this.axes.map(({ name }) => name).join(", "),
        formatCount(model.rows.length),
        formatCount(rows.length),
      ),
    );
    this.card.setTable((limit) => this.collectTable(model, limit.rows));
    this.paint(model, rows, theme);
  }

  private paint(model: SweepModel, rows: Int32Array<ArrayBuffer>, theme: Theme): void {
    const context = beginDrawing(this.card.canvas, this.card.plot)?.context;
    if (context === undefined) return;
    const smallFirst = smallIsGood(model.figure);
    if (model.rows.length < rows.length) {
      context.strokeStyle = withAlpha(theme.muted, 0.12);
      for (const row of linesOf(rows, model.values, smallFirst)) this.strokeRun(context, row);
    }
    const last = this.axes.length - 1;
    // A line needs light in a dark theme, and must not have too much in a light one.
    const [least, most] = theme.light ? [0, 0.9] : [0.25, 1];
    // The best are drawn last, over the others.
    for (const row of linesOf(model.rows, model.values, smallFirst).reverse()) {
      const share = this.axes[last]!.units[row]!;
      const level = Math.round((least + (smallFirst ? 1 - share : share) * (most - least)) * (COLOR_LEVELS - 1));
      context.strokeStyle = Number.isFinite(model.values[row]!) ? (this.colors[level] ?? theme.muted) : theme.error;
      context.globalAlpha = theme.highContrast ? 1 : 0.7;
      this.strokeRun(context, row);
    }
    context.globalAlpha = 1;
    for (const [index, axis] of this.axes.entries()) this.drawAxis(context, axis, index, theme);
  }

  private strokeRun(context: CanvasRenderingContext2D, row: number): void {
    context.beginPath();
    let isBroken = true;
    for (const [index, { units }] of this.axes.entries()) {
      const unit = units[row]!;
      if (Number.isNaN(unit)) isBroken = true;
      else if (isBroken) context.moveTo(this.xOf(index), this.yOf(unit));
      else context.lineTo(this.xOf(index), this.yOf(unit));
      if (!Number.isNaN(unit)) isBroken = false;
    }
    context.stroke();
  }

  private drawAxis(context: CanvasRenderingContext2D, axis: Axis, index: number, theme: Theme): void {
    const x = this.xOf(index);
    context.strokeStyle = theme.foreground;
    context.fillStyle = theme.foreground;
    context.font = `11px ${theme.fontFamily}`;
    context.beginPath();
    context.moveTo(x, this.yOf(0));
    context.lineTo(x, this.yOf(1));
    context.stroke();
    context.textAlign = "center";
    context.fillText(axis.name, x, MARGIN.top / 2);
    context.textAlign = "left";
    const stretch = this.brush()[axis.id];
    const ticks =
      axis.spec.kind === "linear" && axis.spec.labels !== undefined
        ? axis.spec.labels.map((_, place) => place)
        : ticksOf(axis.spec, TICKS);
    for (const [i, unit] of toUnits(axis.spec, Float64Array.from(ticks)).entries()) {
      const text = axis.textOf(ticks[i]!);
      // On a patch, so that it can be read over the lines.
      context.fillStyle = withAlpha(theme.background, 0.8);
      context.fillRect(x + 3, this.yOf(unit) - 7, context.measureText(text).width + 4, 14);
      context.fillStyle = theme.muted;
      context.fillText(text, x + 5, this.yOf(unit));
    }
    if (stretch === undefined) return;
    const { low, high } = this.endsOf(axis);
    context.fillStyle = withAlpha(theme.series[1] ?? theme.foreground, 0.35);
    context.strokeStyle = theme.series[1] ?? theme.foreground;
    context.fillRect(x - 6, this.yOf(high), 12, this.yOf(low) - this.yOf(high));
    context.strokeRect(x - 6, this.yOf(high), 12, this.yOf(low) - this.yOf(high));
  }

  private xOf(axis: number): number {
    const room = this.card.plot.clientWidth - 2 * MARGIN.side;
    return MARGIN.side + (this.axes.length === 1 ? 0 : (room * axis) / (this.axes.length - 1));
  }

  private yOf(unit: number): number {
    return this.card.plot.clientHeight - MARGIN.bottom - unit * this.room;
  }

  private get room(): number {
    return this.card.plot.clientHeight - MARGIN.top - MARGIN.bottom;
  }

  private endsOf({ id, spec }: Axis): Ends {
    const stretch = this.brush()[id];
    if (stretch === undefined) return { low: 0, high: 1 };
    const [low = 0, high = 1] = toUnits(spec, Float64Array.of(stretch.from, stretch.to));
    return { low: Math.max(0, low), high: Math.min(1, high) };
  }

  private mark(index: number, ends: Ends | null): void {
    const axis = this.axes[index];
    if (axis === undefined) return;
    const isWhole = ends === null || (ends.low <= 0 && ends.high >= 1);
    const stretch = isWhole ? null : { from: fromUnit(axis.spec, ends.low), to: fromUnit(axis.spec, ends.high) };
    this.onBrush(withStretch(this.brush(), axis.id, stretch));
  }

  private axisAt(x: number): number {
    return this.axes.findIndex((_, index) => Math.abs(this.xOf(index) - x) <= REACH);
  }

  private unitAt(y: number): number {
    return Math.min(1, Math.max(0, (this.card.plot.clientHeight - MARGIN.bottom - y) / this.room));
  }

  private beginDrag(event: PointerEvent): void {
    const axis = this.axisAt(event.offsetX);
    if (axis < 0) return;
    this.drag = { axis, from: event.offsetY };
    this.card.canvas.setPointerCapture(event.pointerId);
  }

  private moveDrag(event: PointerEvent): void {
    this.card.canvas.classList.toggle("is-target", this.drag !== null || this.axisAt(event.offsetX) >= 0);
    const { drag } = this;
    if (drag === null || Math.abs(event.offsetY - drag.from) < MIN_DRAG) return;
    const [a, b] = [this.unitAt(drag.from), this.unitAt(event.offsetY)];
    this.mark(drag.axis, { low: Math.min(a, b), high: Math.max(a, b) });
  }

  /** A click on an axis unmarks it. */
  private endDrag(event: PointerEvent): void {
    const { drag } = this;
    this.drag = null;
    if (drag !== null && Math.abs(event.offsetY - drag.from) < MIN_DRAG) this.mark(drag.axis, null);
  }

  /** Two sliders for each axis: the ends of its stretch. */
  private showHandles(): void {
    if (this.handles.length !== this.axes.length) {
      this.handles = this.axes.map((_, index) => ({
        low: this.createHandle(index, "low"),
        high: this.createHandle(index, "high"),
      }));
      this.overlay.replaceChildren(...this.handles.flatMap(({ low, high }) => [low, high]));
    }
    for (const [index, axis] of this.axes.entries()) {
      const ends = this.endsOf(axis);
      for (const end of ["low", "high"] as const) {
        const handle = this.handles[index]![end];
        handle.style.left = `${this.xOf(index)}px`;
        handle.style.top = `${this.yOf(ends[end])}px`;
        setAttribute(
          handle,
          "aria-label",
          end === "low" ? l10n.t("{0}: lower end", axis.name) : l10n.t("{0}: upper end", axis.name),
        );
        setAttribute(handle, "aria-valuenow", String(Math.round(100 * ends[end])));
        setAttribute(handle, "aria-valuetext", axis.textOf(fromUnit(axis.spec, ends[end])));
      }
    }
  }

  private createHandle(index: number, end: keyof Ends): HTMLElement {
    const handle = element("div", {
      class: "parallel-handle",
      attributes: {
        role: "slider",
        tabindex: "0",
        "aria-orientation": "vertical",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": "0",
      },
    });
    handle.addEventListener("keydown", (event) => {
      const axis = this.axes[index];
      if (axis === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      const moved = movedEnds(event.key, end, this.endsOf(axis));
      if (moved !== null) this.mark(index, moved);
      else if (event.key === "Escape" || event.key === "Delete") this.mark(index, null);
      else return;
      event.preventDefault();
    });
    return handle;
  }

  private collectTable({ info, trials, rows, values, figure }: SweepModel, limit: number): TableData {
    const thinned = tableRows(0, rows.length, Math.max(2, limit));
    return {
      caption: thinned.caption(l10n.t("Parallel coordinates")),
      columns: [l10n.t("Run"), ...info.parameters.map(({ key }) => key), figureName(figure)],
      rows: thinned.rows.map((at) => {
        const row = rows[at]!;
        return [
          runNumber(info, trials.column("index")[row]!),
          ...info.parameters.map((_, p) => {
            const value = trials.valueAt(p, row);
            return typeof value === "number" ? value : shortLabel(value);
          }),
          values[row]!,
        ];
      }),
    };
  }
}

/** The parameters in their order, and the metric. */
function collectAxes(model: SweepModel): Axis[] {
  const { info, figure, values } = model;
  const parameters = info.parameters.map((_, p): Axis => {
    const { axis, at } = model.places(p);
    const spec = withMargin(axis);
    const labels = axis.kind === "linear" ? axis.labels : undefined;
    return {
      id: info.parameters[p]!.key,
      name: shortKey(info.parameters, p),
      spec,
      units: toUnits(spec, at),
      textOf: (value) => (labels === undefined ? shortLabel(value) : (labels[Math.round(value)] ?? "")),
    };
  });
  const spec = figureAxis(figure, values);
  // What diverged has no place on the axis: it ends at its top.
  const units = toUnits(spec, values).map((unit) => (unit > 1 ? 1 : unit));
  const metric = { id: figure, name: figureName(figure), spec, units };
  return [...parameters, { ...metric, textOf: (value: number) => formatFigure(figure, value) }];
}

/** The best first; of very many a sample. */
function linesOf(rows: Int32Array<ArrayBuffer>, values: Float64Array, smallFirst: boolean): Int32Array<ArrayBuffer> {
  const ordered = sortRows(rows, values, !smallFirst);
  if (ordered.length <= MAX_LINES) return ordered;
  const rest = (ordered.length - BEST_LINES) / (MAX_LINES - BEST_LINES);
  return Int32Array.from({ length: MAX_LINES }, (_, line) =>
    line < BEST_LINES ? ordered[line]! : ordered[BEST_LINES + Math.floor((line - BEST_LINES) * rest)]!,
  );
}
