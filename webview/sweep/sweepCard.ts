/** The frame around a chart of a sweep: title, tools, values under the pointer, the canvas with its summary. */
import { element, setAttribute, setHidden, setText } from "../ui/dom";

export class SweepCard {
  readonly element: HTMLElement;
  readonly canvas = element("canvas", { attributes: { role: "img" } });
  readonly tools = element("div", { class: "card-tools" });
  readonly aside = element("div", { class: "card-aside" });
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly readout = element("span", { class: "readout-label" });
  private readonly empty = element("p", { class: "plot-empty" });
  private readonly plot: HTMLElement;

  constructor(
    id: string,
    private readonly title: string,
  ) {
    const headingId = `sweep-${id}-title`;
    this.plot = element("div", { class: "plot" }, this.canvas, this.empty);
    this.element = element(
      "section",
      { class: `card sweep-card card-${id}`, attributes: { "aria-labelledby": headingId } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: headingId } }, title),
        this.subtitle,
        this.tools,
      ),
      element("div", { class: "card-values" }, element("div", { class: "readout" }, this.readout), this.aside),
      this.plot,
    );
  }

  setSubtitle(text: string): void {
    setText(this.subtitle, text);
    setAttribute(this.subtitle, "title", text);
  }

  setReadout(text: string): void {
    setText(this.readout, text);
  }

  /** One sentence that says what the picture shows. */
  setSummary(text: string): void {
    setAttribute(this.canvas, "aria-label", `${this.title}: ${text}`);
  }

  /** Words in the place of the picture; null shows the picture. */
  setEmpty(text: string | null): void {
    setHidden(this.empty, text === null);
    setText(this.empty, text ?? "");
    this.plot.classList.toggle("is-empty", text !== null);
    if (text !== null) this.setSummary(text);
  }

  /** In pixels of the canvas; null when the pointer leaves. `hits` says whether a click does something there. */
  onPointer(
    hits: (place: { readonly x: number; readonly y: number } | null) => boolean,
    click: (place: { readonly x: number; readonly y: number }) => void,
  ): void {
    this.canvas.addEventListener("pointermove", (event) =>
      this.canvas.classList.toggle("is-target", hits({ x: event.offsetX, y: event.offsetY })),
    );
    this.canvas.addEventListener("pointerleave", () => this.canvas.classList.toggle("is-target", hits(null)));
    this.canvas.addEventListener("click", (event) => click({ x: event.offsetX, y: event.offsetY }));
  }
}

export interface SweepHost {
  openTrial(index: number): void;
  /** Shows only these in the table; null shows all. */
  filter(filter: TrialFilter | null): void;
  /** Size or a choice changed: draw again. */
  requestDraw(): void;
}

export interface TrialFilter {
  readonly label: string;
  readonly indices: ReadonlySet<number>;
}
