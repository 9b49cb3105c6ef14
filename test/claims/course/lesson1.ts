/** Lesson 1: what backpropagation through time computes. */
import { claim, type Claim } from "../claim";
import { range } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { onPage } from "./page";

const FILE = "01-it-learns";

function countOnes(changes: Readonly<Record<string, unknown>> = {}): RunJob[] {
  return overSeeds({ experiment: example(FILE, changes), gradientAt: [0] });
}

/** |dL/dh_0| / |dL/dh_T| at iteration 0. */
function factorOf({ gradients: [first] }: Run): number {
  return first!.norms[0]! / first!.norms.at(-1)!;
}

export const LESSON_1: readonly Claim[] = [
  claim({
    id: "course/1-gradient-is-a-power-of-the-weight",
    says: "Over T steps back the gradient changes by the recurrent weight to the power of T, at every seed.",
    texts: onPage(
      'by a factor of 1,024. The badge shows "×1,024 over 10 steps", the caption "×2.00 per step back". (The terminal stops at step 1, 9 steps back: 512.)',
      '0.5^10 is 1 / 1,024: the badge shows "×9.77e-4".',
      'With -2 it shows "×1,024" again, but a factor of "×-2.00 per step back"',
      'With 20 bits it is 2^20 = 1,048,576, shown as "×1.05e6".',
    ),
    range: "one linear unit, exact",
    isShort: true,
    jobs: {
      two: countOnes(),
      half: countOnes({ "model.init.weight_hh_l0": 0.5 }),
      minusTwo: countOnes({ "model.init.weight_hh_l0": -2 }),
      twentyBits: countOnes({ "task.length": 20 }),
    },
    judge({ two, half, minusTwo, twentyBits }) {
      const expected = [
        [two, 2 ** 10],
        [half, 0.5 ** 10],
        [minusTwo, 2 ** 10],
        [twentyBits, 2 ** 20],
      ] as const;
      return {
        holds: expected.every(([runs, power]) => runs.every((run) => Math.abs(factorOf(run) / power - 1) < 1e-9)),
        numbers: expected.map(([runs]) => range(runs.map(factorOf), 7)).join(", "),
      };
    },
  }),
  claim({
    id: "course/1-both-weights-converge-to-1",
    says: "At the last iteration both weights are within 0.01 of 1.",
    texts: onPage("At the last iteration both weights are within 0.01 of 1, and the curve is flat"),
    range: "Rprop, 500 iterations, T = 10",
    isShort: true,
    jobs: { runs: overSeeds({ experiment: example(FILE), parameters: true }) },
    judge({ runs }) {
      const weights = runs.flatMap(({ parameters }) => [...parameters.slice(-2)]);
      return { holds: weights.every((weight) => Math.abs(weight - 1) < 0.01), numbers: range(weights, 4) };
    },
  }),
];
