/** What the gradient by time step says in words and numbers: caption, readout, summary and table, from one picture. */
import * as l10n from "@vscode/l10n";
import { hasRecurrentWeights, type CellKind } from "../../../src/shared/trace/cells";
import { belowRangeText, belowRangeValue, curveSentences, isFloat32Limit } from "../../chart/gradientWords";
import { isBackward, layerOf, type ChartModel } from "../../chart/model";
import { WIDEST_NUMBER, WIDEST_SIZE, widestIteration, type ReadoutItem } from "../../chart/readout";
import { NO_VALUE, type TableData, type TableLimit } from "../../chart/table";
import { stateUnits, type TraceHeader } from "../../../src/shared/trace/trace";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import {
  cellAloneSentences,
  factorPerStep,
  matchSentences,
  predictedSentence,
  predictionFormula,
  slopeSentences,
} from "./decayWords";
import { isHidden, type MeasuredLine } from "./gradientLines";
import type { PredictedLine } from "./predictedLine";
import { gapAtFirst, matchPrediction } from "./predictionMatch";

/** What is drawn. */
export interface GradientPicture {
  /** The one that everything is said about first. */
  readonly lines: readonly [MeasuredLine, ...MeasuredLine[]];
  readonly predicted: PredictedLine | null;
}

/** As wide as a factor over many steps gets. */
const WIDEST_FACTOR = "×8.88e-88";

const ALONE = l10n.t("through the cell alone");

/** The sentences of the caption, and what is said about it in a tooltip. */
export function captionOf(
  model: ChartModel,
  { lines, predicted }: GradientPicture,
): [readonly string[], string | null] {
  const { header, place } = model;
  const [{ curve, values }] = lines;
  if (isBackward(model, layerOf(model)))
    return [
      [
        l10n.t(
          "This direction reads the sequence backward: its gradient flows from step 1 to step {0}.",
          formatCount(header.timeSteps),
        ),
      ],
      null,
    ];
  const sentences = curveSentences(curve, header);
  if (predicted === null || !Number.isFinite(predicted.decay.factor)) return [sentences, null];
  const { decay, cellAlone, iteration } = predicted;
  const match = matchPrediction(values, predicted.values, header.engine);
  const gap = cellAlone === null ? null : gapAtFirst(values, cellAlone, header.engine);
  const alone =
    cellAlone === null || gap === null ? null : { gap, match: matchPrediction(values, cellAlone, header.engine) };
  return [
    [
      ...sentences,
      predictedSentence(header, decay),
      ...slopeSentences(header, decay),
      ...matchSentences(header, match, iteration === place.iteration),
      ...cellAloneSentences(header, decay, alone),
    ],
    [predictionFormula(header, layerOf(model)), sequencesText(decay.sequences)].join(" "),
  ];
}

function sequencesText(sequences: number): string {
  return sequences === 1
    ? l10n.t("It is computed from 1 training sequence.")
    : l10n.t("It is computed from {0} training sequences.", formatCount(sequences));
}

export function readoutOf({ header, place, theme }: ChartModel, { lines, predicted }: GradientPicture): ReadoutItem[] {
  const step = place.timeStep;
  const items: ReadoutItem[] = [
    {
      label: step === null ? l10n.t("iteration {0}", formatCount(place.iteration)) : stepText(step, header.timeSteps),
      widestLabel: widestStep(header),
    },
    ...lines.map((line): ReadoutItem => ({
      label: line.name,
      ...(step === null ? {} : { value: valueText(line, step) }),
      widest: stateUnits(header) === 1 ? WIDEST_NUMBER : WIDEST_SIZE,
      swatch: { kind: line.dashed ? "dash" : "line", color: line.color },
    })),
  ];
  if (predicted !== null && Number.isFinite(predicted.decay.factor)) {
    items.push({
      label: predictedName(predicted, place.iteration),
      widestLabel: l10n.t("predicted at {0}", widestIteration(header)),
      value: step === null ? factorPerStep(predicted.decay) : stepValue(predicted.values, step),
      widest: widestFactor(),
      swatch: { kind: "dotted", color: theme.foreground },
    });
    if (predicted.cellAlone !== null)
      items.push({
        label: ALONE,
        ...(step === null ? {} : { value: stepValue(predicted.cellAlone, step) }),
        widest: WIDEST_SIZE,
        swatch: { kind: "thin", color: theme.muted },
      });
  }
  if (isFloat32Limit(lines[0].curve, header))
    items.push({ label: belowRangeText(), swatch: { kind: "bar", color: theme.muted } });
  return items;
}

/** Of the label in front: where the cursor is, in either of its two forms. */
function widestStep(header: TraceHeader): string {
  const back = stepText(0, header.timeSteps).replaceAll(/\d/g, "8");
  const iteration = l10n.t("iteration {0}", widestIteration(header));
  return back.length > iteration.length ? back : iteration;
}

