import { roundHalfToEven, type RandomSource } from "../random";
import type { Dataset } from "./task";

/**
 * Sequences of random bits; the target is the number of ones.
 * inputs [N, T, 1], drawn sequence after sequence as round(u), u of [0, 1); targets [N, 1].
 */
export function countOnes(sequences: number, length: number, random: RandomSource): Dataset {
  const inputs = new Float64Array(sequences * length);
  const targets = new Float64Array(sequences);
  for (let n = 0, i = 0; n < sequences; n++) {
    let ones = 0;
    for (let t = 0; t < length; t++, i++) {
      const bit = roundHalfToEven(random.double());
      inputs[i] = bit;
      ones += bit;
    }
    targets[n] = ones;
  }
  return { sequences, timeSteps: length, inputSize: 1, outputSize: 1, outputSteps: 1, inputs, targets };
}
