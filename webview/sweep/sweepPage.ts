/** The page of a sweep: how far it is, what it says in a few figures, the charts, and every run in a table. */
import * as l10n from "@vscode/l10n";
import { describeExcluded } from "../../src/shared/words/excluded";
import { formatCount, formatDuration, formatPercent, formatSi } from "../../src/shared/words/numberFormat";
import {
  goalLabel,
  isLoss,
  rankingFigure,
  TRIAL_STATUSES,
  trialNumber,
  type StudyObjective,
  type SweepInfo,
  type TrialResult,
} from "../../src/shared/wire/sweep";
import { median, shareOf } from "../../src/shared/wire/sweepSummary";
import { bestRow, leadingOf, type TrialColumns } from "../../src/shared/wire/trialColumns";
import { allRows } from "../../src/shared/wire/trialOrder";
import type {
  SweepCommand,
  SweepPhase,
  SweepProgress,
  SweepSource,
  SweepView,
  TrialUnderWay,
} from "../../src/shared/wire/sweepProtocol";
import { Picker } from "../ui/picker";
import { createButton } from "../ui/controls";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { withoutControls } from "../ui/visibleText";
import type { Theme } from "../ui/theme";
import { BestChart } from "./bestChart";
import { brushedRows, type Brush } from "./brush";
import { ContourChart, numberParameters } from "./contourChart";
import { DistributionChart } from "./distributionChart";
import { availableFigures, figureName, figureWord, formatFigure, nameFigures, shownFigure } from "./figures";
import { ImportanceChart } from "./importanceChart";
import { MapChart } from "./mapChart";
import { ParameterChart } from "./parameterChart";
import { parseFilter, type ParsedFilter } from "../grid/filter";
import { SweepModel } from "./model";
import { ParallelChart } from "./parallelChart";
import { shortKey } from "./parameterPlaces";
import { SHOWN_FIGURES, type SweepPreferences, type SweepState } from "./state";
import { SeedsChart } from "./seedsChart";
import { hasReach, ReachChart } from "./reachChart";
import type { SweepHost, TrialFilter } from "./sweepCard";
import { tableColumns, trialText, type TrialColumn } from "./tableColumns";
import { TrialTable } from "./trialTable";
import { valuesText } from "./trialWords";
import { UnderWayTable } from "./underWayTable";

export interface SweepPageActions extends SweepHost {
  sendCommand(command: SweepCommand): void;
  openFile(): void;
  /** Writes the values of a run into the file. */
  applyTrial(index: number): void;
  prefer(change: Partial<SweepPreferences>): void;
  /** By what was chosen last, which may not be drawn yet. */
  sort(next: (now: SweepPreferences["sort"]) => SweepPreferences["sort"]): void;
}

const NONE_UNDER_WAY: readonly TrialUnderWay[] = [];

/** Of drawing within one frame: the rest of the cards is drawn in the next. */
const BUDGET_MS = 12;
/** While a sweep runs, what it gives is drawn in a tenth of the time, but not less often than every so often. */
const REST = 9;
const MAX_REST_MS = 3000;

const PHASES: Readonly<Record<SweepPhase, { readonly text: string; readonly icon: IconName; readonly look: string }>> =
  {
    idle: { text: l10n.t("Not run yet"), icon: "circle", look: "idle" },
    running: { text: l10n.t("Running"), icon: "dot", look: "running" },
    done: { text: l10n.t("Done"), icon: "checkCircle", look: "done" },
    stopped: { text: l10n.t("Stopped"), icon: "stop", look: "paused" },
    failed: { text: l10n.t("Failed"), icon: "error", look: "failed" },
  };

interface Shown {
  readonly value: string;
  readonly unit?: string;
}

interface Figure {
  readonly label: string;
  readonly text: (info: SweepInfo, trials: TrialColumns, view: SweepView) => Shown | null;
}

