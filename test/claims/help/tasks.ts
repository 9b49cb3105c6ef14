/** What the help texts of tasks claim. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, lossBelow, median, ordersLost, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { GRU, ORTHOGONAL, STARTS, TANH, firstGradient } from "./experiments";
import { help } from "./texts";

const baseline = ({ baselines }: Run, name: string): number => baselines.find((one) => one.name === name)!.loss;

/** Updates until 95% of the validation set are right; Infinity if they never are. */
const updates = ({ result, iterations }: Run): number => (result === "stopped" ? iterations : Infinity);

const order = (model: Readonly<Record<string, unknown>>) =>
  overSeeds({
    experiment: {
      task: { kind: "temporal-order", sequences: 2000, length: 30 },
      model: { hiddenSize: 32, ...model },
      training: {
        optimizer: { kind: "adam", learningRate: 0.002 },
        batchSize: 50,
        iterations: 2000,
        clip: { norm: 1 },
        validation: { share: 0.1, every: 50 },
      },
    },
    until: { accuracyFrom: 0.95 },
  });

export const TASK_CLAIMS: readonly Claim[] = [
  claim({
    id: "adding/loss-of-always-predicting-1",
    says: "Always predicting 1 has an expected loss of 1/6; that of the best constant on a validation set is near it.",
    texts: help("Always predicting 1 has an expected loss of 0.167"),
    range: "validation sets of 500 sequences; the variance of the sum of two numbers uniform in [0, 1]",
    isShort: true,
    jobs: {
      runs: overSeeds({
        experiment: example("09-adding-with-tanh", { "task.length": 10, "training.iterations": 1 }),
        baselines: true,
      }),
    },
    judge({ runs }) {
      const losses = runs.map((run) => baseline(run, "best-constant"));
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      // The loss of one sequence has a standard deviation of 0.19: three standard errors of 5,000.
      return {
        holds: Math.abs(mean - 1 / 6) < 0.008,
        numbers: `best constant ${range(losses, 3)}, mean ${mean.toFixed(4)}`,
      };
    },
  }),
  claim({
    id: "copy/falls-to-guessing-and-stays",
    says: "Within 50 updates the loss is past the best constant's and at that of guessing the symbols, where it stays longer than it fell, and later leaves it.",
    texts: help(
      "The loss first falls past that of the best constant to that of guessing the symbols, and stays there until the network begins to remember them.",
    ),
    range: "the start of the copy task: gru with 32 units, 3 items of 4 symbols, delay 6",
    jobs: { runs: STARTS.copy },
    judge({ runs }) {
      const stages = runs.map((run) => {
        const guess = baseline(run, "memoryless");
        return {
          constant: lossBelow(run, baseline(run, "best-constant")),
          guess: lossBelow(run, 1.1 * guess),
          stay: run.losses.filter((loss) => Math.abs(loss / guess - 1) < 0.1).length,
          left: lossBelow(run, 0.5 * guess),
        };
      });
      return {
        holds: stages.every(({ constant, guess, stay, left }) => constant < guess && stay > guess && left < Infinity),
        numbers: `at the constant's loss after ${range(stages.map(({ constant }) => constant))}, within 10% of guessing after ${range(stages.map(({ guess }) => guess))}, for ${range(stages.map(({ stay }) => stay))} updates, at half of it after ${range(stages.map(({ left }) => left))}`,
      };
    },
  }),
  claim({
    id: "temporal-order/pytorch-start-needs-more-updates",
    says: "An rnn initialized as pytorch needs more updates than a gru or than an rnn with orthogonal weights.",
    texts: help(
      "At length 30, a gru and an rnn with orthogonal weights learn it in fewer updates than an rnn initialized as `pytorch`.",
    ),
    range: "length 30, 32 units, Adam 0.002, 95% of the validation set right",
    jobs: { gru: order(GRU), orthogonal: order(ORTHOGONAL), pytorch: order(TANH) },
    judge({ gru, orthogonal, pytorch }) {
      const [ofGru, ofOrthogonal, ofPytorch] = [gru, orthogonal, pytorch].map((runs) => runs.map(updates));
      return {
        holds: ofPytorch!.every((count, i) => ofGru![i]! < count && ofOrthogonal![i]! < count),
        numbers: `median gru ${median(ofGru!)}, orthogonal ${median(ofOrthogonal!)}, pytorch ${median(ofPytorch!)}`,
      };
    },
  }),
  claim({
    id: "sine/learned-within-a-few-hundred-updates",
    says: "Twelve tanh units predict a clean sine wave ten times better than repeating the last value.",
    texts: help("Without noise, a dozen tanh units learn it within a few hundred updates."),
    range: "the start of the sine task: orthogonal weights, Adam 0.01, 600 updates",
    jobs: { runs: STARTS.sine },
    judge({ runs }) {
      const limits = runs.map((run) => 0.1 * baseline(run, "last-value"));
      const at = runs.map((run, i) => run.validation.find(({ loss }) => loss < limits[i]!)?.iteration ?? Infinity);
      return { holds: at.every((iteration) => iteration <= 600), numbers: `after ${range(at, 3)} updates` };
    },
  }),
  claim({
    id: "length/longer-sequences-vanish-or-explode",
    says: "The longer the sequence, the more the gradient of the first step vanishes or explodes.",
    texts: help("Raise it to see gradients vanish or explode."),
    range: "tanh with PyTorch's start, lengths 10, 20, 50, 100; a linear unit with weight 2, lengths 10 and 30",
    isShort: true,
    jobs: {
      tanh10: firstGradient(10, TANH),
      tanh20: firstGradient(20, TANH),
      tanh50: firstGradient(50, TANH),
      tanh100: firstGradient(100, TANH),
      linear10: overSeeds({
        experiment: example("01-it-learns", { "training.iterations": 1 }),
        gradientAt: [0],
      }),
      linear30: overSeeds({
        experiment: example("01-it-learns", { "training.iterations": 1, "task.length": 30 }),
        gradientAt: [0],
      }),
    },
    judge({ tanh10, tanh20, tanh50, tanh100, linear10, linear30 }) {
      const lost = (runs: readonly Run[]): number[] => runs.map((run) => ordersLost(run, 0));
      const grown = [lost(linear10), lost(linear30)];
      const vanished = [tanh10, tanh20, tanh50, tanh100].map(lost);
      const rises = (lists: readonly number[][], sign: number): boolean =>
        lists.every((list, i) => i === 0 || list.every((value, seed) => sign * (value - lists[i - 1]![seed]!) > 0));
      return {
        holds: rises(vanished, 1) && rises(grown, -1),
        numbers: `tanh loses ${vanished.map((list) => range(list)).join(", ")} orders; linear gains ${grown.map((list) => (-list[0]!).toFixed(1)).join(", ")}`,
      };
    },
  }),
];

export const LEARNED = {
  text: (runs: readonly Run[]) => countOf(runs, ({ accuracy }) => accuracy.at(-1)! >= 0.9),
  stopped: (runs: readonly Run[]) => countOf(runs, ({ result }) => result === "stopped"),
  copy: (runs: readonly Run[]) => countOf(runs, (run) => finalLoss(run) < 0.5 * baseline(run, "memoryless")),
  sine: (runs: readonly Run[]) => countOf(runs, (run) => finalLoss(run) < 0.1 * baseline(run, "last-value")),
  series: (runs: readonly Run[]) => countOf(runs, (run) => finalLoss(run) < baseline(run, "linear-window")),
};
