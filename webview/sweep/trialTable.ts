/** The runs as a table, the best first; a click on a heading sorts by it, a click on a run opens it. */
import * as l10n from "@vscode/l10n";
import { rankingFigure, TRIAL_STATUSES, type SweepInfo } from "../../src/shared/wire/sweep";
import { leadingOf, type TrialColumns } from "../../src/shared/wire/trialColumns";
import { rankRows, sortRows } from "../../src/shared/wire/trialOrder";
import { formatCount } from "../../src/shared/words/numberFormat";
import { NONE, textOf } from "../grid/column";
import { FilterBox } from "../grid/filterBox";
import { GridHead } from "../grid/gridHead";
import { ROW_HEIGHT, rowForKey } from "../grid/rowWindow";
import { createRow, WindowedGrid } from "../grid/windowedGrid";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import type { SweepPreferences } from "./state";
import type { SweepHost, TrialFilter } from "./sweepCard";
import type { TrialColumn } from "./tableColumns";

/** Of the heading, and of a bar for scrolling sideways. */
const FRAME_HEIGHT = 40;

interface TableModel {
  readonly info: SweepInfo;
  readonly trials: TrialColumns;
  readonly columns: readonly TrialColumn[];
  /** That the reader has not left out. */
  readonly rows: Int32Array<ArrayBuffer>;
  readonly preferences: SweepPreferences;
  readonly filter: TrialFilter | null;
  /** Why the filter cannot be read; null when it can. */
  readonly problem: string | null;
}

/** What the reader has chosen. */
interface TableActions {
  prefer(change: Partial<SweepPreferences>): void;
  sort(next: (now: SweepPreferences["sort"]) => SweepPreferences["sort"]): void;
}

interface TrialPlace {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
}

export class TrialTable {
  readonly element: HTMLElement;
  private readonly head: GridHead;
  private readonly grid: WindowedGrid<TrialPlace>;
  private readonly note = element("span", { class: "card-subtitle", attributes: { role: "status" } });
  private readonly box: FilterBox;
  private readonly chipText = element("span");
  private readonly chip: HTMLButtonElement;
  private model: TableModel | null = null;
  /** Those that show, from the top. */
  private ordered: Int32Array = new Int32Array(0);
  /** Index of the run that the keys are on. */
  private active: number | null = null;

  constructor(
    private readonly host: SweepHost,
    private readonly actions: TableActions,
  ) {
    this.chip = element(
      "button",
      { class: "tool tool-text filter-chip", attributes: { type: "button", title: l10n.t("Show all runs") } },
      this.chipText,
      createIcon("close"),
    );
    this.chip.addEventListener("click", () => host.filter(null));
    this.box = new FilterBox(
      l10n.t("Filter the table and the charts: text, /regex/, loss<1, cell:lstm, status:diverged"),
      { filter: (filter) => actions.prefer({ filter }), leaveFilter: () => this.enter() },
    );
    this.head = new GridHead((column) => this.sortBy(column));
    this.grid = new WindowedGrid({
      label: l10n.t("Runs of the sweep"),
      head: this.head,
      createPlace: () => createRow(this.model?.columns ?? []),
      showRow: (place, index) => this.showRow(place, index),
      onKey: (event) => this.onKey(event),
    });
    setAttribute(this.grid.element, "role", "grid");
    this.grid.element.addEventListener("click", (event) => this.openAt(this.grid.rowAt(event)?.index ?? -1));
    this.element = element(
      "section",
      { class: "card sweep-table", attributes: { "aria-labelledby": "sweep-table-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "sweep-table-title" } }, l10n.t("Runs")),
        this.note,
        element("div", { class: "card-tools" }, this.chip),
      ),
      element("div", { class: "filter-row" }, this.box.field, this.box.problem),
      this.grid.element,
    );
  }

  draw(model: TableModel): void {
    this.model = model;
    const { columns, preferences, filter, trials } = model;
    this.box.show(preferences.filter, model.problem);
    setHidden(this.chip, filter === null);
    setText(this.chipText, filter?.label ?? "");
    this.ordered = orderOf(model);
    setText(this.note, countText(this.ordered.length, trials.length));
    this.head.show(
      columns,
      preferences.sort === null ? [] : [{ column: preferences.sort.column, descending: preferences.sort.down }],
    );
    this.grid.setColumns(
      columns,
      columns.map(({ width }) => width),
    );
    this.grid.element.style.height = `min(60vh, ${this.ordered.length * ROW_HEIGHT + FRAME_HEIGHT}px)`;
    this.grid.show(this.ordered.length, this.activePlace());
  }

  private activePlace(): number {
    const { model, active } = this;
    return model === null || active === null ? -1 : this.ordered.indexOf(model.trials.rowOf(active));
  }

  private showRow({ element: node, cells }: TrialPlace, index: number): void {
    const { model } = this;
    const row = this.ordered[index];
    if (model === null || row === undefined) return;
    const { columns, trials } = model;
    setAttribute(node, "data-status", TRIAL_STATUSES[trials.column("status")[row]!] ?? null);
    setAttribute(node, "title", trials.messageAt(row));
    setAttribute(node, "aria-selected", String(trials.column("index")[row] === this.active));
    for (const [at, column] of columns.entries()) {
      const text = textOf(column, row);
      setText(cells[at]!, text);
      if (column.kind === "text") setAttribute(cells[at]!, "title", text === NONE ? null : text);
    }
  }

  private sortBy(id: string): void {
    const column = this.model?.columns.find((candidate) => candidate.id === id);
    if (column === undefined) return;
    const first = column.largestFirst;
    this.actions.sort((now) => {
      if (now?.column !== id) return { column: id, down: first };
      return now.down === first ? { column: id, down: !first } : null;
    });
  }

  private enter(): void {
    if (this.activePlace() < 0) this.moveTo(0);
    this.grid.focus();
  }

  private moveTo(place: number): void {
    const row = this.ordered[place];
    if (row === undefined) return;
    this.active = this.model?.trials.column("index")[row] ?? null;
    this.grid.show(this.ordered.length, place);
    this.grid.reveal(place);
  }

  private openAt(place: number): void {
    const row = this.ordered[place];
    if (row === undefined || this.model === null) return;
    this.moveTo(place);
    this.host.openTrial(this.model.trials.column("index")[row]!);
  }

  private onKey(event: KeyboardEvent): void {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    const at = this.activePlace();
    const to = rowForKey(key, at, this.ordered.length, this.grid.page);
    if (to !== null) this.moveTo(to);
    else if (key === "Enter") this.openAt(at);
    else if (key === "ArrowLeft" || key === "ArrowRight") this.grid.scrollSideways(key === "ArrowLeft" ? -1 : 1);
    else if (key === "Escape") this.host.filter(null);
    else return;
    event.preventDefault();
  }
}

function orderOf({ info, trials, columns, rows, preferences: { sort }, filter }: TableModel): Int32Array {
  const kept = new Uint8Array(trials.length);
  for (const row of filter?.rows ?? []) kept[row] = 1;
  const left = filter === null ? rows : rows.filter((row) => kept[row] === 1);
  const column = columns.find(({ id }) => id === sort?.column);
  const ranked = rankRows(left, trials, leadingOf(trials, rankingFigure(info)));
  return column === undefined || sort === null ? ranked : sortRows(ranked, column.keys(), sort.down);
}

function countText(shown: number, all: number): string {
  if (shown !== all) return l10n.t("{0} of {1} runs · click one to open it", formatCount(shown), formatCount(all));
  return all === 1 ? l10n.t("1 run · click to open it") : l10n.t("{0} runs · click one to open it", formatCount(all));
}
