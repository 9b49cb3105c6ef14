/** What docs/baselines.md claims: the expected losses of the best memoryless answers. */
import { claim, type Claim, type Statement } from "../claim";
import { overSeeds, type ExperimentFile, type Run } from "../runJob";
import { explain, page } from "./texts";

const LENGTH = 10;
const after1 = (task: ExperimentFile, readout = "auto") =>
  overSeeds({
    experiment: {
      task: { sequences: 2000, ...task },
      model: { cell: "rnn", hiddenSize: 2, readout },
      training: { optimizer: { kind: "adam" }, batchSize: 20, iterations: 1 },
    },
    baselines: true,
  });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const memoryless = (runs: readonly Run[]): number =>
  mean(runs.map(({ baselines }) => baselines.find(({ name }) => name === "memoryless")!.loss));

const carryLoss = mean(
  Array.from({ length: LENGTH + 1 }, (_, t) => {
    const carry = (1 - 2 ** -t) / 2;
    return carry === 0 ? 0 : -carry * Math.log(carry) - (1 - carry) * Math.log(1 - carry);
  }),
);
/** By task, as the table of the page has them. */
const EXPECTED = {
  countOnes: (LENGTH - 1) / 4,
  everyCount: (LENGTH - 1) / 8,
  copy: (5 * Math.log(8)) / (10 + 2 * 5),
  parity: Math.log(2),
  everyParity: (1 - 1 / LENGTH) * Math.log(2),
  order: Math.log(4),
  addition: carryLoss,
  sine: Math.sin((2 * Math.PI) / 20) ** 2 / 2,
};

export const BASELINE_CLAIMS: readonly Claim[] = [
  claim({
    id: "baselines/memoryless-losses",
    says: "The best memoryless answer has the loss that the table gives for each generated task.",
    texts: page(
      "baselines",
      "the bit plus half a one for each step before | (T − 1)/4, at every step (T − 1)/8",
      "`items` · ln(`symbols`) / (`delay` + 2 · `items`)",
      "probability 1/2 (at the first step, the bit itself) | ln 2, at every step (1 − 1/T) ln 2",
      "probability 1/4 for each class | ln 4",
      "c = (1 − 2^−t)/2 at step t from 0 | mean over t of −c ln c − (1 − c) ln(1 − c)",
      "cos(2π/`period`) · E[sine of this step given its noisy value] | without noise sin²(2π/`period`)/2",
    ),
    range: "2,000 sequences, T = 10 (copy: 5 items of 8 symbols, delay 10), mean of ten seeds within 2%",
    isShort: true,
    jobs: {
      countOnes: after1({ kind: "count-ones", length: LENGTH }, "last"),
      everyCount: after1({ kind: "count-ones", length: LENGTH }, "every"),
      copy: after1({ kind: "copy", symbols: 8, items: 5, delay: 10 }),
      parity: after1({ kind: "parity", length: LENGTH }, "last"),
      everyParity: after1({ kind: "parity", length: LENGTH }, "every"),
      order: after1({ kind: "temporal-order", length: LENGTH }),
      addition: after1({ kind: "binary-addition", bits: LENGTH }),
      sine: after1({ kind: "sine", length: LENGTH, period: 20 }),
    },
    judge(runs) {
      const errors = Object.entries(runs).map(
        ([task, list]) => [task, memoryless(list) / EXPECTED[task as keyof typeof runs] - 1] as const,
      );
      return {
        holds: errors.every(([, error]) => Math.abs(error) < 0.02),
        numbers: errors.map(([task, error]) => `${task} ${(100 * error).toFixed(1)}%`).join(", "),
      };
    },
  }),
  claim({
    id: "baselines/adding",
    says: "Predicting 1, or the last number plus 1/2 if it is marked, has a loss of 1/6, and 1/12 for those sequences.",
    texts: page(
      "baselines",
      "1; if the last number is marked, that number plus 1/2 | 1/6; each sequence whose last number is marked counts 1/12",
    ),
    range: "2,000 sequences, T = 10: one in five has its last number marked; mean of ten seeds within 2%",
    isShort: true,
    jobs: { runs: after1({ kind: "adding", length: LENGTH }) },
    judge({ runs }) {
      const expected = (4 / 5) * (1 / 6) + (1 / 5) * (1 / 12);
      const loss = memoryless(runs);
      return {
        holds: Math.abs(loss / expected - 1) < 0.02,
        numbers: `${loss.toFixed(4)}, expected ${expected.toFixed(4)}`,
      };
    },
  }),
];

export const BASELINE_STATEMENTS: readonly Statement[] = [
  ...explain("baselines", "definition", [
    "ridge regression of the window | csv and sine, windows of at least 2 steps",
    "λ is one of eight values between 10⁻¹⁰ and 10 times the mean variation of an input",
    "predicts the last 20% of the training windows best when fitted to the first 80%",
  ]),
  ...explain("baselines", "limit", [
    "while rows × (columns × length)² is at most 10¹⁰ (and columns × length at most 2,154, and measured outputs × columns × length at most 10¹⁰)",
  ]),
  // test/unit/core/analysis/baselines/sampledBaselines.test.ts
  ...explain("baselines", "limit", [
    "For a table of more than 100,000 windows, they are fitted on a sample of 100,000 training windows and measured on a sample of 100,000 validation windows, and their labels say so. One window is drawn from each of 100,000 stretches of the same length",
  ]),
  ...explain("baselines", "format", ['"linear map of the last 158 of 720 steps"']),
  // test/unit/core/analysis/baselines/linearMap.test.ts against NumPy's results.
  ...explain("baselines", "checked elsewhere", [
    "On the airline passengers (144 months, a quarter held out, windows of 12 months, output at the last step) the best constant has a loss of 6.75, the last value 0.370, the current row 0.371, and the window 0.0325.",
  ]),
];
