import { GRADIENT_LIMITS } from "../shared/trace/gradientLimits";

/**
 * Limits of the rules. Where practice is the source, there is no theorem behind the number: it is where people who
 * train networks begin to look. docs/diagnosis.md lists them.
 */
export const THRESHOLDS = {
  ...GRADIENT_LIMITS,
  /** Share of the rows looked at: networks that learn their training data by heart get over it in the end. */
  vanishedShare: 1 / 3,
  /** Share of the rows that were clipped. Practice: a clip is for exceptions. */
  clippedShare: 0.9,
  clippedRows: 100,
  /** Rows that have to repeat, the longest period looked for, and how exactly: parts of the amplitude. */
  cycleRows: 64,
  cyclePeriod: 8,
  cycleTolerance: 0.02,
  /** Smallest amplitude of a cycle as a share of its mean loss, and smallest mean as a share of the best constant. */
  cycleAmplitude: 0.01,
  cycleLevel: 1e-3,
  /** |tanh| above it is saturated: its derivative 1 - h^2 is below 0.06. */
  saturatedTanh: 0.97,
  /** A gate this near to 0 or 1 is saturated (Karpathy, Johnson and Fei-Fei, 2015). */
  saturatedGate: 0.1,
  saturatedShare: 0.5,
  /** Share of relu units that are 0 at every step. */
  deadShare: 0.5,
  /** Iterations before which a run is not judged. */
  judgedRows: 100,
  /** Iterations whose median is the recent loss. */
  recentRows: 64,
  /** A run that is below this share of the lowest simple baseline has learned something. */
  solvedBaseline: 0.9,
  /** The same in parts of the first loss, where no baseline is known. */
  solvedShare: 0.5,
  /** Part of the lowest simple baseline above which a nonlinear task is not solved by a linear network. */
  linearShare: 0.2,
  /** Loss of the last sixth of the run, in parts of that of the sixth before it, from which it no longer falls. */
  flat: 0.97,
  /** A judged loss in these parts of a baseline is the baseline's. */
  atBaseline: [0.97, 1.15],
  /** A baseline below this part of a simpler one says something of its own. */
  distinctBaseline: 0.95,
  /**
   * Predictions that are closer than this to an earlier value, in parts of their distance from the target, repeat it,
   * where the loss is above this share of that of the last value and a linear map of the window has less than this
   * share of it.
   */
  repeatedDistance: 0.5,
  repeatedLoss: 0.75,
  betterLinear: 0.85,
  /** Share of the first loss that has to be gone after `judgedRows`. */
  decrease: 0.01,
  /** Median loss over the lowest median so far, as the range test of learning rates stops (Smith, 2017; fastai's). */
  riseFactor: 4,
  /** A rise counts from this share of the first loss on: noise about a tiny loss is none. */
  riseShare: 0.25,
  riseRows: 64,
  /** Where each update sees the same data, a slow rise counts: over the lowest loss, from this part of a constant's. */
  slowRiseFactor: 10,
  /** The same where the loss neither repeats itself nor settles: largest minus lowest over the mean. */
  restlessSpread: 0.5,
  slowRiseShare: 1e-3,
  /** Below this |update| / |parameters| no rise comes from the learning rate. */
  idleUpdateRatio: 1e-4,
  /** First updates of this many times the weights leave nothing of the initialization. */
  wildUpdateRatio: 0.4,
  /** All updates together, in parts of the weights, below which no training can have taken place. */
  smallestMovement: 0.2,
  /** Above this part of the lowest simple baseline a run that hardly moves has not learned enough. */
  idleBaseline: 0.8,
  /** The gradient norm, in parts of the first one, above which a run that stands still has not converged. */
  remainingNorm: 0.1,
  /** Validation loss over its lowest, and over the training loss, from which a network overfits; fewest evaluations. */
  overfitRise: 1.2,
  overfitGap: 1.4,
  overfitEvaluations: 5,
  /** Part of the best constant's loss that contradictory targets cost, and of the sequences that have them. */
  contradictionCost: 0.1,
  contradictionShare: 0.2,
  /** |target| that states between -1 and 1 reach with difficulty only. */
  unscaledTarget: 12,
  /** Share of padded sequences, and of padded steps in them. */
  paddedShare: 0.5,
  paddedSteps: 0.4,
  fewestPadded: 5,
  /** Iterations before which a plateau is not called one. */
  plateauRows: 200,
  /** Share of wrong labels that a network contradicts with confidence. */
  wrongLabels: [0.04, 0.45],
  labelCertainty: 0.3,
  errorFirmness: 0.6,
  /** Gradient of the first layer in parts of that of the last one. */
  depthRatio: 1e-2,
  /** |update| / |parameters| outside is no training. */
  largestUpdateRatio: 10,
  /** |update| / |parameters| that fixes aim at (Karpathy, CS231n notes: about 1e-3). */
  goodUpdateRatio: 1e-3,
  /** The same for a clip: the largest update, which only the largest gradients make. */
  clippedUpdateRatio: 1e-2,
} as const;
