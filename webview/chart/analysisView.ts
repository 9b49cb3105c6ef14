/**
 * A view of an analysis that takes seconds: computed at the iteration of the cursor when its button is selected, with a
 * bar that says how far it is, and drawn until it is computed again. What it finds, and how that is drawn, is a picture
 * of its own.
 */
import * as l10n from "@vscode/l10n";
import type { TraceHeader } from "../../src/shared/trace/trace";
import { formatCount } from "../../src/shared/words/numberFormat";
import type {
  AnalysisAnswer,
  AnalysisKind,
  AnalysisOptions,
  AnalysisResults,
  Question,
} from "../../src/shared/wire/questions";
import { element, setHidden } from "../ui/dom";
import { layerName, layerOptions, Picker } from "../ui/picker";
import { applyTheme, createChart, isCollapsed, type LineChart } from "./base";
import { AnalysisTask } from "./analysisTask";
import { ChartCard, type CardHost, type SliderState } from "./card";
import type { OwnAxis, Probe } from "./cursorControls";
import { iterationSlider } from "./iterationChart";
import { layerOf, type Changed, type ChartModel, type LabChart } from "./model";
import type { ReadoutItem } from "./readout";
import type { TableData, TableLimit } from "./table";
import { timeSlider } from "./timeStepChart";

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
  /** What is at the cursor. */
  readonly spoken: string;
  /** Where the keys move along an axis of its own; left out: the cursor that all views share. */
  readonly slider?: SliderState;
}

/** What is different from one analysis to another. `S` is what is drawn of its result. */
export interface AnalysisPicture<K extends AnalysisKind, S extends Analyzed<K> = Analyzed<K>> {
  /** Controls, in a row of their own. */
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
  /** It is also there for a model that is trained in Python, a layer at a time, or says why nothing is computed. */
  readonly probed?: true | string;
  /** Whether the run has what it is about; left out: always. */
  readonly isAvailable?: (model: ChartModel) => boolean;
  /** It can be computed at several iterations one after another, which the picture shows together. */
  readonly alongRun?: true;
  readonly createPicture: (controls: PictureControls) => AnalysisPicture<K, S>;
}

const EXTENTS = [
  { value: "cursor", label: l10n.t("at the cursor") },
  { value: "run", label: l10n.t("along the run") },
];
/** Iterations that are computed along a run. */
const ALONG_RUN = 9;

export class AnalysisView<K extends AnalysisKind, S extends Analyzed<K>> implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly task: AnalysisTask<AnalysisOptions[K] & { readonly layer: number }>;
  /** Of a model whose layers are analyzed one at a time. */
  private readonly layers: Picker;
  /** Whether the iteration of the cursor is meant, or several of the run. */
  private readonly extents: Picker;
  private isAlongRun = false;
  /** What the picture is of. */
  private shownLayer = 0;
  private readonly picture: AnalysisPicture<K, S>;
  private shown: S | null = null;
  private seen: unknown = null;
  private moved = true;

  constructor(
    private readonly host: CardHost,
    private readonly spec: AnalysisSpec<K, S>,
  ) {
    const { id, texts, ownAxis } = spec;
    const redraw = (): void => {
      this.moved = true;
      host.requestDraw();
    };
    this.card = new ChartCard({ id, title: texts.title, captioned: true, ownAxis }, host, (x, y) =>
      this.shown === null ? null : this.picture.probe(this.chart, this.shown, x, y),
    );
    this.element = this.card.element;
    this.picture = spec.createPicture({ redraw, start: () => this.start() });
    this.task = new AnalysisTask({ start: texts.start, title: texts.tooltip }, () => host.requestDraw());
    this.card.tools.prepend(this.task.button);
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.extents = new Picker(l10n.t("Iterations to compute"), (extent) => (this.isAlongRun = extent === "run"));
    const pickers = [this.layers.element, this.extents.element];
    const tools = element("div", { class: "analysis-tools" }, ...pickers, ...this.picture.tools);
    this.card.controls.append(tools, this.task.progress, this.task.message);
    if (this.picture.legend !== undefined) this.card.aside.append(this.picture.legend);
    if (this.card.canvas.parentElement !== null) this.picture.attach?.(this.card.canvas.parentElement);
    this.chart = createChart(this.card.canvas, { onDidResize: redraw });
  }

  isAvailable(model: ChartModel | null): boolean {
    if (model === null || (model.header.probed !== undefined && this.spec.probed === undefined)) return false;
    return this.spec.isAvailable?.(model) !== false;
  }

  start(): void {
    this.task.start();
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    const { probed } = this.spec;
    const refusal = model.header.probed !== undefined && typeof probed === "string" ? probed : null;
    setHidden(this.task.button, refusal !== null);
    if (refusal !== null) return this.card.setEmpty(refusal);
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
    const { header, place, iterations, rows } = model;
    const layer = layerOf(model);
    this.layers.show(isByLayer(header) ? layerOptions(header) : [], String(layer));
    this.extents.show(this.spec.alongRun === true ? EXTENTS : [], this.isAlongRun ? "run" : "cursor");
    const part = this.task.partOf(header.runId, () => {
      const options = this.picture.options(model);
      if ("problem" in options) return options;
      const asked = this.isAlongRun ? evenly(iterations.subarray(0, rows)) : [place.iteration];
      return { iterations: asked, options: { ...options, layer } };
    });
    if (part !== null) this.host.ask({ kind: this.spec.kind, ...part } as Question);
  }

  private receive(answer: AnalysisAnswer<K> | { readonly failure: string }, runId: string): void {
    if ("failure" in answer) {
      if (this.task.isRunning) this.task.fail(answer.failure);
      return;
    }
    const { found, iteration } = answer;
    const options = this.task.receive(answer, found !== null);
    if (options === null || found === null) return;
    this.shownLayer = options.layer;
    this.shown = this.picture.prepare({ runId, iteration, found });
    this.moved = true;
  }

  private describe(model: ChartModel, shown: S): void {
    const { readout, caption, summary, spoken, slider } = this.picture.describe(shown, model);
    this.card.setReadout(readout);
    const { header } = model;
    const place = l10n.t("at {0}", formatCount(shown.iteration));
    this.card.setSubtitle(isByLayer(header) ? `${place} · ${layerName(header, this.shownLayer)}` : place);
    this.card.setCaption(caption);
    const shared = this.spec.ownAxis === "iteration" ? iterationSlider : timeSlider;
    this.card.setSlider(slider ?? shared(model, spoken));
    this.card.setSummary([summary, ...caption].join(" "));
    this.card.setTable(model.preferences.tables.includes(this.spec.id), (limit) => this.picture.table(shown, limit));
  }
}

/** Whether layers are analyzed one at a time: of a captured model, and of one that reads from both ends. */
function isByLayer({ probed, directions }: TraceHeader): boolean {
  return probed !== undefined || directions === 2;
}

/** The first and the last, and some between that are spread evenly. */
function evenly(iterations: Float64Array): number[] {
  const last = iterations.length - 1;
  const rows = Array.from({ length: ALONG_RUN }, (_, i) => Math.round((i * last) / (ALONG_RUN - 1)));
  return [...new Set(rows)].map((row) => iterations[row] ?? 0);
}
