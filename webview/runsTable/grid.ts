/** The rows in sight as DOM, under a header that stays. Scrolling places rows anew and writes only what changes. */
import * as l10n from "@vscode/l10n";
import type { SortKey } from "../../src/shared/wire/runsTable";
import { element, setAttribute } from "../ui/dom";
import type { Theme } from "../ui/theme";
import { NAME_COLUMN, type Column } from "./columns";
import { GridHead } from "./gridHead";
import { RowElement } from "./rowElement";
import { runsOf, type Row, type TableModel } from "./rows";
import { ROW_HEIGHT, rowWindow, scrollTopFor } from "./rowWindow";
import type { Selection } from "./selection";

const HEAD_HEIGHT = 26;

export interface GridActions {
  sort(column: string): void;
  /** @param row under its header, from 0 */
  click(row: number, keys: { readonly range: boolean; readonly add: boolean }): void;
  open(row: number): void;
  toggleGroup(row: number): void;
  togglePin(row: number): void;
  key(event: KeyboardEvent): void;
}

export interface GridModel extends TableModel {
  readonly sort: readonly SortKey[];
  readonly selection: Selection;
  readonly theme: Theme;
}

export class RunsGrid {
  readonly element: HTMLElement;
  private readonly head: GridHead;
  private readonly body = element("div", { class: "grid-body", attributes: { role: "rowgroup" } });
  /** Rows in the page by the index that they show. */
  private shown = new Map<number, RowElement>();
  private spare: RowElement[] = [];
  private model: GridModel | null = null;
  /** Index of the row that the keys are on; -1: none. */
  private active = -1;
  private layout = "";
  private frame: number | null = null;

  constructor(private readonly actions: GridActions) {
    this.head = new GridHead((column) => actions.sort(column));
    this.element = element(
      "div",
      {
        class: "runs-grid",
        attributes: { tabindex: "0", "aria-multiselectable": "true", "aria-label": l10n.t("Runs") },
      },
      element("div", { class: "grid-head-group", attributes: { role: "rowgroup" } }, this.head.element),
      this.body,
    );
    this.element.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    new ResizeObserver(() => this.drawSoon()).observe(this.element);
    this.element.addEventListener("keydown", (event) => {
      if (event.target === this.element) actions.key(event);
    });
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("dblclick", (event) => this.onDoubleClick(event));
  }

  /** Rows that fit under the header. */
  get page(): number {
    return Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 1);
  }

  show(model: GridModel): void {
    this.model = model;
    const { columns, rows, groups, sort, selection } = model;
    this.active = selection.active === null ? -1 : rows.findIndex(({ key }) => key === selection.active);
    setAttribute(this.element, "role", groups === null ? "grid" : "treegrid");
    setAttribute(this.element, "aria-rowcount", String(rows.length + 1));
    setAttribute(this.element, "aria-colcount", String(columns.length));
    this.setLayout(columns, groups !== null);
    this.head.show(columns, sort);
    this.body.style.height = `${rows.length * ROW_HEIGHT}px`;
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

  private get height(): number {
    return this.element.clientHeight - HEAD_HEIGHT;
  }

  private setLayout(columns: readonly Column[], isGrouped: boolean): void {
    const widths = columns.map(({ width, groupedWidth }) => (isGrouped ? groupedWidth : width));
    const layout = columns.map(({ id }, index) => `${id} ${widths[index]}`).join("|");
    if (layout === this.layout) return;
    this.layout = layout;
    this.element.style.setProperty(
      "--columns",
      columns.map((column, index) => trackOf(column, widths[index]!)).join(" "),
    );
    this.element.style.setProperty("--width", `${widths.reduce((sum, width) => sum + width, 0)}px`);
    for (const row of [...this.shown.values(), ...this.spare]) row.element.remove();
    this.shown = new Map();
    this.spare = [];
  }

  /** At most once a frame: events of scrolling come faster. */
  private drawSoon(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  private draw(): void {
    const { model } = this;
    if (model === null) return;
    const { rows, selection, columns, theme } = model;
    this.followSideways();
    const { first, end } = rowWindow(this.element.scrollTop, this.height, ROW_HEIGHT, rows.length);
    const { active } = this;
    const wanted = new Set(Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i));
    if (active >= 0) wanted.add(active);
    for (const [index, row] of this.shown) {
      if (wanted.has(index)) continue;
      this.shown.delete(index);
      this.spare.push(row);
    }
    for (const index of wanted) {
      const row = rows[index]!;
      const place = this.shown.get(index) ?? this.takeSpare(columns);
      this.shown.set(index, place);
      place.show(row, index, columns, {
        isActive: index === active,
        isSelected: runsOf(row).every(({ id }) => selection.ids.has(id)),
        theme,
      });
    }
    for (const row of this.spare) row.element.remove();
    this.spare = [];
    setAttribute(
      this.element,
      "aria-activedescendant",
      active < 0 ? null : (this.shown.get(active)?.element.id ?? null),
    );
  }

  /** Pins and names stay at the left edge. */
  private followSideways(): void {
    const scrolled = `${this.element.scrollLeft}px`;
    if (this.element.style.getPropertyValue("--scrolled") !== scrolled)
      this.element.style.setProperty("--scrolled", scrolled);
  }

  private takeSpare(columns: readonly Column[]): RowElement {
    const row = this.spare.pop() ?? new RowElement(columns);
    if (!row.element.isConnected) this.body.append(row.element);
    return row;
  }

  private rowAt(event: Event): { readonly row: Row; readonly index: number; readonly target: Element } | null {
    const target = event.target instanceof Element ? event.target : null;
    const index = Number(target?.closest<HTMLElement>(".grid-row")?.dataset["index"] ?? NaN);
    const row = this.model?.rows[index];
    return target === null || row === undefined ? null : { row, index, target };
  }

  private onClick(event: MouseEvent): void {
    const at = this.rowAt(event);
    if (at === null) return;
    if (at.target.closest(".twistie") !== null) return this.actions.toggleGroup(at.index);
    if (at.target.closest(".pin-cell") !== null && at.row.kind === "run") return this.actions.togglePin(at.index);
    this.actions.click(at.index, { range: event.shiftKey, add: event.ctrlKey || event.metaKey });
  }

  private onDoubleClick(event: MouseEvent): void {
    const at = this.rowAt(event);
    if (at === null || at.target.closest(".twistie, .pin-cell") !== null) return;
    if (at.row.kind === "group") this.actions.toggleGroup(at.index);
    else this.actions.open(at.index);
  }
}

/** Text may grow into room that is left; the last digits of numbers stay in line. */
function trackOf({ id, kind }: Column, width: number): string {
  return id === NAME_COLUMN || (kind === "text" && width >= 130) ? `minmax(${width}px, 1fr)` : `${width}px`;
}
