import * as l10n from "@vscode/l10n";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { quantitiesOf, saturatedShare, unitsOf, unitsOfQuantity, type Quantity } from "../../state/quantities";
import { readOutputs, classText, symbolText, targetKindOf, type StepOutput } from "../../state/sequenceOutputs";
import { vectorColumn } from "../../../src/shared/trace/trace";
import type { CursorTarget } from "../../state/cursor";
import { element, setHidden, setText } from "../../ui/dom";
import { withAlpha, type Theme } from "../../ui/theme";
import { timeStepsOf } from "../../state/zoom";
import { applyTheme, createChart, isCollapsed, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { type ReadoutItem } from "../../chart/readout";
import { ColorBar } from "../../chart/colorBar";
import { nonFiniteColors, tooSmallColors, tooSmallLegend } from "../../chart/heatRaster";
import { setRaster } from "../../chart/imageLayer";
import { inputBars, type InputBars } from "./inputBars";
import type { InspectedSequence, SequenceView } from "./inspectedSequence";
import { TIME_STEP_NAME, UNIT_NAME } from "../../chart/axisNames";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import { layerOf, ofLayer, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerOptions, Picker } from "../../ui/picker";
import { SequenceBar } from "./sequenceBar";
import { SequenceStrips } from "./sequenceStrips";
import { collectUnits, endMarks, unitColor, unitDash, unitTable, valueAxis } from "./stateLines";
import { lastStepOf } from "../../chart/shortSequences";
import { nonFiniteSteps, MAX_DOTS, timeAxis, timeCursor, timePoints, timeSlider } from "../../chart/timeStepChart";
import { probeX } from "../../chart/iterationChart";
import { rasterUnits } from "./unitRaster";
import { UnitLines } from "./unitLines";
import { UnitWindow } from "./unitWindow";
import { unitScale } from "./unitScale";

/** More units than these are a picture, not lines. */
const MAX_LINES = 4;

/** A notch of the wheel moves the units in view by such a part of them. */
const WHEEL_PARTS = 8;

interface Shown {
  readonly view: SequenceView;
  readonly quantity: Quantity;
  readonly values: Float64Array;
  readonly units: number;
  readonly outputs: readonly StepOutput[];
}

/**
 * What the units do over the time steps of the inspected sequence, with its inputs, output and target on the same axis.
 */
export class StatesChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly quantities: Picker;
  private readonly layers: Picker;
  private readonly legend: ColorBar;
  private readonly saturation = element("span", { class: "saturation" });
  private readonly strips = new SequenceStrips();
  private readonly bar: SequenceBar;
  private readonly lines: UnitLines;
  private readonly bars: InputBars = { input: [], inputSize: 1, color: "" };
  private readonly window: UnitWindow;
  private isMap = false;
  private resized = true;
  private drawn = "";

  constructor(
    private readonly host: CardHost,
    private readonly sequence: InspectedSequence,
  ) {
    this.card = new ChartCard(
      {
        id: "states",
        title: l10n.t("Hidden states"),
        ownAxis: "timeStep",
        zoom: { x: "timeStep" },
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.quantities = new Picker(l10n.t("Quantity"), (id) => host.setQuantity(id));
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element, this.quantities.element);
    this.legend = new ColorBar(new Uint32Array(256));
    this.window = new UnitWindow(() => {
      this.drawn = "";
      host.requestDraw();
    });
    this.card.aside.append(this.saturation, this.window.element, this.legend.element);
    this.card.beforePlot.append(this.strips.element);
    this.bar = new SequenceBar(host);
    this.card.controls.append(this.bar.element);
    this.lines = new UnitLines(host);
    this.card.afterPlot.append(this.lines.element);
    this.element.addEventListener("click", (event) => this.onClick(event));
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.chart = createChart(this.card.canvas, {
      filled: false,
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
      plugins: [inputBars(this.bars)],
    });
  }

  draw(current: ChartModel | null, changed: Changed): void {
    const inspected = current === null ? null : this.sequence.of(current);
    this.bar.show(current, inspected?.problem ?? null);
    const view = inspected?.view ?? null;
    if (current === null || view === null) {
      this.drawn = "";
      this.strips.show(null);
      this.legend.showEnds(null);
      this.lines.show(null, null, new Float64Array(0), 1);
      setHidden(this.saturation, true);
      return this.card.setEmpty(
        current === null
          ? l10n.t("Hidden states while the model reads one sequence.")
          : (inspected?.failure ?? inspected?.problem?.message ?? l10n.t("Loading the sequence…")),
      );
    }
    this.card.setEmpty(null);
    const model = inspectedLabel(current, view);
    const key = `${view.key} ${model.place.timeStep} ${model.place.unit}`;
    if (key === this.drawn && !(changed.cursor || changed.style || this.resized)) return;
    this.drawn = key;
    const shown = this.choose(model, view);
    if (shown === null) return this.card.setEmpty(l10n.t("This run has no recorded states."));
    this.isMap = shown.units > MAX_LINES;
    this.element.classList.toggle("is-map", this.isMap);
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (this.resized) return;
    this.window.fit(shown.units, this.isMap ? this.chart.chartArea.height : Infinity, model.place.unit);
    const plain = !this.isMap && isPlain(model, shown);
    setAxis(this.chart, "x", timeAxis(model, plain ? 0 : 0.5), TIME_STEP_NAME);
    applyTheme(this.chart, model.theme);
    if (this.isMap) this.paintMap(model, shown);
    else this.drawLines(model, shown, plain);
    this.chart.update("none");
    this.showStrips(plain ? null : model, shown);
    this.lines.show(this.isMap ? model : null, shown.quantity, shown.values, shown.units);
    this.describe(model, shown);
  }

  private choose(model: ChartModel, view: SequenceView): Shown | null {
    const { header, preferences } = model;
    const layer = layerOf(model);
    const choices = quantitiesOf(ofLayer(header, layer), layer);
    const quantity = choices.find(({ id }) => id === preferences.quantity) ?? choices[0];
    this.layers.show(layerOptions(header), String(layer));
    this.quantities.show(
      choices.map(({ id, label }) => ({ value: id, label })),
      quantity?.id ?? "",
    );
    const values = quantity === undefined ? null : view.values(quantity.column.name);
    if (quantity === undefined || values === null) return null;
    return {
      view,
      quantity,
      values,
      units: unitsOf(quantity.column),
      outputs: readOutputs(header, view.values(vectorColumn.output) ?? []),
    };
  }

  private showStrips(model: ChartModel | null, { outputs }: Shown): void {
    this.strips.show(
      model === null
        ? null
        : {
            header: model.header,
            outputs,
            theme: model.theme,
            width: this.chart.width,
            area: this.chart.chartArea,
            span: model.timeSpan ?? timeStepsOf(model.header.timeSteps),
            cursor: model.place.timeStep,
          },
    );
  }

  private paintMap(model: ChartModel, { quantity, values, units }: Shown): void {
    const { theme, header } = model;
    const tooSmall = quantity.scale === "size" ? tooSmallColors(header.engine, theme.light) : null;
    const scale = unitScale(quantity, values, theme.light, tooSmall?.limit);
    this.bars.input = [];
    this.legend.paint(scale.table);
    const known = values.subarray(0, (lastStepOf(header) + 1 - quantity.firstStep) * units);
    const broken = known.some((value) => !Number.isFinite(value));
    if (scale.around !== null) this.legend.showBound(scale.around, broken);
    else if (scale.decades === null) this.legend.showEnds(scale.ends, broken);
    else this.legend.show(scale.decades, { broken, above: false });
    const ratio = this.chart.currentDevicePixelRatio;
    const width = Math.max(1, Math.round(this.chart.chartArea.width * ratio));
    const height = Math.max(1, Math.round(this.chart.chartArea.height * ratio));
    const dots = saturatedShare(values, quantity) !== null;
    const input = {
      values: known,
      units,
      window: this.window,
      skipped: quantity.firstStep,
      columns: header.timeSteps + 1,
      unitOf: scale.unitOf,
      saturated: dots ? quantity.saturated : () => false,
    };
    setRaster(
      this.chart,
      rasterUnits(input, { table: scale.table, broken: nonFiniteColors(theme.light), tooSmall }, width, height),
      { x: timeStepsOf(header.timeSteps) },
    );
    const { first, shown } = this.window;
    setAxis(this.chart, "y", { kind: "linear", min: first - 0.5, max: first + shown - 0.5, whole: true }, UNIT_NAME);
    setDatasets(this.chart, []);
    const { unit } = model.place;
    setMarks(
      this.chart,
      {
        vertical: timeCursor(model),
        horizontal: unit === null ? [] : [{ at: Math.min(unit, units - 1), color: theme.foreground, dash: [3, 3] }],
        points: [],
      },
      theme,
    );
  }

  private drawLines(model: ChartModel, shown: Shown, plain: boolean): void {
    const { header, theme } = model;
    const { quantity } = shown;
    const lines = collectUnits(shown.values, shown.units);
    setRaster(this.chart, null);
    this.legend.showEnds(null);
    Object.assign(this.bars, {
      input: plain ? header.inspected.input : [],
      inputSize: header.inspected.inputSize,
      color: withAlpha(theme.foreground, theme.highContrast ? 0.8 : 0.28),
    });
    const ends = plain && shown.outputs.length === 1 ? shown.outputs : [];
    setAxis(
      this.chart,
      "y",
      valueAxis(quantity, [...lines, ...ends.flatMap(({ output, target }) => [output, target])]),
      [quantity.label, quantity.symbol],
    );
    setMarks(
      this.chart,
      {
        bands: nonFiniteSteps(lines[0]?.subarray(0, lastStepOf(header) + 1 - quantity.firstStep) ?? [], theme),
        vertical: timeCursor(model),
        horizontal: [{ at: 0, color: theme.muted }],
        points: endMarks(ends, theme),
      },
      theme,
    );
    const dotted = header.timeSteps <= MAX_DOTS && lines.length <= 2;
    setDatasets(
      this.chart,
      lines.map((values, unit) => ({
        ...lineDataset(timePoints(values, quantity.firstStep), {
          color: unitColor(unit, theme),
          width: theme.lineWidth,
          dash: unitDash(unit),
        }),
        pointRadius: dotted ? 2.5 : 0,
        pointBackgroundColor: unitColor(unit, theme),
        pointBorderWidth: 0,
      })),
    );
  }

  private describe(model: ChartModel, { view, quantity, values, units, outputs }: Shown): void {
    const { header, place, theme } = model;
    const step = place.timeStep ?? header.timeSteps;
    const { label } = view;
    const all = unitsOfQuantity(ofLayer(header, layerOf(model)), quantity);
    const at = (unit: number): number => values[(step - quantity.firstStep) * units + unit] ?? NaN;
    const named = this.isMap
      ? [Math.min(place.unit ?? 0, units - 1)]
      : Array.from({ length: units }, (_, unit) => unit);
    const items = this.unitItems(named, units, quantity, step, at, theme);
    const inputs = describeInput(model, step);
    const answer = outputs.length > 1 ? outputs.find(({ timeStep }) => timeStep === step) : outputs[0];
    const output = answer === undefined ? "–" : describeAnswer(model, answer.output, answer.confidence);
    const target = describeTarget(model, answer);
    this.card.setSubtitle(
      [
        label,
        l10n.t("iteration {0}", formatCount(view.iteration)),
        ...(units < all ? [l10n.t("first {0} of {1} units", units, all)] : []),
      ].join(" · "),
    );
    this.card.setReadout([
      ...items,
      { label: l10n.t("input"), value: inputs, swatch: { kind: "bar", color: theme.muted } },
      ...(header.probed === undefined ? answerItems(output, target, theme) : []),
      ...this.smallLegend(model, quantity, values),
    ]);
    const share = this.showSaturation(values, quantity);
    const value = formatValue(at(named[0] ?? 0));
    const spoken =
      units === 1 ? `${quantity.label} ${value}` : l10n.t("{0} of unit {1}: {2}", quantity.label, named[0] ?? 0, value);
    const facts = header.probed === undefined ? { inputs, output, target } : { inputs };
    this.card.setSlider(timeSlider(model, spokenStep(step, place.iteration, spoken, facts)));
    this.card.setSummary(
      [
        l10n.t(
          "{0} of {1} up to time step {2} of {3} at iteration {4}.",
          quantity.label,
          units === 1 ? l10n.t("1 unit") : l10n.t("{0} units", formatCount(units)),
          formatCount(header.timeSteps),
          label,
          formatCount(place.iteration),
        ),
        ...(header.probed === undefined ? [l10n.t("Output {0}, target {1}.", output, target)] : []),
        ...(share === null ? [] : [saturationSentence(share, quantity)]),
      ].join(" "),
    );
    this.setTable(model, { view, quantity, values, units });
  }

  private setTable(
    model: ChartModel,
    { view, quantity, values, units }: Pick<Shown, "view" | "quantity" | "values" | "units">,
  ): void {
    this.card.setTable(model.preferences.tables.includes("states"), (limit) =>
      unitTable(
        model,
        quantity,
        values,
        units,
        l10n.t("{0} of {1} at iteration {2}", quantity.label, view.label, formatCount(model.place.iteration)),
        limit,
        this.window.first,
      ),
    );
  }

  private showSaturation(values: Float64Array, quantity: Quantity): number | null {
    const share = saturatedShare(values, quantity);
    setHidden(this.saturation, share === null);
    if (share === null) return null;
    const percent = formatPercent(share, 2);
    const text = quantity.id === "cell" ? l10n.t("tanh(c) {0} saturated", percent) : l10n.t("{0} saturated", percent);
    setText(this.saturation, `${this.isMap ? "• " : ""}${text}`);
    return share;
  }

  private smallLegend(
    { header, theme }: ChartModel,
    { scale }: Quantity,
    values: Float64Array,
  ): readonly ReadoutItem[] {
    if (!this.isMap || scale !== "size") return [];
    return tooSmallLegend(values.map(Math.abs), [0, values.length], tooSmallColors(header.engine, theme.light));
  }

  private unitItems(
    named: readonly number[],
    units: number,
    quantity: Shown["quantity"],
    step: number,
    at: (unit: number) => number,
    theme: Theme,
  ): ReadoutItem[] {
    return named.map((unit): ReadoutItem => ({
      label: this.isMap
        ? l10n.t("{0} of unit {1} at t = {2}", quantity.symbol, unit, step)
        : l10n.t("{0} at t = {1}", units === 1 ? quantity.symbol : `${quantity.symbol}${unit}`, step),
      value: formatValue(at(unit)),
      ...(this.isMap ? {} : { swatch: { kind: "line" as const, color: unitColor(unit, theme), dash: unitDash(unit) } }),
    }));
  }

  /** As in a list: a click chooses, with Ctrl it adds or takes away. */
  private onClick(event: MouseEvent): void {
    if (!this.isMap || !(event.target as HTMLElement).classList.contains("plot-cursor")) return;
    const unit = this.probe(event.offsetX, event.offsetY)?.unit;
    if (unit !== undefined)
      this.host.chooseUnit(Math.max(0, Math.round(unit)), event.ctrlKey || event.metaKey || event.shiftKey);
  }

  /** Alt: along the units; without it the wheel scrolls the page. */
  private onWheel(event: WheelEvent): void {
    if (!this.isMap || !event.altKey || this.window.shown === this.window.units) return;
    event.preventDefault();
    this.window.scroll(-Math.sign(event.deltaY) * Math.ceil(this.window.shown / WHEEL_PARTS));
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.isMap || !(event.target as HTMLElement).classList.contains("plot-cursor")) return;
    const pages = event.key === "PageUp" ? 1 : event.key === "PageDown" ? -1 : 0;
    if (event.shiftKey && pages !== 0) {
      event.preventDefault();
      this.host.moveCursor({ kind: "stepUnit", by: pages * this.window.shown });
    }
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.host.chooseUnit(null, event.key === " " || event.ctrlKey || event.metaKey);
  }

  private probe(offsetX: number, offsetY: number): CursorTarget | null {
    const timeStep = probeX(this.chart, offsetX, offsetY);
    if (timeStep === null) return null;
    const unit = this.isMap ? this.chart.scales["y"]?.getValueForPixel(offsetY) : undefined;
    return { timeStep, ...(unit === undefined ? {} : { unit: Math.min(this.window.units - 1, unit) }) };
  }
}

