/** What is left over below the lines of targets and predictions, on the same x axis. */
import * as l10n from "@vscode/l10n";
import { linearAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { applyTheme, createChart, isCollapsed, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type LineMark } from "../../chart/marks";
import { element, setHidden, setText } from "../../ui/dom";
import type { Theme } from "../../ui/theme";
import type { Picture } from "./predictionPictures";

export class ResidualStrip {
  readonly element: HTMLElement;
  private readonly label = element("p", { class: "residual-label" });
  private readonly chart: LineChart;

  constructor(requestDraw: () => void) {
    const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    this.element = element(
      "div",
      { class: "residuals" },
      this.label,
      element("div", { class: "residual-plot" }, canvas),
    );
    this.chart = createChart(canvas, { onDidResize: requestDraw });
    setHidden(this.element, true);
  }

  hide(): void {
    setHidden(this.element, true);
  }

  /** @param name of the values; null: they have none */
  show({ x, targets, outputs }: Picture, name: string | null, vertical: readonly LineMark[], theme: Theme): void {
    setHidden(this.element, false);
    setText(
      this.label,
      name === null ? l10n.t("residual: prediction − target") : l10n.t("residual: prediction − target, {0}", name),
    );
    this.chart.resize();
    if (isCollapsed(this.chart)) this.chart.update("none");
    const residuals = outputs.map((point, i) => ({ x: point.x, y: point.y - (targets[i]?.y ?? NaN) }));
    setAxis(this.chart, "x", x);
    setAxis(this.chart, "y", symmetric(residuals.map(({ y }) => y)));
    applyTheme(this.chart, theme);
    setMarks(this.chart, { vertical, horizontal: [{ at: 0, color: theme.muted }], points: [] }, theme);
    setDatasets(this.chart, [lineDataset(residuals, { color: theme.series[1] ?? theme.foreground, width: 1 })]);
    this.chart.update("none");
  }
}

/** As far below zero as above, so that a bias shows; to a round number, which its ends can name. */
function symmetric(values: readonly number[]): AxisSpec {
  const extent = extentOf(values);
  const size = Math.max(Math.abs(extent?.min ?? 0), Math.abs(extent?.max ?? 0));
  return linearAxis(size === 0 ? null : { min: -size, max: size, smallest: size }, 2);
}
