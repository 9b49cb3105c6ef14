/** The analyses of the dynamics, of a network of the lab or of a layer that a probe has recorded. */
import * as l10n from "@vscode/l10n";
import { isChoiceTask, type ChoiceTask } from "../config/facts/trialTasks";
import { analyzePsychometric } from "../core/analysis/psychometric";
import type { RunSnapshot } from "../core/analysis/runSnapshot";
import { analyzeFixedPoints, fixedPointsOf } from "../core/dynamics/fixedPoints";
import { analyzeJacobians, jacobiansOf } from "../core/dynamics/jacobians";
import { analyzeLyapunov, lyapunovOf } from "../core/dynamics/lyapunov";
import { analyzeMemory, memoryOf } from "../core/dynamics/memory";
import type { OnProgress } from "../core/dynamics/progress";
import { analyzeSharpness } from "../core/dynamics/sharpness";
import { visitStates, type Visited } from "../core/dynamics/visitedStates";
import type { SlicedTask } from "../lib/slicedTask";
import type { AnalysisKind, AnalysisQuestion, AnalysisResults } from "../shared/wire/questions";

type Analyze<Of, K extends AnalysisKind> = (
  of: Of,
  question: AnalysisQuestion<K>,
  onProgress: OnProgress,
) => SlicedTask<AnalysisResults[K]>;

const OF_NETWORK: { readonly [K in AnalysisKind]: Analyze<RunSnapshot, K> } = {
  fixedPoints: (snapshot, { input }, onProgress) => analyzeFixedPoints(snapshot, input, onProgress),
  jacobians: (snapshot, { sequence }, onProgress) => analyzeJacobians(snapshot, sequence, onProgress),
  lyapunov: (snapshot, { input }, onProgress) => analyzeLyapunov(snapshot, input, onProgress),
  sharpness: (snapshot, _, onProgress) => analyzeSharpness(snapshot, onProgress),
  memory: (snapshot, _, onProgress) => analyzeMemory(snapshot, onProgress),
  psychometric: (snapshot, _, onProgress) => analyzePsychometric(snapshot, choiceTask(snapshot), onProgress),
};

const OF_LAYER: { readonly [K in AnalysisKind]: Analyze<Visited, K> } = {
  fixedPoints: (visited, { input }, onProgress) => fixedPointsOf(visited, input, onProgress),
  jacobians: (visited, { sequence }, onProgress) => jacobiansOf(visited, sequence, onProgress),
  lyapunov: (visited, { input }, onProgress) => lyapunovOf(visited, input, onProgress),
  sharpness: () => refuse(l10n.t("The sharpness needs the whole model and its loss; one recorded layer is known.")),
  memory: (visited, _, onProgress) => memoryOf(visited, onProgress),
  psychometric: () => refuse(l10n.t("A model that is trained in Python has no task of trials here.")),
};

/** What of a bidirectional network is analyzed for one layer and direction at a time. */
const OF_DIRECTION: ReadonlySet<AnalysisKind> = new Set(["fixedPoints", "jacobians", "lyapunov"]);

export function analyzeNetwork<K extends AnalysisKind>(
  snapshot: RunSnapshot,
  question: AnalysisQuestion<K>,
  onProgress: OnProgress,
): SlicedTask<AnalysisResults[K]> {
  const { directions } = snapshot.trainer.spec;
  if (directions === 2 && OF_DIRECTION.has(question.kind))
    return analyzeLayer(visitStates(snapshot, question.layer), question, onProgress);
  const analyze: Analyze<RunSnapshot, K> = OF_NETWORK[question.kind];
  return analyze(snapshot, question, onProgress);
}

export function* analyzeLayer<K extends AnalysisKind>(
  visit: SlicedTask<Visited>,
  question: AnalysisQuestion<K>,
  onProgress: OnProgress,
): SlicedTask<AnalysisResults[K]> {
  const analyze: Analyze<Visited, K> = OF_LAYER[question.kind];
  return yield* analyze(yield* visit, question, onProgress);
}

function choiceTask({ experiment: { task } }: RunSnapshot): ChoiceTask {
  return isChoiceTask(task) ? task : refuse(l10n.t("The task {0} has no psychometric curve.", task.kind));
}

function refuse(why: string): never {
  throw new Error(why);
}
