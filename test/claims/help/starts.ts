/** What the comments of a new experiment claim. */
import { claim, type Claim } from "../claim";
import { countOf, lossBelow, ordersLost, range } from "../measures";
import { overSeeds, type Run } from "../runJob";
import { STARTS, start } from "./experiments";
import { LEARNED } from "./tasks";
import { help } from "./texts";

const exact = ({ validation }: Run): boolean => validation.at(-1)!.exactAccuracy === 1;

export const START_CLAIMS: readonly Claim[] = [
  claim({
    id: "starts/adam-and-one-layer-learn-every-task",
    says: "With Adam and one layer, the start of each task is learned with at least nine of ten seeds.",
    texts: help(
      "A good first choice for rnn, lstm and gru.",
      "Start with adam",
      "A good first choice. If the loss oscillates, try a lower learning rate.",
      "One is enough for every built-in task.",
    ),
    range:
      "the files of New Experiment; learned: every sum right, adding below 0.01, copying at half the loss of guessing, parity below 0.05, order 99%, sine a tenth of the last value's loss, 90% of the characters, series below the linear map",
    jobs: STARTS,
    judge({ addition, adding, copy, parity, order, sine, text, series }) {
      const counts = {
        addition: countOf(addition, exact),
        adding: LEARNED.stopped(adding),
        copy: LEARNED.copy(copy),
        parity: LEARNED.stopped(parity),
        order: LEARNED.stopped(order),
        sine: LEARNED.sine(sine),
        text: LEARNED.text(text),
        series: LEARNED.series(series),
      };
      return {
        holds: Object.values(counts).every((count) => count >= 9),
        numbers: Object.entries(counts)
          .map(([task, count]) => `${task} ${count}`)
          .join(", "),
      };
    },
  }),
  claim({
    id: "addition/three-units-or-six",
    says: "Three tanh units learn binary addition from about half of the initializations, six from nearly all.",
    texts: help("Three tanh units learn it from about half of the initializations, six from nearly all."),
    range: "6 bits, Adam 0.02, 1,500 batches of 100, every sum of the validation set right",
    jobs: {
      three: overSeeds({ experiment: start("binary-addition", { cell: "rnn", hiddenSize: 3 }) }),
      six: STARTS.addition,
    },
    judge({ three, six }) {
      const counts = [countOf(three, exact), countOf(six, exact)];
      return {
        holds: counts[0]! >= 3 && counts[0]! <= 7 && counts[1]! >= 9,
        numbers: `three units ${counts[0]} of 10, six units ${counts[1]} of 10`,
      };
    },
  }),
  claim({
    id: "parity/plateau-then-drop",
    says: "The loss stays at ln 2 for hundreds of iterations, then drops in less time than it stayed, with nine seeds of ten.",
    texts: help(
      "The loss stays at 0.69, the loss of guessing, for hundreds of iterations, then drops, with nine seeds of ten.",
    ),
    range: "the start of parity: 6 bits, lstm with 16 units, Adam 0.02, 1,500 batches",
    jobs: { runs: STARTS.parity },
    judge({ runs }) {
      const learned = runs.filter(({ result }) => result === "stopped");
      const left = learned.map((run) => lossBelow(run, 0.65));
      const drop = learned.map((run, i) => lossBelow(run, 0.07) - left[i]!);
      return {
        holds: learned.length >= 8 && left.every((at, i) => at >= 200 && drop[i]! < at),
        numbers: `${learned.length} of 10 learn; at ln 2 for ${range(left, 4)} iterations, then below 0.07 within ${range(drop, 3)}`,
      };
    },
  }),
  claim({
    id: "adding/rnn-vanishes-at-length-30",
    says: "With an rnn in place of the lstm the gradient of the first step is below 1e-4 of that of the last one, where the diagnosis calls it vanished.",
    texts: help('Try "rnn" and see the gradient vanish.'),
    range: "the start of adding: length 30, 24 units, iteration 0",
    isShort: true,
    jobs: {
      rnn: overSeeds({
        experiment: {
          ...start("adding", { cell: "rnn", hiddenSize: 24 }),
          training: { optimizer: { kind: "adam" }, batchSize: 50, iterations: 1 },
        },
        gradientAt: [0],
      }),
    },
    judge({ rnn }) {
      const orders = rnn.map((run) => ordersLost(run, 0));
      return { holds: orders.every((one) => one > 4), numbers: `${range(orders)} orders lost` };
    },
  }),
];
