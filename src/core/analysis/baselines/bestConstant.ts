import type { SlicedTask } from "../../../lib/slicedTask";
import { targetWidth } from "../../tasks/task";
import { lossOf } from "./answer";
import { fittedOn, type BaselineTask } from "./baselineTask";
import { smoothedFrequencies } from "./frequencies";
import { WorkMeter } from "./workMeter";

/**
 * The loss of the best constant answer: one number per output, the same at every output step. Over the training targets
 * the mean minimizes `mse`, and the frequencies of bits and classes minimize the cross-entropies (maximum likelihood;
 * Bishop, Pattern Recognition and Machine Learning, 2006, section 2.1 and 2.2).
 */
export function* bestConstant(task: BaselineTask): SlicedTask<number> {
  const constants = yield* fitConstants(task);
  return yield* lossOf(task, (_n, _s, o) => constants[o]!, 1);
}

/** The constants by output. */
function* fitConstants({ dataset, loss }: BaselineTask): SlicedTask<Float64Array> {
  const { outputSize, targets, targetKind, weights } = dataset;
  const width = targetWidth(dataset);
  const { from, to } = fittedOn(dataset);
  const meter = new WorkMeter();
  const sums = new Float64Array(outputSize);
  let count = 0;
  for (let n = from; n < to; n++) {
    for (let i = 0; i < targets.length; i++) {
      const weight = weights?.at(n, Math.floor(i / width)) ?? 1;
      const target = targets.at(n, i);
      if (targetKind === "classes") sums[target] = sums[target]! + weight;
      else if (weight > 0) sums[i % width] = sums[i % width]! + weight * target;
      if (i % width === 0) count += weight;
      if (meter.isDue(5)) yield;
    }
  }
  if (targetKind === "classes") return smoothedFrequencies(sums);
  return sums.map((sum) => (loss === "mse" ? sum / count : smoothedFrequencies([count - sum, sum])[1]!));
}
