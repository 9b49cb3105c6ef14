/** Whether a trial of a sweep folder is to be stopped early. */
import type { Experiment, SweepConfig } from "../../config/schema/schema";
import type { TrialTraining } from "../../core/training/runTrial";
import { LastRow } from "../../shared/trace/lastRow";
import type { TraceRecorder } from "../../shared/trace/trace";
import type { TrainedDecision } from "../../sweepPlan/decisions";
import type { RungReport } from "../../sweepPlan/stopping";
import { StopWatch } from "../../worker/stoppableTrial";

export interface TrialToStop {
  readonly index: number;
  readonly experiment: Experiment;
  readonly training: TrialTraining;
  readonly sweep: Pick<SweepConfig, "goal" | "stopping">;
  /** How it ended before, where it is trained again by a journal. */
  readonly known: TrainedDecision | null;
}

export class TrialStop {
  /** Why it was stopped. */
  message: string | null = null;
  private readonly watch: StopWatch | null;
  private readonly row: LastRow | null;
  private rung: RungReport | null = null;

  constructor(private readonly target: TrialToStop) {
    const { experiment, training, sweep, known } = target;
    const { goal, stopping } = sweep;
    if (stopping.kind === "none") {
      this.watch = null;
      this.row = null;
      return;
    }
    this.watch = known === null ? new StopWatch(experiment, training, { goal, stopping }) : null;
    // Traced rows are scored: a run that is stopped has the same figures whether a file of it is written or not.
    this.row = this.watch?.diagnosed ?? new LastRow(training.trainer.columns);
  }

  get mayStep(): boolean {
    return this.target.training.isRunning && this.rung === null;
  }

  /** @param recorder of the file of the trial, if there is one */
  step(recorder: TraceRecorder | null): number {
    const { training, known, index } = this.target;
    if (this.row === null) return training.step(recorder);
    const iteration = training.step(this.row);
    if (recorder !== null) copyRow(this.row, recorder, iteration);
    if (known !== null) {
      if (known.stopped !== null && iteration === known.iterations) this.end(known.stopped);
      return iteration;
    }
    const reason = this.watch?.look(iteration) ?? null;
    if (reason?.kind === "finding") this.end(reason.message);
    if (reason?.kind === "rung") this.rung = { index, ...reason.report };
    return iteration;
  }

  /** At a rung, others are to be asked. @param judge returns why it is to stop; null: it is not */
  async settle(judge: (rung: RungReport) => Promise<string | null>): Promise<void> {
    if (this.rung === null) return;
    const reason = await judge(this.rung);
    this.rung = null;
    if (reason !== null) this.end(reason);
  }

  private end(reason: string): void {
    this.message = reason;
    this.target.training.stop();
  }
}

/** Where the iteration is one that is traced. */
function copyRow({ columns }: LastRow, recorder: TraceRecorder, iteration: number): void {
  if (columns[0]![0] !== iteration) return;
  const row = recorder.nextRow();
  for (const [c, values] of columns.entries()) recorder.columns[c]!.set(values, row * values.length);
}
