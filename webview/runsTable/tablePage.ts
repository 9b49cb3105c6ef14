/** The page with the table of runs: its state, what a click or a key does, and drawing it all. */
import * as l10n from "@vscode/l10n";
import {
  MAX_COMPARED,
  type RunsTableHostMessage,
  type RunsTablePageMessage,
  type RunsTableState,
  type TableRun,
  type TableVerb,
} from "../../src/shared/wire/runsTable";
import { element, setHidden } from "../ui/dom";
import type { Theme } from "../ui/theme";
import { BandPanel } from "./bandPanel";
import { parseFilter } from "../grid/filter";
import { rowForKey } from "../grid/rowWindow";
import { searchText } from "./searchText";
import { RunsGrid } from "./grid";
import { RunData } from "./runData";
import { collectRows, runsOf, type Row, type TableModel } from "./rows";
import { keepPresent, NOTHING_SELECTED, selectOnly, selectRange, toggleRow, type Selection } from "./selection";
import { sortedBy } from "./sort";
import { countText, Toolbar } from "./toolbar";

export interface PageHost {
  post(message: RunsTablePageMessage): void;
  save(state: RunsTableState): void;
  requestDraw(): void;
}

/** Selected runs and open groups that survive a reload. */
const MAX_SAVED = 200;

export class TablePage {
  readonly element: HTMLElement;
  private readonly data: RunData;
  private readonly toolbar: Toolbar;
  private readonly grid: RunsGrid;
  private readonly band: BandPanel;
  private readonly empty = element("p", { class: "runs-empty" });
  private selection: Selection;
  /** Of the filter that could be read last. */
  private test: (run: TableRun) => boolean = () => true;
  private problem: string | null = null;
  /** Null: to be collected again. */
  private model: TableModel | null = null;

  constructor(
    private readonly host: PageHost,
    private state: RunsTableState,
    language: string,
  ) {
    this.data = new RunData(language);
    this.selection = { ...NOTHING_SELECTED, ids: new Set(state.selected) };
    this.toolbar = new Toolbar({
      filter: (filter) => this.change({ filter }),
      group: (group) => this.change({ group }),
      showColumn: (column, shows) => this.change({ columns: { ...this.state.columns, [column]: shows } }),
      toggleChart: () => this.toggle("chart"),
      act: (verb) => this.act(verb),
      leaveFilter: () => this.enterGrid(),
    });
    this.grid = new RunsGrid({
      sort: (column) => this.change({ sort: sortedBy(this.state.sort, column) }),
      click: (row, keys) => this.clickRow(row, keys),
      open: (row) => this.openRow(this.indexOf(row)),
      toggleGroup: (row) => this.toggleGroup(this.indexOf(row)),
      togglePin: (row) => this.togglePin(row),
      key: (event) => this.onKey(event),
    });
    this.band = new BandPanel({
      requestDraw: () => host.requestDraw(),
      post: (message) => host.post(message),
      change: (change) => this.change(change),
      toggle: (key) => this.toggle(key),
    });
    this.element = element("main", {}, this.toolbar.element, this.band.element, this.grid.element, this.empty);
  }

  receive(message: RunsTableHostMessage): void {
    if (message.type === "curves") this.band.receive(message);
    else {
      this.data.receive(message);
      this.model = null;
    }
    this.host.requestDraw();
  }

  draw(theme: Theme): void {
    const { state, data } = this;
    const model = this.currentModel();
    const selected = this.selected();
    this.toolbar.show({
      state,
      problem: this.problem,
      selected,
      columns: data.columns,
      visible: model.columns,
      count: countText(model.runs.length, data.runs.length, data.pending),
    });
    this.band.show({ state, model, selected, columns: data.columns, theme });
    const isEmpty = model.rows.length === 0;
    this.empty.textContent =
      data.runs.length === 0
        ? l10n.t("There are no saved runs yet. Run an experiment to save one.")
        : l10n.t("No run matches the filter.");
    setHidden(this.empty, !isEmpty || data.pending > 0);
    setHidden(this.grid.element, data.columns.length === 0);
    if (data.columns.length > 0) this.grid.show({ ...model, sort: state.sort, selection: this.selection, theme });
  }

  private currentModel(): TableModel {
    if (this.model !== null) return this.model;
    const { data, state } = this;
    const parsed = parseFilter(state.filter, {
      columns: data.searchable,
      searchText: (run: TableRun) => searchText(run, data.searchable),
    });
    // No columns are known before the first message.
    this.problem = "problem" in parsed && data.columns.length > 0 ? parsed.problem : null;
    if ("test" in parsed) ({ test: this.test } = parsed);
    this.model = collectRows(data.runs.filter(this.test), data.columns, state);
    if (data.pending === 0 && data.runs.length > 0) this.selection = keepPresent(this.selection, (id) => data.has(id));
    return this.model;
  }

  /** Those that the filter leaves, in the order of the table. */
  private selected(): readonly TableRun[] {
    const { ids } = this.selection;
    return ids.size === 0 ? [] : this.currentModel().runs.filter(({ id }) => ids.has(id));
  }

  private change(change: Partial<RunsTableState>): void {
    this.state = { ...this.state, ...change };
    this.model = null;
    this.save();
  }

  private toggle(key: "chart" | "logarithmic"): void {
    this.change({ [key]: !this.state[key] });
  }

  private select(selection: Selection): void {
    this.selection = selection;
    this.save();
  }

