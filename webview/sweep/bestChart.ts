/** The best value so far, over the runs in the order in which they ended or over time; and the value of each run. */
import * as l10n from "@vscode/l10n";
import { linearAxis, toUnits } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { rankingFigure } from "../../src/shared/wire/sweep";
import { gather, sortRows } from "../../src/shared/wire/trialOrder";
import { leadingOf } from "../../src/shared/wire/trialColumns";
import { formatCount, formatDuration } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../chart/base";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { Picker } from "../ui/picker";
import { withAlpha, type Theme } from "../ui/theme";
import { figureAxis, figureName, figureValues, figureWord, formatFigure, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { pointsPlugin, setPoints } from "./pointsLayer";
import { pointAtRuns } from "./runPointer";
import { SweepCard, type SweepHost } from "./sweepCard";
import { runNumber } from "./trialWords";

const REACH = 12;
const MS_PER_S = 1000;

/** A run that was better than all before it. */
export interface Improvement {
  readonly row: number;
  /** How many runs had ended by then, this one among them. */
  readonly runs: number;
  readonly value: number;
}

/** @param values by row; @param rows in the order in which the runs ended */
export function improvements(rows: Int32Array, values: Float64Array, smallFirst: boolean): Improvement[] {
  const found: Improvement[] = [];
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    const best = found.at(-1)?.value;
    if (!Number.isFinite(value)) continue;
    if (best === undefined || (smallFirst ? value < best : value > best))
      found.push({ row: rows[i]!, runs: i + 1, value });
  }
  return found;
}

export class BestChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private readonly picker: Picker;
  private overTime = false;
  private model: SweepModel | null = null;
  private resting = "";

  constructor(host: SweepHost) {
    this.card = new SweepCard("best", l10n.t("Best so far"), host);
    this.picker = new Picker(l10n.t("Horizontal axis"), (over) => {
      this.overTime = over === "time";
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
    this.model = model;
    const { info, trials, rows } = model;
    const isTimed = trials.column("endedMs").some(Number.isFinite);
    this.overTime &&= isTimed;
    const byTime = isTimed ? [{ value: "time", label: l10n.t("by time") }] : [];
    this.picker.show([{ value: "runs", label: l10n.t("by run") }, ...byTime], this.overTime ? "time" : "runs");
    const figure = model.figure === "converged" ? leadingOf(trials, rankingFigure(info)) : model.figure;
    const values = figure === model.figure ? model.values : figureValues(figure, trials);
    const ended = sortRows(rows, trials.column("endedMs"));
    const best = improvements(ended, values, smallIsGood(figure));
    this.card.setEmpty(best.length === 0 ? noRuns(model) : null);
    if (best.length === 0) return;
    const last = best.at(-1)!;
    const at = this.placesOf(model, ended);
    const x = linearAxis(extentOf(gather(rows, at)));
    const axis = figureAxis(figure, gather(rows, values));
    const [color = theme.foreground, second = theme.foreground] = theme.series;
    setAxis(this.chart, "x", x, [this.overTime ? l10n.t("seconds") : l10n.t("runs that ended")]);
    setAxis(this.chart, "y", axis, [figureWord(figure)]);
    setMarks(this.chart, { vertical: [], horizontal: [], points: [] }, theme);
    setPoints(this.chart, {
      x: toUnits(x, at),
      y: toUnits(axis, values),
      sets: [{ rows, shape: "dot", colors: [withAlpha(color, theme.highContrast ? 0.8 : 0.4)], levels: null }],
    });
    const line = best.map(({ row, value }) => ({ x: at[row]!, y: value }));
    setDatasets(this.chart, [
      lineDataset([...line, { x: at[ended.at(-1)!]!, y: last.value }], {
        color: second,
        width: theme.lineWidth,
        stepped: true,
      }),
    ]);
    this.describe(model, best, formatFigure(figure, last.value), figureName(figure));
    applyTheme(this.chart, theme);
    this.chart.update("none");
  }

  private describe({ info, trials }: SweepModel, best: readonly Improvement[], value: string, name: string): void {
    const { runs, row } = best.at(-1)!;
    const endedMs = trials.column("endedMs")[row] ?? NaN;
    this.resting = Number.isFinite(endedMs)
      ? l10n.t("{0} after {1} runs, {2}", value, formatCount(runs), formatDuration(endedMs))
      : l10n.t("{0} after {1} runs", value, formatCount(runs));
    this.card.setReadout(this.resting);
    this.card.setSummary(l10n.t("{0}: {1}, reached after {2} runs.", name, value, formatCount(runs)));
    this.card.setTable(() => ({
      caption: l10n.t("Best so far"),
      columns: [l10n.t("Runs that ended"), l10n.t("Seconds"), l10n.t("Run"), name],
      rows: best.map((step) => [
        step.runs,
        trials.column("endedMs")[step.row]! / MS_PER_S,
        runNumber(info, trials.column("index")[step.row]!),
        step.value,
      ]),
    }));
  }

  /** By row, on the horizontal axis. */
  private placesOf({ trials }: SweepModel, ended: Int32Array): Float64Array<ArrayBuffer> {
    if (this.overTime) return trials.column("endedMs").map((ms) => ms / MS_PER_S);
    const places = new Float64Array(trials.length).fill(NaN);
    for (let i = 0; i < ended.length; i++) places[ended[i]!] = i + 1;
    return places;
  }
}
