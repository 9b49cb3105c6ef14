/**
 * Tasks of trials as they are done in the laboratory: periods in milliseconds, an answer in the last of them. What
 * happens in a trial is in src/core/tasks/trialRules.ts.
 */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { closed } from "./closed";
import { sequences } from "./taskKeys";

const MOST_MS = 100_000;

const timeStep = (standard: number) =>
  Type.Integer({
    title: l10n.t("Time step"),
    description: l10n.t("Milliseconds in one time step. Each period is rounded down to whole steps."),
    minimum: 1,
    maximum: 10_000,
    default: standard,
  });

/** One duration for all trials, or a range of which each trial has its own. @param least 0: it can be left out */
function period(title: string, what: string, standard: number | readonly [number, number], least: 0 | 1 = 1) {
  return Type.Union(
    [
      Type.Number({
        title: l10n.t("milliseconds"),
        description: l10n.t("All trials have this duration."),
        step: 100,
        minimum: least,
        maximum: MOST_MS,
      }),
      Type.Array(Type.Number({ minimum: least, maximum: MOST_MS }), {
        title: l10n.t("shortest and longest"),
        description: l10n.t("The duration in each trial is drawn from this range, using the seed."),
        minItems: 2,
        maxItems: 2,
        examples: [typeof standard === "number" ? [500, 1500] : [...standard]],
      }),
    ],
    {
      title,
      description: [
        what,
        least === 0
          ? l10n.t("In milliseconds, or two numbers for a range; 0 leaves it out.")
          : l10n.t("In milliseconds, or two numbers for a range."),
      ].join(" "),
      default: typeof standard === "number" ? standard : [...standard],
    },
  );
}

const fixation = (standard: number) =>
  period(l10n.t("Fixation period"), l10n.t("Before the first stimulus."), standard, 0);
const delay = (standard: number | readonly [number, number]) =>
  period(l10n.t("Delay period"), l10n.t("Without a stimulus; the network has to remember."), standard, 0);
const decision = (standard: number) =>
  period(
    l10n.t("Decision period"),
    l10n.t("When the answer is due. Only these steps count in the loss and the accuracy."),
    standard,
  );
const stimulus = (standard: number) => period(l10n.t("Stimulus period"), l10n.t("While the stimulus is on."), standard);

const noise = Type.Number({
  title: l10n.t("Noise"),
  step: 0.1,
  description: [
    l10n.t("Gaussian noise on the stimulus: its standard deviation at each step is this number divided by √dt."),
    l10n.t("There, `dt` is in milliseconds. 0 means no noise."),
  ].join(" "),
  minimum: 0,
  maximum: 1000,
  default: 1,
});

const coherences = (standard: readonly number[]) =>
  Type.Array(Type.Number({ minimum: 0, maximum: 100 }), {
    title: l10n.t("Coherences"),
    description: [
      l10n.t("Strengths of the evidence in percent; each trial has one of them."),
      l10n.t("The two stimulus inputs are 0.5 ± coherence/200."),
    ].join(" "),
    minItems: 1,
    maxItems: 100,
    default: [...standard],
  });

const PerceptualDecision = Type.Object(
  {
    kind: Type.Literal("perceptual-decision", {
      title: l10n.t("Task"),
      description: l10n.t("Input: two noisy stimuli. Target: which of them is stronger on average."),
    }),
    sequences: sequences(2000),
    dt: timeStep(100),
    fixation: fixation(100),
    stimulus: stimulus(2000),
    delay: delay(0),
    decision: decision(100),
    coherences: coherences([0, 6.4, 12.8, 25.6, 51.2]),
    noise,
  },
  {
    ...closed,
    title: "perceptual-decision",
    description: [
      l10n.t("Perceptual decision making (Britten et al., 1992): integrate noisy evidence."),
      l10n.t("Its psychometric curve shows how often each choice is made at each coherence."),
    ].join(" "),
  },
);

const ContextDecision = Type.Object(
  {
    kind: Type.Literal("context-decision", {
      title: l10n.t("Task"),
      description: l10n.t(
        "Input: noisy stimuli of two modalities and a cue. Target: the choice for the cued modality.",
      ),
    }),
    sequences: sequences(2000),
    dt: timeStep(100),
    fixation: fixation(300),
    stimulus: stimulus(750),
    delay: delay([300, 3000]),
    delayMean: Type.Union(
      [
        Type.Null({
          title: l10n.t("uniform"),
          description: l10n.t("All delays in the range are equally likely."),
        }),
        Type.Number({
          title: l10n.t("exponential"),
          description: l10n.t(
            "Short delays are likelier: an exponential distribution with this mean, cut to the range.",
          ),
          exclusiveMinimum: 0,
          maximum: MOST_MS,
          examples: [600],
        }),
      ],
      {
        title: l10n.t("Mean of the delay"),
        description: [
          l10n.t("If `delay` is a range, how it is drawn: uniformly, or from an exponential distribution."),
          l10n.t("The number is the mean of that distribution before it is cut to the range."),
        ].join(" "),
        default: 600,
      },
    ),
    decision: decision(100),
    coherences: coherences([5, 15, 50]),
    context: Type.Enum(["cued", "modality-1", "modality-2"], {
      title: l10n.t("Context"),
      description: l10n.t("Which modality decides. The network has to ignore the other one."),
      enumDescriptions: [
        l10n.t("One of the two in each trial; two more inputs say which, at every step."),
        l10n.t("Always the first one, without a cue."),
        l10n.t("Always the second one, without a cue."),
      ],
      default: "cued",
    }),
    noise,
  },
  {
    ...closed,
    title: "context-decision",
    description: l10n.t(
      "Context-dependent decision making (Mante et al., 2013): decide by one modality and ignore the other.",
    ),
  },
);

