import * as l10n from "@vscode/l10n";
import { element, setAttribute, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import type { GridColumn } from "./column";

/** The column that a table is sorted by. */
interface SortedBy {
  readonly column: string;
  readonly descending: boolean;
}

interface HeadCell {
  readonly id: string;
  readonly cell: HTMLElement;
  readonly button: HTMLElement;
  readonly arrow: HTMLElement;
}

/** The names of the columns; a click sorts. One stop for Tab, from which the arrows go on. */
export class GridHead {
  readonly element = element("div", { class: "grid-head", attributes: { role: "row", "aria-rowindex": "1" } });
  private cells: readonly HeadCell[] = [];
  private current = 0;

  constructor(private readonly onSort: (column: string) => void) {
    this.element.addEventListener("focusin", ({ target }) => {
      const index = this.cells.findIndex(({ button }) => button === target);
      if (index >= 0) this.focusCell(index, false);
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(columns: readonly GridColumn<never>[], sort: readonly SortedBy[]): void {
    if (columns.length !== this.cells.length || columns.some(({ id }, index) => this.cells[index]?.id !== id)) {
      const focused = this.cells.find(({ button }) => button === document.activeElement)?.id;
      this.cells = columns.map((column, index) => this.createCell(column, index));
      this.element.replaceChildren(...this.cells.map(({ cell }) => cell));
      this.current = Math.min(this.current, columns.length - 1);
      this.cells.forEach(({ button }, index) => setAttribute(button, "tabindex", index === this.current ? "0" : "-1"));
      this.cells.find(({ id }) => id === focused)?.button.focus();
    }
    const [first] = sort;
    for (const { id, cell, arrow } of this.cells) {
      const key = first?.column === id ? first : null;
      setAttribute(cell, "aria-sort", key === null ? null : key.descending ? "descending" : "ascending");
      setText(arrow, key === null ? "" : key.descending ? "↓" : "↑");
    }
  }

  private createCell(column: GridColumn<never>, index: number): HeadCell {
    const arrow = element("span", { class: "sort-arrow", attributes: { "aria-hidden": "true" } });
    const button = element(
      "button",
      {
        class: "head-button",
        attributes: {
          type: "button",
          title: l10n.t("Sort by {0}", column.isHyperparameter ? column.id : column.title),
          "aria-label": column.title,
        },
      },
      column.icon === undefined ? element("span", { class: "head-title" }, column.title) : createIcon(column.icon),
      arrow,
    );
    button.addEventListener("click", () => this.onSort(column.id));
    const kind = column.kind === "text" ? "" : " number-cell";
    const held = column.held === undefined ? "" : column.held === "name" ? " held-cell name-cell" : " held-cell";
    const cell = element(
      "div",
      {
        class: `grid-cell${kind}${held}${column.isHyperparameter ? " code-cell" : ""}`,
        attributes: { role: "columnheader", "aria-colindex": String(index + 1) },
      },
      button,
    );
    return { id: column.id, cell, button, arrow };
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.cells.length - 1;
    const to = { ArrowLeft: this.current - 1, ArrowRight: this.current + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.focusCell(Math.max(0, Math.min(last, to)), true);
  }

  private focusCell(index: number, focus: boolean): void {
    this.current = index;
    this.cells.forEach(({ button }, at) => setAttribute(button, "tabindex", at === index ? "0" : "-1"));
    if (focus) this.cells[index]?.button.focus();
  }
}