const FIGURES: readonly Figure[] = [
  {
    label: l10n.t("Runs"),
    text: (info, { length }) => ({
      value: formatCount(length),
      unit: l10n.t("of {0}", formatCount(info.trials)),
    }),
  },
  { label: l10n.t("Running"), text: (_info, _trials, { progress }) => progressText(progress, "running") },
  { label: l10n.t("Waiting"), text: (_info, _trials, { progress }) => progressText(progress, "queued") },
  { label: l10n.t("Converged"), text: convergedText },
  { label: l10n.t("Goal reached at (median)"), text: reachedText },
  { label: l10n.t("Diverged"), text: (_info, trials) => countText(trials, "diverged") },
  {
    label: l10n.t("Stopped early"),
    text: (info, trials) => (info.objectives === undefined ? countText(trials, "stopped") : null),
  },
  {
    label: l10n.t("Pruned"),
    text: (info, trials) => (info.objectives === undefined ? null : countText(trials, "stopped")),
  },
  { label: l10n.t("Failed"), text: (_info, trials) => countText(trials, "failed") },
  {
    label: l10n.t("Speed"),
    text: ({ objectives }, { length }, { elapsedMs }) =>
      objectives !== undefined
        ? null
        : elapsedMs > 0 && length > 0
          ? { value: formatSi((1000 * length) / elapsedMs), unit: l10n.t("runs/s") }
          : { value: "–" },
  },
  {
    label: l10n.t("Time"),
    text: ({ objectives }, _trials, { elapsedMs, threads }) =>
      objectives === undefined
        ? {
            value: formatDuration(elapsedMs),
            unit: threads === 1 ? l10n.t("on 1 thread") : l10n.t("on {0} threads", threads),
          }
        : elapsedMs > 0
          ? { value: formatDuration(elapsedMs) }
          : null,
  },
];

function progressText(progress: SweepProgress | null, state: "running" | "queued"): Shown | null {
  if (progress === null || progress[state] === 0) return null;
  const { place } = progress;
  return { value: formatCount(progress[state]), ...(place === "" ? {} : { unit: l10n.t("on {0}", place) }) };
}

function convergedText({ goal }: SweepInfo, trials: TrialColumns): { value: string; unit: string } | null {
  if (goal === null) return null;
  const reached = trials.column("reachedAt").filter((at) => !Number.isNaN(at)).length;
  const { count, total, low, high } = shareOf(reached, trials.length - countOf(trials, "failed"));
  const percent = (share: number): string => String(Math.round(100 * share));
  return total === 0
    ? { value: "–", unit: "" }
    : {
        value: formatPercent(count / total, 2),
        unit: l10n.t(
          "{0} of {1} · 95% CI: {2}–{3}%",
          formatCount(count),
          formatCount(total),
          percent(low),
          percent(high),
        ),
      };
}

function reachedText({ goal }: SweepInfo, trials: TrialColumns): { value: string; unit: string } | null {
  const reached = trials.column("reachedAt").filter((at) => !Number.isNaN(at));
  return goal === null || reached.length === 0
    ? null
    : { value: formatCount(median(reached)), unit: l10n.t("iterations") };
}

function countOf(trials: TrialColumns, status: TrialResult["status"]): number {
  const place = TRIAL_STATUSES.indexOf(status);
  return trials.column("status").filter((one) => one === place).length;
}

function countText(trials: TrialColumns, status: TrialResult["status"]): { value: string } | null {
  const count = countOf(trials, status);
  return count === 0 ? null : { value: formatCount(count) };
}

const FILE_HINTS: Readonly<Record<SweepSource, string>> = {
  experiment: l10n.t("Open the experiment file"),
  optuna: l10n.t("Open the journal"),
};

