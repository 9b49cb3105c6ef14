/** `--try-fixes`: trains copies of the experiment with the fixes of its findings, after the run. */
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { createTrainer, type Trainer } from "../core/training/trainer";
import { fixCandidates } from "../diagnosis/candidates";
import { FixSearch } from "../fixes/fixSearch";
import type { TrialResources } from "../fixes/fixTrial";
import { isFixable, offerFixes } from "../fixes/offer";
import type { Finding } from "../shared/wire/findings";
import { HelperThreads } from "../threads/helperThreads";
import type { ThreadsSetting } from "../lib/threadCount";
import { createKernelEngine } from "../worker/kernelEngine";
import type { LoadedExperiment } from "./loadExperiment";
import type { ProgressBar } from "./progressBar";
import type { TrainingResult } from "./train";

/** What the copies are trained with: as the run was, so that each is the run that `--set` would make. */
export interface TrialSetup {
  readonly data: ExperimentFiles;
  readonly threads: ThreadsSetting;
  /** dist/helper.js */
  readonly helperPath: string;
  readonly progress: ProgressBar;
}

/** The findings with the fixes that helped. */
export async function tryFixes(
  { text, experiment }: LoadedExperiment,
  trainer: Trainer,
  { findings, baselines, judgedLoss, finalLoss, validationLoss, trainMs }: TrainingResult,
  setup: TrialSetup,
): Promise<readonly Finding[]> {
  if (!isFixable(findings)) return offerFixes(findings, { helped: [], untried: [] });
  const { dataset, iterationsPerEpoch } = trainer;
  // Not the run's own, which its network still holds.
  const helpers = new HelperThreads(setup.helperPath);
  const search = new FixSearch(
    {
      text,
      experiment,
      judgedLoss,
      shownLoss: validationLoss ?? finalLoss,
      trainMs,
      baselines,
    },
    fixCandidates(experiment, { timeSteps: dataset.timeSteps, fullBatch: iterationsPerEpoch <= 1 }, findings),
    resourcesOf(setup, helpers),
  );
  try {
    await finishSearch(search, setup.progress);
  } finally {
    helpers.dispose();
  }
  return offerFixes(findings, search.outcome);
}

async function finishSearch(search: FixSearch, progress: ProgressBar): Promise<void> {
  for (const _trial of search.trials()) {
    const { tried, total } = search.progress;
    progress.show(tried, total, () => `trying fixes (${tried} of ${total})`);
    // The memory of the last copy can be freed only between two turns of the event loop.
    await new Promise(setImmediate);
  }
  progress.clear();
}

function resourcesOf({ data, threads }: TrialSetup, helpers: HelperThreads): TrialResources {
  return {
    now: () => performance.now(),
    prepare(experiment) {
      const engine = createKernelEngine(threads, helpers);
      try {
        const trainer = createTrainer(experiment, { files: data, kernel: engine.createNetwork });
        return { trainer, dispose: () => engine.dispose() };
      } catch (error) {
        engine.dispose();
        throw error;
      }
    },
  };
}
