/**
 * A metric over the values of one parameter: a point per run and a line through the medians; or the fraction of runs
 * that converged.
 */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import type { SweepInfo, TrialResult } from "../../src/shared/wire/sweep";
import { convergence } from "../../src/shared/wire/sweepSummary";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart, type Point } from "../chart/base";
import { setAxis } from "../chart/mappedScale";
import { setMarks, type PathMark } from "../chart/marks";
import { withAlpha, type Theme } from "../ui/theme";
import { figureAxis, figureName, figureWord, formatFigure, statusWord, summaryOf, valueOf } from "./figures";
import { placedGroups, placesOf, shortKey, shortLabel, withMargin, type ParameterPlaces } from "./parameterPlaces";
import type { ShownFigure } from "./state";
import { SweepCard, type SweepHost } from "./sweepCard";

/** Pixels around a point that count as the point. */
const REACH = 12;
/** Runs of a named place are spread side by side, within this much of it. */
const SPREAD = 0.22;
const MEDIAN_WIDTH = 0.32;

interface Target extends Point {
  readonly text: string;
  readonly results: readonly TrialResult[];
}

export class ParameterChart {
  readonly element: HTMLElement;
  private readonly card: SweepCard;
  private readonly chart: LineChart;
  private targets: readonly Target[] = [];
  private resting = "";

