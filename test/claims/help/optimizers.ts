/** What the help texts of optimizers claim. */
import { claim, type Claim } from "../claim";
import { countOf, lossBelow, median, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { help } from "./texts";

const rprop = (kind: string, length: number) =>
  overSeeds({
    experiment: example("01-it-learns", {
      "task.length": length,
      "training.optimizer": { kind },
      "training.iterations": 5000,
    }),
    until: { lossBelow: 0.01 },
  });
const firstStep = (initialStep: number) =>
  overSeeds({
    experiment: example("01-it-learns", { "training.optimizer.initialStep": initialStep }),
    until: { lossBelow: 0.01 },
  });
/** From near the solution, where the loss is a narrow valley. */
const valley = (kind: string, learningRate: number) =>
  overSeeds({
    experiment: example("01-it-learns", {
      "model.init": { weight_ih_l0: 0.5, weight_hh_l0: 1 },
      "training.optimizer": { kind, learningRate },
      "training.iterations": 5000,
    }),
    until: { lossBelow: 1e-4 },
  });
const converged = (runs: readonly Run[]): number[] => runs.map((run) => lossBelow(run, 0.01));
const RATES = [0.0005, 0.001, 0.002];

export const OPTIMIZER_CLAIMS: readonly Claim[] = [
  claim({
    id: "rprop/any-initial-step",
    says: "The tutorial's experiment converges from any initial step from 1e-6 to 1.",
    texts: help("The tutorial converges from any value from 1e-6 to 1."),
    range: "count-ones, T = 10, steps 1e-6, 1e-5, 1e-4, 0.01, 0.1 and 1, loss below 0.01 in 500 iterations",
    isShort: true,
    jobs: { runs: [1e-6, 1e-5, 1e-4, 0.01, 0.1, 1].flatMap(firstStep) },
    judge({ runs }) {
      const at = converged(runs);
      const count = at.filter((iteration) => iteration < Infinity).length;
      return { holds: count === runs.length, numbers: `${count} of ${runs.length}, in ${range(at, 3)} iterations` };
    },
  }),
  claim({
    id: "rprop/survives-explosion-and-slows-down",
    says: "Rprop does not diverge from exploding gradients; the longer the sequences, the more iterations it needs.",
    texts: help("exploding gradients do not make it diverge; on long sequences it needs more iterations to converge"),
    range: "count-ones, lengths 10, 30 and 100 from a recurrent weight of 2, loss below 0.01 in 5,000 iterations",
    isShort: true,
    jobs: { ten: rprop("rprop", 10), thirty: rprop("rprop", 30), hundred: rprop("rprop", 100) },
    judge({ ten, thirty, hundred }) {
      const [at10, at30, at100] = [converged(ten), converged(thirty), converged(hundred)];
      const diverged = countOf([...ten, ...thirty, ...hundred], ({ result }) => result === "diverged");
      return {
        holds: diverged === 0 && at30.every((at, i) => at10[i]! < at && at < at100[i]!) && median(at100) < Infinity,
        numbers: `${diverged} of 30 diverged; median ${median(at10)}, ${median(at30)}, ${median(at100)} iterations`,
      };
    },
  }),
  claim({
    id: "rprop/pytorch-variant-is-faster-on-long-sequences",
    says: "At lengths 30 and 100 PyTorch's variant needs fewer iterations than the tutorial's.",
    texts: help("On long sequences it converges in fewer iterations."),
    range: "count-ones, lengths 30 and 100 from a recurrent weight of 2, loss below 0.01 in 5,000 iterations",
    isShort: true,
    jobs: {
      rprop30: rprop("rprop", 30),
      rprop100: rprop("rprop", 100),
      pytorch30: rprop("rprop-pytorch", 30),
      pytorch100: rprop("rprop-pytorch", 100),
    },
    judge({ rprop30, rprop100, pytorch30, pytorch100 }) {
      const [slow30, slow100, fast30, fast100] = [rprop30, rprop100, pytorch30, pytorch100].map(converged);
      const sooner = (fast: readonly number[], slow: readonly number[]): number =>
        fast.filter((at, i) => at < slow[i]!).length;
      const counts = [sooner(fast30!, slow30!), sooner(fast100!, slow100!)];
      return {
        holds: counts.every((count) => count >= 9),
        numbers: `sooner in ${counts.join(" and ")} of 10: median ${median(fast30!)} against ${median(slow30!)}, ${median(fast100!)} against ${median(slow100!)}`,
      };
    },
  }),
  claim({
    id: "sgd/one-exploding-gradient",
    says: "Plain descent diverges after the first exploding gradient, and does not if it is clipped.",
    texts: help(
      "a single exploding gradient ruins the weights unless it is clipped",
      "Use it when gradients explode, for example {0}.",
      "Protects against exploding gradients",
    ),
    range: "count-ones, T = 10, from a recurrent weight of 2, with and without a clip norm of 1",
    isShort: true,
    jobs: {
      free: overSeeds({ experiment: example("02-it-explodes") }),
      clipped: overSeeds({ experiment: example("02-it-explodes", { "training.clip": { norm: 1 } }) }),
    },
    judge({ free, clipped }) {
      const [without, with1] = [free, clipped].map((runs) => countOf(runs, ({ result }) => result === "diverged"));
      const updates = free.map(({ iterations }) => iterations);
      return {
        holds: without === 10 && with1 === 0 && Math.max(...updates) <= 2,
        numbers: `${without} of 10 diverge after ${range(updates)} updates, clipped ${with1}`,
      };
    },
  }),
  claim({
    id: "momentum/faster-along-narrow-valleys",
    says: "In a narrow valley momentum needs fewer iterations than sgd, each at its best of three rates.",
    texts: help("Faster than sgd along narrow valleys, where steps in the same direction add up."),
    range: "count-ones from weights 0.5 and 1, momentum 0.9, rates 0.0005, 0.001, 0.002, loss below 1e-4",
    isShort: true,
    jobs: {
      sgd: RATES.flatMap((rate) => valley("sgd", rate)),
      momentum: RATES.flatMap((rate) => valley("momentum", rate)),
    },
    judge({ sgd, momentum }) {
      const best = (runs: readonly Run[]): number[] =>
        Array.from({ length: 10 }, (_, i) =>
          Math.min(...RATES.map((_rate, at) => lossBelow(runs[10 * at + i]!, 1e-4))),
        );
      const [plain, heavy] = [best(sgd), best(momentum)];
      return {
        holds: heavy.every((at, i) => at < plain[i]!),
        numbers: `momentum ${range(heavy, 3)}, sgd ${range(plain, 3)} iterations`,
      };
    },
  }),
  claim({
    id: "averages/steps",
    says: "A running mean with decay rate r averages over 1/(1 - r) steps.",
    texts: help(
      "0.99 averages over about 100 steps.",
      "0.9 averages over about 10 steps.",
      "0.999 averages over about 1,000 steps, 0.99 over 100.",
    ),
    range: "arithmetic: the mean age of what is averaged, plus one",
    isShort: true,
    jobs: {},
    judge() {
      const steps = [0.9, 0.99, 0.999].map((rate) => Math.round(1 / (1 - rate)));
      return { holds: steps.join() === "10,100,1000", numbers: steps.join(", ") };
    },
  }),
];
