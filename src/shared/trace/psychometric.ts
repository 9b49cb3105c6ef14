import type { TraceHeader } from "./trace";

/** How choices depend on the evidence, on trials that training has not seen. */
export interface Psychometric extends PsychometricCurve {
  /** What the evidence is: a signed coherence in percent, or the first of two strengths less the second. */
  readonly measure: "coherence" | "difference";
  readonly trials: number;
  /** Where one of two modalities decides: the trials of each that does, in the order of the modalities. */
  readonly contexts: readonly PsychometricContext[];
  /** Where two strengths above 0 are compared: by the natural logarithm of the first over the second. */
  readonly ratio: PsychometricCurve | null;
}

interface PsychometricContext {
  /** That decides, 1 or 2. */
  readonly modality: number;
  /** By its coherence. */
  readonly deciding: PsychometricCurve;
  /** Of the same trials, by the coherence of the other modality: flat where that has no influence. */
  readonly ignored: PsychometricCurve;
}

export interface PsychometricCurve {
  /** By the evidence, the lowest first. */
  readonly points: readonly PsychometricPoint[];
  /** Null where choices do not overlap, so that the slope of the curve has no limit. */
  readonly fit: LogisticFit | null;
}

export interface PsychometricPoint {
  /** Above 0 for choice 1. */
  readonly evidence: number;
  readonly trials: number;
  /** Trials with choice 1 and with choice 2; in the others the network fixates. */
  readonly first: number;
  readonly second: number;
}

/** P(choice 1) = 1 / (1 + exp(-(evidence - bias) / scale)), fitted by maximum likelihood. */
export interface LogisticFit {
  /** The evidence at which both choices are equally likely. */
  readonly bias: number;
  readonly scale: number;
  /** How far from there choice 1 has a probability of 75%: ln 3 times the scale. */
  readonly threshold: number;
}

/** The share of choice 1 in the trials with a choice; NaN where there is none. */
export function shareOfFirst({ first, second }: Pick<PsychometricPoint, "first" | "second">): number {
  return first / (first + second);
}

/** P(choice 1) of the fit. */
export function fittedShare({ bias, scale }: LogisticFit, evidence: number): number {
  return 1 / (1 + Math.exp(-(evidence - bias) / scale));
}

/** Whether the trials of a run have a psychometric curve. */
export function hasPsychometric({ data }: Pick<TraceHeader, "data">): boolean {
  return data?.coherences === true || data?.pairs === true;
}