export class SweepPage {
  private readonly name = element("h1");
  private readonly pill = element("span", { class: "pill" });
  private readonly fileName = element("span", { class: "file-name" });
  private readonly file = element(
    "button",
    { class: "link", attributes: { type: "button" } },
    createIcon("file"),
    this.fileName,
  );
  private readonly about = element("span", { class: "about" });
  private readonly start: HTMLElement;
  private readonly goOn: HTMLElement;
  private readonly stop: HTMLElement;
  private readonly save: HTMLElement;
  private readonly apply: HTMLElement;
  private best: TrialResult | null = null;
  private readonly fill = element("div", { class: "progress-fill" });
  private readonly progress = element(
    "div",
    { class: "progress", attributes: { role: "progressbar", "aria-label": l10n.t("Runs"), "aria-valuemin": "0" } },
    this.fill,
  );
  private readonly figures = element("dl", { class: "figures" });
  private readonly cells: {
    readonly figure: Figure;
    readonly cell: HTMLElement;
    readonly value: HTMLElement;
    readonly unit: HTMLElement;
  }[] = [];
  private readonly message = element("div", { class: "banner banner-error", attributes: { role: "alert" } });
  private readonly figurePicker: Picker;
  private readonly figureBar: HTMLElement;
  private readonly invitation = element(
    "p",
    { class: "sweep-invitation" },
    l10n.t("Select Run Sweep to train every run of the sweep in the file."),
  );
  private readonly grid = element("div", { class: "sweep-charts" });
  private readonly distribution: DistributionChart;
  private readonly map: MapChart;
  private readonly parallel: ParallelChart;
  private readonly bestSoFar: BestChart;
  private readonly importance: ImportanceChart;
  private readonly contour: ContourChart;
  private readonly seeds: SeedsChart;
  private readonly reach: ReachChart;
  private readonly table: TrialTable;
  private readonly underWay = new UnderWayTable();
  private readonly live = element("div", {
    class: "visually-hidden",
    attributes: { role: "status", "aria-live": "polite" },
  });
  private parameterCharts: { readonly key: string; readonly charts: readonly ParameterChart[] } = {
    key: "",
    charts: [],
  };
  private readonly host: SweepHost;
  private readonly selected = new RowFilter();
  private brush: Brush = {};
  /** What the cards were drawn of, or are being drawn. */
  private drawn: DrawnState | null = null;
  private todo: (() => void)[] = [];
  /** What the last drawing of all cards took, and when it ended. */
  private tookMs = 0;
  private drawnAt = -Infinity;
  private timer: number | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly actions: SweepPageActions,
  ) {
    this.file.addEventListener("click", () => actions.openFile());
    this.start = createButton(l10n.t("Run Sweep"), "play", "primary", () => actions.sendCommand("sweep"));
    this.goOn = createButton(l10n.t("Continue"), "play", "primary", () => actions.sendCommand("continueSweep"));
    this.stop = createButton(l10n.t("Stop"), "stop", "secondary", () => actions.sendCommand("stopSweep"));
    this.save = createButton(l10n.t("Export Results"), "save", "secondary", () => actions.sendCommand("saveSweep"));
    this.apply = createButton(l10n.t("Apply Best to File"), "check", "secondary", () => {
      if (this.best !== null) actions.applyTrial(this.best.index);
    });
    this.addFigures();
    this.figurePicker = new Picker(l10n.t("Metric"), (value) =>
      actions.prefer({ figure: SHOWN_FIGURES.find((figure) => figure === value) ?? "" }),
    );
    this.figureBar = createFigureBar(this.figurePicker);
    this.host = { ...actions, requestDraw: () => this.drawAll() };
    this.distribution = new DistributionChart(this.host);
    this.bestSoFar = new BestChart(this.host);
    this.importance = new ImportanceChart(this.host);
    this.contour = new ContourChart(this.host);
    this.seeds = new SeedsChart(this.host);
    this.reach = new ReachChart(this.host);
    this.parallel = this.createParallel();
    this.map = new MapChart(this.host, (change) => actions.prefer(change));
    this.table = new TrialTable(this.host, actions);
    root.classList.add("lab", "lab-wide", "has-experiment");
    // Until there is something to show.
    setHidden(root, true);
    root.replaceChildren(
      element(
        "div",
        { class: "head" },
        element(
          "div",
          { class: "title-bar" },
          element("div", { class: "title-line" }, this.name, this.pill),
          element("div", { class: "title-facts one-line" }, this.file, this.about),
        ),
      ),
      element(
        "div",
        { class: "sticky" },
        element(
          "div",
          { class: "toolbar", attributes: { role: "toolbar", "aria-label": l10n.t("Sweep") } },
          element("div", { class: "toolbar-group" }, this.goOn, this.start, this.stop, this.apply),
          element("div", { class: "toolbar-group toolbar-end" }, this.save),
        ),
        this.progress,
      ),
      this.createMain(),
      this.live,
    );
  }

  private createMain(): HTMLElement {
    const { message, invitation, figures, figureBar, underWay, grid, table } = this;
    return element("main", {}, message, invitation, figures, figureBar, underWay.element, grid, table.element);
  }

  private createParallel(): ParallelChart {
    const select = (brush: Brush): void => {
      this.brush = brush;
      this.drawAll();
    };
    return new ParallelChart(this.host, () => this.brush, select);
  }

  /** A chart with another size is not the only one. */
  private drawAll(): void {
    this.drawn = null;
    this.actions.requestDraw();
  }

  private addFigures(): void {
    for (const figure of FIGURES) {
      const value = element("span", { class: "figure-value" });
      const unit = element("span", { class: "figure-unit" });
      const cell = element("div", { class: "figure" }, element("dt", {}, figure.label), element("dd", {}, value, unit));
      this.figures.append(cell);
      this.cells.push({ figure, cell, value, unit });
    }
  }

  show(state: SweepState, filter: TrialFilter | null, theme: Theme): void {
    const { view, trials, preferences } = state;
    if (view === null) return;
    setHidden(this.root, false);
    const { info, phase } = view;
    if (info !== null) nameFigures(info);
    this.showHead(view, trials);
    this.showControls(view, trials);
    setHidden(this.figureBar, info === null || availableFigures(info, trials).length < 2);
    for (const part of [this.figures, this.grid, this.table.element, this.progress]) setHidden(part, info === null);
    setHidden(this.invitation, info !== null || view.source === "optuna");
    if (info === null) return;
    this.fill.style.transform = `scaleX(${info.trials === 0 ? 0 : Math.min(1, trials.length / info.trials)})`;
    setAttribute(this.progress, "class", `progress progress-${PHASES[phase].look}`);
    setAttribute(this.progress, "aria-valuemax", String(info.trials));
    setAttribute(this.progress, "aria-valuenow", String(trials.length));
    for (const { figure, cell, value, unit } of this.cells) {
      const shown = figure.text(info, trials, view);
      setHidden(cell, shown === null);
      setText(value, shown?.value ?? "");
      setText(unit, shown?.unit ?? "");
    }
    this.figurePicker.show(
      availableFigures(info, trials).map((value) => ({ value, label: figureName(value) })),
      shownFigure(preferences.figure, info, trials),
    );
    this.underWay.show(info, view.underWay ?? NONE_UNDER_WAY);
    this.layOut(info);
    setHidden(this.reach.card.element, !hasReach(info, trials));
    this.drawCards({ info, trials, length: trials.length, preferences, filter, theme }, phase === "running");
  }

  private showHead(view: SweepView, trials: TrialColumns): void {
    const { info, phase } = view;
    setText(this.name, withoutControls(view.name));
    setText(this.fileName, withoutControls(view.fileName));
    setText(this.about, info === null ? "" : describeSweep(info));
    const { text, icon, look } = PHASES[phase];
    if (this.pill.textContent === text) return;
    this.pill.className = `pill pill-${look}`;
    this.pill.replaceChildren(createIcon(icon), element("span", {}, text));
    setText(
      this.live,
      info === null
        ? l10n.t("Sweep: {0}.", text)
        : l10n.t("Sweep: {0}; runs: {1} of {2}.", text, formatCount(trials.length), formatCount(info.trials)),
    );
  }

  private showControls(view: SweepView, trials: TrialColumns): void {
    const { info, phase } = view;
    const running = phase === "running";
    // A study is what others write.
    for (const button of [this.start, this.stop, this.apply]) setHidden(button, view.source === "optuna");
    setAttribute(this.file, "title", FILE_HINTS[view.source]);
    setAttribute(this.start, "disabled", view.canRun ? null : "");
    const canContinue = view.canRun && !running && info !== null && trials.length < info.trials;
    setHidden(this.goOn, !canContinue);
    setAttribute(this.start, "appearance", running || canContinue ? "secondary" : "primary");
    setAttribute(this.stop, "disabled", running ? null : "");
    setAttribute(this.save, "disabled", trials.length > 0 ? null : "");
    this.showBest(info, trials);
    setHidden(this.message, view.message === null);
    setAttribute(this.message, "class", `banner banner-${phase === "failed" ? "error" : "info"}`);
    setText(this.message, withoutControls(view.message ?? ""));
  }

  /** As many cards as there is time for; the others follow in the next frames. */
  private drawCards(state: DrawnState, running: boolean): void {
    const { drawn } = this;
    if (drawn === null || !isSame(drawn, state)) {
      const isNews = drawn !== null && isSame(drawn, { ...state, length: drawn.length });
      const wait = this.drawnAt + Math.min(MAX_REST_MS, REST * this.tookMs) - performance.now();
      if (running && isNews && this.todo.length === 0 && wait > 0) {
        this.timer ??= window.setTimeout(() => {
          this.timer = null;
          this.actions.requestDraw();
        }, wait);
        return;
      }
      this.begin(state);
    }
    const start = performance.now();
    while (this.todo.length > 0 && performance.now() - start < BUDGET_MS) this.todo.shift()!();
    this.tookMs += performance.now() - start;
    this.drawnAt = performance.now();
    if (this.todo.length > 0) this.actions.requestDraw();
  }

  private begin(state: DrawnState): void {
    const { info, trials, preferences, filter, theme } = state;
    this.drawn = state;
    this.tookMs = 0;
    const columns = tableColumns(info, trials);
    const { rows: filtered, problem } = this.selected.select(state, columns);
    const whole = new SweepModel(info, trials, filtered, shownFigure(preferences.figure, info, trials));
    const axes = [
      ...info.parameters.map(({ key }, p) => ({ id: key, at: whole.places(p).at })),
      { id: whole.figure, at: whole.values },
    ];
    const model = whole.only(brushedRows(filtered, axes, this.brush));
    const { rows } = model;
    this.todo = [
      ...(info.parameters.length > 1 ? [() => this.parallel.draw(model, filtered, theme)] : []),
      () => this.distribution.draw(model, theme),
      () => this.bestSoFar.draw(model, theme),
      ...this.parameterCharts.charts.map((chart) => () => chart.draw(model, theme)),
      ...(info.parameters.length > 1
        ? [() => this.map.draw(model, preferences, theme), () => this.importance.draw(model, theme)]
        : []),
      () => this.table.draw({ info, trials, columns, rows, preferences, filter, problem }),
      ...(numberParameters(info).length > 1 ? [() => this.contour.draw(model, theme)] : []),
      ...(info.seeds > 1 ? [() => this.seeds.draw(model, theme)] : []),
      ...(hasReach(info, trials) ? [() => this.reach.draw(model, theme)] : []),
    ];
  }

  /** What the button would write. */
  private showBest(info: SweepInfo | null, trials: TrialColumns): void {
    const row = info === null ? -1 : bestRow(trials, leadingOf(trials, rankingFigure(info)));
    this.best = row < 0 ? null : trials.at(row);
    setAttribute(this.apply, "disabled", this.best === null ? "" : null);
    setAttribute(this.apply, "title", info === null || this.best === null ? null : applyHint(info, trials, this.best));
  }

  /** A chart for each parameter, and the map where there are two. */
  private layOut(info: SweepInfo): void {
    const key = [info.seeds > 1, ...info.parameters.map((parameter) => parameter.key)].join("|");
    if (key === this.parameterCharts.key && this.grid.childElementCount > 0) return;
    const charts = info.parameters.map(
      (_, index) => new ParameterChart(this.host, index, l10n.t("By {0}", shortKey(info.parameters, index))),
    );
    this.parameterCharts = { key, charts };
    // Of another sweep the stretches mean nothing.
    this.brush = {};
    this.grid.replaceChildren(
      ...(charts.length > 1 ? [this.parallel.card.element] : []),
      ...charts.map(({ card }) => card.element),
      ...(charts.length > 1 ? [this.map.card.element, this.importance.card.element] : []),
      ...(numberParameters(info).length > 1 ? [this.contour.card.element] : []),
      ...(info.seeds > 1 ? [this.seeds.card.element] : []),
      this.reach.card.element,
      this.bestSoFar.card.element,
      this.distribution.card.element,
    );
  }
}

