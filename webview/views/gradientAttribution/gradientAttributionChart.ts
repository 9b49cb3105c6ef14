import * as l10n from "@vscode/l10n";
import { viridisTable } from "../../ui/colorMap";
import { stateSymbol } from "../../../src/shared/trace/cells";
import type { GradientAttribution } from "../../../src/shared/trace/gradientAttribution";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import type { EngineName, TraceHeader } from "../../../src/shared/trace/trace";
import type { AnswerTo } from "../../../src/shared/wire/questions";
import { measureGradient } from "../../../src/shared/trace/gradientCurve";
import { curveSentences, totalText } from "../../chart/gradientWords";
import type { CursorTarget } from "../../state/cursor";
import { timeStepsOf } from "../../state/zoom";
import { applyTheme, createChart, isCollapsed, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { type ReadoutItem } from "../../chart/readout";
import { ColorBar } from "../../chart/colorBar";
import { decadesOf, nonFiniteColors, tooSmallColors, tooSmallLegend, type DecadeRange } from "../../chart/heatRaster";
import { setRaster } from "../../chart/imageLayer";
import { rowOfLoss, largestSource, rasterItems } from "./gradientAttributionRaster";
import { probeX } from "../../chart/iterationChart";
import { QueryThrottle } from "../../chart/queryThrottle";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import { layerOf, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerOptions, Picker } from "../../ui/picker";
import type { TableData, TableLimit } from "../../chart/table";
import { timeAxis, timeSlider } from "../../chart/timeStepChart";

const COLORS = viridisTable();

const GRADIENT_STEP_NAME = [l10n.t("← back in time · time step j"), l10n.t("← back in time")];
const LOSS_STEP_NAME = [l10n.t("loss step k")];

type Items = AnswerTo<"attribution">;

/** Where the gradient at each state comes from: one row for each loss, sent back alone. */
export class GradientAttributionChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly legend = new ColorBar(COLORS);
  private readonly layers: Picker;
  private readonly question: QueryThrottle;
  private range: DecadeRange | null = null;
  private smallLegend: readonly ReadoutItem[] = [];
  /** The loss step that the reader looks at, and the last there is. */
  private lossStep: number | null = null;
  private lastStep = 1;
  private resized = true;
  private painted: Items | null = null;

  constructor(private readonly host: CardHost) {
    this.card = new ChartCard(
      {
        id: "attribution",
        title: l10n.t("Gradient attribution"),
        captioned: true,
        ownAxis: "timeStep",
        zoom: { x: "timeStep" },
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element);
    this.card.aside.append(this.legend.element);
    this.question = new QueryThrottle(host);
    // Before the cursor of the page takes the keys: with Shift they go along the losses.
    this.element.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
    this.chart = createChart(this.card.canvas, {
      filled: true,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && lossAtEveryStep(model.header);
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    const { header, place, theme } = model;
    const layer = layerOf(model);
    const sequence = typeof place.sequence === "number" ? place.sequence : header.inspected.sequence;
    this.question.ask(model, { kind: "attribution", iteration: place.iteration, layer, sequence });
    this.layers.show(layerOptions(header), String(layer));
    const answer = model.answerTo("attribution");
    const items = answer === null || "failure" in answer || answer.items.timeSteps !== header.timeSteps ? null : answer;
    this.card.setEmpty(
      items !== null
        ? null
        : answer !== null && "failure" in answer
          ? answer.failure
          : l10n.t("Backpropagating each loss…"),
    );
    if (items === null) return this.legend.show(null, { broken: false, above: false });
    this.lastStep = header.timeSteps;
    setAxis(this.chart, "x", timeAxis(model, 0.5), GRADIENT_STEP_NAME);
    setAxis(this.chart, "y", { kind: "linear", min: 0.5, max: header.timeSteps + 0.5, whole: true }, LOSS_STEP_NAME);
    applyTheme(this.chart, theme);
    if (this.resized) this.chart.update("none");
    const collapsed = isCollapsed(this.chart);
    if (collapsed) return;
    if (items !== this.painted || changed.style || this.resized) this.paint(items.items, header.engine, theme.light);
    this.painted = items;
    this.resized = false;
    const { timeStep } = place;
    const dash = [3, 3];
    setMarks(
      this.chart,
      {
        vertical: timeStep === null ? [] : [{ at: timeStep, color: theme.foreground, dash }],
        horizontal: this.lossStep === null ? [] : [{ at: this.lossStep, color: theme.foreground, dash }],
        points: [],
      },
      theme,
    );
    this.chart.update("none");
    this.describe(model, items);
  }

  private paint(items: GradientAttribution, engine: EngineName, light: boolean): void {
    const { timeSteps: T, values, steps } = items;
    const inside = values.filter((_, at) => at % (T + 1) <= (steps[Math.floor(at / (T + 1))] ?? 0));
    const tooSmall = tooSmallColors(engine, light);
    this.range = decadesOf(inside, 0, inside.length, tooSmall?.limit);
    this.smallLegend = tooSmallLegend(inside, [0, inside.length], tooSmall);
    const ratio = this.chart.currentDevicePixelRatio;
    const width = Math.max(1, Math.round(this.chart.chartArea.width * ratio));
    const height = Math.max(1, Math.round(this.chart.chartArea.height * ratio));
    setRaster(
      this.chart,
      rasterItems(
        items,
        { table: COLORS, broken: nonFiniteColors(light), tooSmall },
        this.range ?? { low: -1, high: 1 },
        width,
        height,
      ),
      { x: timeStepsOf(T) },
    );
    this.legend.show(this.range, { broken: inside.some((value) => !Number.isFinite(value)), above: false });
  }

  private describe(model: ChartModel, { items, iteration, sequence }: Items): void {
    const { header, place } = model;
    const { timeSteps: T, steps, values } = items;
    const j = place.timeStep ?? 0;
    const row = rowOfLoss(steps, this.lossStep ?? T);
    const k = steps[row] ?? T;
    const value = values[row * (T + 1) + j] ?? NaN;
    const top = largestSource(items, j);
    const curve = measureGradient(values.subarray(row * (T + 1), row * (T + 1) + k + 1), header);
    const sentences = curveSentences(curve, header, k);
    const readout: ReadoutItem[] = [
      {
        label: l10n.t("{0} at t = {1} from the loss at k = {2}", sizeOf(header), j, k),
        value: formatValue(j > k ? 0 : value),
      },
    ];
    if (top !== null)
      readout.push({ label: l10n.t("largest source"), value: `k = ${top.step} (${formatPercent(top.share, 2)})` });
    if (curve.trend !== null) readout.push({ label: `k = ${k}`, value: totalText(curve.trend) });
    this.card.setReadout([...readout, ...this.smallLegend]);
    this.card.setSubtitle(
      [
        l10n.t("sequence {0}", formatCount(sequence)),
        ...(steps.length < T ? [l10n.t("{0} of {1} losses", steps.length, T)] : []),
        ...(iteration === place.iteration ? [] : [l10n.t("iteration {0}", formatCount(iteration))]),
      ].join(" · "),
    );
    const spoken =
      top === null
        ? l10n.t("Time step {0}: {1} from the loss at step {2}", j, formatValue(value), k)
        : l10n.t(
            "Time step {0}: {1} from the loss at step {2}; largest source: step {3} ({4})",
            j,
            formatValue(value),
            k,
            top.step,
            formatPercent(top.share, 2),
          );
    this.card.setSlider(timeSlider(model, spoken));
    this.card.setSummary(
      [
        l10n.t(
          "Gradient at time steps 0 to {0} of sequence {1}, by the loss step it comes from, at iteration {2}.",
          formatCount(header.timeSteps),
          formatCount(sequence),
          formatCount(iteration),
        ),
        `${spoken}.`,
        ...sentences,
      ].join(" "),
    );
    const [first = "", ...rest] = sentences;
    this.card.setCaption([`${l10n.t("Loss at step {0}.", k)} ${first}`.trim(), ...rest]);
    this.card.setTable(model.preferences.tables.includes("attribution"), (limit) =>
      collectTable(items, model.header, iteration, limit),
    );
  }

  private onKey(event: KeyboardEvent): void {
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (!event.shiftKey || by === 0 || !(event.target as HTMLElement).classList.contains("plot-cursor")) return;
    event.preventDefault();
    event.stopPropagation();
    this.lossStep = Math.min(this.lastStep, Math.max(1, (this.lossStep ?? this.lastStep) + by));
    this.host.requestDraw();
  }

  private probe(offsetX: number, offsetY: number): CursorTarget | null {
    const timeStep = probeX(this.chart, offsetX, offsetY);
    if (timeStep === null) return null;
    this.lossStep = Math.min(
      this.lastStep,
      Math.max(1, Math.round(this.chart.scales["y"]?.getValueForPixel(offsetY) ?? this.lastStep)),
    );
    return { timeStep };
  }
}

/** The size of the gradient that is shown. */
const sizeOf = ({ cell }: TraceHeader): string => `|dL/d${stateSymbol(cell)}|`;

function collectTable(
  { timeSteps: T, steps, values }: GradientAttribution,
  header: TraceHeader,
  iteration: number,
  limit: TableLimit,
): TableData {
  const count = Math.max(2, Math.min(T + 1, limit.columns));
  const shown = Array.from({ length: count }, (_, i) => Math.round((i * T) / (count - 1)));
  return {
    caption: l10n.t("{0} at each time step by loss step, iteration {1}", sizeOf(header), formatCount(iteration)),
    columns: [l10n.t("Loss step"), ...shown.map((j) => `t = ${j}`)],
    rows: Array.from(steps, (k, i) => [k, ...shown.map((j) => (j > k ? "" : (values[i * (T + 1) + j] ?? NaN)))]),
  };
}
