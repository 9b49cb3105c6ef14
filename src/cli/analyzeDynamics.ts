/** `--analyze fixed-points` and its kin: the dynamics of a network at one iteration. */
import { isBidirectional } from "../config/facts/directions";
import { isChoiceTask } from "../config/facts/trialTasks";
import { analyzePsychometric } from "../core/analysis/psychometric";
import { topForwardLayer } from "../core/analysis/directionSample";
import { createSnapshot, type RunSnapshot } from "../core/analysis/runSnapshot";
import { analyzeFixedPoints } from "../core/dynamics/fixedPoints";
import { analyzeJacobians } from "../core/dynamics/jacobians";
import { analyzeLyapunov } from "../core/dynamics/lyapunov";
import { analyzeMemory } from "../core/dynamics/memory";
import type { OnProgress } from "../core/dynamics/progress";
import { analyzeSharpness } from "../core/dynamics/sharpness";
import { analyzeTrajectories } from "../core/dynamics/trajectories";
import type { Trainer } from "../core/training/trainer";
import { printable } from "../lib/outsideText";
import { finishWork, type SlicedTask } from "../lib/slicedTask";
import { layerInputs } from "../shared/trace/networkSpec";
import type { DynamicsName } from "./analyses";
import { UsageError } from "./args";
import {
  describeFixedPoints,
  describeJacobians,
  describeLyapunov,
  describeMemory,
  describeSharpness,
  describeTrajectories,
  fixedPointsReport,
  jacobiansReport,
  lyapunovReport,
  memoryReport,
  sharpnessReport,
  trajectoriesReport,
} from "./dynamicsReport";
import type { LoadedExperiment } from "./loadExperiment";
import { describePsychometric, psychometricReport } from "./psychometricReport";
import type { ProgressBar } from "./progressBar";

/** What is printed of an analysis: an object for JSON, and lines for a person. */
export interface DynamicsReport {
  readonly json: object;
  readonly lines: readonly string[];
}

type Analyze = (
  snapshot: RunSnapshot,
  input: readonly number[] | null,
  onProgress: OnProgress,
) => SlicedTask<DynamicsReport>;

const ANALYSIS_OF = {
  "fixed-points": analysisOf(
    "fixed points",
    (snapshot, input, onProgress) => analyzeFixedPoints(snapshot, input, onProgress),
    fixedPointsReport,
    describeFixedPoints,
  ),
  trajectories: analysisOf(
    "trajectories",
    (snapshot) => analyzeTrajectories(snapshot),
    trajectoriesReport,
    describeTrajectories,
  ),
  jacobians: analysisOf(
    "Jacobians along sequence 0",
    (snapshot, _, onProgress) => analyzeJacobians(snapshot, 0, onProgress),
    jacobiansReport,
    describeJacobians,
  ),
  lyapunov: analysisOf(
    "Lyapunov exponents",
    (snapshot, input, onProgress) => analyzeLyapunov(snapshot, input, onProgress),
    lyapunovReport,
    describeLyapunov,
  ),
  sharpness: analysisOf(
    "sharpness",
    (snapshot, _, onProgress) => analyzeSharpness(snapshot, onProgress),
    sharpnessReport,
    describeSharpness,
    false,
  ),
  memory: analysisOf(
    "memory of the inputs",
    (snapshot, _, onProgress) => analyzeMemory(snapshot, onProgress),
    memoryReport,
    describeMemory,
  ),
  psychometric: analysisOf(
    "psychometric curve",
    (snapshot, _, onProgress) => analyzePsychometric(snapshot, choiceTask(snapshot), onProgress),
    psychometricReport,
    describePsychometric,
    false,
  ),
} satisfies Record<DynamicsName, Analyze>;

/** @throws UsageError for other tasks */
export function choiceTask({ experiment: { task } }: Pick<LoadedExperiment, "experiment">) {
  if (isChoiceTask(task)) return task;
  throw new UsageError(
    `--analyze psychometric: the task ${task.kind} has no such curve. ` +
      "Use perceptual-decision, context-decision, or delay-comparison.",
  );
}

/** @param ofStep it is of the map of one time step, not of the whole network */
function analysisOf<R>(
  title: string,
  analyze: (snapshot: RunSnapshot, input: readonly number[] | null, onProgress: OnProgress) => SlicedTask<R>,
  report: (result: R) => object,
  describe: (result: R) => readonly string[],
  ofStep = true,
): Analyze {
  return function* (snapshot, input, onProgress) {
    const result = yield* analyze(snapshot, input, onProgress);
    const { iteration } = snapshot;
    const { name, model } = snapshot.experiment;
    // Of a bidirectional model one direction of one layer steps through time.
    const place = ofStep && isBidirectional(model) ? `, layer ${model.numLayers}, forward direction` : "";
    return {
      json: { iteration, ...report(result) },
      lines: [
        `${name === "" ? "Experiment" : printable(name)}: ${title} at iteration ${iteration}${place}`,
        ...describe(result),
      ],
    };
  };
}

/**
 * Before training, which can take long.
 * @throws UsageError when the input does not have one number for each input of what is analyzed, and for a memory that
 *   does not exist
 */
export function checkDynamics(
  name: DynamicsName,
  { experiment: { model } }: LoadedExperiment,
  spec: Trainer["spec"],
  input: readonly number[] | null,
): void {
  if (name === "memory" && isBidirectional(model))
    throw new UsageError(
      "--analyze memory: the memory is that of a state of what was read before it; " +
        "a bidirectional model reads from both ends",
    );
  if (input === null) return;
  // Of a bidirectional model a layer is analyzed, see analysisOf.
  const layer = topForwardLayer(spec);
  const isLayer = isBidirectional(model) && layer > 0;
  const reader = isLayer ? `layer ${model.numLayers}` : "the network";
  const inputs = isLayer ? layerInputs(spec, layer) : spec.inputSize;
  if (input.length !== inputs)
    throw new UsageError(`--input ${input.join(",")}: ${countOf(input.length)}, but ${reader} has ${inputsOf(inputs)}`);
}

/** At the current iteration. */
export function analyzeDynamics(
  name: DynamicsName,
  { experiment }: LoadedExperiment,
  trainer: Trainer,
  input: readonly number[] | null,
  progress: ProgressBar,
): DynamicsReport {
  const { iteration } = trainer;
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters: trainer.parameters() });
  const show: OnProgress = (done, total) => progress.show(done, total, () => name);
  const report = finishWork<DynamicsReport>(ANALYSIS_OF[name](snapshot, input, show));
  progress.clear();
  return report;
}

function countOf(numbers: number): string {
  return numbers === 1 ? "1 number" : `${numbers} numbers`;
}

function inputsOf(inputs: number): string {
  return inputs === 1 ? "1 input" : `${inputs} inputs`;
}
