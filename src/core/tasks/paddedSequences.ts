import type { OutputSteps } from "../../config/facts/taskTraits";
import type { SequenceValues } from "./sequenceValues";
import { targetWidth, type Sequences } from "./task";

/**
 * Sequences of different lengths as a data set of `timeSteps` each: zeros follow what is shorter. Every step has an
 * output; those of the padding have no weight, and where a sequence has one target, it is that of its last step.
 * @param next makes the next sequence, at most so long, by itself
 */
export function padSequences(
  sequences: number,
  timeSteps: number,
  outputs: OutputSteps,
  next: () => Sequences,
): Sequences {
  const lengths = new Uint32Array(sequences);
  const first = next();
  const answersOnce = outputs === "last" || first.outputSteps < first.timeSteps;
  const inputWidth = first.inputKind === "one-hot" ? 1 : first.inputSize;
  const width = targetWidth(first);
  const inputs = new Float64Array(sequences * timeSteps * inputWidth);
  const targets = new Float64Array(sequences * timeSteps * width);
  for (let n = 0; n < sequences; n++) {
    const one = n === 0 ? first : next();
    lengths[n] = one.timeSteps;
    inputs.set(one.inputs, n * timeSteps * inputWidth);
    targets.set(one.targets, (n * timeSteps + one.timeSteps - one.outputSteps) * width);
  }
  return {
    ...first,
    sequences,
    timeSteps,
    outputSteps: timeSteps,
    inputs,
    targets,
    lengths,
    answersOnce,
    weights: lengthWeights(lengths, timeSteps, answersOnce),
    score: { tolerance: first.score.tolerance, steps: timeSteps },
  };
}

/** 1 for the steps that count, all up to the length of a sequence or the last of them; else 0. */
export function lengthWeights(lengths: Uint32Array, timeSteps: number, answersOnce: boolean): SequenceValues {
  return {
    length: timeSteps,
    at: (sequence, step) => Number(answersOnce ? step === lengths[sequence]! - 1 : step < lengths[sequence]!),
    fill(sequence, target, offset = 0) {
      const length = lengths[sequence]!;
      target.fill(0, offset, offset + timeSteps);
      target.fill(1, offset + (answersOnce ? length - 1 : 0), offset + length);
    },
  };
}
