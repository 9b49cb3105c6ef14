/**
 * The frame around a chart: title, values at the cursor, tools, the canvas with its summary for screen readers, and the
 * same numbers as a table. The canvas is an image with a description; a slider lies over it and takes pointer, focus
 * and keys.
 */
import * as l10n from "@vscode/l10n";
import { Chart } from "chart.js";
import type { ConfigPath, FixEdit } from "../../src/shared/wire/findings";
import type { RevealedPlace } from "../../src/shared/wire/protocol";
import type { TraceHeader } from "../../src/shared/trace/trace";
import { CHART_FORMATS, type ChartFormat } from "../../src/shared/wire/savedCharts";
import type { Question } from "../../src/shared/wire/questions";
import type { CursorMove } from "../state/cursor";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { FORMULA_CARDS, formulaOf, type Formula } from "../formulas/catalogue";
import { FormulaNote } from "../formulas/formulaNote";
import { createMenuButton } from "../ui/menu";
import { Caption } from "./caption";
import type { SavableCard } from "./chartFile";
import type { Picture } from "./picture";
import { readTheme } from "../ui/theme";
import type { ZoomMove } from "../state/zoom";
import { attachCursor, type OwnAxis, type Probe } from "./cursorControls";
import { attachZoom, type ZoomAxes } from "./zoomControls";
import { fillTable, type CollectTable } from "./table";
import { createTableButton } from "./tableButton";
import { dashImage, itemText, WIDEST_NUMBER, type ReadoutItem, type Swatch } from "./readout";

interface CardOptions {
  readonly id: string;
  readonly title: string;
  /** It has a caption, whose room is kept. */
  readonly captioned?: boolean;
  readonly ownAxis: OwnAxis;
  /** Accessible name of the cursor, where it does not move along the own axis. */
  readonly cursorLabel?: string;
  /**
   * The axes of the picture that follow the shared windows of iterations and time steps. Left out: it cannot be zoomed.
   */
  readonly zoom?: ZoomAxes;
}

/** What a card sends to the page. */
export interface CardHost {
  moveCursor(move: CursorMove): void;
  zoom(move: ZoomMove): void;
  /** Or the picture again. */
  toggleTable(chartId: string): void;
  /** For the gradients and states of all cards. */
  setLayer(layer: number): void;
  setQuantity(id: string): void;
  /**
   * Whose lines show below the map of the states: this unit alone, or among several; the one at the cursor where it is
   * null.
   */
  chooseUnit(unit: number | null, several: boolean): void;
  /** May be called at every draw; the answer comes into the model. */
  ask(question: Question): void;
  /**
   * Writes into the experiment file, which runs it again. `moving`: more of the same movement follows, and undo takes
   * it back as one.
   */
  editValues(edits: readonly FixEdit[], moving?: boolean): void;
  /** Takes the reader there: the cursor, and the card into view. */
  showPlace(place: RevealedPlace): void;
  /** Writes it to a file that the reader chooses. */
  saveChart(card: SavableCard, format: ChartFormat): void;
  /** Of the run that shows. */
  header(): TraceHeader | null;
  /** Of each card, so that a command can save it. */
  addSavable(card: SavableCard): void;
  /** Shows a value of the experiment in the editor. */
  revealValue(path: ConfigPath): void;
  /** Size or visibility changed: draw again. */
  requestDraw(): void;
}

/** What the frame itself needs of its page. A page that cannot save charts, or does not zoom, leaves that out. */
export type CardFrameHost = Pick<CardHost, "moveCursor" | "toggleTable" | "requestDraw"> &
  Partial<Pick<CardHost, "zoom" | "saveChart" | "addSavable" | "header">>;

export interface SliderState {
  readonly min: number;
  readonly max: number;
  readonly now: number;
  readonly text: string;
}

const TABLE_REFRESH_MS = 500;
const SUBTITLE_SEPARATOR = " · ";

/** Names of formats, which are the same in every language. */
const FORMAT_LABEL: Readonly<Record<ChartFormat, string>> = { png: "PNG", svg: "SVG", csv: "CSV" };

export class ChartCard implements SavableCard {
  readonly element: HTMLElement;
  readonly canvas = element("canvas", { attributes: { role: "img" } });
  /** Tools of one chart go here, before the table toggle. */
  readonly tools = element("div", { class: "card-tools" });
  /** A place for a verdict or a color scale, at the end of the readout. */
  readonly aside = element("div", { class: "card-aside" });
  /** A second line of values, and a place for what belongs there; what does not fit it is left out. */
  readonly details = element("div", { class: "card-details" });
  /** A place for controls, between the title and the values. */
  readonly controls = element("div", { class: "card-controls" });
  /** A place for what belongs under the picture and its table. */
  readonly afterPlot = element("div", { class: "after-plot" });
  /** A place for what shares the axis of the picture. */
  readonly beforePlot = element("div", { class: "before-plot" });
  private readonly caption: Caption;
  private readonly heading: HTMLElement;
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly readout = element("div", { class: "readout" });
  private readonly more = element("div", { class: "more-values" });
  private readonly slider: HTMLElement;
  private readonly plot: HTMLElement;
  private readonly empty = element("p", { class: "plot-empty" });
  private readonly tableRegion: HTMLElement;
  private readonly tableButton: HTMLButtonElement;
  private readonly formula: FormulaNote;
  private tableFilledAt = -Infinity;
  private tableTimer: number | null = null;
  private items: readonly ReadoutItem[] = [];
  private collect: CollectTable | null = null;

