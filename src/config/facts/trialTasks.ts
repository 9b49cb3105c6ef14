/** Tasks of trials with periods in milliseconds: their inputs, answers and lengths, and what is wrong with a timing. */
import * as l10n from "@vscode/l10n";
import type { TaskConfig } from "../schema/schema";
import { longest, shortest, type SequenceLength } from "./sequenceLengths";

export type TrialTask = Extract<TaskConfig, { readonly dt: number }>;

export function isTrialTask(task: TaskConfig): task is TrialTask {
  return "dt" in task;
}

/** Tasks in which a choice depends on evidence of a known strength: a coherence, or a pair of strengths to compare. */
export type ChoiceTask = Extract<
  TrialTask,
  { readonly coherences: readonly number[] } | { readonly pairs: readonly (readonly number[])[] }
>;

export function isChoiceTask(task: TaskConfig): task is ChoiceTask {
  return "coherences" in task || "pairs" in task;
}

interface TrialTraits {
  /** Names of the inputs of the network. */
  readonly inputs: readonly string[];
  /** What can be answered; null where the targets are numbers. */
  readonly answers: readonly string[] | null;
  /** The periods in their order. */
  readonly periods: readonly string[];
  /** Those whose steps count in the loss and the accuracy: these neighbors, from the first to the last. */
  readonly counted: readonly [first: string, last: string];
}

/** Names as the interface shows them, in its language. */
const FIXATION = l10n.t("fixation");
const STIMULUS = l10n.t("stimulus");
const STIMULI = [1, 2].map((stimulus) => l10n.t("stimulus {0}", stimulus));
const MODALITIES = [1, 2].flatMap((modality) =>
  [1, 2].map((stimulus) => l10n.t("modality {0}, stimulus {1}", modality, stimulus)),
);
const CUES = [1, 2].map((modality) => l10n.t("cue of modality {0}", modality));
/** Labels of the data. */
const CHOICES = ["fixate", "1", "2"];
const DECISION = ["decision", "decision"] as const;

const TRAITS: Readonly<Record<TrialTask["kind"], TrialTraits>> = {
  "perceptual-decision": {
    inputs: [FIXATION, ...STIMULI],
    answers: CHOICES,
    periods: ["fixation", "stimulus", "delay", "decision"],
    counted: DECISION,
  },
  "context-decision": {
    inputs: [FIXATION, ...MODALITIES],
    answers: CHOICES,
    periods: ["fixation", "stimulus", "delay", "decision"],
    counted: DECISION,
  },
  "delayed-match-to-sample": {
    inputs: [FIXATION, ...STIMULI],
    answers: ["fixate", "match", "non-match"],
    periods: ["fixation", "sample", "delay", "test", "decision"],
    counted: DECISION,
  },
  "go-no-go": {
    inputs: [FIXATION, l10n.t("no-go"), l10n.t("go")],
    answers: ["fixate", "go"],
    periods: ["fixation", "stimulus", "delay", "decision"],
    counted: DECISION,
  },
  "ready-set-go": {
    inputs: [FIXATION, l10n.t("ready"), l10n.t("set")],
    answers: ["fixate", "go"],
    periods: ["fixation", "measure", "set", "production"],
    counted: ["production", "production"],
  },
  "delay-comparison": {
    inputs: [FIXATION, STIMULUS],
    answers: CHOICES,
    periods: ["fixation", "stimulus1", "delay", "stimulus2", "decision"],
    counted: DECISION,
  },
  "sine-generator": {
    inputs: [l10n.t("level")],
    answers: null,
    periods: ["duration"],
    counted: ["duration", "duration"],
  },
  integrator: {
    inputs: [FIXATION, STIMULUS],
    answers: null,
    periods: ["fixation", "stimulus", "delay"],
    counted: ["stimulus", "delay"],
  },
};

export function trialTraits(task: TrialTask): TrialTraits {
  const traits = TRAITS[task.kind];
  const isCued = task.kind === "context-decision" && task.context === "cued";
  return isCued ? { ...traits, inputs: [...traits.inputs, ...CUES] } : traits;
}

/** Twice the interval, in which the answer of ready-set-go is due. */
export const PRODUCTION = 2;

