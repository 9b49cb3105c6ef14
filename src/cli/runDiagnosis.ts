/** What the diagnosis finds in a run of the terminal; the same as in the panel. */
import type { Experiment } from "../config/schema/schema";
import { describeDivergence } from "../core/analysis/divergence";
import { gatherEvidence, withFinalEvidence } from "../core/analysis/evidence";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import { createDiagnosis } from "../diagnosis/diagnosis";
import { RowReader } from "../diagnosis/rowReader";
import { createJudgedLoss } from "../fixes/fixTrial";
import type { JudgedLoss } from "../fixes/judgedLoss";
import { finishWork } from "../lib/slicedTask";
import type { RunContents } from "../runs/format/runContents";
import { LastRow } from "../shared/trace/lastRow";
import type { TraceBuffer } from "../shared/trace/traceBuffer";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";

export class RunDiagnosis {
  /** Takes the traced rows. */
  readonly rows: TraceBuffer | LastRow;
  /** What the run is compared by. */
  readonly judged: JudgedLoss;
  private readonly diagnosis: ReturnType<typeof createDiagnosis>;

  /** @param rows a recorder of the run that is there already, if any */
  constructor(
    private readonly experiment: Experiment,
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

  /** The part of the run that was made before it was interrupted. */
  seed({ metrics, rows, header }: RunContents): void {
    new RowReader(metrics.columns, header?.columns ?? []).read(
      { metrics: metrics.rows, traced: rows },
      {
        onScalars: (iteration, scalars) => {
          this.judged.add(scalars.loss, scalars.validationLoss);
          this.diagnosis.observe(iteration, scalars);
        },
        onRow: (columns, row) => this.diagnosis.sample(columns, row),
      },
    );
  }

  /** What is found in the whole run, and the simple answers that it is judged by. */
  conclude(result: StepResult): { readonly findings: readonly Finding[]; readonly baselines: readonly Baseline[] } {
    const { experiment, trainer } = this;
    const evidence = finishWork(withFinalEvidence(finishWork(gatherEvidence(experiment, trainer)), trainer));
    const findings = this.diagnosis.findings(
      result === "diverged" ? { state: "diverged", ...describeDivergence(trainer) } : { state: "ended" },
      evidence,
    );
    return { findings, baselines: evidence.baselines };
  }
}