/** Of one step: but for a gradient that all but ends there it has three digits. */
function widestFactor(): string {
  return l10n.t("{0} per step back", "×0.888");
}

/** Of the badge, with the longer of its words. */
export function widestTotal({ timeSteps }: TraceHeader): string {
  return `${l10n.t("{0} over {1} steps", WIDEST_FACTOR, formatCount(timeSteps))} · ${l10n.t("vanishing")}`;
}

function predictedName({ iteration }: PredictedLine, at: number): string {
  return iteration === at ? l10n.t("predicted") : l10n.t("predicted at {0}", formatCount(iteration));
}

/** "t = 3, 7 steps back": the gradient of a step has gone back from the last one. */
function stepText(step: number, timeSteps: number): string {
  const back = timeSteps - step;
  if (back === 0) return `t = ${step}`;
  return back === 1 ? l10n.t("t = {0}, 1 step back", step) : l10n.t("t = {0}, {1} steps back", step, back);
}

function valueText(line: MeasuredLine, step: number): string {
  return isHidden(line, step) ? belowRangeValue() : formatValue(line.values[step] ?? NaN);
}

/** A line that begins earlier has no value at the last step. */
function stepValue(values: Float64Array, step: number): string {
  const value = values[step] ?? NaN;
  return Number.isNaN(value) ? NO_VALUE : formatValue(value);
}

/** The values at the cursor, for a screen reader. */
export function spokenValues({ header, place }: ChartModel, { lines, predicted }: GradientPicture): string {
  const step = place.timeStep ?? header.timeSteps;
  const spoken = [
    ...lines.map((line) => `${line.spoken} ${valueText(line, step)}`),
    ...(predicted === null
      ? []
      : [`${predictedName(predicted, place.iteration)} ${stepValue(predicted.values, step)}`]),
    ...(predicted?.cellAlone == null ? [] : [`${ALONE} ${stepValue(predicted.cellAlone, step)}`]),
  ].join(", ");
  return l10n.t("time step {0} of iteration {1}: {2}", step, formatCount(place.iteration), spoken);
}

export function summaryOf(model: ChartModel, { lines, predicted }: GradientPicture): string {
  const { header, place } = model;
  const [line] = lines;
  return [
    l10n.t(
      "Gradient at time steps 0 to {0}, iteration {1}: {2} at the last step, {3} at the first.",
      formatCount(header.timeSteps),
      formatCount(place.iteration),
      valueText(line, header.timeSteps),
      valueText(line, 0),
    ),
    ...curveSentences(line.curve, header),
    ...(line.curve.trend === null || predicted === null
      ? []
      : [predictedSentence(header, predicted.decay), predictionFormula(header, layerOf(model))]),
    ...(predicted?.cellAlone == null
      ? []
      : [
          hasRecurrentWeights(header.cell as CellKind)
            ? l10n.t("A thin line shows what passes through the cell alone, without the recurrent weights.")
            : l10n.t(
                "A thin line shows what the units let through, all weighted alike. There are no recurrent weights.",
              ),
        ]),
  ].join(" ");
}

export function tableOf(model: ChartModel, { lines, predicted }: GradientPicture, limit: TableLimit): TableData {
  const { header, place } = model;
  const [{ curve }] = lines;
  const marked = isFloat32Limit(curve, header);
  const others = [
    ...(predicted === null ? [] : [{ name: l10n.t("predicted"), values: predicted.values }]),
    ...(predicted?.cellAlone == null ? [] : [{ name: ALONE, values: predicted.cellAlone }]),
  ];
  const steps = Array.from({ length: header.timeSteps + 1 }, (_, i) => header.timeSteps - i).slice(0, limit.rows);
  return {
    caption: [
      l10n.t("Gradient by time step at iteration {0}, last step first.", formatCount(place.iteration)),
      ...curveSentences(curve, header),
      ...(predicted === null ? [] : [predictedSentence(header, predicted.decay)]),
    ].join(" "),
    columns: [
      l10n.t("Time step"),
      l10n.t("Steps back"),
      ...[...lines, ...others].map(({ name }) => name),
      ...(marked ? [belowRangeText()] : []),
    ],
    rows: steps.map((t) => [
      t,
      header.timeSteps - t,
      ...lines.map(({ values }) => values[t] ?? NaN),
      ...others.map(({ values }) => (Number.isNaN(values[t] ?? NaN) ? NO_VALUE : (values[t] ?? NaN))),
      ...(marked ? [t >= curve.tooSmall.from && t <= curve.tooSmall.to ? l10n.t("yes") : l10n.t("no")] : []),
    ]),
  };
}
