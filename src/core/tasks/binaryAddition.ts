import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * Two random numbers of `bits` bits, least significant bit first; the target at every step is the bit of their sum.
 * T = bits + 1, so that the last carry fits. inputs [N, T, 2], targets [N, T, 1].
 */
export function binaryAddition(sequences: number, bits: number, random: RandomSource): Sequences {
  const timeSteps = bits + 1;
  const inputs = new Float64Array(sequences * timeSteps * 2);
  const targets = new Float64Array(sequences * timeSteps);
  for (let n = 0; n < sequences; n++) {
    let carry = 0;
    for (let t = 0; t < timeSteps; t++) {
      const a = t < bits && random.double() >= 0.5 ? 1 : 0;
      const b = t < bits && random.double() >= 0.5 ? 1 : 0;
      const sum = a + b + carry;
      const at = n * timeSteps + t;
      inputs[2 * at] = a;
      inputs[2 * at + 1] = b;
      targets[at] = sum % 2;
      carry = sum > 1 ? 1 : 0;
    }
  }
  return {
    sequences,
    timeSteps,
    inputSize: 2,
    outputSize: 1,
    outputSteps: timeSteps,
    inputKind: "values",
    inputs,
    targetKind: "bits",
    targets,
    score: { tolerance: null, steps: timeSteps },
  };
}
