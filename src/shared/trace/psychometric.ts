/** How choices depend on the evidence, on trials that training has not seen. */
export interface Psychometric {
  readonly trials: number;
  /** By signed coherence, the lowest first. */
  readonly points: readonly PsychometricPoint[];
  /** Null where choices do not overlap, so that the slope of the curve has no limit. */
  readonly fit: LogisticFit | null;
}

export interface PsychometricPoint {
  /** In percent, above 0 for evidence of choice 1. */
  readonly coherence: number;
  readonly trials: number;
  /** Trials with choice 1 and with choice 2; in the others the network fixates. */
  readonly first: number;
  readonly second: number;
}

/** P(choice 1) = 1 / (1 + exp(-(coherence - bias) / scale)), fitted by maximum likelihood. */
export interface LogisticFit {
  /** The coherence at which both choices are equally likely. */
  readonly bias: number;
  readonly scale: number;
  /** How far from there choice 1 has a probability of 75%: ln 3 times the scale. */
  readonly threshold: number;
}

/** The share of choice 1 in the trials with a choice; NaN where there is none. */
export function shareOfFirst({ first, second }: PsychometricPoint): number {
  return first / (first + second);
}
