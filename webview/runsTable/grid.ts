/** The runs and their groups in a grid of which only the rows in sight are in the page. */
import * as l10n from "@vscode/l10n";
import type { SortKey } from "../../src/shared/wire/runsTable";
import { GridHead } from "../grid/gridHead";
import { WindowedGrid } from "../grid/windowedGrid";
import { setAttribute } from "../ui/dom";
import type { Theme } from "../ui/theme";
import { RowElement } from "./rowElement";
import { runsOf, type Row, type TableModel } from "./rows";
import type { Selection } from "./selection";

export interface GridActions {
  sort(column: string): void;
  /** @param row as it shows, here and below */
  click(row: Row, keys: { readonly range: boolean; readonly add: boolean }): void;
  open(row: Row): void;
  toggleGroup(row: Row): void;
  togglePin(row: Row): void;
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
  private readonly grid: WindowedGrid<RowElement>;
  private model: GridModel | null = null;

  constructor(private readonly actions: GridActions) {
    this.head = new GridHead((column) => actions.sort(column));
    this.grid = new WindowedGrid({
      label: l10n.t("Runs"),
      head: this.head,
      createPlace: () => new RowElement(this.model?.columns ?? []),
      showRow: (place, index) => this.showRow(place, index),
      onKey: (event) => actions.key(event),
    });
    this.element = this.grid.element;
    setAttribute(this.element, "aria-multiselectable", "true");
    this.element.addEventListener("click", (event) => this.onClick(event));
    this.element.addEventListener("dblclick", (event) => this.onDoubleClick(event));
  }

  /** Rows that fit under the header. */
  get page(): number {
    return this.grid.page;
  }

  show(model: GridModel): void {
    this.model = model;
    const { columns, rows, groups, sort, selection } = model;
    setAttribute(this.element, "role", groups === null ? "grid" : "treegrid");
    this.grid.setColumns(
      columns,
      columns.map(({ width, groupedWidth }) => (groups === null ? width : groupedWidth)),
    );
    this.head.show(columns, sort);
    this.grid.show(rows.length, selection.active === null ? -1 : rows.findIndex(({ key }) => key === selection.active));
  }

  /** Brings a row into sight. */
  reveal(index: number): void {
    this.grid.reveal(index);
  }

  /** By about a column. */
  scrollSideways(direction: -1 | 1): void {
    this.grid.scrollSideways(direction);
  }

  focus(): void {
    this.grid.focus();
  }

  private showRow(place: RowElement, index: number): void {
    const { model } = this;
    const row = model?.rows[index];
    if (model === null || row === undefined) return;
    place.show(row, model.columns, {
      isSelected: runsOf(row).every(({ id }) => model.selection.ids.has(id)),
      theme: model.theme,
    });
  }

  private rowAt(event: Event): { readonly row: Row; readonly target: Element } | null {
    const at = this.grid.rowAt(event);
    const row = this.model?.rows[at?.index ?? NaN];
    return at === null || row === undefined ? null : { target: at.target, row };
  }

  private onClick(event: MouseEvent): void {
    const at = this.rowAt(event);
    if (at === null) return;
    if (at.target.closest(".twistie") !== null) return this.actions.toggleGroup(at.row);
    if (at.target.closest(".pin-cell") !== null && at.row.kind === "run") return this.actions.togglePin(at.row);
    this.actions.click(at.row, { range: event.shiftKey, add: event.ctrlKey || event.metaKey });
  }

  private onDoubleClick(event: MouseEvent): void {
    const at = this.rowAt(event);
    if (at === null || at.target.closest(".twistie, .pin-cell") !== null) return;
    if (at.row.kind === "group") this.actions.toggleGroup(at.row);
    else this.actions.open(at.row);
  }
}
