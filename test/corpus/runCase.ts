/** Trains an experiment of the corpus as the product does, and says how it went and what was found. */
import { createTrainer, type Trainer } from "../../src/core/training/trainer";
import type { StepResult } from "../../src/core/training/trainingLoop";
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { createDiagnosis } from "../../src/diagnosis/diagnosis";
import { describeDivergence } from "../../src/core/analysis/divergence";
import { gatherEvidence, withFinalEvidence } from "../../src/core/analysis/evidence";
import { writeSafetensors } from "../../src/formats/safetensors";
import { createJudgedLoss } from "../../src/fixes/fixTrial";
import { copySequences } from "../../src/core/tasks/sequenceValues";
import { createWasmNetwork } from "../../src/kernel/wasmNetwork";
import { finishWork } from "../../src/lib/slicedTask";
import type { Baseline } from "../../src/shared/wire/baselines";
import type { Finding } from "../../src/shared/wire/findings";
import { TraceBuffer } from "../../src/shared/trace/traceBuffer";
import type { Check, CorpusCase, Subject } from "./case";

export interface Outcome {
  readonly findings: readonly Finding[];
  readonly result: StepResult;
  /** The validation loss if there is one, else the mean over the last 5 % of iterations; Infinity if not finite. */
  readonly judged: number;
  /** The lowest the judged loss has been, over windows of 5 % of the iterations. */
  readonly lowest: number;
  /** Of the best constant answer, fitted on what it is measured on. */
  readonly constant: number;
  /** Of the last value of the input, where that is of the target's column. */
  readonly lastValue: number;
  readonly baselines: readonly Baseline[];
  readonly ms: number;
}

export function experimentOf({ file }: Subject): Experiment {
  const { experiment, problems } = parseExperiment(JSON.stringify(file));
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join(" "));
  return experiment;
}

export function createSubjectTrainer(subject: Subject, experiment = experimentOf(subject)): Trainer {
  const weights = subject.warmStart === undefined ? null : trainedWeights(subject.warmStart);
  return createTrainer(experiment, {
    kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
    files: { data: subject.data ?? null, weights },
  });
}

function trainedWeights(subject: Subject): Uint8Array {
  const trainer = createSubjectTrainer(subject);
  while (trainer.step(null) === "running");
  return writeSafetensors(trainer.parameterTensors(), {});
}

export function runSubject(subject: Subject): Outcome {
  const started = performance.now();
  const experiment = experimentOf(subject);
  const trainer = createSubjectTrainer(subject, experiment);
  const diagnosis = createDiagnosis(experiment, trainer);
  const buffer = new TraceBuffer(trainer.columns, 16);
  const losses: number[] = [];
  const validation: number[] = [];
  let result: StepResult = "running";
  while (result === "running") {
    const { iteration } = trainer;
    result = trainer.step(buffer);
    diagnosis.observe(iteration, trainer.metrics);
    diagnosis.sample(buffer.columns, buffer.rows - 1);
    losses.push(trainer.metrics.loss);
    validation.push(trainer.metrics.validationLoss);
  }
  const evidence = finishWork(withFinalEvidence(finishWork(gatherEvidence(experiment, trainer)), trainer));
  const findings = diagnosis.findings(
    result === "diverged" ? { state: "diverged", ...describeDivergence(trainer) } : { state: "ended" },
    evidence,
  );
  const { dataset } = trainer;
  const isHeldOut = dataset.trainingSequences < dataset.sequences;
  const window = Math.max(1, Math.round(losses.length / 20));
  const means = isHeldOut ? validation : windowMeans(losses, window);
  const judged = result === "diverged" ? Infinity : means.at(-1)!;
  return {
    findings,
    result,
    judged: Number.isFinite(judged) ? judged : Infinity,
    lowest: Math.min(...means.filter(Number.isFinite)),
    constant: constantLoss(trainer),
    lastValue: lastValueLoss(trainer),
    baselines: evidence.baselines,
    ms: performance.now() - started,
  };
}

