/** The page in its two layouts: the panel, and the narrow one of the side bar. Builds it once, then shows state in it. */
import type { Pace, ViewCommand } from "../src/shared/protocol";
import { Banners } from "./banners";
import type { CardHost } from "./charts/card";
import { GradientNormChart } from "./charts/gradientNormChart";
import { GradientOverTimeChart } from "./charts/gradientOverTimeChart";
import { HeatMapChart } from "./charts/heatMapChart";
import { LossChart } from "./charts/lossChart";
import { ACCURACY, LEARNING_RATE, MetricChart } from "./charts/metricChart";
import { buildModel, type Changed, type LabChart } from "./charts/model";
import { StatesChart } from "./charts/statesChart";
import { SurfaceChart } from "./charts/surfaceChart";
import { WeightsChart } from "./charts/weightsChart";
import { Controls } from "./controls";
import { CursorBar } from "./cursorBar";
import type { CursorMove } from "./cursor";
import { element, setHidden } from "./dom";
import { EmptyState } from "./emptyState";
import { createIcon } from "./icons";
import { GradientCheckCard } from "./gradientCheckCard";
import { Figures, ProgressBar, TitleBar } from "./header";
import { LiveRegion } from "./liveRegion";
import type { IterationRange, LossScale } from "./preferences";
import { gradientCheckKey, type LabState } from "./store";
import type { Theme } from "./theme";

export type Layout = "wide" | "compact";

export interface PageActions {
  sendCommand(command: ViewCommand): void;
  sendPace(pace: Pace): void;
  openFile(): void;
  moveCursor(move: CursorMove): void;
  showTable(chartId: string, shown: boolean): void;
  setLossScale(scale: LossScale): void;
  setRange(range: IterationRange): void;
  setLayer(layer: number): void;
  setQuantity(id: string): void;
  dismissCheck(): void;
  requestDraw(): void;
}

export class Page {
  private readonly title: TitleBar;
  private readonly controls: Controls;
  private readonly progress = new ProgressBar();
  private readonly figures: Figures;
  private readonly banners: Banners;
  private readonly check: GradientCheckCard;
  private readonly invitation: EmptyState;
  private readonly cursorBar: CursorBar;
  private readonly live = new LiveRegion();
  private readonly charts: readonly LabChart[];
  private readonly chartGrid: HTMLElement;
  private readonly head: HTMLElement;
  private readonly stage: HTMLElement;

  constructor(private readonly root: HTMLElement, layout: Layout, actions: PageActions) {
    const compact = layout === "compact";
    this.title = new TitleBar(() => actions.openFile());
    this.controls = new Controls(actions);
    this.figures = new Figures(compact);
    this.banners = new Banners((command) => actions.sendCommand(command));
    this.check = new GradientCheckCard(() => actions.dismissCheck());
    this.invitation = new EmptyState((command) => actions.sendCommand(command));
    this.cursorBar = new CursorBar(actions);
    const host: CardHost & { setLossScale(scale: LossScale): void } = actions;
    this.charts = compact
      ? [new LossChart(host, true), new GradientOverTimeChart(host)]
      : [new LossChart(host), new MetricChart(host, ACCURACY), new MetricChart(host, LEARNING_RATE), new HeatMapChart(host), new WeightsChart(host), new GradientOverTimeChart(host), new StatesChart(host), new SurfaceChart(host), new GradientNormChart(host)];
    const overIterations = compact ? this.charts.length : this.charts.findIndex((chart) => chart instanceof GradientOverTimeChart);
    const column = (charts: readonly LabChart[]): HTMLElement => element("div", { class: "chart-column" }, ...charts.map((chart) => chart.element));
    // Left what goes over the iterations; right what belongs to the one under the cursor, and what is left over.
    this.chartGrid = element("div", { class: "charts" }, column(this.charts.slice(0, overIterations)), column(this.charts.slice(overIterations)));
    this.head = element("div", { class: "head" }, this.title.element, ...(compact ? [openPanelButton(() => actions.sendCommand("openPanel"))] : []));
    this.stage = element("div", { class: "stage" }, this.figures.element, this.check.element, this.cursorBar.element, this.chartGrid);
    root.classList.add("lab", `lab-${layout}`);
    root.replaceChildren(this.head, element("div", { class: "sticky" }, this.controls.element, this.progress.element), element("main", {}, this.banners.element, this.invitation.element, this.stage), this.live.element);
  }

  show(state: LabState, theme: Theme, changed: Changed): void {
    const { view, run } = state;
    if (view === null) return;
    this.title.show(view, run?.header ?? null);
    this.controls.show(view);
    this.progress.show(view.status);
    this.banners.show(view);
    this.live.show(view.status);
    const key = gradientCheckKey(state);
    this.check.show(view.gradientCheck, key === state.dismissedCheck ? null : key);
    setHidden(this.stage, this.invitation.show(view, run !== null));
    this.root.classList.toggle("has-experiment", view.experiment !== null);
    if (this.stage.hidden) return;
    this.figures.show(view.status, run);
    const model = buildModel(state, theme);
    this.chartGrid.classList.toggle("has-plane", model === null || SurfaceChart.suits(model));
    this.cursorBar.show(model, state.preferences.range);
    if (changed.data || changed.cursor || changed.look) for (const chart of this.charts) chart.draw(model, changed);
  }
}

function openPanelButton(onClick: () => void): HTMLElement {
  const button = element("button", { class: "tool", attributes: { type: "button", title: "Open the panel", "aria-label": "Open the panel" } }, createIcon("openPanel"));
  button.addEventListener("click", onClick);
  return button;
}
