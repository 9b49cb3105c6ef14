import * as l10n from "@vscode/l10n";
import { logAxis, symlogAxis } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents } from "../../../src/shared/scale/extent";
import { formatCount, formatFactor, formatValue } from "../../../src/shared/words/numberFormat";
import { measureGradient, type GradientCurve } from "../../../src/shared/trace/gradientCurve";
import { judgeGradient, type GradientVerdict } from "../../../src/shared/trace/gradientLimits";
import { COLUMN, vectorColumn } from "../../../src/shared/trace/trace";
import { belowRangeText, curveSentences, isFloat32Limit, totalText } from "../../chart/gradientWords";
import { matchSentences, predictionFormula, predictionParts } from "./decayWords";
import { matchPrediction } from "./predictionMatch";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import { element, setHidden, setText } from "../../ui/dom";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { type ReadoutItem } from "../../chart/readout";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type BandMark, type PointMark } from "../../chart/marks";
import { layerOf, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerOptions, Picker } from "../../chart/picker";
import { PredictedLines, type PredictedLine } from "./predictedLine";
import type { TableData, TableLimit } from "../../chart/table";
import {
  nonFiniteSteps,
  MAX_DOTS,
  placeKey,
  timeAxis,
  timeCursor,
  timePoints,
  timeProbe,
  timeSlider,
} from "../../chart/timeStepChart";

const PREDICTED_DASH = [1.5, 3] as const;
/** Beyond the largest and the smallest value that is measured, by this factor. */
const FARTHEST = 1e3;

interface Line {
  readonly name: string;
  readonly spoken: string;
  readonly values: Float64Array;
  readonly dashed: boolean;
  readonly color: string;
}

const RULE_OF = { vanishes: "vanishing", explodes: "exploding" } as const;
const VERDICTS = { vanishes: l10n.t("vanishing"), explodes: l10n.t("exploding") } as const;

