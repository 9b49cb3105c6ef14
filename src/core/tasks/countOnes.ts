import type { OutputSteps } from "../../config/facts/taskTraits";
import { roundHalfToEven, type RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * Sequences of random bits; the target is the number of ones, so far where it is asked for at every step.
 * inputs [N, T, 1], drawn sequence after sequence as round(u), u of [0, 1).
 */
export function countOnes(sequences: number, length: number, outputs: OutputSteps, random: RandomSource): Sequences {
  const outputSteps = outputs === "every" ? length : 1;
  const inputs = new Float64Array(sequences * length);
  const targets = new Float64Array(sequences * outputSteps);
  for (let n = 0, i = 0; n < sequences; n++) {
    let ones = 0;
    for (let t = 0; t < length; t++, i++) {
      const bit = roundHalfToEven(random.double());
      inputs[i] = bit;
      ones += bit;
      if (outputs === "every") targets[i] = ones;
    }
    if (outputs === "last") targets[n] = ones;
  }
  return {
    sequences,
    timeSteps: length,
    inputSize: 1,
    outputSize: 1,
    outputSteps,
    inputKind: "values",
    inputs,
    targetKind: "values",
    targets,
    score: { tolerance: 0.5, steps: outputSteps },
  };
}
