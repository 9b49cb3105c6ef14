import * as l10n from "@vscode/l10n";
import type { DataPart, Predictions } from "../../shared/trace/predictions";
import type { LossKind } from "../../config/facts/taskTraits";
import { createBatch, fillRow, type Batch } from "../tasks/batches";
import { evaluateLoss } from "../network/losses";
import { createScorer, hasAccuracy, hasExactAccuracy, indexOfLargest } from "../training/score";
import type { Dataset } from "../tasks/task";
import type { RunSnapshot } from "./runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";

/** Multiplications to spend on one picture: some milliseconds' worth. */
const WORK = 1e8;
const MAX_SEQUENCES = { series: 2000, steps: 16, last: 300 } as const;
const MIN_SEQUENCES = 4;
const MAX_NUMBERS = 20_000;
const MAX_BATCH = 32;

/**
 * Answers to the first sequences of the training or the validation part.
 * @throws Error in words for a person when no sequences are held out
 */
export function* predictSequences(snapshot: RunSnapshot, part: DataPart): SlicedTask<Predictions> {
  const { dataset, loss, spec, parameterCount } = snapshot.trainer;
  const { timeSteps: T, outputSize: O, outputSteps: S, targetKind, units } = dataset;
  const held = dataset.sequences - dataset.trainingSequences;
  const of = part === "training" ? dataset.trainingSequences : held;
  if (of === 0) throw new Error(l10n.t("This run has no validation set. Set training.validation.share to use one."));
  const first = part === "training" ? 0 : dataset.trainingSequences;
  const arrangement = units !== undefined ? "series" : spec.readout === "every" ? "steps" : "last";
  const steps = arrangement === "steps" ? S : 1;
  const width = targetKind === "classes" ? 1 : O;
  const affordable = Math.max(
    MIN_SEQUENCES,
    Math.min(Math.floor(WORK / (T * parameterCount)), Math.floor(MAX_NUMBERS / (steps * width))),
  );
  const count = Math.min(of, MAX_SEQUENCES[arrangement], affordable);

  const size = Math.min(MAX_BATCH, count);
  const network = snapshot.network();
  const answers: Answers = {
    outputs: new Float64Array(count * steps * width),
    targets: new Float64Array(count * steps * width),
    confidence: new Float64Array(targetKind === "values" ? 0 : count * steps),
  };
  const collect = createCollector(dataset, loss, steps, answers);
  const gradient = new Float64Array(size * S * O);
  const scorer = createScorer(dataset, loss);
  let sum = 0;
  let batch = createBatch(dataset, size);
  for (let start = 0; start < count; start += size) {
    const B = Math.min(size, count - start);
    if (B !== batch.size) batch = createBatch(dataset, B);
    for (let b = 0; b < B; b++) fillRow(dataset, first + start + b, batch, b);
    const raw = network.forward(batch.inputs, B, T, null);
    sum += evaluateLoss(loss, raw, batch.targets, gradient.subarray(0, raw.length), O) * B;
    scorer.add(raw, batch.targets, B);
    for (let b = 0; b < B; b++) collect(raw, batch, b, start + b);
    yield;
  }
  return {
    part,
    first,
    sequences: count,
    of,
    targetKind,
    arrangement,
    steps,
    width,
    ...answers,
    names: units?.target.map(({ name }) => name) ?? [],
    tolerance: dataset.score.tolerance,
    loss: sum / count,
    accuracy: hasAccuracy(dataset) ? scorer.accuracy() : null,
    exactAccuracy: hasExactAccuracy(dataset) ? scorer.exactAccuracy() : null,
  };
}

type Answers = Pick<Predictions, "outputs" | "targets" | "confidence">;

/**
 * @param steps of a sequence that are answers, its last ones
 * @returns what writes the answers to sequence `b` of a batch as those to sequence `at`, in the units of the data
 */
function createCollector(
  dataset: Dataset,
  loss: LossKind,
  steps: number,
  { outputs, targets, confidence }: Answers,
): (raw: Float64Array, batch: Batch, b: number, at: number) => void {
  const { outputSize: O, outputSteps: S, targetKind, units } = dataset;
  const isLogit = loss === "bce-with-logits";
  const collectClass = (raw: Float64Array, batch: Batch, step: number, row: number): void => {
    const right = batch.targets[step]!;
    targets[row] = right;
    outputs[row] = indexOfLargest(raw, step * O, O);
    confidence[row] = softmaxAt(raw, step * O, O, right);
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
  const collectStep = { classes: collectClass, bits: collectBits, values: collectValues }[targetKind];
  return (raw, batch, b, at) => {
    for (let s = 0; s < steps; s++) collectStep(raw, batch, b * S + S - steps + s, at * steps + s);
  };
}

/** softmax(logits)_c; the largest is subtracted first, so that exp cannot overflow. */
function softmaxAt(logits: Float64Array, start: number, length: number, c: number): number {
  let largest = -Infinity;
  for (let i = start; i < start + length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += Math.exp(logits[i]! - largest);
  return Math.exp(logits[start + c]! - largest) / sum;
}
