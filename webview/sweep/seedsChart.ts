/** Mean and spread over seeds of each setting: the metric itself, or seed by seed beside the best setting. */
import * as l10n from "@vscode/l10n";
import { linearAxis, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { leadingOf } from "../../src/shared/wire/trialColumns";
import { rankingFigure } from "../../src/shared/wire/sweep";
import { formatCount } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../chart/base";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { tableRows, type TableData } from "../chart/table";
import { Picker } from "../ui/picker";
import { withAlpha, type Theme } from "../ui/theme";
import { combinationsOf } from "./combinations";
import { figureAxis, figureName, figureValues, figureWord, formatFigure, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { withMargin } from "./parameterPlaces";
import { pointsPlugin, setPoints } from "./pointsLayer";
import { pointAtRuns } from "./runPointer";
import { pairWithBest, settingsOf, type PairedSetting, type Setting } from "./seedGroups";
import { SweepCard, type SweepHost } from "./sweepCard";
import { valuesText } from "./trialWords";
import type { ShownFigure } from "./state";

const REACH = 10;
/** The best ones; more have no room of their own. */
const MOST_SETTINGS = 60;

/** What is drawn of one setting. */
interface Drawn {
  readonly setting: Setting;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export class SeedsChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private readonly picker: Picker;
  private paired = false;
  private model: SweepModel | null = null;
  private resting = "";

  constructor(host: SweepHost) {
    this.card = new SweepCard("seeds", l10n.t("Mean over seeds"), host);
    this.picker = new Picker(l10n.t("Vertical axis"), (shown) => {
      this.paired = shown === "paired";
      host.requestDraw();
    });
    this.card.tools.append(this.picker.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      nameBelow: true,
      plugins: [pointsPlugin],
    });
    pointAtRuns(this.card, this.chart, host, REACH, () => ({ model: this.model, resting: this.resting }));
  }

  draw(model: SweepModel, theme: Theme): void {
    const { info, trials, rows } = model;
    this.model = model;
    this.picker.show(
      [
        { value: "metric", label: l10n.t("metric") },
        { value: "paired", label: l10n.t("difference from the best") },
      ],
      this.paired ? "paired" : "metric",
    );
    // Of what either converged or not, the share has a chart of its own.
    const figure = model.figure === "converged" ? leadingOf(trials, rankingFigure(info)) : model.figure;
    const values = figure === model.figure ? model.values : figureValues(figure, trials);
    const small = smallIsGood(figure);
    const settings = settingsOf(combinationsOf(trials), rows, values, small);
    const none = l10n.t("No combination of values has finished on two seeds yet.");
    this.card.setEmpty(rows.length === 0 ? noRuns(model) : settings.length === 0 ? none : null);
    if (settings.length === 0) return;
    const pairs = pairWithBest(settings, values, trials.column("seed"), small);
    const drawn = settings.slice(0, MOST_SETTINGS).map((setting, i) => this.drawnOf(setting, pairs[i]!));
    this.paint(model, drawn, { figure, values }, theme);
    this.describe(model, figure, settings, pairs);
  }

  /** The band of the metric is from the lowest to the highest run, that of differences is their standard deviation. */
  private drawnOf(setting: Setting, pair: PairedSetting): Drawn {
    if (!this.paired) return { setting, mean: setting.mean, low: setting.low, high: setting.high };
    const { mean, deviation } = pair;
    const half = Number.isFinite(deviation) ? deviation : 0;
    return { setting, mean, low: mean - half, high: mean + half };
  }

  private paint(
    { trials }: SweepModel,
    drawn: readonly Drawn[],
    { figure, values }: { readonly figure: ShownFigure; readonly values: Float64Array },
    theme: Theme,
  ): void {
    const [color = theme.foreground] = theme.series;
    const places = new Float64Array(trials.length).fill(NaN);
    const heights = new Float64Array(trials.length).fill(NaN);
    const best = new Map(drawn[0]?.setting.rows.map((row) => [trials.column("seed")[row]!, values[row]!]));
    for (const [rank, { setting }] of drawn.entries())
      for (const row of setting.rows) {
        places[row] = rank + 1;
        // A seed that the best one does not have has no difference.
        const other = this.paired ? (best.get(trials.column("seed")[row]!) ?? NaN) : 0;
        heights[row] = values[row]! - other;
      }
    const shown = drawn.flatMap(({ low, high }) => [low, high]);
    const x: AxisSpec = { kind: "linear", min: 0.5, max: Math.max(2, drawn.length) + 0.5, whole: true };
    const y = withMargin(this.paired ? linearAxis(extentOf(shown)) : figureAxis(figure, shown));
    const name = this.paired ? l10n.t("difference in {0}", figureWord(figure)) : figureWord(figure);
    setAxis(this.chart, "x", x, [l10n.t("combinations, the best first")]);
    setAxis(this.chart, "y", y, [name]);
    const ranks = Float64Array.from(drawn, (_, rank) => rank + 1);
    const area = {
      x: ranks,
      low: Float64Array.from(drawn, ({ low }) => low),
      high: Float64Array.from(drawn, ({ high }) => high),
      color: withAlpha(color, theme.highContrast ? 0.5 : 0.2),
    };
    const zero = this.paired ? [{ at: 0, color: theme.muted }] : [];
    setMarks(this.chart, { areas: [area], vertical: [], horizontal: zero, points: [] }, theme);
    setPoints(this.chart, {
      x: toUnits(x, places),
      y: toUnits(y, heights),
      sets: [
        {
          rows: Int32Array.from(drawn.flatMap(({ setting }) => setting.rows)),
          shape: "dot",
          colors: [withAlpha(color, theme.highContrast ? 1 : 0.5)],
          levels: null,
        },
      ],
    });
    const line = drawn.map(({ mean }, rank) => ({ x: rank + 1, y: mean }));
    setDatasets(this.chart, [lineDataset(line, { color, width: theme.lineWidth })]);
    applyTheme(this.chart, theme);
    this.chart.update("none");
  }

  private describe(
    model: SweepModel,
    figure: ShownFigure,
    settings: readonly Setting[],
    pairs: readonly PairedSetting[],
  ): void {
    const [best] = settings;
    const shown = Math.min(settings.length, MOST_SETTINGS);
    this.resting = [
      this.paired ? l10n.t("band: standard deviation") : l10n.t("band: lowest to highest"),
      ...(shown < settings.length ? [l10n.t("the best {0} of {1}", shown, formatCount(settings.length))] : []),
    ].join(" · ");
    this.card.setReadout(this.resting);
    this.card.setSummary(
      l10n.t(
        "{0}, mean of {1} seeds: {2}, from {3} to {4}. Combinations: {5}.",
        figureName(figure),
        best!.rows.length,
        formatFigure(figure, best!.mean),
        formatFigure(figure, best!.low),
        formatFigure(figure, best!.high),
        formatCount(settings.length),
      ),
    );
    this.card.setTable((limit) => seedsTable(model, figure, pairs, limit.rows));
  }
}

function seedsTable(
  { info, trials }: SweepModel,
  figure: ShownFigure,
  pairs: readonly PairedSetting[],
  limit: number,
): TableData {
  const thinned = tableRows(0, pairs.length, Math.max(2, limit));
  return {
    caption: thinned.caption(l10n.t("{0}: mean over seeds", figureName(figure))),
    columns: [
      l10n.t("Combination"),
      l10n.t("Seeds"),
      l10n.t("Mean"),
      l10n.t("Standard deviation"),
      l10n.t("Lowest"),
      l10n.t("Highest"),
      l10n.t("Seeds in common with the best"),
      l10n.t("Mean difference from the best"),
      l10n.t("Standard deviation of the difference"),
      l10n.t("Seeds on which it is better"),
    ],
    rows: thinned.rows.map((at) => {
      const { setting, seeds, mean, deviation, better } = pairs[at]!;
      return [
        valuesText(info, trials.at(setting.row).values),
        setting.rows.length,
        setting.mean,
        setting.deviation,
        setting.low,
        setting.high,
        seeds,
        mean,
        deviation,
        better,
      ];
    }),
  };
}
