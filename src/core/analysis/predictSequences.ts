import * as l10n from "@vscode/l10n";
import type { DataPart, Predictions } from "../../shared/trace/predictions";
import { isBitLoss, type Loss } from "../../config/facts/taskTraits";
import { softmaxOf, softmaxScale } from "../numerics/softmax";
import { createBatch, fillRow, weightOf, type Batch } from "../tasks/batches";
import { evaluateLoss } from "../network/losses";
import { createScorer, hasAccuracy, hasExactAccuracy, indexOfLargest } from "../training/score";
import { targetWidth, type Dataset } from "../tasks/task";
import type { RunSnapshot } from "./runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";
import { repeatedColumns } from "./baselines/lastValue";
import { chooseSequences } from "./shownSequences";
import { stateSize } from "../../shared/trace/networkSpec";

/** Multiplications to spend on one picture: some milliseconds' worth. */
const WORK = 1e8;
const MAX_SEQUENCES = { series: 2000, steps: 16, last: 300 } as const;
const MIN_SEQUENCES = 4;
const MAX_NUMBERS = 20_000;
const MAX_BATCH = 32;

/**
 * Answers to sequences of the training or the validation part: the first of it, or of both parts those on either side
 * of the split. A stream of which training carries the state over is read in the same way, so that the loss is
 * comparable.
 * @throws Error in words for a person when no sequences are held out
 */
export function* predictSequences(snapshot: RunSnapshot, part: DataPart): SlicedTask<Predictions> {
  const { dataset, loss, spec, parameterCount, carriesState } = snapshot.trainer;
  const { model } = snapshot.experiment;
  const { timeSteps: T, outputSteps: S, targetKind, units } = dataset;
  const isSeries = units !== undefined && targetKind === "values" && dataset.lengths === undefined;
  const arrangement = isSeries ? "series" : spec.readout === "every" && dataset.answersOnce !== true ? "steps" : "last";
  const steps = arrangement === "steps" ? S : 1;
  const width = targetWidth(dataset);
  const most = Math.min(MAX_SEQUENCES[arrangement], affordableSequences(T * parameterCount, steps * width));
  const wanted = part === "both" && arrangement !== "series" ? "validation" : part;
  const shown = chooseSequences(dataset, wanted, most);
  if (shown.of === 0)
    throw new Error(l10n.t("This run has no validation set. Set training.validation.share to use one."));

  const { first, count } = shown;
  const answers: Answers = {
    outputs: new Float64Array(count * steps * width),
    targets: new Float64Array(count * steps * width),
    confidence: new Float64Array(targetKind === "values" ? 0 : count * steps),
  };
  const collect = createCollector(dataset, loss, steps, answers);
  const scorer = createScorer(dataset, loss);
  const sums = { training: new MeanLoss(), validation: new MeanLoss() };
  const batches = readInBatches(snapshot, first, count, shown.training, carriesState);
  for (const { raw, batch, at, meanLoss } of batches) {
    sums[at < shown.training ? "training" : "validation"].add(meanLoss, weightOf(batch));
    scorer.add(raw, batch);
    for (let b = 0; b < batch.size; b++) collect(raw, batch, b, at + b);
    yield;
  }
  return {
    part: shown.part,
    first,
    sequences: count,
    training: shown.training,
    of: shown.of,
    targetKind,
    arrangement,
    steps,
    width,
    ...answers,
    rows: targetRows(dataset, first, count),
    repeated: lastValues(snapshot, first, count),
    names: units?.target.map(({ name }) => name) ?? [],
    tolerance: dataset.score.tolerance,
    loss: { training: sums.training.value, validation: sums.validation.value },
    carriesState,
    trainsWithDropout: model.dropout > 0,
    accuracy: hasAccuracy(dataset) ? scorer.accuracy() : null,
    exactAccuracy: hasExactAccuracy(dataset) ? scorer.exactAccuracy() : null,
  };
}

/** Over batches; null where nothing counts. */
class MeanLoss {
  private sum = 0;
  private weights = 0;

  add(loss: number, weight: number): void {
    if (weight > 0) this.sum += loss * weight;
    this.weights += weight;
  }

  get value(): number | null {
    return this.weights > 0 ? this.sum / this.weights : null;
  }
}

/** Of each sequence the row of its last target, counted from 1; none where the data are no table. */
function targetRows({ targetRow }: Dataset, first: number, count: number): Float64Array<ArrayBuffer> {
  return targetRow === undefined
    ? new Float64Array(0)
    : Float64Array.from({ length: count }, (_, n) => targetRow(first + n) + 1);
}

/** @param work multiplications for a sequence @param numbers that answer it */
function affordableSequences(work: number, numbers: number): number {
  return Math.max(MIN_SEQUENCES, Math.min(Math.floor(WORK / work), Math.floor(MAX_NUMBERS / numbers)));
}

