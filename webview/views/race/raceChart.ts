import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis } from "../../../src/shared/scale/axisScale";
import { indexAt } from "../../../src/shared/trace/decimate";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../../src/shared/scale/extent";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { ViewCommand } from "../../../src/shared/wire/protocol";
import type { RaceLane, ShownRace } from "../../../src/shared/wire/race";
import { element, setText } from "../../ui/dom";
import type { Theme } from "../../ui/theme";
import {
  applyTheme,
  createChart,
  isCollapsed,
  lineDataset,
  setDatasets,
  type LineChart,
  type Point,
} from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { type ReadoutItem } from "../../chart/readout";
import { cursorMarks, iterationProbe, iterationSlider } from "../../chart/iterationChart";
import { ITERATION_NAME, LOSS_NAME } from "../../chart/axisNames";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import type { Changed, ChartModel, LabChart, RowModel } from "../../chart/model";
import { shareDone, type LastRace } from "../../state/lastRace";
import { RaceResults } from "./raceResults";
import { tableRows, type TableData } from "../../chart/table";

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [8, 3, 2, 3]];

export type RaceHost = CardHost & { sendCommand(command: ViewCommand): void };

/** The same experiment with each kind of cell, side by side: four curves while they train, and their results. */
export class RaceChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly button: HTMLButtonElement;
  private readonly progress = element("span", { class: "saturation" });
  private readonly results: RaceResults;
  private running = false;
  private resized = true;
  private drawn: ShownRace | null = null;

  constructor(host: RaceHost) {
    this.card = new ChartCard(
      {
        id: "race",
        title: l10n.t("Compare cell types"),
        ownAxis: "iteration",
      },
      host,
      iterationProbe(() => this.chart),
    );
    this.element = this.card.element;
    this.button = element("button", { class: "tool tool-text", attributes: { type: "button" } }, l10n.t("Compare"));
    this.button.addEventListener("click", () => host.sendCommand(this.running ? "stopRace" : "raceCells"));
    this.card.tools.prepend(this.button);
    this.card.aside.append(this.progress);
    this.results = new RaceResults((edits) => host.editValues(edits));
    this.card.afterPlot.append(this.results.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(shown: ChartModel | null, changed: Changed): void {
    const model = shown?.scalars ?? null;
    const race = model?.race ?? null;
    this.running = race?.phase === "running" || race?.phase === "starting";
    const lost = model?.lostRace ?? null;
    const isFirst = race === null && lost === null;
    setText(this.button, this.running ? l10n.t("Stop") : isFirst ? l10n.t("Compare") : l10n.t("Compare Again"));
    this.button.title = this.running
      ? l10n.t("Stop the comparison (recorded data is kept)")
      : l10n.t(
          "Train linear, rnn, lstm, and gru on the same task, each with about as many parameters as the model in the file",
        );
    setText(this.progress, progressText(race));
    const started = race?.lanes.some(({ curve }) => curve.loss.length > 0) === true;
    this.card.setEmpty(started ? null : lost === null ? emptyText(race) : lostText(lost));
    this.results.show(race, model?.theme ?? null, laneStyle);
    if (model === null || race === null || !started) {
      this.drawn = race;
      return;
    }
    if (race === this.drawn && !(changed.cursor || changed.style || this.resized)) return;
    this.drawn = race;
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (this.resized) return;
    this.paint(model, race);
    this.describe(model, race);
  }

  private paint(model: RowModel, { lanes }: ShownRace): void {
    const { theme, preferences } = model;
    const log = preferences.lossScale === "log";
    const extent = lanes
      .map(({ curve: { loss } }): Extent | null => (log ? typicalExtent(loss, 0, loss.length) : extentOf(loss)))
      .reduce(joinExtents, null);
    const iterations = Math.max(1, ...lanes.map((lane) => lane.iterations));
    setAxis(this.chart, "x", { kind: "linear", min: 0, max: iterations, whole: true }, ITERATION_NAME);
    setAxis(this.chart, "y", log ? logAxis(extent) : linearAxis(extent), LOSS_NAME);
    applyTheme(this.chart, theme);
    setMarks(
      this.chart,
      { vertical: cursorMarks(model).filter(({ at }) => at <= iterations), horizontal: [], points: [] },
      theme,
    );
    setDatasets(
      this.chart,
      lanes.map((lane, i) => lineDataset(pointsOf(lane, log), { ...laneStyle(i, theme), width: theme.lineWidth })),
    );
    this.chart.update("none");
  }

  private describe(model: RowModel, race: ShownRace): void {
    const { place, theme, preferences } = model;
    const lossAt = ({ curve }: RaceLane): number =>
      place.followsLatest
        ? (curve.loss.at(-1) ?? NaN)
        : (curve.loss[indexAt(curve.iteration, curve.iteration.length, place.iteration)] ?? NaN);
    this.card.setSubtitle(place.followsLatest ? "" : l10n.t("at {0}", formatCount(place.iteration)));
    this.card.setReadout(
      race.lanes.map((lane, i): ReadoutItem => {
        const { color, dash } = laneStyle(i, theme);
        return {
          label: lane.cell,
          value: formatValue(lossAt(lane)),
          swatch: { kind: dash.length === 0 ? "line" : "dash", color },
        };
      }),
    );
    const spoken = race.lanes.map((lane) => `${lane.cell} ${formatValue(lossAt(lane))}`).join(", ");
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      [
        l10n.t("Loss of four cell types with about {0} parameters each: {1}.", formatCount(race.budget), spoken),
        ...(race.phase === "done" ? [winnerText(race)] : []),
      ].join(" "),
    );
    this.card.setTable(preferences.tables.includes("race"), () => curveTable(race));
  }
}

