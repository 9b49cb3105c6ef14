import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis } from "../../src/shared/scale/axisScale";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../src/shared/scale/extent";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart, type Point } from "../chart/base";
import { ChartCard, type CardFrameHost } from "../chart/card";
import { ITERATION_NAME, LOSS_NAME } from "../chart/axisNames";
import { iterationProbe } from "../chart/iterationChart";
import { setAxis } from "../chart/mappedScale";
import { setMarks, type AreaMark } from "../chart/marks";
import type { TableData } from "../chart/table";
import { withAlpha, type Theme } from "../ui/theme";
import { withoutControls } from "../ui/visibleText";
import { pointAt, type BandKind, type LossBand } from "./lossBand";

export interface ChartedGroup {
  readonly label: string;
  /** Runs of which a curve was read. */
  readonly runs: number;
  readonly band: LossBand;
}

export interface BandModel {
  readonly groups: readonly ChartedGroup[];
  readonly kind: BandKind;
  /** Null: the end. */
  readonly iteration: number | null;
  readonly logarithmic: boolean;
  /** Whether the numbers show as a table. */
  readonly table: boolean;
  /** Instead of the picture; null when there is one. */
  readonly empty: string | null;
  readonly problems: readonly string[];
  readonly theme: Theme;
}

const BAND_CHART = "runs-loss";
const DIGITS = 3;
const AREA_ALPHA = 0.22;
const HIGH_CONTRAST_AREA_ALPHA = 0.4;

/** The loss of each group: the mean of its runs, and a band as wide as they spread. */
export class BandChart {
  readonly card: ChartCard;
  private readonly chart: LineChart;

  constructor(host: CardFrameHost) {
    this.card = new ChartCard(
      { id: BAND_CHART, title: l10n.t("Loss by group"), ownAxis: "iteration" },
      host,
      iterationProbe(() => this.chart),
    );
    this.chart = createChart(this.card.canvas, { onDidResize: () => host.requestDraw() });
  }

  draw(model: BandModel): void {
    const { groups, theme, logarithmic } = model;
    this.card.setEmpty(model.empty);
    if (model.empty !== null || groups.length === 0) return;
    const last = Math.max(1, ...groups.map(({ band }) => band.iteration.at(-1) ?? 0));
    const columns = groups.flatMap(({ band: { low, mean, high } }) => [low, mean, high]);
    const extent = columns
      .map((values): Extent | null => (logarithmic ? typicalExtent(values, 0, values.length) : extentOf(values)))
      .reduce(joinExtents, null);
    const axis = logarithmic ? logAxis(extent) : linearAxis(extent);
    setAxis(this.chart, "x", { kind: "linear", min: 0, max: last, whole: true }, ITERATION_NAME);
    setAxis(this.chart, "y", axis, LOSS_NAME);
    applyTheme(this.chart, theme);
    setDatasets(
      this.chart,
      groups.map(({ band }, index) =>
        lineDataset(pointsOf(band, logarithmic), { color: colorOf(index, theme), width: theme.lineWidth }),
      ),
    );
    const at = model.iteration;
    setMarks(
      this.chart,
      {
        areas: groups.map(({ band }, index) => areaOf(band, colorOf(index, theme), theme, axis.min)),
        vertical: at === null ? [] : [{ at, color: theme.foreground }],
        horizontal: [],
        points: [],
      },
      theme,
    );
    this.chart.update("none");
    this.describe(model, last);
  }

  private describe(model: BandModel, last: number): void {
    const { groups, iteration, theme, kind, problems } = model;
    this.card.setReadout([
      { label: iteration === null ? l10n.t("at the end") : l10n.t("at {0}", formatCount(iteration)) },
      ...groups.map((group, index) => ({
        label: `${withoutControls(group.label)} (${group.runs})`,
        value: spreadText(group, iteration),
        swatch: { kind: "line" as const, color: colorOf(index, theme) },
      })),
    ]);
    const what =
      kind === "range"
        ? l10n.t("Mean of the runs of each group, with a band from their minimum to their maximum.")
        : l10n.t("Mean of the runs of each group, with a band of one standard deviation below and above it.");
    const ends = l10n.t("A run counts up to its last iteration.");
    this.card.setCaption([what, ends, ...problems].join(" "));
    this.card.setSlider({
      min: 0,
      max: last,
      now: iteration ?? last,
      text: groups.map((group) => `${withoutControls(group.label)}: ${spreadText(group, iteration)}`).join(", "),
    });
    this.card.setSummary(
      `${what} ${groups.map((group) => `${withoutControls(group.label)}: ${spreadText(group, null)}`).join(". ")}.`,
    );
    this.card.setTable(model.table, () => tableOf(groups));
  }
}

/** Groups are no runs: they have the colors in order. */
function colorOf(index: number, theme: Theme): string {
  return theme.series[index % theme.series.length] ?? theme.foreground;
}

function pointsOf({ iteration, mean }: LossBand, positiveOnly: boolean): Point[] {
  return Array.from(iteration, (x, index) => {
    const y = mean[index]!;
    return { x, y: positiveOnly && y <= 0 ? NaN : y };
  });
}

/** On a log axis what goes down to zero ends at the axis. */
function areaOf({ iteration, low, high }: LossBand, color: string, theme: Theme, least: number): AreaMark {
  return {
    x: iteration,
    low: low.map((value) => Math.max(value, least)),
    high: high.map((value) => Math.max(value, least)),
    color: withAlpha(color, theme.highContrast ? HIGH_CONTRAST_AREA_ALPHA : AREA_ALPHA),
  };
}

function spreadText({ band }: ChartedGroup, iteration: number | null): string {
  const at = pointAt(band, iteration);
  const value = (values: Float64Array): string => formatValue(values[at] ?? NaN, DIGITS);
  return `${value(band.mean)} [${value(band.low)}, ${value(band.high)}]`;
}

function tableOf(groups: readonly ChartedGroup[]): TableData {
  const longest = groups.reduce<ChartedGroup | null>(
    (best, group) => (best === null || group.band.iteration.length > best.band.iteration.length ? group : best),
    null,
  );
  return {
    caption: l10n.t("Loss by group"),
    columns: [
      l10n.t("Iteration"),
      ...groups.flatMap(({ label }) => [label, l10n.t("{0}: low", label), l10n.t("{0}: high", label)]),
    ],
    rows: Array.from(longest?.band.iteration ?? [], (iteration) => [
      iteration,
      ...groups.flatMap(({ band }) => {
        const at = iteration > (band.iteration.at(-1) ?? -1) ? -1 : pointAt(band, iteration);
        return [band.mean[at] ?? NaN, band.low[at] ?? NaN, band.high[at] ?? NaN];
      }),
    ]),
  };
}
