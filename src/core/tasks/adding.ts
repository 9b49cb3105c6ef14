import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * The adding problem (Hochreiter and Schmidhuber, 1997): at every step a random number of [0, 1) and a mark; two steps
 * are marked, one in each half, and the target is the sum of their numbers. Answering 1 always has a mean squared error
 * of 1/6. inputs [N, T, 2], targets [N, 1]. Right is within 0.04, as in the paper.
 */
export function adding(sequences: number, length: number, random: RandomSource): Sequences {
  const inputs = new Float64Array(sequences * length * 2);
  const targets = new Float64Array(sequences);
  const half = Math.floor(length / 2);
  for (let n = 0; n < sequences; n++) {
    const start = n * length;
    for (let t = 0; t < length; t++) inputs[2 * (start + t)] = random.double();
    const first = start + Math.floor(random.double() * half);
    const second = start + half + Math.floor(random.double() * (length - half));
    for (const marked of [first, second]) {
      inputs[2 * marked + 1] = 1;
      targets[n] = targets[n]! + inputs[2 * marked]!;
    }
  }
  return {
    sequences,
    timeSteps: length,
    inputSize: 2,
    outputSize: 1,
    outputSteps: 1,
    inputKind: "values",
    inputs,
    targetKind: "values",
    targets,
    score: { tolerance: 0.04, steps: 1 },
  };
}