  constructor(
    private readonly options: CardOptions,
    private readonly host: CardFrameHost,
    probe: Probe,
  ) {
    const headingId = `${options.id}-title`;
    this.heading = element("h2", { attributes: { id: headingId } }, options.title);
    this.caption = new Caption(options.id, options.title, options.captioned === true);
    this.slider = createSlider(options);
    // What is far below is drawn when it comes near; until then this is what it says.
    this.setSummary(options.title);
    this.plot = element("div", { class: "plot" }, this.canvas, this.slider, this.empty);
    this.tableRegion = element("div", {
      class: "table-region",
      attributes: { role: "region", tabindex: "0", "aria-label": l10n.t("{0} as table", options.title) },
    });
    this.tableButton = createTableButton(options.title);
    this.formula = new FormulaNote(options.title, formulaFrom(options.id, host));
    // A page that compares runs has no one model to explain.
    if (host.header !== undefined) this.tools.append(this.formula.button);
    this.addSaveMenu();
    this.tools.append(this.tableButton);
    this.element = element(
      "section",
      { class: `card card-${options.id}`, attributes: { "aria-labelledby": headingId } },
      element("header", { class: "card-header" }, this.heading, this.subtitle, this.tools),
      this.formula.element,
      this.controls,
      element("div", { class: "card-values" }, this.readout, this.aside),
      this.details,
      this.beforePlot,
      this.plot,
      this.tableRegion,
      this.caption.element,
      this.afterPlot,
    );
    this.details.append(this.more);
    setHidden(this.details, true);
    setHidden(this.tableRegion, true);
    // Until it is drawn, which may be when it scrolls into view.
    this.setSummary(options.title);
    this.setSlider({ min: 0, max: 0, now: 0, text: l10n.t("no data yet") });
    this.tableButton.addEventListener("click", () => host.toggleTable(options.id));
    // First, because a drag must not be taken for a click.
    if (options.zoom !== undefined)
      attachZoom({
        plot: this.plot,
        target: this.slider,
        canvas: this.canvas,
        axes: options.zoom,
        zoom: (move) => host.zoom?.(move),
      });
    attachCursor(this.slider, options.ownAxis, probe, (move) => host.moveCursor(move));
    host.addSavable?.(this);
  }

  private addSaveMenu(): void {
    const { saveChart } = this.host;
    if (saveChart !== undefined)
      this.tools.append(
        createMenuButton(
          "save",
          l10n.t("Save {0}", this.options.title),
          CHART_FORMATS.map((format) => ({ label: FORMAT_LABEL[format], onChoose: () => saveChart(this, format) })),
        ),
      );
  }

  get id(): string {
    return this.options.id;
  }

  get title(): string {
    return this.heading.textContent;
  }

  isThere(): boolean {
    return this.element.isConnected && !this.element.hidden;
  }

  isDrawn(): boolean {
    const chart = Chart.getChart(this.canvas);
    // While its table shows the picture has no room, and is as it was drawn last.
    return this.plot.hasAttribute("hidden") || (chart === undefined ? this.canvas.clientWidth > 0 : chart.width > 0);
  }

  table(): CollectTable | null {
    return this.collect;
  }

  picture(): Picture {
    const shown = (node: HTMLElement): boolean => node.offsetParent !== null;
    // The plot is drawn also while the table replaces it.
    const canvases = [this.beforePlot, this.plot, this.afterPlot].flatMap((part) =>
      [...part.querySelectorAll("canvas")].filter((canvas) => canvas === this.canvas || shown(canvas)),
    );
    const scales = [...this.aside.querySelectorAll<HTMLElement>(".legend-bar")].filter(shown).flatMap((bar) => {
      const canvas = bar.querySelector("canvas");
      return canvas === null
        ? []
        : [{ canvas, low: bar.firstElementChild?.textContent ?? "", high: bar.lastElementChild?.textContent ?? "" }];
    });
    return {
      id: this.options.id,
      scales,
      title: this.title,
      subtitle: this.subtitle.textContent,
      description: this.canvas.getAttribute("aria-label") ?? "",
      readout: this.items,
      caption: this.caption.text,
      canvases,
      theme: readTheme(),
    };
  }

  /** For a card whose title depends on the model; its tools keep the name that it was made with. */
  setTitle(text: string): void {
    setText(this.heading, text);
  }

  /** Its parts, between " · ", are shown from the left as far as there is room, each whole or not at all. */
  setSubtitle(text: string): void {
    if (this.subtitle.textContent === text) return;
    this.subtitle.replaceChildren(
      ...text
        .split(SUBTITLE_SEPARATOR)
        .map((part, i) => element("span", {}, i === 0 ? part : `${SUBTITLE_SEPARATOR}${part}`)),
    );
  }

