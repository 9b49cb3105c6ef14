/**
 * A view of an analysis that takes seconds: computed at the iteration of the cursor when its button is selected, with a
 * bar that says how far it is, and drawn until it is computed again. What it finds, and how that is drawn, is a picture
 * of its own.
 */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import type {
  AnalysisAnswer,
  AnalysisKind,
  AnalysisOptions,
  AnalysisResults,
  Question,
} from "../../src/shared/wire/questions";
import { applyTheme, createChart, isCollapsed, type LineChart } from "./base";
import { AnalysisTask } from "./analysisTask";
import { ChartCard, type CardHost, type SliderState } from "./card";
import type { OwnAxis, Probe } from "./cursorControls";
import type { Changed, ChartModel, LabChart } from "./model";
import type { ReadoutItem } from "./readout";
import type { TableData, TableLimit } from "./table";

/** What an analysis has found in a run. */
export interface Analyzed<K extends AnalysisKind> {
  readonly runId: string;
  readonly iteration: number;
  readonly found: AnalysisResults[K];
}

/** What is written around a picture. */
export interface PictureWords {
  readonly readout: readonly ReadoutItem[];
  readonly caption: readonly string[];
  /** What the picture shows, in a sentence or two. */
  readonly summary: string;
  readonly slider: SliderState;
}

/** What is different from one analysis to another. `S` is what is drawn of its result. */
export interface AnalysisPicture<K extends AnalysisKind, S extends Analyzed<K> = Analyzed<K>> {
  /** Controls, before the button. */
  readonly tools: readonly HTMLElement[];
  /** The legend of a color scale. */
  readonly legend?: HTMLElement;
  /** What the next analysis is asked with. */
  options(model: ChartModel): AnalysisOptions[K] | { readonly problem: string };
  prepare(analyzed: Analyzed<K>): S;
  /** Shows the controls; null: hides those that have nothing to show. */
  showTools(shown: S | null, model: ChartModel): void;
  /** Takes the pointer and the keys over the plot before the cursor does. */
  attach?(plot: HTMLElement): void;
  /** The axes, marks and lines of the chart. */
  paint(chart: LineChart, shown: S, model: ChartModel): void;
  describe(shown: S, model: ChartModel): PictureWords;
  table(shown: S, limit: TableLimit): TableData;
  /** What the pointer is over. */
  probe(chart: LineChart, shown: S, offsetX: number, offsetY: number): ReturnType<Probe>;
}

/** What the controls of a picture do. */
export interface PictureControls {
  /** After one of them has moved. */
  redraw(): void;
  /** The same as the button. */
  start(): void;
}

interface AnalysisTexts {
  readonly title: string;
  /** On the button. */
  readonly start: string;
  /** What the button does. */
  readonly tooltip: string;
  /** In the place of the picture, before the first analysis. */
  readonly invitation: string;
  readonly running: string;
}

export interface AnalysisSpec<K extends AnalysisKind, S extends Analyzed<K>> {
  readonly kind: K;
  /** Of the card. */
  readonly id: string;
  readonly texts: AnalysisTexts;
  readonly ownAxis: OwnAxis;
  readonly cursorLabel?: string;
  readonly createPicture: (controls: PictureControls) => AnalysisPicture<K, S>;
}

export class AnalysisView<K extends AnalysisKind, S extends Analyzed<K>> implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly task: AnalysisTask<AnalysisOptions[K]>;
  private readonly picture: AnalysisPicture<K, S>;
  private shown: S | null = null;
  private seen: unknown = null;
  private moved = true;

  constructor(
    private readonly host: CardHost,
    private readonly spec: AnalysisSpec<K, S>,
  ) {
    const { id, texts, ownAxis, cursorLabel } = spec;
    const redraw = (): void => {
      this.moved = true;
      host.requestDraw();
    };
    this.card = new ChartCard(
      { id, title: texts.title, captioned: true, ownAxis, ...(cursorLabel === undefined ? {} : { cursorLabel }) },
      host,
      (x, y) => (this.shown === null ? null : this.picture.probe(this.chart, this.shown, x, y)),
    );
    this.element = this.card.element;
    this.picture = spec.createPicture({ redraw, start: () => this.start() });
    this.task = new AnalysisTask({ start: texts.start, title: texts.tooltip }, () => host.requestDraw());
    this.card.tools.prepend(...this.picture.tools, this.task.button);
    this.card.controls.append(this.task.progress, this.task.message);
    if (this.picture.legend !== undefined) this.card.aside.append(this.picture.legend);
    if (this.card.canvas.parentElement !== null) this.picture.attach?.(this.card.canvas.parentElement);
    this.chart = createChart(this.card.canvas, { onDidResize: redraw });
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && model.header.probed === undefined;
  }

  start(): void {
    this.task.start();
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    const { runId } = model.header;
    const answer = model.answerTo(this.spec.kind);
    if (answer !== null && answer !== this.seen) {
      this.seen = answer;
      this.receive(answer as AnalysisAnswer<K> | { readonly failure: string }, runId);
    }
    this.ask(model);
    const { shown, spec } = this;
    const current = shown?.runId === runId ? shown : null;
    this.picture.showTools(current, model);
    if (current === null) {
      this.card.setEmpty(this.task.isRunning ? spec.texts.running : spec.texts.invitation);
      return;
    }
    this.card.setEmpty(null);
    if (!this.moved && !changed.style && !changed.cursor) return;
    this.chart.update("none");
    if (isCollapsed(this.chart)) return;
    this.moved = false;
    applyTheme(this.chart, model.theme);
    this.picture.paint(this.chart, current, model);
    this.chart.update("none");
    this.describe(model, current);
  }

  private ask(model: ChartModel): void {
    const { header, place } = model;
    const part = this.task.partOf(header.runId, place.iteration, () => this.picture.options(model));
    if (part !== null) this.host.ask({ kind: this.spec.kind, ...part } as Question);
  }

  private receive(answer: AnalysisAnswer<K> | { readonly failure: string }, runId: string): void {
    if ("failure" in answer) {
      if (this.task.isRunning) this.task.fail(answer.failure);
      return;
    }
    const { found, iteration } = answer;
    if (!this.task.receive(answer, found !== null) || found === null) return;
    this.shown = this.picture.prepare({ runId, iteration, found });
    this.moved = true;
  }

  private describe(model: ChartModel, shown: S): void {
    const { readout, caption, summary, slider } = this.picture.describe(shown, model);
    this.card.setReadout(readout);
    this.card.setSubtitle(l10n.t("at {0}", formatCount(shown.iteration)));
    this.card.setCaption(caption);
    this.card.setSlider(slider);
    this.card.setSummary([summary, ...caption].join(" "));
    this.card.setTable(model.preferences.tables.includes(this.spec.id), (limit) => this.picture.table(shown, limit));
  }
}
