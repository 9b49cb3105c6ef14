import { hasTrialLengths, longestTrial, trialTraits, type TrialTask } from "../../config/facts/trialTasks";
import { normal, type RandomSource } from "../numerics/random";
import { storedSequences } from "./sequenceValues";
import type { Sequences, TrialContext } from "./task";
import { drawTrial, type Trial } from "./trialRules";
import { drawTiming, type TrialTiming } from "./trialTiming";

/**
 * Trials with periods, one a sequence: none is cut, and each starts from a state of zeros. Only the steps in which the
 * answer is due count. inputs [N, T, I], T the steps of the longest trial there can be; targets [N, T].
 */
export function trials(task: TrialTask, random: RandomSource): Sequences {
  const { inputs: names, answers, counted } = trialTraits(task);
  const [N, T, I] = [task.sequences, longestTrial(task), names.length];
  const inputs = new Float64Array(N * T * I);
  const targets = new Float64Array(N * T);
  const counts = new Uint8Array(N * T);
  const lengths = new Uint32Array(N);
  const evidence = new Float64Array(N);
  const logRatios = new Float64Array(N);
  const contexts: TrialContext[] = [];
  let answersOnce = true;
  for (let n = 0; n < N; n++) {
    const timing = drawTiming(task, random);
    const trial = drawTrial(task, timing, random);
    const own = inputs.subarray(n * T * I, (n + 1) * T * I);
    show(trial, timing, own, I);
    if (trial.noisy !== undefined) addNoise(trial.noisy, timing, own, I, task.dt, random);
    const [from, to] = [timing.windows[counted[0]]![0], timing.windows[counted[1]]![1]];
    counts.fill(1, n * T + from, n * T + to);
    for (let t = from; t < to; t++) targets[n * T + t] = trial.target(t - from, (index) => own[t * I + index]!);
    lengths[n] = timing.steps;
    evidence[n] = trial.evidence ?? NaN;
    logRatios[n] = trial.logRatio ?? NaN;
    if (trial.context !== undefined) contexts.push(trial.context);
    answersOnce &&= to - from === 1;
  }
  return {
    sequences: N,
    timeSteps: T,
    inputSize: I,
    outputSize: answers?.length ?? 1,
    outputSteps: T,
    inputKind: "values",
    inputs,
    targetKind: answers === null ? "values" : "classes",
    ...(answers === null ? {} : { classes: answers }),
    targets,
    weights: storedSequences(counts, T),
    ...(hasTrialLengths(task) ? { lengths } : {}),
    answersOnce,
    trials: {
      evidence: whereKnown(evidence),
      logRatio: whereKnown(logRatios),
      context: contexts.length === 0 ? null : (n) => contexts[n]!,
    },
    score: { tolerance: null, steps: T },
  };
}

/** Of all trials or of none. */
function whereKnown(values: Float64Array): ((sequence: number) => number) | null {
  return values.includes(NaN) ? null : (n) => values[n]!;
}

function show({ shown }: Trial, { windows }: TrialTiming, inputs: Float64Array, width: number): void {
  for (const [input, value, periods] of shown)
    for (const period of periods) {
      const [from, to] = windows[period]!;
      for (let t = from; t < to; t++) inputs[t * width + input] = inputs[t * width + input]! + value;
    }
}

/** Independent at each step, of variance level² / dt. It is drawn where it is 0 too, so that the trials stay. */
function addNoise(
  { inputs: noisy, periods, level }: NonNullable<Trial["noisy"]>,
  { windows }: TrialTiming,
  inputs: Float64Array,
  width: number,
  dt: number,
  random: RandomSource,
): void {
  const deviation = level / Math.sqrt(dt);
  for (const period of periods) {
    const [from, to] = windows[period]!;
    for (let t = from; t < to; t++)
      for (const input of noisy) inputs[t * width + input] = inputs[t * width + input]! + deviation * normal(random);
  }
}
