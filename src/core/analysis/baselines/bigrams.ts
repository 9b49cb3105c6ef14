import type { SlicedTask } from "../../../lib/slicedTask";
import type { Answer } from "./answer";
import { fittedOn, type BaselineTask } from "./baselineTask";
import { smoothedFrequencies } from "./frequencies";
import { WorkMeter } from "./workMeter";

/** Multiplications that take as long as counting a pair in a map. */
const COUNT = 100;

/**
 * The probability of each symbol given the one before, from counts c of pairs in the training sequences, smoothed as by
 * Witten and Bell (1991; Chen and Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, 1999,
 * section 2.5): p(b | a) = (c(a, b) + d(a) p(b)) / (c(a) + d(a)), d(a) being the number of different symbols that
 * follow a, and p(b) the frequency of b.
 */
export function* fitBigrams({ dataset }: BaselineTask): SlicedTask<Answer> {
  const { timeSteps, outputSteps, outputSize, inputs, targets } = dataset;
  const meter = new WorkMeter();
  const pairs = new Map<number, number>();
  const counts = new Float64Array(outputSize);
  const before = new Float64Array(outputSize);
  const followers = new Float64Array(outputSize);
  const symbolBefore = (n: number, s: number): number => inputs.at(n, timeSteps - outputSteps + s);
  const { from, to } = fittedOn(dataset);
  for (let n = from; n < to; n++) {
    for (let s = 0; s < outputSteps; s++) {
      const a = symbolBefore(n, s);
      const b = targets.at(n, s);
      const known = pairs.get(a * outputSize + b) ?? 0;
      pairs.set(a * outputSize + b, known + 1);
      if (known === 0) followers[a] = followers[a]! + 1;
      before[a] = before[a]! + 1;
      counts[b] = counts[b]! + 1;
      if (meter.isDue(COUNT)) yield;
    }
  }
  const frequencies = smoothedFrequencies(counts);
  return (n, s, b) => {
    const a = symbolBefore(n, s);
    const d = followers[a]!;
    const frequency = frequencies[b]!;
    return d === 0 ? frequency : ((pairs.get(a * outputSize + b) ?? 0) + d * frequency) / (before[a]! + d);
  };
}