/** What a drawing of the cards depends on. */
interface DrawnState {
  readonly info: SweepInfo;
  readonly trials: TrialColumns;
  /** Of the trials, which are added to. */
  readonly length: number;
  readonly preferences: SweepPreferences;
  readonly filter: TrialFilter | null;
  readonly theme: Theme;
}

function isSame(a: DrawnState, b: DrawnState): boolean {
  return (
    a.trials === b.trials &&
    a.length === b.length &&
    a.preferences === b.preferences &&
    a.filter === b.filter &&
    a.theme === b.theme
  );
}

/** The rows that a filter leaves; one that cannot be read leaves those that the last one left. */
class RowFilter {
  private text = "";

  select(
    { info, trials, preferences: { filter } }: DrawnState,
    columns: readonly TrialColumn[],
  ): { readonly rows: Int32Array<ArrayBuffer>; readonly problem: string | null } {
    const rows = allRows(trials);
    if (filter.trim() === "") return { rows, problem: null };
    const read = (text: string): ParsedFilter<number> =>
      parseFilter(text, { columns, searchText: trialText(info, trials) });
    const parsed = read(filter);
    if ("test" in parsed) this.text = filter;
    // The columns of now, which have all rows.
    const last = "test" in parsed ? parsed : read(this.text);
    const test = "test" in last ? last.test : () => true;
    return { rows: rows.filter(test), problem: "problem" in parsed ? parsed.problem : null };
  }
}

