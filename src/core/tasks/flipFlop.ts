import type { OutputSteps } from "../../config/facts/taskTraits";
import type { RandomSource } from "../numerics/random";
import type { Sequences } from "./task";

/**
 * The n-bit flip-flop (Sussillo and Barak, Neural Computation 25, 2013): each of the inputs has pulses of 1 and -1 at
 * random steps and is 0 otherwise, and each output is the last pulse of its input. All inputs have one at the first
 * step, so that each target is known. inputs [N, T, bits], targets the same, or [N, bits] at the last step. Right is
 * within 0.5. FlipFlopData of fixed-point-finder is the same with pulses of 0.5.
 */
export function flipFlop(
  sequences: number,
  length: number,
  bits: number,
  pulses: number,
  outputs: OutputSteps,
  random: RandomSource,
): Sequences {
  const inputs = new Float64Array(sequences * length * bits);
  for (let i = 0; i < inputs.length; i++) {
    const isFirst = i % (length * bits) < bits;
    // Both are drawn at each step, so that the signs stay where the frequency of the pulses changes.
    const [pulse, sign] = [random.double(), random.double()];
    inputs[i] = isFirst || pulse < pulses ? (sign < 0.5 ? -1 : 1) : 0;
  }
  const every = lastPulses(inputs, length, bits);
  const outputSteps = outputs === "every" ? length : 1;
  return {
    sequences,
    timeSteps: length,
    inputSize: bits,
    outputSize: bits,
    outputSteps,
    inputKind: "values",
    inputs,
    targetKind: "values",
    targets: outputs === "every" ? every : every.filter((_, i) => i % (length * bits) >= (length - 1) * bits),
    score: { tolerance: 0.5, steps: outputSteps },
  };
}

/** Of each input the last one that is not 0, or 0 before the first: same shape, [N, T, bits]. */
export function lastPulses(inputs: Float64Array, length: number, bits: number): Float64Array<ArrayBuffer> {
  const targets = new Float64Array(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    const before = i % (length * bits) < bits ? 0 : targets[i - bits]!;
    targets[i] = inputs[i] === 0 ? before : inputs[i]!;
  }
  return targets;
}