  /** One sentence that says what the picture shows. */
  setSummary(text: string): void {
    setAttribute(this.canvas, "aria-label", text);
  }

  /**
   * Sentences under the picture, on the page and in a saved one; none hides them. Of several the first says what counts
   * and is in sight.
   */
  setCaption(sentences: string | readonly string[], title: string | null = null): void {
    this.caption.show(typeof sentences === "string" ? [sentences] : sentences, title);
  }

  setSlider(state: SliderState): void {
    setAttribute(this.slider, "aria-valuemin", String(state.min));
    setAttribute(this.slider, "aria-valuemax", String(state.max));
    setAttribute(this.slider, "aria-valuenow", String(state.now));
    setAttribute(this.slider, "aria-valuetext", state.text);
  }

  setReadout(items: readonly ReadoutItem[]): void {
    this.items = items;
    showItems(this.readout, items);
  }

  /** The card has a line for them from then on, also for none, so that the picture stays where it is. */
  setDetails(items: readonly ReadoutItem[]): void {
    setHidden(this.details, false);
    const first = this.items;
    this.items = [...first, ...items];
    showItems(this.more, items);
    // Lines that are too narrow leave whole items out.
    setAttribute(this.readout, "title", first.map(itemText).join(" · "));
    setAttribute(this.details, "title", items.length === 0 ? null : items.map(itemText).join(" · "));
  }

  /** A text in the place of the picture; null shows the picture. */
  setEmpty(text: string | null): void {
    setHidden(this.empty, text === null);
    setHidden(this.slider, text !== null);
    setText(this.empty, text ?? "");
    this.plot.classList.toggle("is-empty", text !== null);
    if (text !== null) {
      this.collect = null;
      this.setReadout([]);
      this.setCaption("");
      this.setSummary(`${this.options.title}: ${text}`);
    }
  }

  /** `collect` is called only when the table shows, at most twice a second, and when it is saved. */
  setTable(shown: boolean, collect: CollectTable): void {
    this.collect = collect;
    this.formula.show();
    setAttribute(this.tableButton, "aria-pressed", String(shown));
    setHidden(this.tableRegion, !shown);
    setHidden(this.plot, shown);
    setHidden(this.beforePlot, shown);
    const now = performance.now();
    const wait = this.tableFilledAt + TABLE_REFRESH_MS - now;
    if (!shown) this.tableFilledAt = -Infinity;
    else if (wait <= 0) {
      this.tableFilledAt = now;
      fillTable(this.tableRegion, collect);
    } else if (this.tableTimer === null) {
      // What came in between must show in the end.
      this.tableTimer = window.setTimeout(() => {
        this.tableTimer = null;
        this.host.requestDraw();
      }, wait);
    }
  }
}

function showItems(line: HTMLElement, items: readonly ReadoutItem[]): void {
  while (line.children.length > items.length) line.lastElementChild?.remove();
  for (const [i, item] of items.entries()) {
    const row = (line.children[i] as HTMLElement | undefined) ?? line.appendChild(newReadoutItem());
    const [swatch, label, value] = row.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
    setHidden(swatch, item.swatch === undefined);
    if (item.swatch !== undefined) showSwatch(swatch, item.swatch);
    setText(label, item.label);
    setText(value, item.value ?? "");
    setAttribute(label, "data-widest", item.widestLabel ?? null);
    setAttribute(value, "data-widest", item.widest ?? (isNumber(item.value) ? WIDEST_NUMBER : null));
  }
}

function showSwatch(swatch: HTMLElement, { kind, color, dash = [] }: Swatch): void {
  setAttribute(swatch, "class", dash.length > 0 ? "swatch swatch-pattern" : `swatch swatch-${kind}`);
  setStyle(swatch, "color", color);
  setStyle(swatch, "background-image", dash.length > 0 ? dashImage(dash) : "");
}

function setStyle(node: HTMLElement, name: string, value: string): void {
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^-?[\d.,]+(e-?\d+)?$|^NaN$|^-?∞$/.test(text);
}

function newReadoutItem(): HTMLElement {
  return element(
    "span",
    { class: "readout-item" },
    element("span", { class: "swatch" }),
    element("span", { class: "readout-label" }),
    element("span", { class: "readout-value" }),
  );
}

/** Null where there is none to show: a page that compares runs has no one model to explain. */
function formulaFrom(card: string, host: CardFrameHost): (() => Formula | null) | null {
  if (host.header === undefined || !FORMULA_CARDS.includes(card)) return null;
  return () => {
    const header = host.header?.() ?? null;
    return header === null ? null : formulaOf(card, header);
  };
}

/** Takes the keys of the cursor; what it says is set with every drawing. */
function createSlider({ title, cursorLabel, ownAxis }: CardOptions): HTMLElement {
  return element("div", {
    class: "plot-cursor",
    attributes: {
      role: "slider",
      tabindex: "0",
      "aria-valuemin": "0",
      "aria-valuemax": "0",
      "aria-valuenow": "0",
      "aria-label": `${title}: ${
        cursorLabel ?? (ownAxis === "iteration" ? l10n.t("iteration cursor") : l10n.t("time step cursor"))
      }`,
    },
  });
}
