import * as l10n from "@vscode/l10n";
import { layerSuffix } from "../../../src/shared/trace/networkSpec";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { TraceHeader } from "../../../src/shared/trace/trace";
import type { Spectrum } from "../../../src/shared/trace/weightReport";
import type { Theme } from "../../ui/theme";
import { applyTheme, createChart, isCollapsed, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import {
  complexNumbers,
  formatComplex,
  modulusOf,
  nearestComplex,
  paintComplexPlane,
  type Complex,
} from "../../chart/complexPlane";
import { iterationSlider } from "../../chart/iterationChart";
import { QueryThrottle } from "../../chart/queryThrottle";
import { layerOf, modelOfLayer, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerName, layerOptions, Picker } from "../../ui/picker";
import type { TableData, TableLimit } from "../../chart/table";
import { hasMatrices } from "./weightsChart";

/** Of weight_hh, or of the mean step Jacobian of gated cells. */
const TITLES = {
  weight_hh: l10n.t("Eigenvalues of weight_hh"),
  meanJacobian: l10n.t("Eigenvalues of the mean step Jacobian"),
} as const;

/** The eigenvalues of what the gradient is multiplied by, step after step, with the unit circle. */
export class SpectrumChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly layers: Picker;
  private readonly question: QueryThrottle;
  private values: readonly Complex[] = [];
  private hovered: Complex | null = null;
  private resized = true;
  private drawn: unknown = null;

  constructor(host: CardHost) {
    this.card = new ChartCard(
      {
        id: "spectrum",
        title: l10n.t("Eigenvalues"),
        captioned: true,
        ownAxis: "iteration",
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element);
    this.question = new QueryThrottle(host);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && hasMatrices(model) && model.header.hiddenSize > 1;
  }

  draw(shown: ChartModel | null, changed: Changed): void {
    if (shown === null) return;
    const model = modelOfLayer(shown);
    const layer = layerOf(model);
    this.question.ask(model, { kind: "spectrum", iteration: model.place.iteration, layer });
    this.layers.show(layerOptions(model.header), String(layer));
    const answer = model.answerTo("spectrum");
    const known = answer === null || "failure" in answer || answer.layer !== layer ? null : answer;
    this.card.setEmpty(
      known !== null
        ? null
        : answer !== null && "failure" in answer
          ? answer.failure
          : l10n.t("Computing eigenvalues…"),
    );
    if (known === null) return;
    const { spectrum } = known;
    if (known !== this.drawn || changed.style || this.resized) {
      if (this.resized) this.chart.update("none");
      this.resized = isCollapsed(this.chart);
      if (this.resized) return;
      this.drawn = known;
      this.values = complexNumbers(spectrum.re, spectrum.im);
      this.hovered = null;
      applyTheme(this.chart, model.theme);
      paintComplexPlane(this.chart, this.values, model.theme);
      this.chart.update("none");
    }
    this.describe(model, spectrum, known.iteration);
  }

  private describe(model: ChartModel, { of }: Spectrum, iteration: number): void {
    const { hovered, values } = this;
    const radius = formatValue(
      values.reduce((largest, value) => Math.max(largest, modulusOf(value)), 0),
      3,
    );
    this.card.setTitle(TITLES[of]);
    this.card.setReadout([
      { label: l10n.t("spectral radius"), value: radius, swatch: { kind: "dot", color: colorOf(model.theme) } },
      ...(hovered === null
        ? []
        : [
            { label: "λ", value: formatComplex(hovered) },
            { label: "|λ|", value: formatValue(modulusOf(hovered), 3) },
          ]),
    ]);
    this.card.setSubtitle(l10n.t("at {0}", formatCount(iteration)));
    const spoken = l10n.t("spectral radius {0}", radius);
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setCaption(meaningOf(model.header, of));
    this.card.setSummary(
      [
        summarize(values, of, model, formatCount(iteration)),
        l10n.t("Spectral radius {0}.", radius),
        ...meaningOf(model.header, of),
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("spectrum"), (limit) =>
      collectTable(values, TITLES[of], iteration, limit),
    );
  }

  /** The iteration stays; the readout shows the eigenvalue next to the pointer. */
  private probe(offsetX: number, offsetY: number): Record<string, never> | null {
    this.hovered = nearestComplex(this.chart, this.values, offsetX, offsetY);
    return {};
  }
}

function colorOf(theme: Theme): string {
  return theme.series[0] ?? theme.foreground;
}

function summarize(values: readonly Complex[], of: Spectrum["of"], model: ChartModel, iteration: string): string {
  const layer = layerOf(model);
  const name = layerName(model.header, layer);
  const total = formatCount(values.length);
  const outside = formatCount(values.filter((value) => modulusOf(value) > 1).length);
  return of === "weight_hh"
    ? l10n.t(
        "Eigenvalues of {0} at iteration {1}: {2} in total, {3} outside the unit circle.",
        model.header.probed === undefined ? `weight_hh${layerSuffix(model.header, layer)}` : `weight_hh, ${name}`,
        iteration,
        total,
        outside,
      )
    : model.header.cell === "lru"
      ? l10n.t(
          "Factors λ of {0} and their conjugates at iteration {1}: {2} in total, {3} outside the unit circle.",
          name,
          iteration,
          total,
          outside,
        )
      : l10n.t(
          "Eigenvalues of the mean step Jacobian of {0} at iteration {1}: {2} in total, {3} outside the unit circle.",
          name,
          iteration,
          total,
          outside,
        );
}

/** What the unit circle divides, which for rnn is not the gradient. */
function meaningOf({ cell }: TraceHeader, of: Spectrum["of"]): readonly string[] {
  if (cell === "lru")
    return [
      l10n.t("The layer has no recurrent weights: each point is the factor of a unit, or its conjugate."),
      l10n.t("Each step back multiplies the gradient of the unit by the distance of the point from the origin."),
    ];
  if (cell === "rglru")
    return [
      l10n.t("The layer has no recurrent weights: each point is the mean factor a of a unit."),
      l10n.t("The largest one is the predicted factor per step back."),
    ];
  if (of === "meanJacobian")
    return [
      l10n.t(
        "Averaged over sequences and steps, the gradient grows with each step back along eigenvectors outside the circle, and decays inside it.",
      ),
      l10n.t("The spectral radius is the predicted factor per step back."),
    ];
  return cell === "linear"
    ? [
        l10n.t("With each step back, the gradient grows along eigenvectors outside the circle, and decays inside it."),
        l10n.t("The spectral radius is the predicted factor per step back."),
      ]
    : [
        l10n.t(
          "The slopes of the units multiply the gradient as well: one outside the circle does not mean that it grows.",
        ),
        l10n.t("The predicted factor in Gradient by time step includes the slopes."),
      ];
}

function collectTable(values: readonly Complex[], name: string, iteration: number, limit: TableLimit): TableData {
  const sorted = values.toSorted((a, b) => modulusOf(b) - modulusOf(a)).slice(0, limit.rows);
  const title = l10n.t("{0} at iteration {1}, largest first", name, formatCount(iteration));
  return {
    caption:
      sorted.length < values.length
        ? l10n.t("{0} ({1} of {2} rows)", title, formatCount(sorted.length), formatCount(values.length))
        : title,
    columns: [l10n.t("Real"), l10n.t("Imaginary"), l10n.t("Modulus")],
    rows: sorted.map((value) => [value.re, value.im, modulusOf(value)]),
  };
}
