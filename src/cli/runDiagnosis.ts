/** What the diagnosis finds in a run of the terminal; the same as in the panel. */
import type { Experiment } from "../config/schema/schema";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import { createDiagnosis } from "../diagnosis/diagnosis";
import { createJudgedLoss } from "../fixes/fixTrial";
import type { JudgedLoss } from "../fixes/judgedLoss";
import { LastRow } from "../shared/trace/lastRow";
import type { TraceBuffer } from "../shared/trace/traceBuffer";
import type { Finding } from "../shared/wire/findings";

export class RunDiagnosis {
  /** Takes the traced rows. */
  readonly rows: TraceBuffer | LastRow;
  /** What the run is compared by. */
  readonly judged: JudgedLoss;
  private readonly diagnosis: ReturnType<typeof createDiagnosis>;

  /** @param rows a recorder of the run that is there already, if any */
  constructor(
    experiment: Experiment,
    private readonly trainer: Trainer,
    rows: TraceBuffer | null,
  ) {
    this.rows = rows ?? new LastRow(trainer.columns);
    this.judged = createJudgedLoss(experiment, trainer);
    this.diagnosis = createDiagnosis(experiment, trainer);
  }

  /** Call it after each step. */
  observe(iteration: number): void {
    const { rows } = this;
    const { metrics } = this.trainer;
    this.judged.add(metrics.loss, metrics.validationLoss);
    this.diagnosis.observe(iteration, metrics);
    this.diagnosis.sample(rows.columns, rows instanceof LastRow ? 0 : rows.rows - 1);
  }

  findings(result: StepResult): readonly Finding[] {
    return this.diagnosis.findings(
      result === "diverged"
        ? { state: "diverged", parametersFinite: this.trainer.parameters().every(Number.isFinite) }
        : { state: "ended" },
    );
  }
}
