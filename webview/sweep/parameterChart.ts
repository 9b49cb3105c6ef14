/**
 * A metric over the values of one parameter: a point per run and a line through the medians; or the fraction of runs
 * that converged.
 */
import * as l10n from "@vscode/l10n";
import { toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import { formatCount } from "../../src/shared/words/numberFormat";
import { TRIAL_STATUSES } from "../../src/shared/wire/sweep";
import { shareOf, type Share } from "../../src/shared/wire/sweepSummary";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart, type Point } from "../chart/base";
import { setAxis } from "../chart/mappedScale";
import { setMarks, type PathMark } from "../chart/marks";
import type { TableData } from "../chart/table";
import { withAlpha, type Theme } from "../ui/theme";
import { figureAxis, figureName, figureWord, formatFigure } from "./figures";
import type { SweepModel } from "./model";
import { placedGroups, shortKey, withMargin, type ParameterPlaces, type PlacedGroup } from "./parameterPlaces";
import { nearestRow, pointsPlugin, setPoints } from "./pointsLayer";
import { SweepCard, type CanvasPlace, type SweepHost } from "./sweepCard";
import { trialSentence } from "./trialWords";

/** Pixels around a point that count as the point. */
const REACH = 12;
/** Runs of a named place are spread side by side, within this much of it. */
const SPREAD = 0.22;
/** Of the golden ratio: places of runs one after the other are apart. */
const GOLDEN = 0.618034;
const MEDIAN_WIDTH = 0.32;
const DIVERGED = TRIAL_STATUSES.indexOf("diverged");

/** A group with its median, or its fraction. */
interface SummedGroup extends PlacedGroup {
  readonly summary: number;
}

/** A group with the interval of its fraction, where fractions show. */
interface SharePoint extends PlacedGroup {
  readonly share: Share;
}

