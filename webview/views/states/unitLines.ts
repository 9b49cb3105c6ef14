/** Lines over time for the units that the reader has chosen, below the map of all, on the same time axis. */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../../../src/shared/words/numberFormat";
import type { Quantity } from "../../state/quantities";
import { element, setHidden } from "../../ui/dom";
import { applyTheme, createChart, isCollapsed, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import type { CardHost } from "../../chart/card";
import { TIME_STEP_NAME } from "../../chart/axisNames";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import { unitColor, unitDash, valueAxis } from "./stateLines";
import { timeAxis, timeCursor, timePoints } from "../../chart/timeStepChart";

export class UnitLines {
  readonly element: HTMLElement;
  private readonly chips = element("div", {
    class: "unit-chips",
    attributes: { role: "group", "aria-label": l10n.t("Plotted units") },
  });
  private readonly hint = element(
    "p",
    { class: "unit-hint" },
    l10n.t("Click a unit to plot it, Ctrl+click to add more. Keyboard: Shift+↑ ↓ selects, Enter plots, Space adds."),
  );
  private readonly plot: HTMLElement;
  private readonly chart: LineChart;
  private shownChips = "";

  constructor(private readonly host: Pick<CardHost, "chooseUnit" | "requestDraw">) {
    const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    this.plot = element("div", { class: "unit-plot" }, canvas);
    this.element = element("div", { class: "unit-lines" }, this.hint, this.chips, this.plot);
    this.chart = createChart(canvas, { onDidResize: () => this.host.requestDraw() });
  }

  /** Null hides it, as where all units have lines anyway. */
  show(model: ChartModel | null, quantity: Quantity | null, values: Float64Array, units: number): void {
    setHidden(this.element, model === null || quantity === null);
    if (model === null || quantity === null) return;
    const chosen = model.preferences.units.filter((unit) => unit < units);
    setHidden(this.hint, chosen.length > 0);
    setHidden(this.chips, chosen.length === 0);
    setHidden(this.plot, chosen.length === 0);
    this.showChips(model, chosen, quantity, values, units);
    if (chosen.length === 0) return;
    this.chart.resize();
    if (isCollapsed(this.chart)) this.chart.update("none");
    const lines = chosen.map((unit) =>
      Float64Array.from({ length: values.length / units }, (_, step) => values[step * units + unit] ?? NaN),
    );
    setAxis(this.chart, "x", timeAxis(model, 0.5), TIME_STEP_NAME);
    setAxis(this.chart, "y", valueAxis(quantity, lines), [quantity.label, quantity.symbol]);
    applyTheme(this.chart, model.theme);
    setMarks(
      this.chart,
      { vertical: timeCursor(model), horizontal: [{ at: 0, color: model.theme.muted }], points: [] },
      model.theme,
    );
    setDatasets(
      this.chart,
      lines.map((line, i) =>
        lineDataset(timePoints(line, quantity.firstStep), {
          color: unitColor(i, model.theme),
          width: model.theme.lineWidth,
          dash: unitDash(i),
        }),
      ),
    );
    this.chart.update("none");
  }

  private showChips(
    model: ChartModel,
    chosen: readonly number[],
    quantity: Quantity,
    values: Float64Array,
    units: number,
  ): void {
    const step = model.place.timeStep ?? model.header.timeSteps;
    const at = (unit: number): string => formatValue(values[(step - quantity.firstStep) * units + unit] ?? NaN, 3);
    const key = chosen.join();
    if (key !== this.shownChips) {
      this.shownChips = key;
      this.chips.replaceChildren(...chosen.map((unit, i) => this.createChip(unit, i)));
    }
    for (const [i, unit] of chosen.entries()) {
      const chip = this.chips.children[i];
      const [swatch, , value] = chip === undefined ? [] : ([...chip.children] as HTMLElement[]);
      if (swatch !== undefined) swatch.style.color = unitColor(i, model.theme);
      if (value !== undefined && value.textContent !== at(unit)) value.textContent = at(unit);
    }
  }

  private createChip(unit: number, i: number): HTMLElement {
    const chip = element(
      "button",
      {
        class: "unit-chip",
        attributes: {
          type: "button",
          title: l10n.t("Remove unit {0}", unit),
          "aria-label": l10n.t("Remove unit {0}", unit),
        },
      },
      element("span", { class: `swatch swatch-${unitDash(i).length === 0 ? "line" : "dash"}` }),
      element("span", { class: "readout-label" }, l10n.t("unit {0}", unit)),
      element("span", { class: "readout-value" }),
      element("span", { class: "unit-remove", attributes: { "aria-hidden": "true" } }, "×"),
    );
    chip.addEventListener("click", () => this.host.chooseUnit(unit, true));
    return chip;
  }
}