interface ReadBatch {
  /** Outputs of the network, valid until the next batch. */
  readonly raw: Float64Array;
  readonly batch: Batch;
  /** Its first sequence, counted from the first that is read. */
  readonly at: number;
  readonly meanLoss: number;
}

/** Runs the network over sequences; no batch has sequences of both parts. */
function* readInBatches(
  snapshot: RunSnapshot,
  first: number,
  count: number,
  training: number,
  carriesState: boolean,
): Generator<ReadBatch> {
  const { dataset, loss, spec } = snapshot.trainer;
  const { timeSteps: T, outputSize: O, outputSteps: S } = dataset;
  const network = snapshot.network();
  const size = carriesState ? 1 : Math.min(MAX_BATCH, count);
  const state = new Float64Array(stateSize(spec));
  const gradient = new Float64Array(size * S * O);
  let batch = createBatch(dataset, size);
  for (let at = 0; at < count; at += batch.size) {
    const B = Math.min(size, (at < training ? training : count) - at);
    if (B !== batch.size) batch = createBatch(dataset, B);
    for (let b = 0; b < B; b++) fillRow(dataset, first + at + b, batch, b);
    const raw = network.forward(batch.inputs, B, T, null, batch.lengths);
    const part = gradient.subarray(0, raw.length);
    yield { raw, batch, at, meanLoss: evaluateLoss(loss, raw, batch.targets, part, O, batch.weights) };
    if (!carriesState) continue;
    network.readFinalState(state);
    network.writeInitialState(dataset.startsSeries?.(first + at + 1) === true ? null : state);
  }
}

/** [count, O]: the last value seen of what is predicted, in the units of the data; empty where it is no input. */
function lastValues(
  { trainer: { dataset }, experiment: { task } }: RunSnapshot,
  first: number,
  count: number,
): Float64Array<ArrayBuffer> {
  const { timeSteps: T, inputSize: I, outputSize: O, inputs, units } = dataset;
  const columns = units === undefined ? null : repeatedColumns({ task, dataset });
  if (columns === null) return new Float64Array(0);
  const values = new Float64Array(count * O);
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < O; o++) {
      const { mean, deviation } = units!.target[o]!;
      values[n * O + o] = inputs.at(first + n, (T - 1) * I + columns[o]!) * deviation + mean;
    }
  }
  return values;
}

type Answers = Pick<Predictions, "outputs" | "targets" | "confidence">;

/**
 * @param steps of a sequence that are answers, its last ones
 * @returns what writes the answers to sequence `b` of a batch as those to sequence `at`, in the units of the data
 */
function createCollector(
  dataset: Dataset,
  loss: Loss,
  steps: number,
  { outputs, targets, confidence }: Answers,
): (raw: Float64Array, batch: Batch, b: number, at: number) => void {
  const { outputSize: O, outputSteps: S, targetKind, units } = dataset;
  const isLogit = isBitLoss(loss);
  const width = targetWidth(dataset);
  const collectClass = (raw: Float64Array, batch: Batch, step: number, row: number): void => {
    const right = batch.targets[step]!;
    targets[row] = right;
    outputs[row] = indexOfLargest(raw, step * O, O);
    confidence[row] = softmaxOf(raw[step * O + right]!, softmaxScale(raw, step * O, O));
  };
  const collectBits = (raw: Float64Array, batch: Batch, step: number, row: number): void => {
    let sure = 1;
    for (let o = 0; o < O; o++) {
      const target = batch.targets[step * O + o]!;
      const value = raw[step * O + o]!;
      const probability = isLogit ? 1 / (1 + Math.exp(-value)) : Math.min(1, Math.max(0, value));
      outputs[row * O + o] = probability;
      targets[row * O + o] = target;
      sure *= target > 0.5 ? probability : 1 - probability;
    }
    confidence[row] = sure;
  };
  const collectValues = (raw: Float64Array, batch: Batch, step: number, row: number): void => {
    for (let o = 0; o < O; o++) {
      const { mean, deviation } = units?.target[o] ?? { mean: 0, deviation: 1 };
      outputs[row * O + o] = raw[step * O + o]! * deviation + mean;
      targets[row * O + o] = batch.targets[step * O + o]! * deviation + mean;
    }
  };
  /** Padding has neither answer nor target. */
  const clearStep = (row: number): void => {
    outputs.fill(NaN, row * width, (row + 1) * width);
    targets.fill(NaN, row * width, (row + 1) * width);
    confidence.fill(NaN, row, row + 1);
  };
  const collectStep = { classes: collectClass, bits: collectBits, values: collectValues }[targetKind];
  return (raw, batch, b, at) => {
    const last = dataset.answersOnce === true ? b * S + (batch.lengths?.[b] ?? S) - 1 : (b + 1) * S - 1;
    for (let s = 0; s < steps; s++) {
      const step = last - steps + 1 + s;
      if (steps > 1 && batch.weights?.[step] === 0) clearStep(at * steps + s);
      else collectStep(raw, batch, step, at * steps + s);
    }
  };
}