function spokenStep(
  step: number,
  iteration: number,
  value: string,
  { inputs, output, target }: { readonly inputs: string; readonly output?: string; readonly target?: string },
): string {
  const at = formatCount(iteration);
  return output === undefined || target === undefined
    ? l10n.t("time step {0} of iteration {1}: {2}, input {3}", step, at, value, inputs)
    : l10n.t(
        "time step {0} of iteration {1}: {2}, input {3}, output {4}, target {5}",
        step,
        at,
        value,
        inputs,
        output,
        target,
      );
}

function answerItems(output: string, target: string, theme: Theme): ReadoutItem[] {
  return [
    { label: l10n.t("output"), value: output, swatch: { kind: "dot", color: theme.series[1] ?? theme.foreground } },
    { label: l10n.t("target"), value: target, swatch: { kind: "diamond", color: theme.foreground } },
  ];
}

/** A cell state has no bound; what saturates is the tanh that it passes on its way to h. */
function saturationSentence(share: number, { id }: Quantity): string {
  const percent = formatPercent(share, 2);
  return id === "cell"
    ? l10n.t("tanh(c) is saturated for {0} of the values.", percent)
    : l10n.t("{0} of the values are saturated.", percent);
}

/** The model as if the run had traced this sequence. */
function inspectedLabel(model: ChartModel, { header, iteration }: SequenceView): ChartModel {
  const { place, sequenceStep } = model;
  // The stretch in view is one of the steps of training.
  const timeSpan = header.timeSteps === model.header.timeSteps ? model.timeSpan : null;
  return {
    ...model,
    header,
    timeSpan,
    place: { ...place, iteration, timeStep: sequenceStep === null ? null : Math.min(sequenceStep, header.timeSteps) },
  };
}

