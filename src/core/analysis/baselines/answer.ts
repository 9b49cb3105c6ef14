import { isBitLoss, type Loss } from "../../../config/facts/taskTraits";
import type { SlicedTask } from "../../../lib/slicedTask";
import { isErrorLoss, lossOfError } from "../../network/losses";
import { targetWidth } from "../../tasks/task";
import { measuredOn, type BaselineTask } from "./baselineTask";
import { CALL, WorkMeter } from "./workMeter";

/**
 * What is answered for output `o` at output step `s` of sequence `n`: a value, the probability that a bit is 1, or the
 * probability of class `o`.
 */
export type Answer = (n: number, s: number, o: number) => number;

/**
 * The loss of an answer, the same mean as that of the run: over the sequences, output steps and, except for classes,
 * outputs of what baselines are measured on.
 * @param cost multiplications of one call
 */
export function* lossOf({ dataset, loss }: BaselineTask, answer: Answer, cost: number): SlicedTask<number> {
  const { outputSteps, targets, targetKind, weights } = dataset;
  const width = targetWidth(dataset);
  const { from, to } = measuredOn(dataset);
  const meter = new WorkMeter();
  let sum = 0;
  let count = 0;
  for (let n = from; n < to; n++) {
    for (let s = 0; s < outputSteps; s++) {
      const weight = weights?.at(n, s) ?? 1;
      if (weight === 0) continue;
      count += weight;
      for (let o = 0; o < width; o++) {
        const target = targets.at(n, s * width + o);
        sum += weight * elementLoss(loss, answer(n, s, targetKind === "classes" ? target : o), target, o);
      }
      if (meter.isDue(width * (CALL + cost))) yield;
    }
  }
  return sum / (count * width);
}

/** What a 1 of output `o` counts; a 0 counts 1. */
export function positiveWeight(loss: Loss, o: number): number {
  return typeof loss === "object" && loss.kind === "bce-with-logits" ? loss.positiveWeights[o]! : 1;
}

/**
 * That of the error a - t for numbers; -t ln a - (1 - t) ln (1 - a) for bits, which is `bce-with-logits` of
 * a = sigmoid(logit); -ln a for classes, a the probability of the right one.
 */
function elementLoss(loss: Loss, answer: number, target: number, o: number): number {
  if (isErrorLoss(loss)) return lossOfError(loss, answer - target);
  if (isBitLoss(loss)) return target === 1 ? -positiveWeight(loss, o) * Math.log(answer) : -Math.log(1 - answer);
  return -Math.log(answer);
}
