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
  const watch = new StopWatch(experiment, training, { goal, stopping });
  let message: string | null = null;
  while (training.isRunning) {
    const row = training.step(watch.diagnosed);
    onStep();
    const reason = watch.look(row);
    if (reason === null) continue;
    if (reason.kind === "finding") message = reason.message;
    if (reason.kind === "finding" || ask(reason.report)) training.stop();
  }
  return { figures: training.finalFigures(now() - startedAt), message };
}

/** What may be a reason to stop a run. */
export type StopReason =
  | { readonly kind: "finding"; readonly message: string }
  /** It is at a rung: whoever knows the others is to judge. */
  | { readonly kind: "rung"; readonly report: Omit<RungReport, "index"> };

/** Looks after each step of a run whether it is to be stopped. */
export class StopWatch {
  private readonly diagnosis: TrialDiagnosis | null;

  constructor(
    experiment: Experiment,
    private readonly training: TrialTraining,
    private readonly rules: Pick<SweepConfig, "goal"> & { readonly stopping: SweepStopping },
  ) {
    const { stopping } = rules;
    const isDiagnosed = stopping.kind === "diagnosis" || stopping.diagnosis;
    this.diagnosis = isDiagnosed ? new TrialDiagnosis(experiment, training.trainer) : null;
  }

  /** Takes the rows that the diagnosis looks at; null: it looks at none. */
  get diagnosed(): LastRow | null {
    return this.diagnosis?.row ?? null;
  }

  /** @param row the iteration that has just been trained */
  look(row: number): StopReason | null {
    const { training } = this;
    const { goal, stopping } = this.rules;
    if (!training.isRunning) return null;
    const message = this.diagnosis?.observe(row) ?? null;
    if (message !== null) return { kind: "finding", message };
    if (!isRung(stopping, row)) return null;
    const { figure, value } = judgedValue(training.figures(0), goal);
    return { kind: "rung", report: { iteration: row, figure, value } };
  }
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
