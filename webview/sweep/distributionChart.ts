/** Histogram of the runs over a metric: when they reached the goal, or their final loss. */
import * as l10n from "@vscode/l10n";
import type { AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { goalLabel } from "../../src/shared/wire/sweep";
import { formatCount } from "../../src/shared/words/numberFormat";
import { gather } from "../../src/shared/wire/trialOrder";
import { median } from "../../src/shared/wire/sweepSummary";
import { applyTheme, createChart, type LineChart } from "../chart/base";
import type { AxisName } from "../chart/axisNames";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { withAlpha, type Theme } from "../ui/theme";
import { barsPlugin, setBars, type Bar } from "./barsLayer";
import type { TableData } from "../chart/table";
import { figureAxis, figureName, figureValues, figureWord, formatFigure } from "./figures";
import { binValues } from "./histogram";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import type { ShownFigure } from "./state";
import { SweepCard, type SweepHost } from "./sweepCard";

export class DistributionChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private bars: readonly Bar[] = [];
  private inBar: (bar: Bar) => Int32Array = () => new Int32Array(0);
  private words: (value: number) => string = String;
  private title = "";
  private resting = "";

  constructor(private readonly host: SweepHost) {
    this.card = new SweepCard("distribution", l10n.t("Distribution of runs"), host);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      plugins: [barsPlugin],
      nameBelow: true,
    });
    this.card.onPointer(
      (place) => {
        const bar = place === null ? undefined : this.barAt(place.x);
        this.card.setReadout(bar === undefined ? this.resting : this.barText(bar));
        return bar !== undefined && bar.height > 0;
      },
      (place) => {
        const bar = this.barAt(place.x);
        if (bar !== undefined && bar.height > 0)
          this.host.filter({
            label: l10n.t("{0} from {1} to {2}", this.title, this.words(bar.from), this.words(bar.to)),
            rows: this.inBar(bar),
          });
      },
    );
  }

  draw(model: SweepModel, theme: Theme): void {
    const { info, trials, rows } = model;
    const figure: ShownFigure = model.figure === "converged" ? "reachedAt" : model.figure;
    const all = figure === model.figure ? model.values : figureValues(figure, trials);
    const values = gather(rows, all).filter(Number.isFinite);
    this.words = (value) => formatFigure(figure, value);
    this.title = figureName(figure);
    const hasNone = figure === "reachedAt" && rows.length > 0 ? l10n.t("No run has reached the goal.") : noRuns(model);
    this.card.setEmpty(values.length === 0 ? hasNone : null);
    if (values.length === 0) return;
    const axis = figureAxis(figure, values);
    this.bars = binValues(values, axis);
    this.inBar = (bar) =>
      rows.filter((row) => all[row]! >= bar.from && (all[row]! < bar.to || bar === this.bars.at(-1)));
    const middle = median(values);
    this.resting = summaryText(figure, this.words(middle), rows.length - values.length);
    this.card.setReadout(this.resting);
    const extent = extentOf(values);
    this.card.setSummary(
      l10n.t(
        "Runs {0} of {1}, from {2} to {3}, median {4}.",
        values.length,
        rows.length,
        this.words(extent?.min ?? NaN),
        this.words(extent?.max ?? NaN),
        this.words(middle),
      ),
    );
    this.card.setTable(() => this.collectTable());
    this.paint(
      axis,
      middle,
      theme,
      figure === "reachedAt" && info.goal !== null
        ? [l10n.t("first iteration with {0}", goalLabel(info.goal)), l10n.t("iteration")]
        : [figure === "bestValidationLoss" ? figureWord(figure) : l10n.t("final {0}", figureWord(figure))],
    );
  }

  private collectTable(): TableData {
    return {
      caption: l10n.t("Distribution of runs"),
      columns: [l10n.t("From"), l10n.t("To"), l10n.t("Runs")],
      rows: this.bars.map(({ from, to, height }) => [from, to, height]),
    };
  }

  private barText({ from, to, height }: Bar): string {
    return height === 1
      ? l10n.t("1 run from {0} to {1}", this.words(from), this.words(to))
      : l10n.t("{0} runs from {1} to {2}", formatCount(height), this.words(from), this.words(to));
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