/** Of a copy that is trained to its end; Infinity if it is not finite. */
export function judgedLossOf(subject: Subject, experiment: Experiment): number {
  const trainer = createSubjectTrainer(subject, experiment);
  const judged = createJudgedLoss(experiment, trainer);
  let result: StepResult = "running";
  while (result === "running") {
    result = trainer.step(null);
    judged.add(trainer.metrics.loss, trainer.metrics.validationLoss);
  }
  return result === "diverged" || !Number.isFinite(judged.value) ? Infinity : judged.value;
}

function windowMeans(values: readonly number[], window: number): number[] {
  const means: number[] = [];
  let sum = 0;
  for (const [i, value] of values.entries()) {
    sum += value - (i >= window ? values[i - window]! : 0);
    if (i >= window - 1) means.push(sum / window);
  }
  // Sums in place of differences at the end, where rounding would show.
  means[means.length - 1] = values.slice(-window).reduce((a, b) => a + b, 0) / Math.min(window, values.length);
  return means;
}

/** Rows of targets that the loss is measured on: [from, to) sequences. */
function measured({ dataset }: Trainer): { readonly from: number; readonly to: number } {
  const { sequences, trainingSequences } = dataset;
  return trainingSequences < sequences ? { from: trainingSequences, to: sequences } : { from: 0, to: sequences };
}

function constantLoss(trainer: Trainer): number {
  const { dataset, loss } = trainer;
  const { outputSteps: S, outputSize: O } = dataset;
  const { from, to } = measured(trainer);
  const targets = copySequences(dataset.targets, 0, to);
  if (loss === "cross-entropy") {
    const counts = new Float64Array(O);
    for (let i = from * S; i < to * S; i++) counts[targets[i]!]!++;
    const total = (to - from) * S;
    return counts.reduce((sum, count) => sum - (count > 0 ? (count / total) * Math.log(count / total) : 0), 0);
  }
  let sum = 0;
  for (let o = 0; o < O; o++) {
    let mean = 0;
    let squares = 0;
    const count = (to - from) * S;
    for (let i = from * S; i < to * S; i++) mean += targets[i * O + o]! / count;
    for (let i = from * S; i < to * S; i++) squares += (targets[i * O + o]! - mean) ** 2 / count;
    sum +=
      loss === "mse" ? squares : mean > 0 && mean < 1 ? -mean * Math.log(mean) - (1 - mean) * Math.log(1 - mean) : 0;
  }
  return sum / O;
}

function lastValueLoss(trainer: Trainer): number {
  const { dataset } = trainer;
  const { timeSteps: T, inputSize: I, outputSteps: S, outputSize: O, inputs, targets, units } = dataset;
  if (units === undefined || I !== 1 || O !== 1 || units.input[0]!.name !== units.target[0]!.name) return NaN;
  const { from, to } = measured(trainer);
  let sum = 0;
  for (let n = from; n < to; n++) for (let s = 0; s < S; s++) sum += (targets.at(n, s) - inputs.at(n, T - S + s)) ** 2;
  return sum / ((to - from) * S);
}

/** Whether the label of a case holds, by experiments and closed forms alone. */
export function holds({ check }: CorpusCase, outcome: Outcome): boolean {
  return check.kind === "cured" ? isCured(check, outcome) : isAsDrawn(check, outcome);
}

/** In parts of the best constant's loss, as the control may have other units. */
function isCured(
  { by, below, above = 0.9, near = NaN }: Extract<Check, { kind: "cured" }>,
  { judged, constant }: Outcome,
): boolean {
  if (judged < above * constant || Math.abs(judged - near) > 0.1 * near) return false;
  const control = runSubject(by);
  return control.judged / control.constant < below * Math.min(1, judged / constant);
}

function isAsDrawn(check: Exclude<Check, { kind: "cured" }>, outcome: Outcome): boolean {
  const { judged, lowest, constant, lastValue } = outcome;
  if (check.kind === "rises") return judged > check.by * lowest;
  if (check.kind === "floor") {
    if (Number.isNaN(check.loss)) return judged > 0.95 * lastValue && lastValue < 0.8 * constant;
    return judged < check.within * constant && judged > constant / check.within;
  }
  const baseline = Number.isNaN(lastValue) ? constant : Math.min(constant, lastValue);
  const isCalm = judged < 1.3 * lowest || judged < 0.02 * constant;
  return judged < check.below * baseline && isCalm;
}
