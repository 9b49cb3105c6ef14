import type { RecordedTable } from "../../tables/recordedParts";
import { isBitLoss } from "../../config/facts/taskTraits";
import type { Recipe } from "../tasks/recipe";
import { softmaxOf, softmaxScale } from "../numerics/softmax";
import { bitThreshold, indexOfLargest } from "../training/score";
import { answersBetween, ErrorSum, type PredictionAnswers, type ScaledErrors } from "./predictionErrors";
import { unscaled } from "./scaledSeries";
import type { TrainedModel } from "./trainedModel";

/** Lines of a series: its rows, then the steps of its forecast. */
export interface PredictedSeries {
  /** What identifies it, as written in the file; empty where rows are not grouped. */
  readonly group: readonly string[];
  /** Which of the episodes of its group, counted from 1; null where the task has none. */
  readonly episode: number | null;
  readonly from: number;
  readonly rows: number;
  readonly steps: number;
}

/** All by line. */
export interface PredictedTarget {
  readonly name: string;
  /** What a bit or a class is called, by its number, then labels that training has not seen; null for values. */
  readonly labels: readonly string[] | null;
  /** A value in the units of the table, a bit, or the number of a class; NaN where there is none. */
  readonly predicted: Float64Array<ArrayBuffer>;
  /** NaN where the table has none, as in the forecast; null where it does not have the column. */
  readonly truth: Float64Array<ArrayBuffer> | null;
  /** Of each class, [lines, C], or of a bit that it is 1, [lines]; null where the network answers with numbers. */
  readonly probabilities: Float64Array<ArrayBuffer> | null;
  /** Over the rows that the network was not trained on. Null without truth, and for bits and classes. */
  readonly errors: ScaledErrors | null;
  /** The same of bits and classes. */
  readonly answers: PredictionAnswers | null;
}

export interface RawPredictions {
  /** [rows, O], as the network answers. */
  readonly within: Float64Array;
  /** [forecasts, steps, O] of the series that have one. */
  readonly beyond: Float64Array;
  /** Of each series. */
  readonly judgedFrom: readonly number[];
}

type Place = Pick<RecordedTable, "series">;

/** The outputs as lines: each row of a series, then the steps of its forecast. */
export function collectTargets(
  model: TrainedModel,
  table: RecordedTable,
  series: readonly PredictedSeries[],
  { within, beyond, judgedFrom }: RawPredictions,
): PredictedTarget[] {
  const { recipe, spec } = model;
  const raw = intoLines(table, series, within, beyond, spec.outputSize);
  const isJudged = judgedLines(table, series, judgedFrom);
  return recipe.targets.map((_, o) => {
    const known = table.truths[o] ?? null;
    const nothing = new Float64Array(beyond.length / spec.outputSize).fill(NaN);
    const truth = known === null ? null : intoLines(table, series, known, nothing, 1);
    return targetOf(model, table, o, { raw, truth, isJudged });
  });
}

interface Lines {
  readonly raw: Float64Array;
  readonly truth: Float64Array<ArrayBuffer> | null;
  readonly isJudged: (line: number) => boolean;
}

function targetOf(
  { recipe, spec, loss }: TrainedModel,
  table: RecordedTable,
  o: number,
  { raw, truth, isJudged }: Lines,
): PredictedTarget {
  const { targetKind, targets, classes } = recipe;
  const unit = targets[o]!;
  const O = spec.outputSize;
  const lines = raw.length / O;
  const known = { name: unit.name, truth, errors: null, answers: null, probabilities: null };
  if (targetKind === "values") {
    const predicted = Float64Array.from({ length: lines }, (_, at) => unscaled(raw[at * O + o]!, unit));
    const errors = truth === null ? null : errorsOf(predicted, truth, isJudged, recipe, o);
    return { ...known, labels: null, predicted, errors };
  }
  const areClasses = targetKind === "classes";
  const answer = (at: number): number =>
    areClasses ? indexOfLargest(raw, at * O, O) : Number(raw[at * O + o]! > bitThreshold(loss));
  const predicted = Float64Array.from({ length: lines }, (_, at) =>
    Number.isNaN(raw[at * O + o]!) ? NaN : answer(at),
  );
  const labels = areClasses ? classes! : BITS;
  return {
    ...known,
    labels: areClasses ? table.labels : BITS,
    predicted,
    probabilities: areClasses ? softmaxRows(raw, O) : isBitLoss(loss) ? sigmoids(raw, o, O) : null,
    answers: truth === null ? null : answersBetween(labels, predicted, truth, isJudged),
  };
}

const BITS: readonly string[] = ["0", "1"];

function intoLines(
  table: Place,
  series: readonly PredictedSeries[],
  rows: Float64Array,
  forecasts: Float64Array,
  width: number,
): Float64Array<ArrayBuffer> {
  const lines = new Float64Array(rows.length + forecasts.length);
  let taken = 0;
  for (const [index, { from, to }] of table.series.entries()) {
    const { from: line, rows: count, steps } = series[index]!;
    lines.set(rows.subarray(from * width, to * width), line * width);
    lines.set(forecasts.subarray(taken, taken + steps * width), (line + count) * width);
    taken += steps * width;
  }
  return lines;
}

/** Lines of rows that training did not use. */
function judgedLines(
  table: Place,
  series: readonly PredictedSeries[],
  judgedFrom: readonly number[],
): (line: number) => boolean {
  const isJudged = new Uint8Array(series.reduce((sum, { rows, steps }) => sum + rows + steps, 0));
  for (const [index, { from, rows }] of series.entries())
    isJudged.fill(1, from + Math.max(0, judgedFrom[index]! - table.series[index]!.from), from + rows);
  return (line) => isJudged[line] === 1;
}

function errorsOf(
  predicted: Float64Array,
  truth: Float64Array,
  isJudged: (line: number) => boolean,
  { naiveErrors, season }: Recipe,
  o: number,
): ScaledErrors {
  const sum = new ErrorSum();
  for (let line = 0; line < predicted.length; line++) if (isJudged(line)) sum.add(predicted[line]!, truth[line]!);
  const { errors } = sum;
  const scale = naiveErrors?.[o] ?? 0;
  const mase = errors.mae === null || scale === 0 ? null : errors.mae / scale;
  return { ...errors, mase, ...(season === 1 ? {} : { season }) };
}

/** [lines, C] */
function softmaxRows(raw: Float64Array, classes: number): Float64Array<ArrayBuffer> {
  const probabilities = new Float64Array(raw.length);
  for (let at = 0; at < raw.length; at += classes) {
    const scale = softmaxScale(raw, at, classes);
    for (let c = at; c < at + classes; c++) probabilities[c] = softmaxOf(raw[c]!, scale);
  }
  return probabilities;
}

/** 1 / (1 + exp(-y)) of output `o` of each line. */
function sigmoids(raw: Float64Array, o: number, width: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: raw.length / width }, (_, at) => 1 / (1 + Math.exp(-raw[at * width + o]!)));
}
