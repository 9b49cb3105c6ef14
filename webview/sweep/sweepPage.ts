/** The page of a sweep: how far it is, what it says in a few figures, the charts, and every run in a table. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatDuration, formatPercent, formatSi } from "../../src/shared/words/numberFormat";
import { goalLabel, trialNumber, type SweepInfo, type TrialResult } from "../../src/shared/wire/sweep";
import { bestTrial, convergence, leadingFigure, median } from "../../src/shared/wire/sweepSummary";
import type { SweepCommand, SweepPhase, SweepView } from "../../src/shared/wire/sweepProtocol";
import { Picker } from "../ui/picker";
import { createButton } from "../ui/controls";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { withoutControls } from "../ui/visibleText";
import type { Theme } from "../ui/theme";
import { DistributionChart } from "./distributionChart";
import { availableFigures, figureName, figureWord, formatFigure, shownFigure } from "./figures";
import { MapChart } from "./mapChart";
import { ParameterChart } from "./parameterChart";
import { shortKey, shortLabel } from "./parameterPlaces";
import { SHOWN_FIGURES, type SweepPreferences, type SweepState } from "./state";
import type { SweepHost, TrialFilter } from "./sweepCard";
import { TrialTable } from "./trialTable";

export interface SweepPageActions extends SweepHost {
  sendCommand(command: SweepCommand): void;
  openFile(): void;
  /** Writes the values of a run into the file. */
  applyTrial(index: number): void;
  prefer(change: Partial<SweepPreferences>): void;
}

const PHASES: Readonly<Record<SweepPhase, { readonly text: string; readonly icon: IconName; readonly look: string }>> =
  {
    idle: { text: l10n.t("Not run yet"), icon: "circle", look: "idle" },
    running: { text: l10n.t("Running"), icon: "dot", look: "running" },
    done: { text: l10n.t("Done"), icon: "checkCircle", look: "done" },
    stopped: { text: l10n.t("Stopped"), icon: "stop", look: "paused" },
    failed: { text: l10n.t("Failed"), icon: "error", look: "failed" },
  };

interface Figure {
  readonly label: string;
  readonly text: (
    info: SweepInfo,
    results: readonly TrialResult[],
    view: SweepView,
  ) => { readonly value: string; readonly unit?: string } | null;
}

const FIGURES: readonly Figure[] = [
  {
    label: l10n.t("Runs"),
    text: ({ trials }, results) => ({
      value: formatCount(results.length),
      unit: l10n.t("of {0}", formatCount(trials)),
    }),
  },
  { label: l10n.t("Converged"), text: convergedText },
  { label: l10n.t("Goal reached at (median)"), text: reachedText },
  { label: l10n.t("Diverged"), text: (_info, results) => countText(results, "diverged") },
  { label: l10n.t("Failed"), text: (_info, results) => countText(results, "failed") },
  {
    label: l10n.t("Speed"),
    text: (_info, results, { elapsedMs }) =>
      elapsedMs > 0 && results.length > 0
        ? { value: formatSi((1000 * results.length) / elapsedMs), unit: l10n.t("runs/s") }
        : { value: "–" },
  },
  {
    label: l10n.t("Time"),
    text: (_info, _results, { elapsedMs, threads }) => ({
      value: formatDuration(elapsedMs),
      unit: threads === 1 ? l10n.t("on 1 thread") : l10n.t("on {0} threads", threads),
    }),
  },
];

function convergedText({ goal }: SweepInfo, results: readonly TrialResult[]): { value: string; unit: string } | null {
  if (goal === null) return null;
  const { count, total, low, high } = convergence(results, true);
  const percent = (share: number): string => String(Math.round(100 * share));
  return total === 0
    ? { value: "–", unit: "" }
    : {
        value: formatPercent(count / total, 2),
        unit: l10n.t("{0} of {1} · 95% CI: {2}–{3}%", count, total, percent(low), percent(high)),
      };
}

function reachedText({ goal }: SweepInfo, results: readonly TrialResult[]): { value: string; unit: string } | null {
  const reached = results.flatMap(({ reachedAt }) => (reachedAt === null ? [] : [reachedAt]));
  return goal === null || reached.length === 0
    ? null
    : { value: formatCount(median(reached)), unit: l10n.t("iterations") };
}

function countText(results: readonly TrialResult[], status: TrialResult["status"]): { value: string } | null {
  const count = results.filter((result) => result.status === status).length;
  return count === 0 ? null : { value: formatCount(count) };
}