const DelayedMatchToSample = Type.Object(
  {
    kind: Type.Literal("delayed-match-to-sample", {
      title: l10n.t("Task"),
      description: l10n.t("Input: a sample, a delay, and a test stimulus. Target: whether they are the same."),
    }),
    sequences: sequences(2000),
    dt: timeStep(100),
    fixation: fixation(300),
    sample: period(l10n.t("Sample period"), l10n.t("While the sample is shown."), 500),
    delay: delay(1000),
    test: period(l10n.t("Test period"), l10n.t("While the test stimulus is shown."), 500),
    decision: decision(900),
    noise,
  },
  {
    ...closed,
    title: "delayed-match-to-sample",
    description: l10n.t(
      "Delayed match to sample (Miller et al., 1996): remember a stimulus and compare another one with it.",
    ),
  },
);

const GoNoGo = Type.Object(
  {
    kind: Type.Literal("go-no-go", {
      title: l10n.t("Task"),
      description: l10n.t("Input: a go or no-go stimulus, then a delay. Target: go, or keep fixating."),
    }),
    sequences: sequences(500),
    dt: timeStep(100),
    fixation: fixation(0),
    stimulus: stimulus(500),
    delay: delay(500),
    decision: decision(500),
  },
  {
    ...closed,
    title: "go-no-go",
    description: l10n.t("Go/no-go: respond to one stimulus and hold back after the other."),
  },
);

const ReadySetGo = Type.Object(
  {
    kind: Type.Literal("ready-set-go", {
      title: l10n.t("Task"),
      description: l10n.t("Input: two cues, ready and set. Target: go as long after set as set came after ready."),
    }),
    sequences: sequences(1000),
    dt: timeStep(80),
    fixation: fixation(100),
    ready: period(l10n.t("Ready cue"), l10n.t("At the start of the interval to measure."), 83),
    measure: period(
      l10n.t("Interval"),
      l10n.t("From the start of the ready cue to the start of the set cue."),
      [800, 1500],
    ),
    set: period(l10n.t("Set cue"), l10n.t("At the end of the interval."), 83),
  },
  {
    ...closed,
    title: "ready-set-go",
    description: [
      l10n.t("Ready-set-go (Jazayeri and Shadlen, 2010): measure an interval and produce it."),
      l10n.t("The steps after the set cue count, and the target is go at one of them."),
      l10n.t('So few targets are go that `classWeights` should be `"balanced"`.'),
    ].join(" "),
  },
);

const DelayComparison = Type.Object(
  {
    kind: Type.Literal("delay-comparison", {
      title: l10n.t("Task"),
      description: l10n.t("Input: two stimuli with a delay between them. Target: which one was larger."),
    }),
    sequences: sequences(2000),
    dt: timeStep(100),
    fixation: fixation(500),
    stimulus1: period(l10n.t("First stimulus"), l10n.t("While the first stimulus is on."), 500),
    delay: delay(1000),
    stimulus2: period(l10n.t("Second stimulus"), l10n.t("While the second stimulus is on."), 500),
    decision: decision(100),
    pairs: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      title: l10n.t("Pairs"),
      description: [
        l10n.t("The two strengths of each pair, in either order."),
        l10n.t("The input is scaled to 0.5 for the smallest of all and 1 for the largest."),
      ].join(" "),
      minItems: 1,
      maxItems: 100,
      default: [
        [18, 10],
        [22, 14],
        [26, 18],
        [30, 22],
        [34, 26],
      ],
    }),
    noise,
  },
  {
    ...closed,
    title: "delay-comparison",
    description: [
      l10n.t(
        "Delayed comparison (Romo and Salinas, 2003): remember how strong a stimulus is, and compare another one.",
      ),
      l10n.t("Its psychometric curve shows how often the first is called larger, by their difference and ratio."),
    ].join(" "),
  },
);

const SineGenerator = Type.Object(
  {
    kind: Type.Literal("sine-generator", {
      title: l10n.t("Task"),
      description: l10n.t("Input: a constant level. Target: a sine wave whose frequency the level stands for."),
    }),
    sequences: sequences(100),
    dt: timeStep(20),
    duration: period(l10n.t("Duration"), l10n.t("Of the wave and of its input."), 2000),
    frequencies: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 500 }), {
      title: l10n.t("Frequencies"),
      description: l10n.t(
        "In hertz; each trial has one of them. The input is the frequency divided by the highest one.",
      ),
      minItems: 1,
      maxItems: 100,
      default: [1, 1.5, 2],
    }),
  },
  {
    ...closed,
    title: "sine-generator",
    description: l10n.t("Generate a sine wave from a constant input (Sussillo and Barak, 2013)."),
  },
);

const Integrator = Type.Object(
  {
    kind: Type.Literal("integrator", {
      title: l10n.t("Task"),
      description: l10n.t("Input: a noisy level. Target: its integral over time, at every step."),
    }),
    sequences: sequences(1000),
    dt: timeStep(50),
    fixation: fixation(100),
    stimulus: stimulus(1000),
    delay: delay(500),
    level: Type.Number({
      title: l10n.t("Level"),
      step: 0.5,
      description: [
        l10n.t("The mean input of each trial is drawn uniformly between −level and level."),
        l10n.t("With 0, the input is noise alone."),
      ].join(" "),
      minimum: 0,
      maximum: 1000,
      default: 1,
    }),
    noise,
  },
  {
    ...closed,
    title: "integrator",
    description: l10n.t(
      "Integrate the input in seconds, and hold the integral over the delay. The fixation period does not count.",
    ),
  },
);

export const trialTasks = [
  PerceptualDecision,
  ContextDecision,
  DelayedMatchToSample,
  GoNoGo,
  ReadySetGo,
  DelayComparison,
  SineGenerator,
  Integrator,
] as const;