/** The milliseconds of a period, as the file says them. */
export function periodOf(task: TrialTask, name: string): SequenceLength {
  return (task as unknown as Readonly<Record<string, SequenceLength>>)[name]!;
}

/** Whole steps of a duration, rounded down. */
export function wholeSteps(milliseconds: number, dt: number): number {
  return Math.floor(milliseconds / dt);
}

/** The last duration of a range is not drawn itself. */
export function mostSteps(duration: SequenceLength, dt: number): number {
  const [from, to] = [shortest(duration), longest(duration)];
  return from === to ? wholeSteps(to, dt) : Math.ceil(to / dt) - 1;
}

/** Steps of the longest trial. */
export function longestTrial(task: TrialTask): number {
  const periods = trialTraits(task).periods.map((name) =>
    name === "production"
      ? PRODUCTION * mostSteps(periodOf(task, "measure"), task.dt)
      : mostSteps(periodOf(task, name), task.dt),
  );
  return periods.reduce((sum, steps) => sum + steps, 0);
}

/** Whether trials have different lengths. */
export function hasTrialLengths(task: TrialTask): boolean {
  return trialTraits(task).periods.some((name) => {
    const duration = name === "production" ? 0 : periodOf(task, name);
    return wholeSteps(shortest(duration), task.dt) < mostSteps(duration, task.dt);
  });
}

/** The keys that hold a duration. */
function timedPeriods(task: TrialTask): readonly string[] {
  const { periods } = trialTraits(task);
  return task.kind === "ready-set-go" ? ["fixation", "ready", "measure", "set"] : periods;
}

interface TrialProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** What cannot be in a trial, at its key; null where all can. */
export function findTrialProblem(task: TrialTask): TrialProblem | null {
  for (const key of timedPeriods(task)) {
    const message = describeBadPeriod(task, key);
    if (message !== null) return { path: ["task", key], message };
  }
  switch (task.kind) {
    case "ready-set-go":
      return findLongCue(task);
    case "delay-comparison":
      return findEqualPair(task);
    case "sine-generator":
      return findFastWave(task);
    default:
      return null;
  }
}

function describeBadPeriod(task: TrialTask, key: string): string | null {
  const duration = periodOf(task, key);
  const [from, to] = [shortest(duration), longest(duration)];
  if (from > to)
    return l10n.t("task.{0} is from {1} to {2} ms: the first number must not be above the second.", key, from, to);
  if (from > 0 && from < task.dt)
    return l10n.t(
      "task.{0} is {1} ms, shorter than task.dt, a time step of {2} ms. Use at least {2} ms, or a shorter time step.",
      key,
      from,
      task.dt,
    );
  return null;
}

/** The cues are within the interval, and go is due a whole interval after the set cue began. */
function findLongCue(task: Extract<TrialTask, { readonly kind: "ready-set-go" }>): TrialProblem | null {
  const interval = shortest(task.measure);
  for (const key of ["ready", "set"] as const)
    if (longest(task[key]) > interval)
      return {
        path: ["task", key],
        message: l10n.t(
          "task.{0} is {1} ms, longer than the shortest interval of task.measure, {2} ms. Use at most {2} ms.",
          key,
          longest(task[key]),
          interval,
        ),
      };
  return null;
}

function findEqualPair({ pairs }: Extract<TrialTask, { readonly kind: "delay-comparison" }>): TrialProblem | null {
  const equal = pairs.findIndex(([a, b]) => a === b);
  if (equal < 0) return null;
  return {
    path: ["task", "pairs", String(equal)],
    message: l10n.t(
      "The two strengths of this pair are both {0}: neither is larger. Use different numbers.",
      pairs[equal]![0]!,
    ),
  };
}

/** A wave needs more than two steps a period. */
function findFastWave({
  frequencies,
  dt,
}: Extract<TrialTask, { readonly kind: "sine-generator" }>): TrialProblem | null {
  const limit = 1000 / (2 * dt);
  const fast = frequencies.findIndex((frequency) => frequency >= limit);
  if (fast < 0) return null;
  return {
    path: ["task", "frequencies", String(fast)],
    message: l10n.t(
      "With a time step of {0} ms, frequencies must be below {1} Hz; this is {2} Hz. Use a lower one or a smaller dt.",
      dt,
      limit,
      frequencies[fast]!,
    ),
  };
}