export class ParameterChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private model: SweepModel | null = null;
  private shares: readonly SharePoint[] = [];
  private resting = "";

  constructor(
    private readonly host: SweepHost,
    private readonly index: number,
    title: string,
  ) {
    this.card = new SweepCard(`parameter-${index}`, title, host);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      nameBelow: true,
      plugins: [pointsPlugin],
    });
    this.card.onPointer(
      (place) => this.pointAt(place),
      (place) => this.click(place),
    );
  }

  draw(model: SweepModel, theme: Theme): void {
    this.model = model;
    const { info, rows, figure } = model;
    const isEmpty = rows.length === 0;
    this.card.setEmpty(isEmpty ? noRuns(model) : null);
    if (isEmpty) return;
    const places = model.places(this.index);
    const groups = placedGroups(places, rows).map((group) => ({ ...group, summary: model.summaryOf(group.rows) }));
    const key = info.parameters[this.index]?.key ?? "";
    const axis = withMargin(places.axis);
    setAxis(this.chart, "x", axis, [key, shortKey(info.parameters, this.index)]);
    applyTheme(this.chart, theme);
    if (figure === "converged") this.drawShares(places, groups, theme);
    else this.drawRuns(places, groups, axis, theme);
    this.card.setReadout(this.resting);
    this.card.setSummary(
      `${figureName(figure)}: ${groups
        .map(({ label, summary }) => `${label} ${formatFigure(figure, summary)}`)
        .join(", ")}.`,
    );
    this.card.setTable(() => groupTable(model, key, groups));
    this.chart.update("none");
  }

  private drawShares(places: ParameterPlaces, groups: readonly SummedGroup[], theme: Theme): void {
    const { model } = this;
    if (model === null) return;
    const color = theme.series[0] ?? theme.foreground;
    this.shares = groups.map((group) => ({ ...group, share: shareAmong(model, group.rows) }));
    const points = this.shares.map(({ x, share }) => ({ x, y: share.total === 0 ? NaN : share.count / share.total }));
    const whiskers = this.shares.map(({ x, share }): PathMark => ({
      points: [
        { x, y: share.low },
        { x, y: share.high },
      ],
      color: withAlpha(color, 0.6),
      halo: "transparent",
      width: 2,
    }));
    this.resting = l10n.t("bars: 95% CI");
    setPoints(this.chart, null);
    setAxis(this.chart, "y", { kind: "linear", min: 0, max: 1 }, [l10n.t("fraction converged")]);
    setMarks(
      this.chart,
      {
        paths: whiskers,
        vertical: [],
        horizontal: [],
        points: points.map(({ x, y }) => ({ x, y, color, shape: "dot" })),
      },
      theme,
    );
    // Between two words there is nothing.
    setDatasets(this.chart, [
      lineDataset(places.named ? [] : ascending(points), { color: withAlpha(color, 0.5), width: theme.lineWidth }),
    ]);
  }

  private drawRuns(places: ParameterPlaces, groups: readonly SummedGroup[], x: AxisSpec, theme: Theme): void {
    const { model } = this;
    if (model === null) return;
    const { figure, rows, values, trials } = model;
    const axis = figureAxis(figure, model.valuesOf(rows));
    const [color = theme.foreground, second = theme.foreground] = theme.series;
    const status = trials.column("status");
    const hasBroken = (row: number): boolean => status[row] === DIVERGED || values[row] === Infinity;
    const broken = rows.filter(hasBroken);
    // Those that diverged have no place on the axis: they stand at its top.
    const shown = values.map((value, row) => (hasBroken(row) ? axis.max : value));
    const at = places.named
      ? places.at.map((place, row) => place + SPREAD * (((row * GOLDEN) % 1) * 2 - 1))
      : places.at;
    setPoints(this.chart, {
      x: toUnits(x, at),
      y: toUnits(axis, shown),
      sets: [
        {
          rows: rows.filter((row) => !hasBroken(row)),
          shape: "dot",
          colors: [withAlpha(color, theme.highContrast ? 1 : 0.6)],
          levels: null,
        },
        { rows: broken, shape: "cross", colors: [theme.error], levels: null },
      ],
    });
    const medians = groups
      .map(({ x: place, summary }) => ({ x: place, y: summary }))
      .filter(({ y }) => Number.isFinite(y));
    this.resting = [
      l10n.t("line: median"),
      ...(broken.length === 0 ? [] : [`× ${l10n.t("{0} diverged", formatCount(broken.length))}`]),
    ].join(" · ");
    setAxis(this.chart, "y", axis, [figureWord(figure)]);
    const bars = places.named ? medians.map((point) => medianBar(point, second)) : [];
    setMarks(this.chart, { paths: bars, vertical: [], horizontal: [], points: [] }, theme);
    setDatasets(this.chart, [
      lineDataset(places.named ? [] : ascending(medians), { color: second, width: theme.lineWidth }),
    ]);
  }

  /** Says what is there; whether a click does something. */
  private pointAt(place: CanvasPlace | null): boolean {
    const { model } = this;
    const share = place === null ? null : this.shareAt(place);
    const row = place === null ? -1 : this.rowAt(place);
    if (share !== null) this.card.setReadout(shareText(share));
    else if (row >= 0 && model !== null) this.card.setReadout(trialSentence(model, row));
    else this.card.setReadout(this.resting);
    return share !== null || row >= 0;
  }

  private click(place: CanvasPlace): void {
    const share = this.shareAt(place);
    const row = this.rowAt(place);
    if (share !== null) this.host.filter({ label: shareText(share), rows: share.rows });
    else if (row >= 0) this.host.openTrial(this.model?.trials.column("index")[row] ?? NaN);
  }

  private rowAt({ x, y }: CanvasPlace): number {
    return this.model?.figure === "converged" ? -1 : nearestRow(this.chart, x, y, REACH);
  }

  private shareAt({ x, y }: CanvasPlace): SharePoint | null {
    const { x: across, y: up } = this.chart.scales;
    if (this.model?.figure !== "converged" || across === undefined || up === undefined) return null;
    const distance = (point: SharePoint): number =>
      Math.hypot(across.getPixelForValue(point.x) - x, up.getPixelForValue(point.share.count / point.share.total) - y);
    return this.shares.find((point) => distance(point) < REACH) ?? null;
  }
}

/** What a chart without runs says. */
export function noRuns({ trials }: SweepModel): string {
  return trials.length === 0 ? l10n.t("No run has finished yet.") : l10n.t("No run matches the filter.");
}

function shareAmong(model: SweepModel, rows: Int32Array): Share {
  const values = model.valuesOf(rows);
  return shareOf(values.filter((value) => value === 1).length, values.filter((value) => !Number.isNaN(value)).length);
}

function shareText({ label, share }: SharePoint): string {
  return l10n.t("{0}: {1} of {2} converged", label, formatCount(share.count), formatCount(share.total));
}

function medianBar({ x, y }: Point, color: string): PathMark {
  return {
    points: [
      { x: x - MEDIAN_WIDTH, y },
      { x: x + MEDIAN_WIDTH, y },
    ],
    color,
    halo: "transparent",
    width: 3,
  };
}

/** chart.js expects x to ascend. */
function ascending(points: readonly Point[]): Point[] {
  return points.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x);
}

function groupTable(model: SweepModel, key: string, groups: readonly SummedGroup[]): TableData {
  return {
    caption: l10n.t("{0} by {1}", figureName(model.figure), key),
    columns: [
      key,
      l10n.t("Runs"),
      model.figure === "converged" ? l10n.t("Fraction converged") : l10n.t("Median {0}", figureWord(model.figure)),
    ],
    rows: groups.map(({ label, rows, summary }) => [label, rows.length, summary]),
  };
}
