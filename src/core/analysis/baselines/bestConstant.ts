import type { SlicedTask } from "../../../lib/slicedTask";
import { isErrorLoss, type ErrorLoss } from "../../network/losses";
import { targetWidth } from "../../tasks/task";
import { LOCATION_PASSES, LocationSearch } from "./locationSearch";
import { lossOf, positiveWeight } from "./answer";
import { fittedOn, type BaselineTask } from "./baselineTask";
import { smoothedFrequencies } from "./frequencies";
import { WorkMeter } from "./workMeter";

/**
 * The loss of the best constant answer: one number per output, the same at every output step. Over the training targets
 * the mean minimizes `mse`, a median `mae`, Huber's estimate of location `huber`, and the frequencies of bits and
 * classes minimize the cross-entropies (maximum likelihood; Bishop, Pattern Recognition and Machine Learning, 2006,
 * section 2.1 and 2.2).
 */
export function* bestConstant(task: BaselineTask): SlicedTask<number> {
  const constants = yield* fitConstants(task);
  return yield* lossOf(task, (_n, _s, o) => constants[o]!, 1);
}

/** The constants by output. */
function* fitConstants(task: BaselineTask): SlicedTask<Float64Array> {
  const { loss } = task;
  return isErrorLoss(loss) && loss !== "mse" ? yield* fitLocations(task, loss) : yield* fitMeans(task);
}

function* fitLocations({ dataset }: BaselineTask, loss: ErrorLoss): SlicedTask<Float64Array> {
  const low = new Float64Array(dataset.outputSize).fill(Infinity);
  const high = new Float64Array(dataset.outputSize).fill(-Infinity);
  yield* eachTarget(dataset, (o, target) => {
    low[o] = Math.min(low[o]!, target);
    high[o] = Math.max(high[o]!, target);
  });
  const searches = Array.from(low, (lowest, o) => new LocationSearch(loss, lowest, high[o]!));
  for (let pass = 0; pass < LOCATION_PASSES; pass++) {
    yield* eachTarget(dataset, (o, target, weight) => searches[o]!.add(target, weight));
    for (const search of searches) search.narrow();
  }
  return Float64Array.from(searches, ({ middle }) => middle);
}

/** Each number of the training targets that counts, with its output. */
function* eachTarget(
  dataset: BaselineTask["dataset"],
  visit: (output: number, target: number, weight: number) => void,
): SlicedTask<void> {
  const { targets, weights } = dataset;
  const width = targetWidth(dataset);
  const { from, to } = fittedOn(dataset);
  const meter = new WorkMeter();
  for (let n = from; n < to; n++) {
    for (let i = 0; i < targets.length; i++) {
      const weight = weights?.at(n, Math.floor(i / width)) ?? 1;
      if (weight > 0) visit(i % width, targets.at(n, i), weight);
      if (meter.isDue(5)) yield;
    }
  }
}

function* fitMeans({ dataset, loss }: BaselineTask): SlicedTask<Float64Array> {
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
  return sums.map((sum, o) =>
    loss === "mse" ? sum / count : smoothedFrequencies([count - sum, positiveWeight(loss, o) * sum])[1]!,
  );
}
