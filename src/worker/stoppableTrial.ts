/** A trial that may be stopped early: by the diagnosis, which this thread makes, or because others do better. */
import type { Experiment, SweepConfig, SweepStopping } from "../config/schema/schema";
import { gatherEvidence, type Evidence } from "../core/analysis/evidence";
import type { Trainer } from "../core/training/trainer";
import { TrialTraining, type TrialFigures } from "../core/training/runTrial";
import type { TrainerResources } from "../core/training/trainingSetup";
import { createDiagnosis } from "../diagnosis/diagnosis";
import { THRESHOLDS } from "../diagnosis/thresholds";
import { finishWork } from "../lib/slicedTask";
import { LastRow } from "../shared/trace/lastRow";
import type { Finding } from "../shared/wire/findings";
import { isRung, judgedValue, type RungReport } from "../sweepPlan/stopping";

/** Findings that a run rarely recovers from by itself. */
const FATAL: readonly string[] = ["exploding", "saturated", "dead-relu"] satisfies Finding["rule"][];

export interface StoppableWork {
  /** Milliseconds. */
  readonly now: () => number;
  /** After each step. */
  readonly onStep: () => void;
  /** At a rung. @returns whether to stop; whoever is asked knows why */
  readonly ask: (report: Omit<RungReport, "index">) => boolean;
}

/**
 * Trains to the end, to the goal when it says so, or until there is a reason to stop.
 * @returns the finding that it was stopped for as `message`, if it was
 * @throws ExperimentError when the experiment cannot run, or has no such figure as the goal's
 */
export function runStoppableTrial(
  experiment: Experiment,
  { goal, stopping }: Pick<SweepConfig, "goal"> & { readonly stopping: SweepStopping },
  resources: TrainerResources,
  { now, onStep, ask }: StoppableWork,
): { readonly figures: TrialFigures; readonly message: string | null } {
  const startedAt = now();
  const training = new TrialTraining(experiment, goal, resources);
  const isDiagnosed = stopping.kind === "diagnosis" || stopping.diagnosis;
  const watch = isDiagnosed ? new TrialDiagnosis(experiment, training.trainer) : null;
  let message: string | null = null;
  while (training.isRunning) {
    const row = training.step(watch?.row ?? null);
    onStep();
    if (!training.isRunning) break;
    message = watch?.observe(row) ?? null;
    if (message !== null) training.stop();
    else if (isRung(stopping, row)) {
      const { figure, value } = judgedValue(training.figures(0), goal);
      if (ask({ iteration: row, figure, value })) training.stop();
    }
  }
  return { figures: training.figures(now() - startedAt), message };
}

class TrialDiagnosis {
  /** Takes the traced rows. */
  readonly row: LastRow;
  private readonly diagnosis: ReturnType<typeof createDiagnosis>;
  /** What simple answers reach; null in a run that is too short to be judged. */
  private evidence: Evidence | null = null;
  private seen = 0;

  constructor(
    private readonly experiment: Experiment,
    private readonly trainer: Trainer,
  ) {
    this.row = new LastRow(trainer.columns);
    this.diagnosis = createDiagnosis(experiment, trainer);
  }

  /** Call it after each step. @returns a finding in words that is reason enough to stop */
  observe(iteration: number): string | null {
    const { diagnosis, row, trainer } = this;
    diagnosis.observe(iteration, trainer.metrics);
    diagnosis.sample(row.columns, 0);
    if (++this.seen % THRESHOLDS.judgedRows !== 0) return null;
    this.evidence ??= finishWork(gatherEvidence(this.experiment, trainer));
    const findings = diagnosis.findings({ state: "running" }, this.evidence);
    return findings.find(({ rule }) => FATAL.includes(rule))?.message ?? null;
  }
}
