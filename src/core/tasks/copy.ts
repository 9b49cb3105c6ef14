import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * The copy task (Hochreiter and Schmidhuber, 1997; as in Arjovsky et al., 2016): `items` random symbols, a pause, a
 * sign to begin, and then the same symbols are to be given back. T = 2 items + delay.
 *
 *   input   s_1 ... s_K  blank x (delay - 1)  go  blank x K
 *   target  blank x (K + delay)                   s_1 ... s_K
 *
 * Classes 0 to symbols - 1 are symbols, then blank; the input has `go` as one more. One-hot inputs [N, T, symbols + 2],
 * targets [N, T] of symbols + 1 classes. Only the last K steps count as right or wrong.
 */
export function copy(
  sequences: number,
  symbols: number,
  items: number,
  delay: number,
  random: RandomSource,
): Sequences {
  const timeSteps = 2 * items + delay;
  const blank = symbols;
  const go = symbols + 1;
  const inputs = new Float64Array(sequences * timeSteps).fill(blank);
  const targets = new Float64Array(sequences * timeSteps).fill(blank);
  for (let n = 0; n < sequences; n++) {
    const start = n * timeSteps;
    for (let k = 0; k < items; k++) {
      const symbol = Math.floor(random.double() * symbols);
      inputs[start + k] = symbol;
      targets[start + items + delay + k] = symbol;
    }
    inputs[start + items + delay - 1] = go;
  }
  return {
    sequences,
    timeSteps,
    inputSize: symbols + 2,
    outputSize: symbols + 1,
    outputSteps: timeSteps,
    inputKind: "one-hot",
    inputs,
    targetKind: "classes",
    targets,
    score: { tolerance: null, steps: items },
  };
}
