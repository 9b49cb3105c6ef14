import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

const DISTRACTORS = 4;
/** Symbols 4 and 5 are the two that matter. */
const SYMBOLS = DISTRACTORS + 2;

/**
 * The temporal order problem (Hochreiter and Schmidhuber, 1997, experiment 6a): among random distractors two symbols of
 * {X, Y} stand, one in the second and one in the sixth tenth of the sequence; the class is XX, XY, YX or YY, told at
 * the end. One-hot inputs [N, T, 6], targets [N] of 4 classes. The length is at least 10.
 */
export function temporalOrder(sequences: number, length: number, random: RandomSource): Sequences {
  const inputs = new Float64Array(sequences * length);
  const targets = new Float64Array(sequences);
  const tenth = length / 10;
  const within = (from: number) => Math.floor(from * tenth + random.double() * tenth);
  for (let n = 0; n < sequences; n++) {
    const start = n * length;
    for (let t = 0; t < length; t++) inputs[start + t] = Math.floor(random.double() * DISTRACTORS);
    const first = random.double() < 0.5 ? 0 : 1;
    const second = random.double() < 0.5 ? 0 : 1;
    inputs[start + within(1)] = DISTRACTORS + first;
    inputs[start + within(5)] = DISTRACTORS + second;
    targets[n] = 2 * first + second;
  }
  return {
    sequences,
    timeSteps: length,
    inputSize: SYMBOLS,
    outputSize: 4,
    outputSteps: 1,
    inputKind: "one-hot",
    inputs,
    targetKind: "classes",
    targets,
    score: { tolerance: null, steps: 1 },
  };
}
