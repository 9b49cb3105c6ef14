import type { OutputSteps } from "../../config/facts/taskTraits";
import { roundHalfToEven, type RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/** Sequences of random bits; the target is 1 when the number of ones (so far) is odd. inputs [N, T, 1]. */
export function parity(sequences: number, length: number, outputs: OutputSteps, random: RandomSource): Sequences {
  const outputSteps = outputs === "every" ? length : 1;
  const inputs = new Float64Array(sequences * length);
  const targets = new Float64Array(sequences * outputSteps);
  for (let n = 0, i = 0; n < sequences; n++) {
    let odd = 0;
    for (let t = 0; t < length; t++, i++) {
      const bit = roundHalfToEven(random.double());
      inputs[i] = bit;
      odd ^= bit;
      if (outputs === "every") targets[i] = odd;
    }
    if (outputs === "last") targets[n] = odd;
  }
  return {
    sequences,
    timeSteps: length,
    inputSize: 1,
    outputSize: 1,
    outputSteps,
    inputKind: "values",
    inputs,
    targetKind: "bits",
    targets,
    score: { tolerance: null, steps: outputSteps },
  };
}
