/** Histogram of the runs over a metric: when they reached the goal, or their final loss. */
import * as l10n from "@vscode/l10n";
import type { AxisSpec } from "../../src/shared/scale/axisScale";
import { type SweepInfo, type TrialResult, goalLabel } from "../../src/shared/wire/sweep";
import { formatCount } from "../../src/shared/words/numberFormat";
import { median } from "../../src/shared/wire/sweepSummary";
import { applyTheme, createChart, type LineChart } from "../chart/base";
import type { AxisName } from "../chart/axisNames";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { withAlpha, type Theme } from "../ui/theme";
import { barsPlugin, setBars, type Bar } from "./barsLayer";
import { figureAxis, figureName, figureWord, formatFigure, valueOf } from "./figures";
import { binValues } from "./histogram";
import type { ShownFigure } from "./state";
import { SweepCard, type SweepHost } from "./sweepCard";

export class DistributionChart {
  readonly element: HTMLElement;
  private readonly card = new SweepCard("distribution", l10n.t("Distribution of runs"));
  private readonly chart: LineChart;
  private bars: readonly Bar[] = [];
  private inBar: (bar: Bar) => TrialResult[] = () => [];
  private resting = "";

  constructor(host: SweepHost) {
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      plugins: [barsPlugin],
      nameBelow: true,
    });
    this.card.onPointer(
      (place) => {
        const bar = place === null ? undefined : this.barAt(place.x);
        this.card.setReadout(
          bar === undefined
            ? this.resting
            : bar.height === 1
              ? l10n.t("1 run from {0} to {1}", this.words(bar.from), this.words(bar.to))
              : l10n.t("{0} runs from {1} to {2}", formatCount(bar.height), this.words(bar.from), this.words(bar.to)),
        );
        return bar !== undefined && bar.height > 0;
      },
      (place) => {
        const bar = this.barAt(place.x);
        const runs = bar === undefined ? [] : this.inBar(bar);
        if (bar !== undefined && runs.length > 0)
          host.filter({
            label: l10n.t("{0} from {1} to {2}", this.title, this.words(bar.from), this.words(bar.to)),
            indices: new Set(runs.map(({ index }) => index)),
          });
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
    this.card.setEmpty(
      values.length === 0
        ? figure === "reachedAt"
          ? l10n.t("No run has reached the goal.")
          : l10n.t("No run has finished yet.")
        : null,
    );
    if (values.length === 0) {
      this.card.setReadout("");
      return;
    }
    const axis = figureAxis(figure, values);
    this.bars = binValues(values, axis);
    this.inBar = (bar) =>
      results.filter(
        (result) =>
          valueOf(figure, result) >= bar.from && (valueOf(figure, result) < bar.to || bar === this.bars.at(-1)),
      );
    const middle = median(values);
    const others = results.length - values.length;
    this.resting = summaryText(figure, this.words(middle), others);
    this.card.setReadout(this.resting);
    this.card.setSummary(
      l10n.t(
        "Runs {0} of {1}, from {2} to {3}, median {4}.",
        values.length,
        results.length,
        this.words(Math.min(...values)),
        this.words(Math.max(...values)),
        this.words(middle),
      ),
    );
    this.paint(
      axis,
      middle,
      theme,
      figure === "reachedAt" && info.goal !== null
        ? [l10n.t("first iteration with {0}", goalLabel(info.goal)), l10n.t("iteration")]
        : [l10n.t("final {0}", figureWord(figure))],
    );
  }

  private paint(axis: AxisSpec, middle: number, theme: Theme, name: AxisName): void {
    setAxis(this.chart, "x", axis, name);
    const most = Math.max(2, ...this.bars.map(({ height }) => height)) * 1.1;
    setAxis(this.chart, "y", { kind: "linear", min: 0, max: most, whole: true }, [l10n.t("runs")]);
    setBars(this.chart, this.bars, withAlpha(theme.series[0] ?? theme.foreground, theme.highContrast ? 1 : 0.75));
    setMarks(
      this.chart,
      {
        vertical: [{ at: middle, color: theme.foreground, dash: [4, 3], label: l10n.t("median") }],
        horizontal: [],
        points: [],
      },
      theme,
    );
    applyTheme(this.chart, theme);
    this.chart.update("none");
  }

  private barAt(x: number): Bar | undefined {
    const value = this.chart.scales["x"]?.getValueForPixel(x) ?? NaN;
    return this.bars.find(({ from, to }) => value >= from && value < to);
  }
}

/** The median of the runs that have a value, and how many have none. */
function summaryText(figure: ShownFigure, middle: string, others: number): string {
  const isGoal = figure === "reachedAt";
  const median = isGoal ? l10n.t("median iteration {0}", middle) : l10n.t("median {0}", middle);
  if (others === 0) return median;
  const missing = isGoal
    ? l10n.t("{0} did not converge", formatCount(others))
    : l10n.t("{0} without a value", formatCount(others));
  return [median, missing].join(" · ");
}
