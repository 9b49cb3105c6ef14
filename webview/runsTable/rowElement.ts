import * as l10n from "@vscode/l10n";
import { element, setAttribute, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import { runLook } from "../ui/runLook";
import type { Theme } from "../ui/theme";
import { withoutControls } from "../ui/visibleText";
import { textOf } from "../grid/column";
import { createRow } from "../grid/windowedGrid";
import { NAME_COLUMN, PIN_COLUMN, type Column } from "./columns";
import { groupText } from "./groups";
import type { Row } from "./rows";

interface RowState {
  readonly isSelected: boolean;
  readonly theme: Theme;
}

/** One place in the page, which shows another row when the table is scrolled. */
export class RowElement {
  readonly element: HTMLElement;
  private readonly cells: readonly HTMLElement[];
  private readonly twistie = element("span", { class: "twistie", attributes: { "aria-hidden": "true" } });
  private readonly swatch = element("span", { class: "swatch" });
  private readonly title = element("span", { class: "row-title" });
  private shown: Row | null = null;
  private theme: Theme | null = null;

  constructor(columns: readonly Column[]) {
    ({ element: this.element, cells: this.cells } = createRow(columns));
    columns.forEach(({ id }, index) => {
      if (id === NAME_COLUMN) this.cells[index]?.append(this.twistie, this.swatch, this.title);
      else if (id === PIN_COLUMN) this.cells[index]?.append(createIcon("pin"));
    });
  }

  show(row: Row, columns: readonly Column[], { isSelected, theme }: RowState): void {
    const { element: node } = this;
    setAttribute(node, "aria-selected", String(isSelected));
    if (row === this.shown && theme === this.theme) return;
    this.shown = row;
    this.theme = theme;
    node.classList.toggle("is-group", row.kind === "group");
    setAttribute(node, "aria-level", row.kind === "group" ? "1" : row.level === 2 ? "2" : null);
    setAttribute(node, "aria-expanded", row.kind === "group" ? String(row.isExpanded) : null);
    columns.forEach((column, at) => this.showCell(row, column, this.cells[at]!));
  }

  private showCell(row: Row, column: Column, cell: HTMLElement): void {
    if (column.id === NAME_COLUMN) return this.showName(row, cell);
    if (column.id === PIN_COLUMN) return showPin(row, cell);
    const text = row.kind === "group" ? groupText(column, row.group) : textOf(column, row.run);
    setText(cell, text);
    if (column.kind === "text") setAttribute(cell, "title", text);
  }

  private showName(row: Row, cell: HTMLElement): void {
    const { twistie, swatch, title, theme } = this;
    twistie.hidden = row.kind === "run";
    swatch.hidden = row.kind === "group";
    cell.classList.toggle("is-inner", row.kind === "run" && row.level === 2);
    if (row.kind === "group") {
      const { label, runs } = row.group;
      twistie.classList.toggle("is-expanded", row.isExpanded);
      if (twistie.firstChild === null) twistie.append(createIcon("chevron"));
      const count = runs.length === 1 ? l10n.t("1 run") : l10n.t("{0} runs", runs.length);
      setText(title, `${withoutControls(label)} · ${count}`);
    } else {
      const look = runLook(row.run.number, theme!);
      swatch.className = look.dash.length === 0 ? "swatch swatch-line" : "swatch swatch-dash";
      swatch.style.color = look.color;
      setText(title, withoutControls(row.run.name));
    }
    setAttribute(cell, "title", title.textContent);
  }
}

function showPin(row: Row, cell: HTMLElement): void {
  const pinned = row.kind === "run" && row.run.pinned;
  cell.classList.toggle("is-pinned", pinned);
  cell.classList.toggle("is-empty", row.kind === "group");
  const label = row.kind === "group" ? null : pinned ? l10n.t("Pinned") : l10n.t("Not pinned");
  setAttribute(cell, "aria-label", label);
  setAttribute(cell, "title", label === null ? null : pinned ? l10n.t("Unpin Run") : l10n.t("Pin Run"));
}