  constructor(
    host: SweepHost,
    private readonly index: number,
    title: string,
  ) {
    this.card = new SweepCard(`parameter-${index}`, title);
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, { onDidResize: () => host.requestDraw(), nameBelow: true });
    this.card.onPointer(
      (place) => {
        const target = place === null ? null : this.targetAt(place.x, place.y);
        this.card.setReadout(target?.text ?? this.resting);
        return target !== null;
      },
      (place) => {
        const target = this.targetAt(place.x, place.y);
        const [only] = target?.results ?? [];
        if (target === null || only === undefined) return;
        if (target.results.length === 1) host.openTrial(only.index);
        else host.filter({ label: target.text, indices: new Set(target.results.map(({ index }) => index)) });
      },
    );
  }

  draw(info: SweepInfo, results: readonly TrialResult[], figure: ShownFigure, theme: Theme): void {
    const parameter = info.parameters[this.index];
    this.card.setEmpty(results.length === 0 || parameter === undefined ? l10n.t("No run has finished yet.") : null);
    if (results.length === 0 || parameter === undefined) return;
    const places = placesOf(parameter, this.index, results, false);
    setAxis(this.chart, "x", withMargin(places.axis), [parameter.key, shortKey(info.parameters, this.index)]);
    applyTheme(this.chart, theme);
    if (figure === "converged") this.drawShares(places, theme);
    else this.drawRuns(info, places, results, figure, theme);
    this.card.setReadout(this.resting);
    this.card.setSummary(
      `${figureName(figure)}: ${placedGroups(places)
        .map(({ label, results: of }) => `${label} ${formatFigure(figure, summaryOf(figure, of))}`)
        .join(", ")}.`,
    );
    this.chart.update("none");
  }

  private drawShares(places: ParameterPlaces, theme: Theme): void {
    const color = theme.series[0] ?? theme.foreground;
    const shares = placedGroups(places).map((group) => ({ ...group, share: convergence(group.results, true) }));
    this.targets = shares.map(({ label, results, x, share }) => ({
      x,
      y: share.total === 0 ? NaN : share.count / share.total,
      results,
      text: l10n.t("{0}: {1} of {2} converged", label, share.count, share.total),
    }));
    const whiskers = shares.map(({ x, share }): PathMark => ({
      points: [
        { x, y: share.low },
        { x, y: share.high },
      ],
      color: withAlpha(color, 0.6),
      halo: "transparent",
      width: 2,
    }));
    this.resting = l10n.t("bars: 95% CI");
    setAxis(this.chart, "y", { kind: "linear", min: 0, max: 1 }, [l10n.t("fraction converged")]);
    setMarks(
      this.chart,
      {
        paths: whiskers,
        vertical: [],
        horizontal: [],
        points: this.targets.map(({ x, y }) => ({ x, y, color, shape: "dot" })),
      },
      theme,
    );
    // Between two words there is nothing.
    setDatasets(this.chart, [
      lineDataset(places.named ? [] : sorted(this.targets), { color: withAlpha(color, 0.5), width: theme.lineWidth }),
    ]);
  }

  /** A dot for each run. @param top where those stand that diverged: they have no place on the axis */
  private collectTargets(
    info: SweepInfo,
    places: ParameterPlaces,
    results: readonly TrialResult[],
    figure: ShownFigure,
    top: number,
  ): Target[] {
    return results.map((result, i): Target => {
      const value = valueOf(figure, result);
      const x = places.place(result.values[this.index]) + (places.named ? SPREAD * (((i * 0.618034) % 1) * 2 - 1) : 0);
      const about = info.parameters
        .map((_, p) => `${shortKey(info.parameters, p)} ${shortLabel(result.values[p])}`)
        .join(", ");
      return {
        x,
        y: result.status === "diverged" || value === Infinity ? top : value,
        results: [result],
        text: l10n.t(
          "{0}, seed {1}: {2}",
          about,
          result.seed,
          result.status === "done" ? formatFigure(figure, value) : statusWord(result.status),
        ),
      };
    });
  }

  private drawRuns(
    info: SweepInfo,
    places: ParameterPlaces,
    results: readonly TrialResult[],
    figure: ShownFigure,
    theme: Theme,
  ): void {
    const axis = figureAxis(
      figure,
      results.map((result) => valueOf(figure, result)),
    );
    const [color = theme.foreground, second = theme.foreground] = theme.series;
    const targets = this.collectTargets(info, places, results, figure, axis.max);
    this.targets = targets.filter(({ y }) => Number.isFinite(y));
    const isDiverged = ({ results: [result] }: Target): boolean =>
      result?.status === "diverged" || valueOf(figure, result as TrialResult) === Infinity;
    const medians = placedGroups(places)
      .map(({ x, results: of }) => ({ x, y: summaryOf(figure, of) }))
      .filter(({ y }) => Number.isFinite(y));
    const bars = places.named
      ? medians.map(({ x, y }): PathMark => ({
          points: [
            { x: x - MEDIAN_WIDTH, y },
            { x: x + MEDIAN_WIDTH, y },
          ],
          color: second,
          halo: "transparent",
          width: 3,
        }))
      : [];
    const diverged = this.targets.filter(isDiverged);
    this.resting = [
      l10n.t("line: median"),
      ...(diverged.length === 0 ? [] : [`× ${l10n.t("{0} diverged", formatCount(diverged.length))}`]),
    ].join(" · ");
    setAxis(this.chart, "y", axis, [figureWord(figure)]);
    setMarks(this.chart, { paths: bars, vertical: [], horizontal: [], points: [] }, theme);
    const dots = { showLine: false, pointRadius: 3, pointBorderWidth: 0, borderWidth: 0 };
    setDatasets(this.chart, [
      lineDataset(places.named ? [] : sorted(medians), { color: second, width: theme.lineWidth }),
      {
        ...lineDataset(sorted(this.targets.filter((target) => !isDiverged(target))), { color, width: 0 }),
        ...dots,
        pointBackgroundColor: withAlpha(color, theme.highContrast ? 1 : 0.6),
      },
      {
        ...lineDataset(sorted(diverged), { color: theme.error, width: 0 }),
        ...dots,
        pointStyle: "crossRot",
        pointRadius: 4,
        pointBorderWidth: 1.5,
        pointBorderColor: theme.error,
      },
    ]);
  }

  private targetAt(px: number, py: number): Target | null {
    const { x, y } = this.chart.scales;
    let nearest: Target | null = null;
    let least = REACH ** 2;
    for (const target of this.targets) {
      const distance =
        ((x?.getPixelForValue(target.x) ?? NaN) - px) ** 2 + ((y?.getPixelForValue(target.y) ?? NaN) - py) ** 2;
      if (distance < least) {
        least = distance;
        nearest = target;
      }
    }
    return nearest;
  }
}

/** chart.js expects x to ascend. */
function sorted(points: readonly Point[]): Point[] {
  return points.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x);
}