  private save(): void {
    const selected = [...this.selection.ids].slice(0, MAX_SAVED);
    this.state = { ...this.state, selected, expanded: this.state.expanded.slice(-MAX_SAVED) };
    this.host.save(this.state);
    this.host.requestDraw();
  }

  /** Where a row that was clicked is by now: a click comes before what the last one changed is drawn. */
  private indexOf({ key }: Row): number {
    return this.currentModel().rows.findIndex((row) => row.key === key);
  }

  private clickRow(clicked: Row, { range, add }: { readonly range: boolean; readonly add: boolean }): void {
    const { rows } = this.currentModel();
    const index = this.indexOf(clicked);
    const row = rows[index];
    if (row === undefined) return;
    if (range) this.select(selectRange(this.selection, rows, index));
    else this.select(add ? toggleRow(this.selection, row) : selectOnly(row));
  }

  private openRow(index: number): void {
    const row = this.currentModel().rows[index];
    if (row?.kind === "run") this.host.post({ type: "verb", verb: "openRun", ids: [row.run.id] });
    else if (row !== undefined) this.toggleGroup(index);
  }

  private toggleGroup(index: number, wanted?: boolean): void {
    const row = this.currentModel().rows[index];
    if (row?.kind !== "group" || row.isExpanded === wanted) return;
    const others = this.state.expanded.filter((key) => key !== row.group.key);
    this.change({ expanded: row.isExpanded ? others : [...others, row.group.key] });
  }

  private togglePin(row: Row): void {
    if (row.kind === "run")
      this.host.post({ type: "verb", verb: row.run.pinned ? "unpinRun" : "pinRun", ids: [row.run.id] });
  }

  private act(verb: TableVerb): void {
    const selected = this.selected();
    const ids = selected.map(({ id }) => id);
    const isOne = verb === "openRun" || verb === "renameRun" || verb === "noteRun";
    if (ids.length === 0 || (isOne && ids.length > 1) || (verb === "compareRuns" && ids.length > MAX_COMPARED)) return;
    this.host.post({ type: "verb", verb, ids });
  }

  private enterGrid(): void {
    const [first] = this.currentModel().rows;
    if (first !== undefined && this.activeIndex() < 0) this.select(selectOnly(first));
    this.grid.focus();
  }

  private activeIndex(): number {
    return this.currentModel().rows.findIndex(({ key }) => key === this.selection.active);
  }

  /** Of the table while it has the focus; true when the key was one of its own. */
  private onKey(event: KeyboardEvent): void {
    if (this.moveByKey(event) || this.actByKey(event)) event.preventDefault();
  }

  private moveByKey({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    const { rows } = this.currentModel();
    const at = this.activeIndex();
    const to = rowForKey(key, at, rows.length, this.grid.page);
    const row = rows[to ?? -1];
    if (to === null || row === undefined) return false;
    if (shiftKey) this.select(selectRange(this.selection, rows, to));
    else this.select(ctrlKey || metaKey ? { ...this.selection, active: row.key } : selectOnly(row));
    this.grid.reveal(to);
    return true;
  }

  private actByKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    const command = ctrlKey || metaKey;
    const { rows } = this.currentModel();
    const at = this.activeIndex();
    const row = rows[at];
    if (command) return this.actByChord(key.toLowerCase(), rows);
    if (altKey) return false;
    switch (key) {
      case "ArrowRight":
      case "ArrowLeft":
        this.moveSideways(key === "ArrowRight" ? 1 : -1, at, row);
        return true;
      case " ":
        if (row !== undefined) this.select(toggleRow(this.selection, row));
        return true;
      case "Enter":
        this.openRow(at);
        return true;
      case "Escape":
        this.select({ ...this.selection, ids: new Set() });
        return true;
      default:
        return this.actByLetter(key);
    }
  }

  private actByChord(key: string, rows: readonly Row[]): boolean {
    if (key === "a") this.select({ ...this.selection, ids: new Set(rows.flatMap(runsOf).map(({ id }) => id)) });
    else if (key === "z") this.host.post({ type: "verb", verb: "undoDeleteRuns", ids: [] });
    else if (key === "f") this.toolbar.focusFilter();
    else return false;
    return true;
  }

  private actByLetter(key: string): boolean {
    const verb = VERB_KEYS[key];
    if (verb === undefined) return false;
    const isPinned = this.selected().every(({ pinned }) => pinned);
    this.act(verb === "pinRun" && isPinned ? "unpinRun" : verb);
    return true;
  }

  /** Into and out of a group, as in a tree; where there is none, the columns move. */
  private moveSideways(direction: -1 | 1, at: number, row: Row | undefined): void {
    const { rows, groups } = this.currentModel();
    if (row?.kind === "group" && row.isExpanded !== direction > 0) return this.toggleGroup(at, direction > 0);
    if (groups === null || row?.kind !== "run" || direction > 0) return this.grid.scrollSideways(direction);
    const parent = rows.findLastIndex(({ kind }, index) => index < at && kind === "group");
    if (parent < 0) return;
    this.select(selectOnly(rows[parent]!));
    this.grid.reveal(parent);
  }
}

const VERB_KEYS: Readonly<Record<string, TableVerb>> = {
  c: "compareRuns",
  p: "pinRun",
  n: "noteRun",
  F2: "renameRun",
  Delete: "deleteRuns",
};
