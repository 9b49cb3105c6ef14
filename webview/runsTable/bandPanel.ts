import * as l10n from "@vscode/l10n";
import {
  MAX_CURVES,
  type RunsTableHostMessage,
  type RunsTablePageMessage,
  type RunsTableState,
  type TableRun,
} from "../../src/shared/wire/runsTable";
import { Picker } from "../ui/picker";
import { movedIteration } from "../chart/moveIteration";
import { element, setAttribute, setHidden } from "../ui/dom";
import type { Theme } from "../ui/theme";
import { BandChart, type ChartedGroup } from "./bandChart";
import type { Column } from "./columns";
import { CurveStore } from "./curveStore";
import { BY_CONFIG, collectGroups, type RunGroup } from "./groups";
import { collectBand } from "./lossBand";
import { hyperparametersOf, type TableModel } from "./rows";

/** Groups with a color of their own. */
const MAX_GROUPS = 6;

interface BandPanelHost {
  requestDraw(): void;
  post(message: RunsTablePageMessage): void;
  change(change: Partial<RunsTableState>): void;
  toggle(key: "logarithmic"): void;
}

interface BandPanelModel {
  readonly state: RunsTableState;
  readonly model: TableModel;
  readonly selected: readonly TableRun[];
  readonly columns: readonly Column[];
  readonly theme: Theme;
}

/**
 * The chart above the table: the groups of the selected runs, or the first groups of the table where none is selected.
 * Where the table has no groups, runs belong together that differ in their seeds only.
 */
export class BandPanel {
  readonly element: HTMLElement;
  private readonly chart: BandChart;
  private readonly curves: CurveStore;
  private readonly kind: Picker;
  private readonly scale: HTMLElement;
  private hovered: number | null = null;
  private pinned: number | null = null;
  private table = false;
  /** At which the longest band has points. */
  private iterations: readonly number[] = [];

  constructor(host: BandPanelHost) {
    this.curves = new CurveStore((message) => host.post(message));
    this.chart = new BandChart({
      moveCursor: (move) => {
        if (move.kind === "hover") this.hovered = move.iteration ?? null;
        else {
          this.hovered = null;
          if (move.kind !== "leave") this.pinned = movedIteration(move, this.pinned, this.iterations);
        }
        host.requestDraw();
      },
      toggleTable: () => {
        this.table = !this.table;
        host.requestDraw();
      },
      requestDraw: () => host.requestDraw(),
    });
    this.kind = new Picker(l10n.t("Band"), (kind) =>
      host.change({ band: kind === "deviation" ? "deviation" : "range" }),
    );
    this.scale = element("button", { class: "segment", attributes: { type: "button" } }, l10n.t("Log scale"));
    this.scale.addEventListener("click", () => host.toggle("logarithmic"));
    this.chart.card.controls.append(this.kind.element, this.scale);
    this.element = element("div", { class: "runs-band" }, this.chart.card.element);
  }

  receive(message: Extract<RunsTableHostMessage, { readonly type: "curves" }>): void {
    this.curves.receive(message.requestId, message.curves, message.problems);
  }

  show(panel: BandPanelModel): void {
    const { state, theme } = panel;
    setHidden(this.element, !state.chart);
    if (!state.chart) return;
    this.kind.show(
      [
        { value: "range", label: l10n.t("Minimum to maximum") },
        { value: "deviation", label: l10n.t("± 1 standard deviation") },
      ],
      state.band,
    );
    setAttribute(this.scale, "aria-pressed", String(state.logarithmic));
    const wanted = this.wantedGroups(panel);
    const { isComplete } = this.curves.find(wanted.flatMap(({ runs }) => runs));
    const groups = wanted.flatMap(({ label, runs }): ChartedGroup[] => {
      const { curves } = this.curves.find(runs);
      return curves.length === 0 ? [] : [{ label, runs: curves.length, band: collectBand(curves, state.band) }];
    });
    this.iterations = groups.reduce<readonly number[]>(
      (longest, { band }) => ((band.iteration.at(-1) ?? 0) > (longest.at(-1) ?? -1) ? [...band.iteration] : longest),
      [],
    );
    this.chart.draw({
      groups,
      kind: state.band,
      iteration: this.hovered ?? this.pinned,
      logarithmic: state.logarithmic,
      table: this.table,
      empty:
        groups.length > 0 ? null : isComplete ? l10n.t("No run with a recorded loss is selected.") : l10n.t("Loading…"),
      problems: this.curves.problems,
      theme,
    });
  }

  private wantedGroups({ state, model, selected, columns }: BandPanelModel): readonly RunGroup[] {
    const runs = selected.length > 0 ? selected : model.runs;
    const by = state.group ?? BY_CONFIG;
    const groups =
      selected.length === 0 && model.groups !== null
        ? model.groups
        : collectGroups(runs, by, state.sort, columns, hyperparametersOf(columns, runs));
    let left = MAX_CURVES;
    return groups.slice(0, MAX_GROUPS).flatMap((group) => {
      const some = group.runs.slice(0, left);
      left -= some.length;
      return some.length === 0 ? [] : [{ ...group, runs: some }];
    });
  }
}
