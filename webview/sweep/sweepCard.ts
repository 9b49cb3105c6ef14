/**
 * The frame around a chart of a sweep: title, tools, values under the pointer, the canvas with its summary, the same
 * numbers as a table, and all of it as a file.
 */
import * as l10n from "@vscode/l10n";
import { Chart } from "chart.js";
import { CHART_FORMATS, type ChartFormat } from "../../src/shared/wire/savedCharts";
import type { SavableCard } from "../chart/chartFile";
import type { Picture } from "../chart/picture";
import { fillTable, type CollectTable } from "../chart/table";
import { createTableButton } from "../chart/tableButton";
import { FormulaNote } from "../formulas/formulaNote";
import { sweepFormula } from "../formulas/sweepCatalogue";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createMenuButton } from "../ui/menu";
import { readTheme } from "../ui/theme";

/** Names of formats, which are the same in every language. */
const FORMAT_LABEL: Readonly<Record<ChartFormat, string>> = { png: "PNG", svg: "SVG", csv: "CSV" };

/** A place in pixels of the canvas. */
export interface CanvasPlace {
  readonly x: number;
  readonly y: number;
}

export class SweepCard implements SavableCard {
  readonly element: HTMLElement;
  readonly canvas = element("canvas", { attributes: { role: "img" } });
  /** Tools of one chart go here, before those that every chart has. */
  readonly tools = element("div", { class: "card-tools" });
  readonly aside = element("div", { class: "card-aside" });
  readonly plot: HTMLElement;
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly readout = element("span", { class: "readout-label" });
  private readonly empty = element("p", { class: "plot-empty" });
  private readonly tableRegion: HTMLElement;
  private readonly tableButton: HTMLButtonElement;
  private collect: CollectTable | null = null;
  private legend: readonly LegendEntry[] = [];

  constructor(
    readonly id: string,
    readonly title: string,
    host: SweepHost,
  ) {
    const headingId = `sweep-${id}-title`;
    this.plot = element("div", { class: "plot" }, this.canvas, this.empty);
    this.tableRegion = element("div", {
      class: "table-region",
      attributes: { role: "region", tabindex: "0", "aria-label": l10n.t("{0} as table", title) },
    });
    this.tableButton = createTableButton(title);
    this.tableButton.addEventListener("click", () => this.showTable(!this.showsTable));
    const formula = sweepFormula(id);
    const note = new FormulaNote(title, formula === null ? null : () => formula);
    const save = createMenuButton(
      "save",
      l10n.t("Save {0}", title),
      CHART_FORMATS.map((format) => ({ label: FORMAT_LABEL[format], onChoose: () => host.saveChart(this, format) })),
    );
    this.element = element(
      "section",
      { class: `card sweep-card card-${id}`, attributes: { "aria-labelledby": headingId } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: headingId } }, title),
        this.subtitle,
        element("div", { class: "card-tools" }, this.tools, note.button, save, this.tableButton),
      ),
      note.element,
      element("div", { class: "card-values" }, element("div", { class: "readout" }, this.readout), this.aside),
      this.plot,
      this.tableRegion,
    );
    setHidden(this.tableRegion, true);
  }

  isThere(): boolean {
    return this.element.isConnected && !this.element.hidden;
  }

  isDrawn(): boolean {
    return this.collect !== null;
  }

  table(): CollectTable | null {
    return this.collect;
  }

  picture(): Picture {
    const bar = this.aside.querySelector<HTMLElement>(".legend-bar");
    const colors = bar?.querySelector("canvas");
    const scale =
      bar === null || bar === undefined || colors === null || colors === undefined || bar.offsetParent === null
        ? []
        : [
            {
              canvas: colors,
              low: bar.firstElementChild?.textContent ?? "",
              high: bar.lastElementChild?.textContent ?? "",
            },
          ];
    return {
      id: this.id,
      title: this.title,
      subtitle: this.subtitle.textContent,
      description: this.canvas.getAttribute("aria-label") ?? "",
      readout: [
        ...(this.readout.textContent === "" ? [] : [{ label: this.readout.textContent }]),
        ...this.legend.map(({ label, color }) => ({ label, swatch: { kind: "line" as const, color } })),
      ],
      caption: "",
      scales: scale,
      canvases: [this.canvas],
      theme: readTheme(),
    };
  }

  setSubtitle(text: string): void {
    setText(this.subtitle, text);
    setAttribute(this.subtitle, "title", text);
  }

  setReadout(text: string): void {
    setText(this.readout, text);
    setAttribute(this.readout, "title", text);
  }

  /** The lines by their colors. */
  setLegend(entries: readonly LegendEntry[]): void {
    this.legend = entries;
    this.aside.replaceChildren(
      ...entries.map(({ label, color }) => {
        const swatch = element("span", { class: "swatch swatch-line" });
        swatch.style.color = color;
        return element("span", { class: "readout-item" }, swatch, element("span", {}, label));
      }),
    );
  }

  /** One sentence that says what the picture shows. */
  setSummary(text: string): void {
    setAttribute(this.canvas, "aria-label", `${this.title}: ${text}`);
  }

  /** `collect` is called only when the table shows, and when it is saved. */
  setTable(collect: CollectTable): void {
    this.collect = collect;
    if (this.showsTable) fillTable(this.tableRegion, collect);
  }

  /** Words in the place of the picture; null shows the picture. */
  setEmpty(text: string | null): void {
    setHidden(this.empty, text === null);
    setText(this.empty, text ?? "");
    this.plot.classList.toggle("is-empty", text !== null);
    if (text === null) return;
    this.collect = null;
    this.setSummary(text);
    this.setReadout("");
  }

  /** Null when the pointer leaves. `hits` says whether a click does something there. */
  onPointer(hits: (place: CanvasPlace | null) => boolean, click: (place: CanvasPlace) => void): void {
    this.canvas.addEventListener("pointermove", (event) =>
      this.canvas.classList.toggle("is-target", hits({ x: event.offsetX, y: event.offsetY })),
    );
    this.canvas.addEventListener("pointerleave", () => this.canvas.classList.toggle("is-target", hits(null)));
    this.canvas.addEventListener("click", (event) => click({ x: event.offsetX, y: event.offsetY }));
  }

  private get showsTable(): boolean {
    return this.tableButton.getAttribute("aria-pressed") === "true";
  }

  private showTable(shown: boolean): void {
    setAttribute(this.tableButton, "aria-pressed", String(shown));
    setHidden(this.tableRegion, !shown);
    setHidden(this.plot, shown);
    if (shown && this.collect !== null) fillTable(this.tableRegion, this.collect);
    // A canvas that had no room has none of its picture either.
    if (!shown) Chart.getChart(this.canvas)?.resize();
  }
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
}

export interface SweepHost {
  openTrial(index: number): void;
  /** Shows only these in the table; null shows all. */
  filter(filter: TrialFilter | null): void;
  /** Writes it to a file that the reader chooses. */
  saveChart(card: SavableCard, format: ChartFormat): void;
  /** Size or a choice changed: draw again. */
  requestDraw(): void;
}

export interface TrialFilter {
  readonly label: string;
  readonly rows: Int32Array;
}
