/** How the runs are spread over a figure: when they reached the goal, or where their loss ended. */
import type { SweepInfo, TrialResult } from "../../src/shared/sweep";
import { goalLabel } from "../../src/shared/sweep";
import { formatCount } from "../../src/shared/numberFormat";
import { median } from "../../src/shared/sweepSummary";
import { applyTheme, createChart, type LineChart } from "../charts/base";
import { setAxis } from "../charts/mappedScale";
import { setMarks } from "../charts/marks";
import { withAlpha, type Theme } from "../theme";
import { barsPlugin, setBars, type Bar } from "./barsLayer";
import { figureAxis, figureName, formatFigure, valueOf } from "./figures";
import { binValues } from "./histogram";
import type { ShownFigure } from "./state";
import { SweepCard, type SweepHost } from "./sweepCard";

export class DistributionChart {
  readonly element: HTMLElement;
  private readonly card = new SweepCard("distribution", "Distribution of the runs");
  private readonly chart: LineChart;
  private bars: readonly Bar[] = [];
  private inBar: (bar: Bar) => TrialResult[] = () => [];
  private resting = "";

  constructor(host: SweepHost) {
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, { onDidResize: () => host.requestDraw(), plugins: [barsPlugin] });
    this.card.onPointer(
      (place) => {
        const bar = place === null ? undefined : this.barAt(place.x);
        this.card.setReadout(bar === undefined ? this.resting : `${formatCount(bar.height)} ${bar.height === 1 ? "run" : "runs"} from ${this.words(bar.from)} to ${this.words(bar.to)}`);
        return bar !== undefined && bar.height > 0;
      },
      (place) => {
        const bar = this.barAt(place.x);
        const runs = bar === undefined ? [] : this.inBar(bar);
        if (bar !== undefined && runs.length > 0) host.filter({ label: `${this.title} from ${this.words(bar.from)} to ${this.words(bar.to)}`, indices: new Set(runs.map(({ index }) => index)) });
      },
    );
  }

  private words: (value: number) => string = String;
  private title = "";

  draw(info: SweepInfo, results: readonly TrialResult[], chosen: ShownFigure, theme: Theme): void {
    const figure: ShownFigure = chosen === "converged" ? "reachedAt" : chosen;
    const values = results.map((result) => valueOf(figure, result)).filter(Number.isFinite);
    this.words = (value) => formatFigure(figure, value);
    this.title = figureName(figure);
    this.card.setSubtitle(figure === "reachedAt" && info.goal !== null ? `runs ↑ · iteration at which ${goalLabel(info.goal)} →` : `runs ↑ · ${this.title.toLowerCase()} at the end →`);
    this.card.setEmpty(values.length === 0 ? (figure === "reachedAt" ? "No run has reached the goal." : "No run has ended yet.") : null);
    if (values.length === 0) {
      this.card.setReadout("");
      return;
    }
    const axis = figureAxis(figure, values);
    this.bars = binValues(values, axis);
    this.inBar = (bar) => results.filter((result) => valueOf(figure, result) >= bar.from && (valueOf(figure, result) < bar.to || bar === this.bars.at(-1)));
    const middle = median(values);
    const others = results.length - values.length;
    this.resting = `${figure === "reachedAt" ? "half by" : "median"} ${this.words(middle)}${others > 0 ? ` · ${formatCount(others)} ${figure === "reachedAt" ? "never" : "without a number"}` : ""}`;
    this.card.setReadout(this.resting);
    this.card.setSummary(`${values.length} of ${results.length} runs from ${this.words(Math.min(...values))} to ${this.words(Math.max(...values))}, median ${this.words(middle)}.`);
    setAxis(this.chart, "x", axis);
    setAxis(this.chart, "y", { kind: "linear", min: 0, max: Math.max(2, ...this.bars.map(({ height }) => height)) * 1.1, whole: true });
    setBars(this.chart, this.bars, withAlpha(theme.series[0] ?? theme.foreground, theme.highContrast ? 1 : 0.75));
    setMarks(this.chart, { vertical: [{ at: middle, color: theme.foreground, dash: [4, 3], label: "median" }], horizontal: [], points: [] }, theme);
    applyTheme(this.chart, theme);
    this.chart.update("none");
  }

  private barAt(x: number): Bar | undefined {
    const value = this.chart.scales["x"]?.getValueForPixel(x) ?? NaN;
    return this.bars.find(({ from, to }) => value >= from && value < to);
  }
}
