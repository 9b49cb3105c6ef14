import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { SpectrumBlock } from "../../../src/shared/trace/weightReport";
import type { Theme } from "../../ui/theme";
import { applyTheme, createChart, isCollapsed, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { iterationSlider } from "../../chart/iterationChart";
import { QueryThrottle } from "../../chart/queryThrottle";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import { layerOf, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerOptions, Picker } from "../../chart/picker";
import type { TableData, TableLimit } from "../../chart/table";
import { hasMatrices } from "./weightsChart";

/** Half the height of the picture, at least: the circle with some room around it. */
const MIN_REACH = 1.2;
const CIRCLE = Array.from({ length: 121 }, (_, i) => ({
  x: Math.cos((i / 60) * Math.PI),
  y: Math.sin((i / 60) * Math.PI),
}));
const SHAPES = ["circle", "triangle", "rect", "rectRot"] as const;

interface Eigenvalue {
  readonly gate: string;
  readonly re: number;
  readonly im: number;
}

/** The eigenvalues of weight_hh in the unit circle: what lies outside grows when it repeats, what lies inside fades. */
export class SpectrumChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly layers: Picker;
  private readonly question: QueryThrottle;
  private values: readonly Eigenvalue[] = [];
  private hovered: Eigenvalue | null = null;
  private resized = true;
  private drawn: unknown = null;

  constructor(host: CardHost) {
    this.card = new ChartCard(
      {
        id: "spectrum",
        title: l10n.t("Eigenvalues of weight_hh"),
        subtitle: l10n.t("imaginary ↑ · real →"),
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

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    const layer = layerOf(model);
    this.question.ask(model, { kind: "spectrum", iteration: model.place.iteration, layer });
    this.layers.show(layerOptions(model.header.numLayers), String(layer));
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
    if (known !== this.drawn || changed.style || this.resized) {
      if (this.resized) this.chart.update("none");
      this.resized = isCollapsed(this.chart);
      if (this.resized) return;
      this.drawn = known;
      this.values = known.blocks.flatMap(({ gate, re, im }) =>
        Array.from(re, (value, i) => ({ gate, re: value, im: im[i] ?? NaN })),
      );
      this.hovered = null;
      this.paint(model.theme, known.blocks);
    }
    this.describe(model, known.blocks, known.iteration);
  }

  private paint(theme: Theme, blocks: readonly SpectrumBlock[]): void {
    const finite = this.values.filter(({ re, im }) => Number.isFinite(re) && Number.isFinite(im));
    const reach = Math.max(MIN_REACH, ...finite.map(({ re, im }) => Math.hypot(re, im) * 1.08));
    const { width, height } = this.chart.chartArea;
    const side = Math.min(width, height);
    // A circle has to look like one.
    setAxis(this.chart, "x", { kind: "linear", min: (-reach * width) / side, max: (reach * width) / side });
    setAxis(this.chart, "y", { kind: "linear", min: (-reach * height) / side, max: (reach * height) / side });
    applyTheme(this.chart, theme);
    setMarks(
      this.chart,
      {
        paths: [{ points: CIRCLE, color: theme.muted, halo: theme.background, width: 1 }],
        vertical: [{ at: 0, color: theme.grid }],
        horizontal: [{ at: 0, color: theme.grid }],
        points: [],
      },
      theme,
    );
    setDatasets(
      this.chart,
      blocks.map(({ re, im }, block) => ({
        // The axis of a line ascends.
        data: Array.from(re, (x, i) => ({ x, y: im[i] ?? NaN }))
          .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
          .sort((a, b) => a.x - b.x),
        showLine: false,
        pointStyle: SHAPES[block % SHAPES.length] ?? "circle",
        pointRadius: re.length > 64 ? 2.5 : 3.5,
        pointBorderWidth: 1,
        pointBorderColor: theme.background,
        pointBackgroundColor: colorOf(theme, block),
      })),
    );
    this.chart.update("none");
  }

  private describe(model: ChartModel, blocks: readonly SpectrumBlock[], iteration: number): void {
    const { hovered } = this;
    const radii = blocks.map(({ gate, re, im }) => ({
      gate,
      radius: re.reduce((largest, value, i) => Math.max(largest, Math.hypot(value, im[i] ?? NaN)), 0),
    }));
    this.card.setReadout([
      ...radii.map(({ gate, radius }, block) => ({
        label: gate === "" ? l10n.t("spectral radius") : l10n.t("radius {0}", gate),
        value: formatValue(radius, 3),
        swatch: { kind: "dot" as const, color: colorOf(model.theme, block) },
      })),
      ...(hovered === null
        ? []
        : [
            { label: hovered.gate === "" ? "λ" : l10n.t("λ of {0}", hovered.gate), value: formatComplex(hovered) },
            { label: "|λ|", value: formatValue(Math.hypot(hovered.re, hovered.im), 3) },
          ]),
    ]);
    this.card.setSubtitle([l10n.t("imaginary ↑ · real →"), l10n.t("at {0}", formatCount(iteration))].join(" · "));
    const spoken = radii
      .map(
        ({ gate, radius }) =>
          `${gate === "" ? l10n.t("spectral radius") : l10n.t("spectral radius of gate {0}", gate)} ${formatValue(radius, 3)}`,
      )
      .join(", ");
    this.card.setSlider(iterationSlider(model, spoken));
    const outside = this.values.filter(({ re, im }) => Math.hypot(re, im) > 1).length;
    this.card.setSummary(
      [
        l10n.t(
          "Eigenvalues of {0} at iteration {1}: {2} in total, {3} outside the unit circle.",
          `weight_hh_l${layerOf(model)}`,
          formatCount(iteration),
          formatCount(this.values.length),
          formatCount(outside),
        ),
        `${spoken}.`,
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("spectrum"), (limit) =>
      collectTable(this.values, iteration, limit),
    );
  }

  /** The iteration stays; the readout shows the eigenvalue next to the pointer. */
  private probe(offsetX: number, offsetY: number): Record<string, never> | null {
    const at = (axis: "x" | "y", value: number): number => this.chart.scales[axis]?.getPixelForValue(value) ?? NaN;
    let nearest = Infinity;
    this.hovered = null;
    for (const value of this.values) {
      const distance = Math.hypot(at("x", value.re) - offsetX, at("y", value.im) - offsetY);
      if (distance >= nearest) continue;
      nearest = distance;
      this.hovered = value;
    }
    return {};
  }
}

function colorOf(theme: Theme, block: number): string {
  return theme.series[block % theme.series.length] ?? theme.foreground;
}

function formatComplex({ re, im }: Eigenvalue): string {
  return im === 0 ? formatValue(re, 3) : `${formatValue(re, 3)} ${im < 0 ? "-" : "+"} ${formatValue(Math.abs(im), 3)}i`;
}

function collectTable(values: readonly Eigenvalue[], iteration: number, limit: TableLimit): TableData {
  const sorted = values.toSorted((a, b) => Math.hypot(b.re, b.im) - Math.hypot(a.re, a.im)).slice(0, limit.rows);
  const title = l10n.t("Eigenvalues of weight_hh at iteration {0}, largest first", formatCount(iteration));
  const gated = values.some(({ gate }) => gate !== "");
  return {
    caption:
      sorted.length < values.length
        ? l10n.t("{0} ({1} of {2} rows)", title, formatCount(sorted.length), formatCount(values.length))
        : title,
    columns: [...(gated ? [l10n.t("Gate")] : []), l10n.t("Real"), l10n.t("Imaginary"), l10n.t("Modulus")],
    rows: sorted.map(({ gate, re, im }) => [...(gated ? [gate] : []), re, im, Math.hypot(re, im)]),
  };
}
