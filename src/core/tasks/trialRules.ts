/**
 * What happens in a trial of each task: what is shown in which period, and what the answer is. Those that neurogym
 * 2.3.1 has are as there, but for ready-set-go, whose answer is at the step that is paid best there.
 */
import type { TrialTask } from "../../config/facts/trialTasks";
import { withoutRounding } from "../../lib/withoutRounding";
import type { RandomSource } from "../numerics/random";
import type { TrialContext } from "./task";
import type { TrialTiming } from "./trialTiming";

type Of<K extends TrialTask["kind"]> = Extract<TrialTask, { readonly kind: K }>;

export interface Trial {
  /** What is added to an input in each of these periods. */
  readonly shown: readonly Shown[];
  /** The noise on these inputs in these periods. */
  readonly noisy?: { readonly inputs: readonly number[]; readonly periods: readonly string[]; readonly level: number };
  /**
   * The target at step k of those that count, asked in their order: an answer by its number, or a value.
   * @param input of the step, as the network sees it
   */
  readonly target: (k: number, input: (index: number) => number) => number;
  /** Above 0 for choice 1: a coherence in percent, or the first of two strengths less the second. */
  readonly evidence?: number;
  /** The natural logarithm of the first of two strengths over the second, where all strengths are above 0. */
  readonly logRatio?: number;
  /** Where one of two modalities decides. */
  readonly context?: TrialContext;
}

type Shown = readonly [input: number, value: number, periods: readonly string[]];

export function drawTrial(task: TrialTask, timing: TrialTiming, random: RandomSource): Trial {
  switch (task.kind) {
    case "perceptual-decision":
      return perceptualDecision(task, random);
    case "context-decision":
      return contextDecision(task, random);
    case "delayed-match-to-sample":
      return delayedMatch(task, random);
    case "go-no-go":
      return goNoGo(random);
    case "ready-set-go":
      return readySetGo(timing);
    case "delay-comparison":
      return delayComparison(task, random);
    case "sine-generator":
      return sineGenerator(task, random);
    case "integrator":
      return integrator(task, random);
  }
}

function pick<T>(values: readonly T[], random: RandomSource): T {
  return values[Math.floor(random.double() * values.length)]!;
}

/** 1 for choice 1, -1 for choice 2. */
const drawSide = (random: RandomSource): number => pick([1, -1], random);
const choiceOf = (side: number): number => (side > 0 ? 1 : 2);

/** Two stimuli, the one on the side of the evidence stronger. */
function evidence(input: number, side: number, coherence: number): readonly Shown[] {
  const difference = (side * coherence) / 200;
  return [
    [input, 0.5 + difference, ["stimulus"]],
    [input + 1, 0.5 - difference, ["stimulus"]],
  ];
}

function perceptualDecision({ coherences, noise }: Of<"perceptual-decision">, random: RandomSource): Trial {
  const side = drawSide(random);
  const coherence = pick(coherences, random);
  return {
    shown: [[0, 1, ["fixation"]], ...evidence(1, side, coherence)],
    noisy: { inputs: [1, 2], periods: ["stimulus"], level: noise },
    target: () => choiceOf(side),
    evidence: side * coherence,
  };
}

/** The cue is on at each step, that of the decision too; the fixation input only in the fixation period. */
function contextDecision({ coherences, noise, context }: Of<"context-decision">, random: RandomSource): Trial {
  const drawn = pick([0, 1], random);
  const deciding = context === "cued" ? drawn : context === "modality-1" ? 0 : 1;
  const sides = [drawSide(random), drawSide(random)];
  const strengths = [pick(coherences, random), pick(coherences, random)];
  const cue: Shown = [5 + deciding, 1, ["fixation", "stimulus", "delay", "decision"]];
  return {
    shown: [
      [0, 1, ["fixation"]],
      ...evidence(1, sides[0]!, strengths[0]!),
      ...evidence(3, sides[1]!, strengths[1]!),
      ...(context === "cued" ? [cue] : []),
    ],
    noisy: { inputs: [1, 2, 3, 4], periods: ["stimulus"], level: noise },
    target: () => choiceOf(sides[deciding]!),
    evidence: sides[deciding]! * strengths[deciding]!,
    context: { modality: deciding === 0 ? 1 : 2, ignored: sides[1 - deciding]! * strengths[1 - deciding]! },
  };
}

function delayedMatch({ noise }: Of<"delayed-match-to-sample">, random: RandomSource): Trial {
  const answer = pick([1, 2], random);
  const sample = pick([1, 2], random);
  return {
    shown: [
      [0, 1, ["fixation", "sample", "delay", "test"]],
      [sample, 1, ["sample"]],
      [answer === 1 ? sample : 3 - sample, 1, ["test"]],
    ],
    noisy: { inputs: [1, 2], periods: ["sample", "test"], level: noise },
    target: () => answer,
  };
}

function goNoGo(random: RandomSource): Trial {
  const answer = pick([0, 1], random);
  return {
    shown: [
      [0, 1, ["fixation", "stimulus", "delay"]],
      [1 + answer, 1, ["stimulus"]],
    ],
    target: () => answer,
  };
}

/**
 * Time since the set cue began is (set + k) dt at step k of the production: go is due when that is the interval.
 * neurogym pays for it there, but has its label at k = interval / dt, where it pays less.
 */
function readySetGo({ windows }: TrialTiming): Trial {
  const steps = (period: string): number => windows[period]![1] - windows[period]![0];
  const due = steps("measure") - steps("set");
  return {
    shown: [
      [0, 1, ["fixation", "measure", "set"]],
      [1, 1, ["ready"]],
      [2, 1, ["set"]],
    ],
    target: (k) => Number(k === due),
  };
}

/** The noise is on the fixation input, too. */
function delayComparison({ pairs, noise }: Of<"delay-comparison">, random: RandomSource): Trial {
  const answer = pick([1, 2], random);
  const pair = pick(pairs, random);
  const all = pairs.flat();
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const scaled = (strength: number): number => (1 + (strength - least) / (most - least)) / 2;
  const sign = answer === 1 ? 1 : -1;
  const [larger, smaller] = [scaled(Math.max(...pair)), scaled(Math.min(...pair))];
  return {
    shown: [
      [0, 1, ["fixation", "stimulus1", "delay", "stimulus2"]],
      [1, answer === 1 ? larger : smaller, ["stimulus1"]],
      [1, answer === 1 ? smaller : larger, ["stimulus2"]],
    ],
    noisy: { inputs: [0, 1], periods: ["stimulus1", "stimulus2"], level: noise },
    target: () => answer,
    evidence: sign * withoutRounding(Math.max(...pair) - Math.min(...pair)),
    ...(least > 0 ? { logRatio: sign * Math.log(withoutRounding(Math.max(...pair) / Math.min(...pair))) } : {}),
  };
}

function sineGenerator({ frequencies, dt }: Of<"sine-generator">, random: RandomSource): Trial {
  const frequency = pick(frequencies, random);
  return {
    shown: [[0, frequency / Math.max(...frequencies), ["duration"]]],
    target: (k) => Math.sin((2 * Math.PI * frequency * k * dt) / 1000),
  };
}

/** The input of the step is part of the integral; in seconds. */
function integrator({ level, noise, dt }: Of<"integrator">, random: RandomSource): Trial {
  let integral = 0;
  return {
    shown: [
      [0, 1, ["fixation"]],
      [1, level * (2 * random.double() - 1), ["stimulus"]],
    ],
    noisy: { inputs: [1], periods: ["stimulus"], level: noise },
    target: (_, input) => (integral += (input(1) * dt) / 1000),
  };
}
