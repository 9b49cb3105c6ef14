/** The rows in sight as DOM, under a header that stays. Scrolling places rows anew and writes only what changes. */
import { element, setAttribute } from "../ui/dom";
import { trackOf, type GridColumn } from "./column";
import type { GridHead } from "./gridHead";
import { ROW_HEIGHT, rowWindow, scrollTopFor } from "./rowWindow";

const HEAD_HEIGHT = 26;

/** One place in the page, which shows another row when the table is scrolled. */
export interface GridPlace {
  readonly element: HTMLElement;
}

interface GridOptions<P extends GridPlace> {
  readonly label: string;
  readonly head: GridHead;
  createPlace(): P;
  /** @param index of the row under the header, from 0 */
  showRow(place: P, index: number, isActive: boolean): void;
  /** Of the table while it has the focus. */
  onKey(event: KeyboardEvent): void;
}

export class WindowedGrid<P extends GridPlace> {
  readonly element: HTMLElement;
  private readonly body = element("div", { class: "grid-body", attributes: { role: "rowgroup" } });
  /** Rows in the page by the index that they show. */
  private shown = new Map<number, P>();
  private spare: P[] = [];
  private count = 0;
  /** Index of the row that the keys are on; -1: none. */
  private active = -1;
  private layout = "";
  private frame: number | null = null;

  constructor(private readonly options: GridOptions<P>) {
    this.element = element(
      "div",
      { class: "data-grid", attributes: { tabindex: "0", "aria-label": options.label } },
      element("div", { class: "grid-head-group", attributes: { role: "rowgroup" } }, options.head.element),
      this.body,
    );
    this.element.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    new ResizeObserver(() => this.drawSoon()).observe(this.element);
    this.element.addEventListener("keydown", (event) => {
      if (event.target === this.element) options.onKey(event);
    });
  }

  /** Rows that fit under the header. */
  get page(): number {
    return Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 1);
  }

  /** What its rows are made of. @param widths by column, in pixels */
  setColumns(columns: readonly GridColumn<never>[], widths: readonly number[]): void {
    setAttribute(this.element, "aria-colcount", String(columns.length));
    const layout = columns.map(({ id }, index) => `${id} ${widths[index]}`).join("|");
    if (layout === this.layout) return;
    this.layout = layout;
    this.element.style.setProperty(
      "--columns",
      columns.map((column, index) => trackOf(column, widths[index]!)).join(" "),
    );
    this.element.style.setProperty("--width", `${widths.reduce((sum, width) => sum + width, 0)}px`);
    for (const place of [...this.shown.values(), ...this.spare]) place.element.remove();
    this.shown = new Map();
    this.spare = [];
  }

  /** @param active index of the row that the keys are on; -1: none */
  show(count: number, active: number): void {
    this.count = count;
    this.active = active;
    setAttribute(this.element, "aria-rowcount", String(count + 1));
    this.body.style.height = `${count * ROW_HEIGHT}px`;
    this.draw();
  }

  /** Brings a row into sight. */
  reveal(index: number): void {
    const { scrollTop } = this.element;
    const wanted = scrollTopFor(index, scrollTop, this.height, ROW_HEIGHT);
    if (wanted !== scrollTop) this.element.scrollTop = wanted;
    this.draw();
  }

  /** By about a column. */
  scrollSideways(direction: -1 | 1): void {
    this.element.scrollLeft += direction * 80;
  }

  focus(): void {
    this.element.focus();
  }

  /** Of a mouse event: the row that it is in. */
  rowAt(event: Event): { readonly index: number; readonly target: Element } | null {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest<HTMLElement>(".grid-row") ?? null;
    return target === null || row === null ? null : { index: Number(row.dataset["index"]), target };
  }

  private get height(): number {
    return this.element.clientHeight - HEAD_HEIGHT;
  }

  /** At most once a frame: events of scrolling come faster. */
  private drawSoon(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  private draw(): void {
    this.followSideways();
    const { active, count } = this;
    const { first, end } = rowWindow(this.element.scrollTop, this.height, ROW_HEIGHT, count);
    const wanted = new Set(Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i));
    if (active >= 0 && active < count) wanted.add(active);
    for (const [index, place] of this.shown) {
      if (wanted.has(index)) continue;
      this.shown.delete(index);
      this.spare.push(place);
    }
    for (const index of wanted) {
      const place = this.shown.get(index) ?? this.takeSpare();
      this.shown.set(index, place);
      this.putAt(place.element, index, index === active);
      this.options.showRow(place, index, index === active);
    }
    for (const place of this.spare) place.element.remove();
    this.spare = [];
    setAttribute(
      this.element,
      "aria-activedescendant",
      active < 0 ? null : (this.shown.get(active)?.element.id ?? null),
    );
  }

  private putAt(node: HTMLElement, index: number, isActive: boolean): void {
    node.classList.toggle("is-active", isActive);
    if (node.dataset["index"] === String(index)) return;
    node.dataset["index"] = String(index);
    node.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    setAttribute(node, "aria-rowindex", String(index + 2));
  }

  /** What is held stays at the left edge. */
  private followSideways(): void {
    const scrolled = `${this.element.scrollLeft}px`;
    if (this.element.style.getPropertyValue("--scrolled") !== scrolled)
      this.element.style.setProperty("--scrolled", scrolled);
  }

  private takeSpare(): P {
    const place = this.spare.pop() ?? this.options.createPlace();
    if (!place.element.isConnected) this.body.append(place.element);
    return place;
  }
}

let created = 0;

/** An empty row with its cells. */
export function createRow(columns: readonly GridColumn<never>[]): {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
} {
  const cells = columns.map((column, index) =>
    element("div", {
      class: cellClass(column),
      attributes: { role: "gridcell", "aria-colindex": String(index + 1) },
    }),
  );
  return {
    element: element("div", { class: "grid-row", attributes: { role: "row", id: `row-${created++}` } }, ...cells),
    cells,
  };
}

function cellClass({ held, icon, kind, isHyperparameter }: GridColumn<never>): string {
  return [
    "grid-cell",
    kind === "text" ? "" : "number-cell",
    held === undefined ? "" : `held-cell ${held === "name" ? "name-cell" : `${icon ?? "icon"}-cell`}`,
    isHyperparameter ? "code-cell" : "",
  ]
    .filter(Boolean)
    .join(" ");
}