export class SweepPage {
  private readonly name = element("h1");
  private readonly pill = element("span", { class: "pill" });
  private readonly fileName = element("span");
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
  private readonly table: TrialTable;
  private readonly live = element("div", {
    class: "visually-hidden",
    attributes: { role: "status", "aria-live": "polite" },
  });
  private parameterCharts: { readonly key: string; readonly charts: readonly ParameterChart[] } = {
    key: "",
    charts: [],
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly actions: SweepPageActions,
  ) {
    const file = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Open the experiment file") } },
      createIcon("file"),
      this.fileName,
    );
    file.addEventListener("click", () => actions.openFile());
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
    this.distribution = new DistributionChart(actions);
    this.map = new MapChart(actions, (change) => actions.prefer(change));
    this.table = new TrialTable(actions, (change) => actions.prefer(change));
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
          element("div", { class: "title-facts" }, file, this.about),
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
      element("main", {}, this.message, this.invitation, this.figures, this.figureBar, this.grid, this.table.element),
      this.live,
    );
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

  show({ view, results, preferences }: SweepState, filter: TrialFilter | null, theme: Theme): void {
    if (view === null) return;
    setHidden(this.root, false);
    const { info, phase } = view;
    const running = phase === "running";
    setText(this.name, withoutControls(view.name));
    setText(this.fileName, withoutControls(view.fileName));
    setText(this.about, info === null ? "" : describeSweep(info));
    const { text, icon, look } = PHASES[phase];
    if (this.pill.textContent !== text) {
      this.pill.className = `pill pill-${look}`;
      this.pill.replaceChildren(createIcon(icon), element("span", {}, text));
      setText(
        this.live,
        info === null
          ? l10n.t("Sweep: {0}.", text)
          : l10n.t("Sweep: {0}; runs: {1} of {2}.", text, formatCount(results.length), formatCount(info.trials)),
      );
    }
    setAttribute(this.start, "disabled", view.canRun ? null : "");
    const canContinue = view.canRun && !running && info !== null && results.length < info.trials;
    setHidden(this.goOn, !canContinue);
    setAttribute(this.start, "appearance", running || canContinue ? "secondary" : "primary");
    setAttribute(this.stop, "disabled", running ? null : "");
    setAttribute(this.save, "disabled", results.length > 0 ? null : "");
    this.showBest(info, results);
    setHidden(this.message, view.message === null);
    setAttribute(this.message, "class", `banner banner-${phase === "failed" ? "error" : "info"}`);
    setText(this.message, withoutControls(view.message ?? ""));
    for (const part of [this.figures, this.figureBar, this.grid, this.table.element, this.progress])
      setHidden(part, info === null);
    setHidden(this.invitation, info !== null);
    if (info === null) return;
    this.fill.style.transform = `scaleX(${info.trials === 0 ? 0 : Math.min(1, results.length / info.trials)})`;
    setAttribute(this.progress, "class", `progress progress-${look}`);
    setAttribute(this.progress, "aria-valuemax", String(info.trials));
    setAttribute(this.progress, "aria-valuenow", String(results.length));
    for (const { figure, cell, value, unit } of this.cells) {
      const shown = figure.text(info, results, view);
      setHidden(cell, shown === null);
      setText(value, shown?.value ?? "");
      setText(unit, shown?.unit ?? "");
    }
    const figure = shownFigure(preferences.figure, info, results);
    this.figurePicker.show(
      availableFigures(info, results).map((value) => ({ value, label: figureName(value) })),
      figure,
    );
    this.layOut(info);
    this.distribution.draw(info, results, figure, theme);
    for (const chart of this.parameterCharts.charts) chart.draw(info, results, figure, theme);
    if (info.parameters.length > 1) this.map.draw(info, results, figure, preferences, theme);
    this.table.draw(info, results, preferences, filter, !running);
  }

  /** What the button would write. */
  private showBest(info: SweepInfo | null, results: readonly TrialResult[]): void {
    this.best = info === null ? null : bestTrial(info, results);
    setAttribute(this.apply, "disabled", this.best === null ? "" : null);
    setAttribute(this.apply, "title", info === null || this.best === null ? null : applyHint(info, results, this.best));
  }

  /** A chart for each parameter, and the map where there are two. */
  private layOut(info: SweepInfo): void {
    const key = info.parameters.map((parameter) => parameter.key).join("|");
    if (key === this.parameterCharts.key && this.grid.childElementCount > 0) return;
    const charts = info.parameters.map(
      (_, index) => new ParameterChart(this.actions, index, l10n.t("By {0}", shortKey(info.parameters, index))),
    );
    this.parameterCharts = { key, charts };
    this.grid.replaceChildren(
      ...charts.map((chart) => chart.element),
      ...(charts.length > 1 ? [this.map.element] : []),
      this.distribution.element,
    );
  }
}

function describeSweep({ parameters, seeds, goal }: SweepInfo): string {
  const axes = parameters.length === 1 ? l10n.t("1 parameter") : l10n.t("{0} parameters", parameters.length);
  const repeats = seeds === 1 ? l10n.t("1 seed") : l10n.t("{0} seeds", formatCount(seeds));
  return [
    ...(parameters.length === 0 ? [] : [axes]),
    repeats,
    ...(goal === null ? [] : [l10n.t("goal: {0}", goalLabel(goal))]),
  ].join(" · ");
}

function applyHint(info: SweepInfo, results: readonly TrialResult[], best: TrialResult): string {
  const figure = leadingFigure(results, info.goal?.metric ?? null);
  const values = [
    ...info.parameters.map((_, p) => `${shortKey(info.parameters, p)} ${shortLabel(best.values[p])}`),
    l10n.t("seed {0}", best.seed),
  ].join(", ");
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