/** Color and dash: two lines can be distinguished without color too. */
function laneStyle(index: number, theme: Theme): { readonly color: string; readonly dash: readonly number[] } {
  return {
    color: theme.series[index % theme.series.length] ?? theme.foreground,
    dash: DASHES[index % DASHES.length] ?? [],
  };
}

function pointsOf({ curve: { iteration, loss } }: RaceLane, log: boolean): Point[] {
  return Array.from(iteration, (x, i) => {
    const y = loss[i] ?? NaN;
    return { x, y: Number.isFinite(y) && (!log || y > 0) ? y : NaN };
  });
}

function progressText(race: ShownRace | null): string {
  if (race === null || race.phase === "done") return "";
  if (race.phase === "starting") return race.message ?? l10n.t("starting…");
  const percent = percentText(shareDone(race));
  return race.phase === "running"
    ? percent
    : race.phase === "stopped"
      ? l10n.t("stopped at {0}", percent)
      : (race.message ?? l10n.t("failed"));
}

function percentText(share: number): string {
  return `${Math.floor(100 * share)}%`;
}

/** Whole sentences, which a translator can turn around. */
function lostText({ isDone, share, lanes }: LastRace): string {
  const end = isDone
    ? l10n.t("The last comparison had finished. Its curves are gone, because comparisons are not saved.")
    : l10n.t("The last comparison was interrupted at {0}, and comparisons are not saved.", percentText(share));
  const losses = lanes.flatMap(({ cell, loss }) => (loss === null ? [] : [`${cell} ${formatValue(loss)}`]));
  return losses.length === 0 ? end : `${end} ${l10n.t("Last losses: {0}.", losses.join(", "))}`;
}

function emptyText(race: ShownRace | null): string {
  if (race?.phase === "failed") return race.message ?? l10n.t("The comparison failed.");
  if (race?.phase === "stopped") return l10n.t("The comparison was stopped before its first iteration.");
  if (race !== null) return l10n.t("Creating four networks…");
  return l10n.t(
    "Trains a linear, an rnn, an lstm, and a gru model on the same task, with the same seed and about as many parameters: which one learns it, how fast, and how far back it remembers. Select Compare to start; it runs in its own thread.",
  );
}

function winnerText({ lanes }: ShownRace): string {
  const finished = lanes.filter(({ result }) => result !== null && Number.isFinite(result.loss));
  const best = finished.reduce<RaceLane | null>(
    (known, lane) => (known === null || (lane.result?.loss ?? NaN) < (known.result?.loss ?? NaN) ? lane : known),
    null,
  );
  return best === null
    ? l10n.t("No cell type has a finite loss.")
    : l10n.t("{0} has the lowest final loss, {1}.", best.cell, formatValue(best.result?.loss ?? NaN));
}

/** By iterations of the longest curve; the others at the last of theirs before it. */
function curveTable({ lanes }: ShownRace): TableData {
  const longest = lanes.reduce<Float64Array>(
    (known, { curve }) => (curve.iteration.length > known.length ? curve.iteration : known),
    new Float64Array(0),
  );
  const { rows, caption } = tableRows(0, longest.length);
  const at = ({ curve }: RaceLane, iteration: number): number =>
    iteration > (curve.iteration.at(-1) ?? -1)
      ? NaN
      : (curve.loss[indexAt(curve.iteration, curve.iteration.length, iteration)] ?? NaN);
  return {
    caption: caption(l10n.t("Training loss by iteration")),
    columns: [l10n.t("Iteration"), ...lanes.map(({ cell }) => cell)],
    rows: rows.map((row) => {
      const iteration = longest[row] ?? 0;
      return [formatCount(iteration), ...lanes.map((lane) => formatValue(at(lane, iteration)))];
    }),
  };
}
