/** What examples and the walkthrough say about training. */
import { claim, type Claim, type Statement } from "../claim";
import { lossBelow, range } from "../measures";
import { example, overSeeds } from "../runJob";

export const EXAMPLE_CLAIMS: readonly Claim[] = [
  claim({
    id: "counting/gradient-grows-by-the-weight",
    says: "Ten steps back the gradient is 1,024 times as large: a factor of the recurrent weight, 2, at each step.",
    texts: [
      {
        file: "examples/01-it-learns.rnn.json",
        quote:
          "at iteration 0: ten steps back it is 1,024 times larger than at the end, a factor of weight_hh_l0 = 2 per step.",
      },
    ],
    range: "weight_hh_l0 = 2, T = 10, exact",
    isShort: true,
    jobs: { runs: overSeeds({ experiment: example("01-it-learns", { "training.iterations": 1 }), gradientAt: [0] }) },
    judge({ runs }) {
      const factors = runs.map(({ gradients: [first] }) => first!.norms[0]! / first!.norms[10]!);
      return { holds: factors.every((factor) => Math.abs(factor - 1024) < 1e-9), numbers: range(factors, 12) };
    },
  }),
  claim({
    id: "counting/rprop-converges",
    says: "Rprop brings the loss below 0.01 in 500 iterations.",
    texts: [{ file: "examples/01-it-learns.rnn.json", quote: "It learns." }],
    range: "T = 10, start -1.5 and 2, initial step 0.001",
    isShort: true,
    jobs: { runs: overSeeds({ experiment: example("01-it-learns") }) },
    judge({ runs }) {
      const at = runs.map((run) => lossBelow(run, 0.01));
      return { holds: at.every((iteration) => iteration < 500), numbers: `below 0.01 at iteration ${range(at, 3)}` };
    },
  }),
];

export const EXAMPLE_STATEMENTS: readonly Statement[] = [];