/** Few numbers, as in the tutorial: inputs as bars at the foot of the chart and the one output beside its target. */
function isPlain({ header }: ChartModel, { outputs }: Shown): boolean {
  return outputs.length === 1 && header.inspected.inputSize === 1 && targetKindOf(header) === "values";
}

function describeInput({ header }: ChartModel, step: number): string {
  if (step === 0) return l10n.t("none");
  const { input, inputSize } = header.inspected;
  const values = input.slice((step - 1) * inputSize, step * inputSize);
  if (header.data?.inputKind === "one-hot") return symbolText(header, values.indexOf(1));
  return values
    .slice(0, 4)
    .map((value) => formatValue(value, 3))
    .join(", ");
}

function describeAnswer({ header }: ChartModel, values: readonly number[], confidence: number): string {
  const kind = targetKindOf(header);
  if (kind === "classes")
    return `${classText(header, values[0] ?? NaN)}${Number.isFinite(confidence) ? ` (${formatPercent(confidence, 2)})` : ""}`;
  return values
    .slice(0, 4)
    .map((value) => formatValue(value, kind === "bits" ? 2 : 4))
    .join(", ");
}

function describeTarget(model: ChartModel, answer: StepOutput | undefined): string {
  return answer === undefined || answer.target.length === 0 || answer.target.some(Number.isNaN)
    ? l10n.t("none")
    : describeAnswer(model, answer.target, NaN);
}
