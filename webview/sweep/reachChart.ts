/** How much of the gradient reaches the first step, over the length of the sequences or another number. */
import * as l10n from "@vscode/l10n";
import { toUnits } from "../../src/shared/scale/axisScale";
import { hasFigure, type TrialColumns } from "../../src/shared/wire/trialColumns";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import { gather } from "../../src/shared/wire/trialOrder";
import { formatCount } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../chart/base";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import type { TableData } from "../chart/table";
import { Picker } from "../ui/picker";
import { withAlpha, type Theme } from "../ui/theme";
import { numberParameters } from "./contourChart";
import { figureAxis, figureName, figureWord, formatFigure } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { shortKey, withMargin } from "./parameterPlaces";
import { pointsPlugin, setPoints } from "./pointsLayer";
import { lengthAmong, lineParameters, reachLines, type ReachLine } from "./reachLines";
import { pointAtRuns } from "./runPointer";
import { SweepCard, type SweepHost } from "./sweepCard";

const FIGURE = "gradientReach";
const REACH = 10;
const ONE_LINE = "one";

/** Whether there is anything to draw: earlier versions have not measured it, and a study has not either. */
export function hasReach(info: SweepInfo, trials: TrialColumns): boolean {
  return info.objectives === undefined && numberParameters(info).length > 0 && hasFigure(trials, FIGURE);
}

/** What it is drawn over, and what its lines tell apart, as numbers of parameters. */
interface ReachAxes {
  readonly across: number;
  readonly by: number | null;
}

export class ReachChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private readonly pickX: Picker;
  private readonly pickLines: Picker;
  /** Keys of parameters; empty: what suits the sweep. */
  private chosen = { x: "", lines: "" };
  private model: SweepModel | null = null;
  private resting = "";

  constructor(host: SweepHost) {
    this.card = new SweepCard("reach", figureName(FIGURE), host);
    const picked = (what: "x" | "lines") => (key: string) => {
      this.chosen = { ...this.chosen, [what]: key };
      host.requestDraw();
    };
    this.pickX = new Picker(l10n.t("Horizontal parameter"), picked("x"));
    this.pickLines = new Picker(l10n.t("Lines by"), picked("lines"));
    this.card.tools.append(this.pickX.element, this.pickLines.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      nameBelow: true,
      plugins: [pointsPlugin],
    });
    pointAtRuns(this.card, this.chart, host, REACH, () => ({ model: this.model, resting: this.resting }));
  }

  draw(shown: SweepModel, theme: Theme): void {
    const model = shown.withFigure(FIGURE);
    this.model = model;
    const axes = this.chooseAxes(model);
    const lines = reachLines(model, axes.across, axes.by);
    const isEmpty = lines.length === 0;
    this.card.setLegend([]);
    this.card.setEmpty(isEmpty ? noRuns(model) : null);
    if (isEmpty) return;
    this.paint(model, axes.across, lines, theme);
    this.describe(model, axes, lines);
    if (axes.by !== null) this.card.setLegend(lines.map(({ label }, i) => ({ label, color: colorOf(i, theme) })));
  }

  private chooseAxes(model: SweepModel): ReachAxes {
    const { parameters } = model.info;
    const option = (p: number) => ({ value: parameters[p]!.key, label: shortKey(parameters, p) });
    const numbers = numberParameters(model.info);
    const chosen = numbers.find((p) => parameters[p]!.key === this.chosen.x);
    const across = chosen ?? lengthAmong(model.info, numbers) ?? 0;
    this.pickX.show(numbers.map(option), parameters[across]?.key ?? "");
    const lines = lineParameters(model, across);
    const by =
      this.chosen.lines === ONE_LINE
        ? null
        : (lines.find((p) => parameters[p]!.key === this.chosen.lines) ??
          lines.find((p) => parameters[p]!.kind === "choice") ??
          null);
    this.pickLines.show(
      [{ value: ONE_LINE, label: l10n.t("one line") }, ...lines.map(option)],
      by === null ? ONE_LINE : parameters[by]!.key,
    );
    return { across, by };
  }

  private paint(model: SweepModel, across: number, lines: readonly ReachLine[], theme: Theme): void {
    const { info, values, rows } = model;
    const places = model.places(across);
    const x = withMargin(places.axis);
    const y = figureAxis(FIGURE, gather(rows, values));
    setAxis(this.chart, "x", x, [info.parameters[across]?.key ?? "", shortKey(info.parameters, across)]);
    setAxis(this.chart, "y", y, [figureWord(FIGURE), l10n.t("gradient at step 1")]);
    setMarks(
      this.chart,
      {
        areas: lines.map(({ points }, i) => ({
          x: Float64Array.from(points, (point) => point.x),
          low: Float64Array.from(points, ({ low }) => low),
          high: Float64Array.from(points, ({ high }) => high),
          color: withAlpha(colorOf(i, theme), theme.highContrast ? 0.4 : 0.2),
        })),
        vertical: [],
        horizontal: [],
        points: [],
      },
      theme,
    );
    setPoints(this.chart, {
      x: toUnits(x, places.at),
      // What nothing of it reaches stands at the foot.
      y: toUnits(
        y,
        values.map((value) => (value === 0 ? y.min : value)),
      ),
      sets: lines.flatMap((line, i) => {
        const colors = [withAlpha(colorOf(i, theme), theme.highContrast ? 1 : 0.5)];
        return [
          { rows: line.rows.filter((row) => values[row]! > 0), shape: "dot" as const, colors, levels: null },
          { rows: line.rows.filter((row) => values[row] === 0), shape: "cross" as const, colors, levels: null },
        ];
      }),
    });
    setDatasets(
      this.chart,
      lines.map(({ points }, i) =>
        lineDataset(
          points.map((point) => ({ x: point.x, y: point.median > 0 ? point.median : NaN })),
          { color: colorOf(i, theme), width: theme.lineWidth },
        ),
      ),
    );
    applyTheme(this.chart, theme);
    this.chart.update("none");
  }

  private describe({ info, rows, values }: SweepModel, { across, by }: ReachAxes, lines: readonly ReachLine[]): void {
    const none = rows.filter((row) => values[row] === 0).length;
    this.resting = [
      l10n.t("line: median"),
      l10n.t("band: quartiles"),
      ...(none === 0 ? [] : [`× ${l10n.t("runs with 0: {0}", formatCount(none))}`]),
    ].join(" · ");
    this.card.setReadout(this.resting);
    const key = (p: number): string => info.parameters[p]?.key ?? "";
    this.card.setSummary(
      lines
        .map(({ label, points }) => {
          const ends = points.map((point) => `${point.label} ${formatFigure(FIGURE, point.median)}`).join(", ");
          return label === "" ? `${ends}.` : `${label}: ${ends}.`;
        })
        .join(" "),
    );
    this.card.setTable(() => reachTable(key(across), by === null ? null : key(by), lines));
  }
}

function colorOf(line: number, theme: Theme): string {
  return theme.series[line % theme.series.length] ?? theme.foreground;
}

function reachTable(across: string, by: string | null, lines: readonly ReachLine[]): TableData {
  return {
    caption: l10n.t("{0} by {1}", figureName(FIGURE), across),
    columns: [
      ...(by === null ? [] : [by]),
      across,
      l10n.t("Runs"),
      l10n.t("Lower quartile"),
      l10n.t("Median"),
      l10n.t("Upper quartile"),
    ],
    rows: lines.flatMap(({ label, points }) =>
      points.map((point) => [
        ...(by === null ? [] : [label]),
        point.label,
        point.runs,
        point.low,
        point.median,
        point.high,
      ]),
    ),
  };
}
