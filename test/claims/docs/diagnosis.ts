/**
 * What docs/diagnosis.md says in numbers: the thresholds, which are practice where no source is named. The quotes are
 * made from the constants, so the page cannot differ from the code.
 */
import { THRESHOLDS } from "../../../src/diagnosis/thresholds";
import { claim, type Claim, type Statement } from "../claim";
import { ADDING, GRU, firstGradient } from "../help/experiments";
import { help } from "../help/texts";
import { ordersLost, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { explain, page } from "./texts";

const percent = (share: number): string => `${Math.round(100 * share)}%`;
const T = THRESHOLDS;

/** Updates by which the gradient of the first step, vanished at first, is back before the validation loss falls. */
function leadOf(run: Run): number {
  // Predicting 1 has an expected loss of 1/6.
  const falls = run.validation.find(({ loss }) => loss < 0.9 / 6)?.iteration ?? Infinity;
  const back = run.gradients.find(({ iteration }) => ordersLost(run, iteration) < 2)?.iteration ?? Infinity;
  return ordersLost(run, 0) > 4 ? falls - back : NaN;
}

/** Example 2 at a lower rate. */
const gentle = (rate: number) =>
  overSeeds({
    experiment: example("02-it-explodes", { "training.optimizer.learningRate": rate, "training.iterations": 5000 }),
  });

export const DIAGNOSIS_CLAIMS: readonly Claim[] = [
  claim({
    id: "diagnosis/gradient-of-a-gru-vanishes-at-first",
    says: "At the start the gradient of a gru loses 15 orders of magnitude or more over 99 steps.",
    texts: [
      ...page("diagnosis", "vanishes at first, too, by 15 orders of magnitude or more over 99 steps"),
      ...help("Switch to GRU (the gradient may still vanish at first)"),
    ],
    range: "adding, T = 100, 32 units, iteration 0",
    isShort: true,
    jobs: { gru: firstGradient(100, GRU) },
    judge({ gru }) {
      const orders = gru.map((run) => ordersLost(run, 0));
      return { holds: orders.every((one) => one >= 15), numbers: `${range(orders)} orders lost` };
    },
  }),
  claim({
    id: "diagnosis/gradient-comes-back",
    says: "From below 1e-4 of the last step's, the gradient of the first step is back above 1e-2 before the loss of a gru falls, and within 50 updates of it for an lstm.",
    texts: page(
      "diagnosis",
      "the gradient of a GRU comes back while the loss is still flat, that of an LSTM about when the loss falls",
    ),
    range:
      "adding, 32 units: gru over 50 steps with Adam 0.001, lstm with bias 1 over 100 with 0.005; both looked at every 50 updates, the loss has fallen at 0.15",
    jobs: { gru: ADDING.gru50, lstm: ADDING.lstm100 },
    judge({ gru, lstm }) {
      const [ofGru, ofLstm] = [gru, lstm].map((runs) => runs.map(leadOf));
      const before = ofGru!.filter((lead) => lead > 0).length;
      return {
        holds: before >= 9 && ofLstm!.every((lead) => Math.abs(lead) <= 50),
        numbers: `gru before the loss in ${before} of 10, by ${range(ofGru!, 3)} updates; lstm by ${range(ofLstm!, 3)}`,
      };
    },
  }),
  claim({
    id: "diagnosis/no-lower-rate-for-experiment-2",
    says: "Where the gradient explodes with the initial weights, no lower rate brings the loss below 10.",
    texts: page("diagnosis", "offered unless a trial shows that it helps: in experiment 2, none does"),
    range: "example 2 with rates 1e-9 to 5e-7, 5,000 iterations",
    jobs: { runs: [1e-9, 1e-8, 1e-7, 2e-7, 5e-7].flatMap(gentle) },
    judge({ runs }) {
      const losses = runs.map(({ losses: all }) => Math.min(...all));
      return { holds: Math.min(...losses) > 10, numbers: `lowest loss ${range(losses)}` };
    },
  }),
  claim({
    id: "diagnosis/slope-of-a-saturated-tanh",
    says: "Beyond 0.97 the derivative of tanh is below 0.06.",
    texts: page("diagnosis", "tanh: its derivative is below 0.06"),
    range: "arithmetic",
    isShort: true,
    jobs: {},
    judge() {
      const slope = 1 - T.saturatedTanh ** 2;
      return { holds: slope < 0.06, numbers: slope.toFixed(4) };
    },
  }),
  claim({
    id: "diagnosis/flipped-labels",
    says: "Of labels flipped with probability p, the best answer is certain by 1 - 2p, whatever the input.",
    texts: page("diagnosis", "flipped labels cost certainty 2 p, whatever the input"),
    range: "arithmetic: the difference of the probabilities 1 - p and p",
    isShort: true,
    jobs: {},
    judge() {
      const shares = [0.04, 0.1, 0.45];
      const certainties = shares.map((p) => 1 - p - p);
      return {
        holds: certainties.every((certainty, i) => Math.abs(1 - certainty - 2 * shares[i]!) < 1e-12),
        numbers: certainties.map((certainty) => certainty.toFixed(2)).join(", "),
      };
    },
  }),
];

export const DIAGNOSIS_STATEMENTS: readonly Statement[] = [
  ...explain("diagnosis", "limit", ["32 at each distance, so a run of a million rows has a few hundred checks"]),
  ...explain("diagnosis", "convention", [
    "mean training loss over the last 5% of the iterations",
    `above ${percent(T.solvedBaseline)} of the lowest of these baselines`,
    `is not ${percent(1 - T.flat)} below the sixth before it`,
    `in ${percent(T.contradictionShare)} of the sequences or more, and this alone costs ${percent(T.contradictionCost)} of the best constant's loss`,
    `more than half of the sequences end with equal inputs, ${T.fewestPadded} or more and ${percent(T.paddedSteps)} of the steps on average`,
    `a target beyond ±${T.unscaledTarget}, and states between −1 and 1`,
    `more than half of the values of a tanh are beyond ±${T.saturatedTanh}, or of a gate within ${T.saturatedGate} of 0 or 1`,
    "more than half of the relu units of a layer are 0 at every step",
    `the gradient norm is above ${T.explodingNorm} or NaN`,
    `no update before it was larger than ${T.wildUpdateRatio} times the weights`,
    "clipping norms are usually 0.1 to 10 (Pascanu, Mikolov and Bengio, 2013)",
    `in the last ${T.cycleRows} iterations each loss equals the loss 2 to ${T.cyclePeriod} iterations before, within ${percent(T.cycleTolerance)} of the amplitude, the amplitude is above ${percent(T.cycleAmplitude)} of the mean, and the mean above ${100 * T.cycleLevel}% of the best constant's loss`,
    `one of the first 16 updates was larger than ${T.wildUpdateRatio} times the weights and the run diverged or is unsolved; or the median of the last ${T.recentRows} losses is more than ${T.riseFactor} times the lowest median over ${T.riseRows} iterations and more than a quarter of the first one; or, when every update uses the same data, the loss rises again to ${T.slowRiseFactor} times its lowest or jumps by half of its mean without falling. Never while the updates are below 1e-4 of the weights`,
    "the factor of 4: fastai stops the learning-rate range test (Smith, 2017) there",
    `more than ${percent(T.clippedShare)} of at least ${T.clippedRows} iterations are clipped`,
    `cannot move the weights by more than ${percent(T.smallestMovement)} of their size, the loss is above ${percent(T.idleBaseline)} of the lowest baseline, and the gradient norm above ${percent(T.remainingNorm)} of the first one; or \\|update\\| / \\|parameters\\| was above ${T.largestUpdateRatio} once`,
    "about 1e-3 is typical (Karpathy, CS231n notes)",
    `sine-generator), above ${percent(T.linearShare)} of the lowest baseline`,
    `< 1e-4 over ${T.vanishingSteps} or more time steps, in a third of the rows checked`,
    `the targets have 2 to 4 levels, and the trained network contradicts ${percent(T.wrongLabels[0])} to ${percent(T.wrongLabels[1])} of them with at least ${percent(T.errorFirmness)} of the certainty`,
    `the validation loss is ${percent(T.overfitRise - 1)} above its lowest and ${percent(T.overfitGap - 1)} above the training loss`,
    `the judged loss is not below ${percent(T.atBaseline[0])} of repeating the last value`,
    `or it is between ${percent(T.repeatedLoss)} and 100% of it`,
    `a linear map of the window has less than ${percent(T.betterLinear)} of it`,
    `from which they are less than ${percent(T.repeatedDistance)} as far as from their own`,
    `flat, at ${percent(T.atBaseline[0])} to ${percent(T.atBaseline[1])} of the best answer that sees one step only`,
    `flat, at ${percent(T.atBaseline[0])} to ${percent(T.atBaseline[1])} of the best constant`,
    `after ${T.plateauRows} iterations (${T.judgedRows} where the gradient is 0) the median of the last ${T.recentRows} losses is not ${percent(T.decrease)} below that of the first 16`,
    "Values are 1, 2 or 5 times a power of ten, rounded down. A learning rate is never suggested below 1e-6 or above 1.",
    `the norm at which the first update above ${T.largestUpdateRatio} times the weights, or otherwise the largest update, becomes ${T.clippedUpdateRatio} times the weights; at most half of what its gradient norm was`,
    `the median of the first 16 updates exceeds ${T.goodUpdateRatio} times the weights, by 10 at least and by 100 at most`,
    "orthogonal weights with a learning rate of 0.001 for Adam",
    "**Learning rate of 0.001** with orthogonal weights",
    "in place of rprop on sequences of 30 steps or more",
    "a gradient growing by the measured factor per step stays below a norm of 100",
  ]),
  ...explain("diagnosis", "arithmetic", [
    "a gradient of curvature · step / 2 on either side",
    "1 / curvature = lr · \\|clipped\\| / (2 · \\|gradient\\|)",
  ]),
  // `npm run corpus` prints them.
  ...explain("diagnosis", "checked elsewhere", [
    "trains more than 800 experiments with known answers, 300 of them healthy",
    "The experiments are in two halves with different seeds and parameters: thresholds were set on one half only.",
  ]),
];