/** The gradient that reaches each time step, at the iteration of the cursor: how it grows or fades on its way back. */
export class GradientByStepChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly factor = element("span", { class: "factor" });
  private readonly total = element("strong");
  private readonly verdict = element("span");
  private readonly predictions: PredictedLines;
  private readonly layers: Picker;
  private resized = true;
  private drawn = "";

  constructor(host: CardHost) {
    this.card = new ChartCard(
      {
        id: "gradient",
        title: l10n.t("Gradient by time step"),
        subtitle: l10n.t("← back in time · time step →"),
        ownAxis: "timeStep",
        zoom: { x: "timeStep" },
      },
      host,
      timeProbe(() => this.chart),
    );
    this.element = this.card.element;
    this.factor.append(this.total, this.verdict);
    this.card.aside.append(this.factor);
    this.predictions = new PredictedLines(host);
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    setHidden(this.factor, model === null);
    this.card.setEmpty(
      model === null ? l10n.t("The gradient at each time step, flowing back from the last one.") : null,
    );
    if (model === null) return;
    const lines = collectLines(model);
    const predicted = this.predictions.of(model, lines[0]?.values ?? null);
    const key = `${placeKey(model)} ${predicted?.iteration}`;
    if (key === this.drawn && !(changed.cursor || changed.style || this.resized)) return;
    this.drawn = key;
    this.resized = false;
    const { theme } = model;
    this.layers.show(layerOptions(model.header.numLayers), String(layerOf(model)));
    const atCursor = lines.flatMap((line): PointMark[] => {
      const value = line.values[model.place.timeStep ?? -1] ?? NaN;
      return Number.isFinite(value)
        ? [{ x: model.place.timeStep ?? 0, y: value, color: line.color, shape: "dot" }]
        : [];
    });
    const curve = measureLine(model, lines[0]);
    const bands =
      lines[0] === undefined ? [] : [...nonFiniteSteps(lines[0].values, theme), ...rangeBands(curve, model)];
    setMarks(
      this.chart,
      { bands, vertical: timeCursor(model), horizontal: [{ at: 0, color: theme.muted }], points: atCursor },
      theme,
    );
    setAxis(this.chart, "x", timeAxis(model));
    const measuredExtent = lines.map((line) => extentOf(line.values)).reduce(joinExtents, null);
    const extent =
      predicted === null || measuredExtent === null
        ? measuredExtent
        : joinExtents(measuredExtent, extentOf(nearTo(predicted.values, measuredExtent)));
    setAxis(
      this.chart,
      "y",
      extent !== null && extent.min >= 0 && model.header.hiddenSize > 1 ? logAxis(extent) : symlogAxis(extent),
    );
    applyTheme(this.chart, theme);
    this.drawLines(model, lines, predicted);
    this.chart.update("none");
    this.describe(model, lines, curve, predicted);
  }

  private drawLines({ header, theme }: ChartModel, lines: readonly Line[], predicted: PredictedLine | null): void {
    const dots = header.timeSteps <= MAX_DOTS;
    setDatasets(this.chart, [
      ...lines.map((line) => ({
        ...lineDataset(timePoints(line.values), {
          color: line.color,
          width: theme.lineWidth,
          ...(line.dashed ? { dash: [5, 3] } : {}),
        }),
        pointRadius: dots && !line.dashed ? 2.5 : 0,
        pointBackgroundColor: line.color,
        pointBorderWidth: 0,
      })),
      ...(predicted === null
        ? []
        : [
            {
              ...lineDataset(timePoints(predicted.values), {
                color: theme.muted,
                width: theme.lineWidth,
                dash: PREDICTED_DASH,
              }),
              pointRadius: 0,
            },
          ]),
    ]);
  }

  private describe(
    model: ChartModel,
    lines: readonly Line[],
    curve: GradientCurve,
    predicted: PredictedLine | null,
  ): void {
    const { place, header } = model;
    this.explain(model, curveSentences(curve, header), lines[0]?.values ?? null, predicted);
    this.showTotal(curve, judgeLine(model, lines[0]?.values ?? null, curve), header);
    const step = place.timeStep;
    const where =
      step === null ? l10n.t("iteration {0}", formatCount(place.iteration)) : stepText(step, header.timeSteps);
    const items: ReadoutItem[] = [
      { label: where },
      ...lines.map((line): ReadoutItem => ({
        label: line.name,
        ...(step === null ? {} : { value: formatValue(line.values[step] ?? NaN) }),
        swatch: { kind: line.dashed ? "dash" : "line", color: line.color },
      })),
    ];
    if (predicted !== null && Number.isFinite(predicted.factor)) {
      items.push({
        label:
          predicted.iteration === place.iteration
            ? l10n.t("predicted")
            : l10n.t("predicted at {0}", formatCount(predicted.iteration)),
        value: formatFactor(predicted.factor),
        swatch: { kind: "dash", color: model.theme.muted },
      });
    }
    if (isFloat32Limit(curve, header))
      items.push({ label: belowRangeText(), swatch: { kind: "bar", color: model.theme.muted } });
    this.card.setReadout(items);
    const spoken = lines
      .map((line) => `${line.spoken} ${formatValue(line.values[step ?? header.timeSteps] ?? NaN)}`)
      .join(", ");
    this.card.setSlider(
      timeSlider(
        model,
        l10n.t("time step {0} of iteration {1}: {2}", step ?? header.timeSteps, formatCount(place.iteration), spoken),
      ),
    );
    this.card.setSummary(summarize(model, lines[0]?.values ?? null, curve, predicted));
    this.card.setTable(model.preferences.tables.includes("gradient"), (limit) =>
      collectTable(model, lines, curve, predicted, limit),
    );
  }

  private showTotal({ trend }: GradientCurve, verdict: GradientVerdict | null, header: ChartModel["header"]): void {
    setHidden(this.factor, trend === null);
    if (trend === null) return;
    setText(this.total, totalText(trend));
    // What flows in on the way makes a gradient grow that shrinks at every step, so there is no verdict.
    const fed = lossAtEveryStep(header);
    const word = fed ? l10n.t("loss at every step") : verdict === null ? null : VERDICTS[verdict];
    setText(this.verdict, word === null ? "" : ` · ${word}`);
    this.factor.className = fed || verdict === null ? "factor" : `factor factor-${verdict}`;
  }

  private explain(
    model: ChartModel,
    sentences: readonly string[],
    measured: Float64Array | null,
    predicted: PredictedLine | null,
  ): void {
    const { header } = model;
    if (measured === null || predicted === null || !Number.isFinite(predicted.factor))
      return this.card.setCaption(sentences.join(" "));
    const { sequences, from } = predicted.decay;
    const match = matchPrediction(measured, predicted.values, from, header.engine);
    this.card.setCaption(
      [
        ...sentences,
        l10n.t("Predicted from {0}.", predictionParts(header, predicted.decay)),
        ...matchSentences(header, layerOf(model), match),
      ].join(" "),
      sequences === 1
        ? l10n.t("Prediction: {0}, of 1 training sequence.", predictionFormula(header))
        : l10n.t(
            "Prediction: {0}, averaged over {1} training sequences.",
            predictionFormula(header),
            formatCount(sequences),
          ),
    );
  }
}

/** "t = 3, 7 steps back": the gradient of a step has gone back from the last one. */
function stepText(step: number, timeSteps: number): string {
  const back = timeSteps - step;
  if (back === 0) return `t = ${step}`;
  return back === 1 ? l10n.t("t = {0}, 1 step back", step) : l10n.t("t = {0}, {1} steps back", step, back);
}

function summarize(
  { header, place }: ChartModel,
  values: Float64Array | null,
  curve: GradientCurve,
  predicted: PredictedLine | null,
): string {
  return [
    l10n.t(
      "Gradient at time steps 0 to {0}, iteration {1}: {2} at the last step, {3} at the first.",
      formatCount(header.timeSteps),
      formatCount(place.iteration),
      formatValue(values?.[header.timeSteps] ?? NaN),
      formatValue(values?.[0] ?? NaN),
    ),
    ...curveSentences(curve, header),
    ...(curve.trend === null || predicted === null
      ? []
      : [l10n.t("The predicted factor is {0}: {1}.", formatFactor(predicted.factor), predictionFormula(header))]),
  ].join(" ");
}

