import type { OutputSteps } from "../../config/facts/taskTraits";
import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * Sine waves of one period length and random phases, with noise on what the network sees; the target is the next value
 * of the clean wave. inputs [N, T, 1], x_t = sin(2 pi t / period + phase) + noise * u, u of [-1, 1).
 */
export function sine(
  sequences: number,
  length: number,
  period: number,
  noise: number,
  outputs: OutputSteps,
  random: RandomSource,
): Sequences {
  const outputSteps = outputs === "every" ? length : 1;
  const inputs = new Float64Array(sequences * length);
  const targets = new Float64Array(sequences * outputSteps);
  for (let n = 0; n < sequences; n++) {
    const phase = 2 * Math.PI * random.double();
    for (let t = 0; t < length; t++) {
      inputs[n * length + t] = Math.sin((2 * Math.PI * t) / period + phase) + noise * (2 * random.double() - 1);
      const next = Math.sin((2 * Math.PI * (t + 1)) / period + phase);
      if (outputs === "every") targets[n * length + t] = next;
      else if (t === length - 1) targets[n] = next;
    }
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
    score: { tolerance: null, steps: outputSteps },
  };
}
