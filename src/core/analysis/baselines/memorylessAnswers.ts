import type { LengthTask } from "../../../config/facts/taskTraits";
import type { Dataset } from "../../tasks/task";
import type { Answer } from "./answer";

/**
 * The best answer of each generated task that depends on nothing but the present input and the number of the step: the
 * expected target, or the probability of each bit or class, given those two. Time steps t count from 0.
 */
export function memorylessAnswer(task: LengthTask, dataset: Dataset): Answer {
  const { timeSteps, inputSize, outputSteps, inputs } = dataset;
  const firstOutput = timeSteps - outputSteps;
  const input = (n: number, s: number, i = 0): number => inputs.at(n, (firstOutput + s) * inputSize + i);
  switch (task.kind) {
    case "count-ones":
      // Half of the t bits before are ones: (T - 1) / 4 at the last step, (T - 1) / 8 over all steps.
      return (n, s) => input(n, s) + (firstOutput + s) / 2;
    case "parity":
      // ln 2, except at the first step, which is the first bit itself.
      return (n, s) => (firstOutput + s === 0 ? input(n, s) : 0.5);
    case "binary-addition":
      // 1 where the two bits and the carry hold an odd number of ones.
      return (n, s) => (input(n, s, 0) === input(n, s, 1) ? carryProbability(s) : 1 - carryProbability(s));
    case "adding":
      // 1/6, or 1/12 where the last number is one of the two: it is known then.
      return (n, s) => (input(n, s, 1) === 1 ? input(n, s, 0) + 0.5 : 1);
    case "copy":
      return copyAnswer(task);
    case "temporal-order":
      // ln 4: the markers are over before the last step.
      return () => 1 / 4;
    case "flip-flop":
      // The pulse itself, else either sign: a mean squared error of (1 - pulses) (T - 1) / T over all steps.
      return (n, s, o) => input(n, s, o);
    case "sine":
      return (n, s) => Math.cos((2 * Math.PI) / task.period) * expectedSine(input(n, s), task.noise);
  }
}

/** c_t, the probability of a carry into bit t of a sum of random bits: c_0 = 0, c_(t+1) = 1/4 + c_t / 2. */
function carryProbability(t: number): number {
  return (1 - 2 ** -t) / 2;
}

/**
 * Blanks while there are blanks, then each symbol as likely as any other: items ln(symbols) / (delay + 2 items)
 * (Arjovsky, Shah and Bengio, Unitary Evolution Recurrent Neural Networks, 2016, section 5.1).
 */
function copyAnswer({ symbols, items, delay }: Extract<LengthTask, { kind: "copy" }>): Answer {
  return (_n, s, o) => (s < items + delay ? Number(o === symbols) : o < symbols ? 1 / symbols : 0);
}

/**
 * E[sin a | x = sin a + noise u] for a of all angles and u of [-1, 1). The sine lies within [x - noise, x + noise],
 * where its density is that of the arcsine distribution, 1 / (π √(1 - s²)); its mean there is
 * (√(1 - from²) - √(1 - to²)) / (asin to - asin from).
 *
 * The cosine is as likely positive as negative, so the next value is expected to be this times cos(2π / period).
 */
function expectedSine(x: number, noise: number): number {
  const from = Math.min(1, Math.max(-1, x - noise));
  const to = Math.min(1, Math.max(-1, x + noise));
  const angles = Math.asin(to) - Math.asin(from);
  return angles > 0 ? (Math.sqrt(1 - from * from) - Math.sqrt(1 - to * to)) / angles : from;
}