/** The line that is measured: the first one. */
function measureLine({ header }: ChartModel, line: Line | undefined): GradientCurve {
  return measureGradient(line?.values ?? [], header);
}

/**
 * What the diagnosis found, where the limits that it uses hold for this iteration as well. A gradient beyond the limits
 * in a run that learns all the same, or that a clip takes care of, is no finding, and gets no verdict here either.
 */
function judgeLine(
  model: ChartModel,
  values: Float64Array | null,
  { cutBefore }: GradientCurve,
): GradientVerdict | null {
  const { header, place } = model;
  const first = Math.max(1, cutBefore ?? 0);
  const at = (t: number): number => Math.abs(values?.[t] ?? NaN);
  const norm = model.column(COLUMN.gradientNorm)?.[place.row] ?? NaN;
  const verdict = judgeGradient(at(first), at(header.timeSteps), header.timeSteps - first, norm);
  return verdict !== null && model.findings.some(({ rule }) => rule === RULE_OF[verdict]) ? verdict : null;
}

/** The steps whose values float32 does not hold. */
function rangeBands(curve: GradientCurve, { header, theme }: ChartModel): BandMark[] {
  return isFloat32Limit(curve, header) ? [{ ...curve.tooSmall, color: theme.muted, label: belowRangeText() }] : [];
}

/** A prediction that goes far beyond what is measured leaves the picture instead of flattening it. */
function nearTo(values: Float64Array, { max, min, smallest }: NonNullable<ReturnType<typeof extentOf>>): Float64Array {
  const largest = Math.max(max, -min);
  return values.filter((value) => Math.abs(value) <= largest * FARTHEST && Math.abs(value) >= smallest / FARTHEST);
}

/**
 * The signed sum where a layer has one unit, and the norm: of the chosen layer in full, of the others as faint dashed
 * lines.
 */
function collectLines(model: ChartModel): Line[] {
  const { header, place, theme } = model;
  const lines: Line[] = [];
  const color = (i: number): string => theme.series[i % theme.series.length] ?? theme.foreground;
  const chosen = layerOf(model);
  const others = Array.from({ length: header.numLayers }, (_, layer) => layer).filter((layer) => layer !== chosen);
  for (const layer of [chosen, ...others]) {
    const isOnly = header.numLayers === 1;
    const sum = model.rowOf(vectorColumn.stateGradSum(layer), place.row);
    const norm = model.rowOf(vectorColumn.stateGradNorm(layer), place.row);
    if (layer !== chosen) {
      if (norm !== null)
        lines.push({
          name: l10n.t("layer {0}", layer),
          spoken: l10n.t("mean norm, layer {0}", layer),
          values: norm,
          dashed: true,
          color: color(1 + others.indexOf(layer)),
        });
      continue;
    }
    if (sum !== null) {
      const name = isOnly ? l10n.t("sum") : l10n.t("sum, layer {0}", layer);
      lines.push({ name, spoken: name, values: sum, dashed: false, color: color(0) });
    }
    if (norm !== null)
      lines.push({
        name: isOnly ? l10n.t("norm") : l10n.t("norm, layer {0}", layer),
        spoken: isOnly ? l10n.t("mean norm") : l10n.t("mean norm, layer {0}", layer),
        values: norm,
        dashed: sum !== null,
        color: color(sum === null ? 0 : 1),
      });
  }
  return lines;
}

function collectTable(
  model: ChartModel,
  lines: readonly Line[],
  curve: GradientCurve,
  predicted: PredictedLine | null,
  limit: TableLimit,
): TableData {
  const marked = isFloat32Limit(curve, model.header);
  const steps = Array.from({ length: model.header.timeSteps + 1 }, (_, i) => model.header.timeSteps - i).slice(
    0,
    limit.rows,
  );
  return {
    caption: [
      l10n.t("Gradient by time step at iteration {0}, last step first.", formatCount(model.place.iteration)),
      ...curveSentences(curve, model.header),
    ].join(" "),
    columns: [
      l10n.t("Time step"),
      l10n.t("Steps back"),
      ...lines.map((line) => line.name),
      ...(predicted === null ? [] : [l10n.t("predicted")]),
      ...(marked ? [belowRangeText()] : []),
    ],
    rows: steps.map((t) => [
      t,
      model.header.timeSteps - t,
      ...lines.map((line) => line.values[t] ?? NaN),
      ...(predicted === null ? [] : [predicted.values[t] ?? NaN]),
      ...(marked ? [t >= curve.tooSmall.from && t <= curve.tooSmall.to ? l10n.t("yes") : l10n.t("no")] : []),
    ]),
  };
}
