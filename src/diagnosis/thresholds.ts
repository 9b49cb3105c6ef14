import { GRADIENT_LIMITS } from "../shared/trace/gradientLimits";

/**
 * Limits of the rules. Where practice is the source, there is no theorem behind the number: it is where people who
 * train networks begin to look. docs/diagnosis.md lists them.
 */
export const THRESHOLDS = {
  ...GRADIENT_LIMITS,
  /** Share of the rows that were clipped. Practice: a clip is for exceptions. */
  clippedShare: 0.9,
  clippedRows: 100,
  /** Rows that have to repeat, the longest period looked for, and how exactly: parts of the amplitude. */
  cycleRows: 64,
  cyclePeriod: 8,
  cycleTolerance: 0.02,
  /** Smallest amplitude of a cycle as a share of its mean loss. */
  cycleAmplitude: 0.1,
  /** |tanh| above it is saturated: its derivative 1 - h^2 is below 0.06. */
  saturatedTanh: 0.97,
  /** A gate this near to 0 or 1 is saturated (Karpathy, Johnson and Fei-Fei, 2015). */
  saturatedGate: 0.1,
  saturatedShare: 0.5,
  /** Share of relu units that are 0 at every step. */
  deadShare: 0.5,
  /** Share of the first loss that has to be gone after `decreaseRows`. */
  decrease: 0.01,
  decreaseRows: 100,
  /** Loss over the best so far, as the range test of learning rates stops (Smith, 2017; the factor is fastai's). */
  riseFactor: 4,
  /** A rise counts from this share of the first loss on: noise about a tiny loss is none. */
  riseShare: 0.25,
  riseRows: 32,
  /** |update| / |parameters| outside is no training. */
  largestUpdateRatio: 10,
  smallestUpdateRatio: 1e-8,
  /** |update| / |parameters| that fixes aim at (Karpathy, CS231n notes: about 1e-3). */
  goodUpdateRatio: 1e-3,
  /** The same for a clip: the largest update, which only the largest gradients make. */
  clippedUpdateRatio: 1e-2,
} as const;