function describeObjective({ figure, name }: StudyObjective): string {
  const shown = withoutControls(name);
  return isLoss(figure) ? l10n.t("minimize {0}", shown) : l10n.t("maximize {0}", shown);
}

function describeSweep({ parameters, seeds, goal, objectives, excluded }: SweepInfo): string {
  const axes = parameters.length === 1 ? l10n.t("1 parameter") : l10n.t("{0} parameters", parameters.length);
  const repeats = seeds === 1 ? l10n.t("1 seed") : l10n.t("{0} seeds", formatCount(seeds));
  return [
    ...(parameters.length === 0 ? [] : [axes]),
    ...(objectives === undefined ? [repeats] : objectives.map(describeObjective)),
    ...(goal === null ? [] : [l10n.t("goal: {0}", goalLabel(goal))]),
    ...(excluded === undefined ? [] : [describeExcluded(excluded)]),
  ].join(" · ");
}

function applyHint(info: SweepInfo, trials: TrialColumns, best: TrialResult): string {
  const figure = leadingOf(trials, rankingFigure(info));
  const about = valuesText(info, best.values);
  const values = [...(about === "" ? [] : [about]), l10n.t("seed {0}", best.seed)].join(", ");
  return l10n.t(
    "Write {0} into the file, from run {1} with {2} {3}. Use Undo to revert.",
    values,
    trialNumber(best),
    figureWord(figure),
    formatFigure(figure, best[figure]),
  );
}

function createFigureBar(picker: Picker): HTMLElement {
  return element(
    "div",
    { class: "cursor-bar" },
    element(
      "label",
      { class: "segments" },
      element("span", { class: "segments-label" }, l10n.t("Metric")),
      picker.element,
    ),
  );
}
