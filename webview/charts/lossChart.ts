import { linearAxis, logAxis, type AxisSpec } from "../../src/shared/axisScale";
import { indexAt } from "../../src/shared/decimate";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../src/shared/extent";
import { formatCount, formatSpoken, formatValue } from "../../src/shared/numberFormat";
import type { Ghost } from "../../src/shared/protocol";
import { COLUMN, OPTIONAL_COLUMN } from "../../src/shared/trace";
import { element, setAttribute, setText } from "../dom";
import type { LossScale } from "../preferences";
import { withAlpha } from "../theme";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost, type ReadoutItem } from "./card";
import { brokenBands, crossing, cursorMarks, iterationPoints, iterationProbe, iterationSlider } from "./iterationChart";
import { setAxis } from "./mappedScale";
import { setMarks } from "./marks";
import type { Changed, ChartModel, LabChart } from "./model";
import { tableRows, type TableData } from "./table";

/** Earlier runs may widen a log axis by so many decades each way: one that exploded must not flatten this one. */
const GHOST_DECADES = 3;
/** Earlier runs with a value of their own in the readout; all are drawn. */
const NAMED_GHOSTS = 2;

/** Training loss over the iterations, earlier runs behind it. `bare` is the sparkline of the side panel. */
export class LossChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly scaleButton = element("button", { class: "tool tool-text", attributes: { type: "button" } });
  private resized = true;

  constructor(
    private readonly host: CardHost & { setLossScale(scale: LossScale): void },
    private readonly bare = false,
  ) {
    this.card = new ChartCard({ id: "loss", title: "Loss", subtitle: "iteration →", ownAxis: "iteration", zoom: { x: "iteration" } }, host, iterationProbe(() => this.chart));
    this.element = this.card.element;
    this.card.tools.prepend(this.scaleButton);
    this.scaleButton.addEventListener("click", () => this.host.setLossScale(this.scaleButton.getAttribute("aria-pressed") === "true" ? "linear" : "log"));
    this.chart = createChart(this.card.canvas, {
      bare,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (!this.card.isOnScreen) {
      this.resized = true;
      return;
    }
    this.card.setEmpty(model === null ? "The loss of every iteration appears here." : null);
    if (model === null) return;
    const loss = model.column(COLUMN.loss);
    if (loss === null) return;
    const log = model.preferences.lossScale === "log";
    this.showScale(log);
    const { theme } = model;
    const color = theme.series[0] ?? theme.foreground;
    const validation = model.column(OPTIONAL_COLUMN.validationLoss);
    const validationColor = theme.series[1] ?? theme.foreground;
    setMarks(this.chart, { bands: brokenBands(model, loss, theme), vertical: cursorMarks(model), horizontal: [], points: [...crossing(model, loss, color, log), ...crossing(model, validation, validationColor, log)] }, theme);
    if (changed.data || changed.look || this.resized) {
      this.resized = false;
      const pixels = this.chart.width;
      setAxis(this.chart, "x", { kind: "linear", min: model.window.from, max: model.window.to, whole: true });
      setAxis(this.chart, "y", lossAxis(model, loss, validation, log));
      applyTheme(this.chart, theme);
      const ghostColor = (i: number): string => withAlpha(theme.foreground, theme.highContrast ? 0.7 : Math.max(0.18, 0.42 - 0.1 * (model.ghosts.length - 1 - i)));
      setDatasets(this.chart, [
        ...model.ghosts.map((ghost, i) => lineDataset(iterationPoints(ghost.iteration, ghost.loss, ghost.loss.length, model.window, pixels, log), { color: ghostColor(i), width: 1.25, dash: i === model.ghosts.length - 1 ? [5, 3] : [2, 3] })),
        lineDataset(iterationPoints(model.iterations, loss, model.rows, model.window, pixels, log), { color, width: validation === null ? theme.lineWidth : theme.lineWidth * 0.8 }),
        ...(validation === null ? [] : [lineDataset(iterationPoints(model.iterations, validation, model.rows, model.window, pixels, log), { color: validationColor, width: theme.lineWidth, dash: [6, 3] })]),
      ]);
      this.chart.update("none");
    } else this.chart.draw();
    this.describe(model, loss, validation, color, validationColor);
  }

  private showScale(log: boolean): void {
    setAttribute(this.scaleButton, "aria-pressed", String(log));
    setAttribute(this.scaleButton, "aria-label", "Logarithmic loss axis");
    setAttribute(this.scaleButton, "title", log ? "Logarithmic axis. Switch to linear (L)" : "Linear axis. Switch to logarithmic (L)");
    setText(this.scaleButton, "log");
  }

  private describe(model: ChartModel, loss: Float64Array, validation: Float64Array | null, color: string, validationColor: string): void {
    const { row, iteration } = model.place;
    const value = loss[row] ?? NaN;
    const ghosts = model.ghosts.slice(this.bare ? -1 : -NAMED_GHOSTS).map((ghost): ReadoutItem => ({ label: ghost.label, value: formatValue(ghostValue(ghost, iteration)), swatch: { kind: "dash", color: model.theme.muted } }));
    const held = validation?.[row] ?? NaN;
    const own: ReadoutItem[] = [
      { label: validation === null ? `at ${formatCount(iteration)}` : "training", value: formatValue(value), swatch: { kind: "line", color } },
      ...(validation === null ? [] : [{ label: "validation", value: formatValue(held), swatch: { kind: "dash" as const, color: validationColor } }]),
    ];
    this.card.setReadout([...own, ...ghosts.reverse()]);
    this.card.setSlider(iterationSlider(model, `loss ${formatSpoken(value)}${validation === null ? "" : `, validation loss ${formatSpoken(held)}`}`));
    const first = loss[0] ?? NaN;
    const last = loss[model.rows - 1] ?? NaN;
    this.card.setSummary(`Loss over ${model.rows} traced iterations: from ${formatSpoken(first)} at the start to ${formatSpoken(last)} at iteration ${model.iterations[model.rows - 1] ?? 0}.${validation === null ? "" : ` Validation loss at the end: ${formatSpoken(validation[model.rows - 1] ?? NaN)}.`}${model.ghosts.length > 0 ? ` ${model.ghosts.length} earlier runs behind it.` : ""}`);
    this.card.setTable(model.preferences.tables.includes("loss"), () => collectTable(model, loss, validation));
  }

}

function collectTable(model: ChartModel, loss: Float64Array, validation: Float64Array | null): TableData {
  const { rows, note } = tableRows(model.window.first, model.window.end);
  const ratio = model.column(COLUMN.updateRatio);
  return {
    caption: `Loss by iteration${note}`,
    columns: ["Iteration", "Loss", ...(validation === null ? [] : ["Validation"]), "Update / weights"],
    rows: rows.map((row) => [formatCount(model.iterations[row] ?? 0), formatSpoken(loss[row] ?? NaN, 6), ...(validation === null ? [] : [formatSpoken(validation[row] ?? NaN, 6)]), formatSpoken(ratio?.[row] ?? NaN)]),
  };
}

function ghostValue(ghost: Ghost, iteration: number): number {
  return ghost.loss[indexAt(ghost.iteration, ghost.iteration.length, iteration)] ?? NaN;
}

function lossAxis(model: ChartModel, loss: Float64Array, validation: Float64Array | null, log: boolean): AxisSpec {
  const { first, end } = model.window;
  const both = (of: (values: Float64Array) => Extent | null): Extent | null => joinExtents(of(loss), validation === null ? null : of(validation));
  if (!log) return linearAxis(both((values) => extentOf(values, first, end)));
  const own = both((values) => typicalExtent(values, first, end));
  const room = 10 ** GHOST_DECADES;
  let extent = own;
  for (const ghost of model.ghosts) {
    const theirs = extentOf(ghost.loss, indexAt(ghost.iteration, ghost.loss.length, model.window.from), ghost.loss.length);
    extent = joinExtents(extent, theirs === null || own === null ? null : withinRoom(theirs, own, room));
  }
  return logAxis(extent);
}

function withinRoom(extent: Extent, own: Extent, room: number): Extent {
  const clamp = (value: number): number => Math.min(own.max * room, Math.max(own.smallest / room, value));
  return { min: clamp(extent.min), max: clamp(extent.max), smallest: clamp(extent.smallest) };
}
