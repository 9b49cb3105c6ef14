/** Everything above the table: the filter, the choices of the table, and what can be done with the selected runs. */
import * as l10n from "@vscode/l10n";
import { MAX_COMPARED, type RunsTableState, type TableRun, type TableVerb } from "../../src/shared/wire/runsTable";
import { formatCount } from "../../src/shared/words/numberFormat";
import { Picker } from "../ui/picker";
import { FilterBox } from "../grid/filterBox";
import { element, setAttribute, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { ColumnMenu } from "./columnMenu";
import type { Column } from "./columns";
import { BY_CONFIG, BY_EXPERIMENT } from "./groups";

export interface ToolbarActions {
  filter(text: string): void;
  group(by: string | null): void;
  showColumn(column: string, shows: boolean): void;
  toggleChart(): void;
  act(verb: TableVerb): void;
  /** From the filter into the table. */
  leaveFilter(): void;
}

export interface ToolbarModel {
  readonly state: RunsTableState;
  /** Why the filter cannot be read; null when it can. */
  readonly problem: string | null;
  readonly selected: readonly TableRun[];
  readonly columns: readonly Column[];
  readonly visible: readonly Column[];
  readonly count: string;
}

const NOT_GROUPED = "";

export class Toolbar {
  readonly element: HTMLElement;
  private readonly filter: FilterBox;
  private readonly count = element("span", { class: "runs-count", attributes: { role: "status" } });
  private readonly group: Picker;
  private readonly columns: ColumnMenu;
  private readonly chart: HTMLButtonElement;
  private pinVerb: TableVerb = "pinRun";
  private readonly verbs: ReadonlyMap<string, HTMLButtonElement>;

  constructor(private readonly actions: ToolbarActions) {
    this.filter = new FilterBox(
      l10n.t("Filter runs: text, /regex/, loss<1, cell:lstm, state:done, -note:draft"),
      actions,
    );
    this.group = new Picker(l10n.t("Group by"), (by) => actions.group(by === NOT_GROUPED ? null : by));
    this.columns = new ColumnMenu((column, shows) => actions.showColumn(column, shows));
    this.chart = this.createTool("chart", l10n.t("Loss by group"), () => actions.toggleChart());
    this.verbs = new Map([
      ["openRun", this.createVerb("openPanel", l10n.t("Open"), "openRun")],
      ["compareRuns", this.createVerb("diff", l10n.t("Compare"), "compareRuns")],
      ["pinRun", this.createTool("pin", l10n.t("Pin"), () => this.actions.act(this.pinVerb))],
      ["renameRun", this.createVerb("file", l10n.t("Rename"), "renameRun")],
      ["noteRun", this.createVerb("output", l10n.t("Edit Note"), "noteRun")],
      ["deleteRuns", this.createVerb("close", l10n.t("Delete"), "deleteRuns")],
    ]);
    this.element = element(
      "header",
      { class: "runs-head" },
      element("h1", {}, l10n.t("Runs")),
      this.count,
      element(
        "div",
        { class: "runs-filter-row" },
        this.filter.field,
        this.group.element,
        this.columns.element,
        this.chart,
      ),
      this.filter.problem,
      element(
        "div",
        { class: "runs-verbs", attributes: { role: "toolbar", "aria-label": l10n.t("Selected runs") } },
        ...this.verbs.values(),
      ),
    );
  }

  show({ state, problem, selected, columns, visible, count }: ToolbarModel): void {
    this.filter.show(state.filter, problem);
    setText(this.count, selected.length === 0 ? count : `${count} · ${selectedText(selected.length)}`);
    this.group.show(groupOptions(columns), state.group ?? NOT_GROUPED);
    this.columns.show(columns, new Set(visible.map(({ id }) => id)));
    setAttribute(this.chart, "aria-pressed", String(state.chart));
    this.showVerbs(selected);
  }

  focusFilter(): void {
    this.filter.focus();
  }

  private showVerbs(selected: readonly TableRun[]): void {
    const { length } = selected;
    const isPinned = length > 0 && selected.every(({ pinned }) => pinned);
    this.pinVerb = isPinned ? "unpinRun" : "pinRun";
    this.enable("openRun", length === 1, "Enter");
    this.enable(
      "compareRuns",
      length >= 1 && length <= MAX_COMPARED,
      length > MAX_COMPARED ? l10n.t("Select at most {0} runs to compare them", MAX_COMPARED) : "C",
    );
    this.enable("pinRun", length > 0, "P");
    const pin = this.verbs.get("pinRun")?.querySelector(".tool-label");
    if (pin != null) setText(pin, isPinned ? l10n.t("Unpin") : l10n.t("Pin"));
    this.enable("renameRun", length === 1, "F2");
    this.enable("noteRun", length === 1, "N");
    this.enable("deleteRuns", length > 0, "Delete");
  }

  private enable(verb: TableVerb, isEnabled: boolean, hint: string): void {
    const button = this.verbs.get(verb);
    if (button === undefined) return;
    button.disabled = !isEnabled;
    const label = button.querySelector(".tool-label")?.textContent ?? "";
    setAttribute(button, "title", hint.length > 6 ? hint : `${label} (${hint})`);
  }

  private createVerb(icon: IconName, label: string, verb: TableVerb): HTMLButtonElement {
    return this.createTool(icon, label, () => this.actions.act(verb));
  }

  private createTool(icon: IconName, label: string, onClick: () => void): HTMLButtonElement {
    const button = element(
      "button",
      { class: "tool tool-text", attributes: { type: "button" } },
      createIcon(icon),
      element("span", { class: "tool-label" }, label),
    );
    button.addEventListener("click", onClick);
    return button;
  }
}

function selectedText(count: number): string {
  return count === 1 ? l10n.t("1 selected") : l10n.t("{0} selected", formatCount(count));
}

function groupOptions(columns: readonly Column[]): { readonly value: string; readonly label: string }[] {
  return [
    { value: NOT_GROUPED, label: l10n.t("No groups") },
    { value: BY_CONFIG, label: l10n.t("By config (all but the seed)") },
    { value: BY_EXPERIMENT, label: l10n.t("By experiment") },
    ...columns.flatMap(({ id, title, isHyperparameter }) =>
      isHyperparameter ? [{ value: id, label: l10n.t("By {0}", title) }] : [],
    ),
  ];
}

/** How many runs the table shows, in words. */
export function countText(shown: number, all: number, pending: number): string {
  if (pending > 0) return l10n.t("Loading {0} more runs…", formatCount(pending));
  if (shown !== all) return l10n.t("{0} of {1} runs", formatCount(shown), formatCount(all));
  return all === 1 ? l10n.t("1 run") : l10n.t("{0} runs", formatCount(all));
}
