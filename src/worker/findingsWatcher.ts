import type { MetricsLog } from "../core/training/metricsLog";
import { describeDivergence } from "../core/analysis/divergence";
import { createDiagnosis } from "../diagnosis/diagnosis";
import type { Scalars } from "../diagnosis/row";
import { RowReader, type RowObserver, type Rows } from "../diagnosis/rowReader";
import { withFinalEvidence, type Evidence } from "../core/analysis/evidence";
import { finishWork } from "../lib/slicedTask";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import type { Experiment } from "../config/schema/schema";
import { createJudgedLoss } from "../fixes/fixTrial";
import type { JudgedLoss } from "../fixes/judgedLoss";
import type { Finding } from "../shared/wire/findings";
import type { RunFigures } from "../threads/fixMessages";

/** Between two looks at what the rules have gathered while the run goes on. */
const INTERVAL_MS = 500;
const ROWS_AT_ONCE = 64;

/** Lets the rules see the scalars of each iteration and each traced row, and tells when what they find has changed. */
export class FindingsWatcher implements RowObserver {
  /** Beside the curves; null until it is known. */
  evidence: Evidence | null = null;
  /** How the run ended; null before that. */
  ending: StepResult | null = null;
  private diagnosis: ReturnType<typeof createDiagnosis>;
  private readonly reader: RowReader;
  /** Of the metrics and of the outbox, rows that were looked at. */
  private seenMetrics = 0;
  private seenRows = 0;
  private reported = "";
  private lookedAt: number;
  private readonly judged: JudgedLoss;

  constructor(
    experiment: Experiment,
    private readonly trainer: Trainer,
    private readonly now: () => number,
    private readonly metrics: MetricsLog,
    private readonly outbox: Rows & { readonly capacityRows: number },
  ) {
    this.diagnosis = createDiagnosis(experiment, trainer);
    this.reader = new RowReader(metrics.specs, trainer.columns);
    this.lookedAt = now();
    this.judged = createJudgedLoss(experiment, trainer);
  }

  /** What the run is compared by with runs that have a fix; null while nothing was found. */
  get figures(): RunFigures | null {
    if (this.reported === "") return null;
    const { value, validationLoss, finalLoss } = this.judged;
    return { judgedLoss: value, shownLoss: validationLoss ?? finalLoss };
  }

  /**
   * The run goes on in another way: only rows from now on count. What was told so far is taken back with the next
   * collection.
   */
  startOver(experiment: Experiment): void {
    this.diagnosis = createDiagnosis(experiment, this.trainer);
  }

  /**
   * Call it after each step: its row is complete then. Rows are looked at many at a time, which costs less than half of
   * one by one.
   */
  observe(): void {
    const { metrics, outbox } = this;
    // It has thinned itself: all but the last row were looked at when it was full.
    if (outbox.rows < this.seenRows) this.seenRows = outbox.rows - 1;
    if (metrics.rows - this.seenMetrics >= ROWS_AT_ONCE || outbox.rows === outbox.capacityRows) this.observeAll();
  }

  /** What the run had before it was interrupted. */
  seed(metrics: Rows, rows: Rows): void {
    this.look(metrics, 0, rows, 0);
  }

  /** Before the rows are taken out. */
  observeLast(): void {
    this.observeAll();
    this.seenMetrics = 0;
    this.seenRows = 0;
  }

  /** Null when there is nothing new to tell. While the run goes on, numbers that change are nothing new. */
  collect(final: StepResult | null): readonly Finding[] | null {
    const now = this.now();
    if (final === null && now - this.lookedAt < INTERVAL_MS) {
      return null;
    }
    this.lookedAt = now;
    this.ending = final;
    this.observeAll();
    const findings = this.diagnosis.findings(
      final === "diverged"
        ? { state: "diverged", ...describeDivergence(this.trainer) }
        : { state: final === null ? "running" : "ended" },
      this.evidence === null || final === null
        ? this.evidence
        : finishWork(withFinalEvidence(this.evidence, this.trainer)),
    );
    const key = findings.map(({ rule, message }) => (final === null ? rule : message)).join("\n");
    if (key === this.reported) {
      return null;
    }
    this.reported = key;
    return findings;
  }

  /** Of each iteration that is looked at. */
  onScalars(iteration: number, scalars: Scalars): void {
    this.judged.add(scalars.loss, scalars.validationLoss);
    this.diagnosis.observe(iteration, scalars);
  }

  /** Of each traced row that is looked at. */
  onRow(columns: readonly Float64Array[], row: number): void {
    this.diagnosis.sample(columns, row);
  }

  private observeAll(): void {
    this.look(this.metrics, this.seenMetrics, this.outbox, this.seenRows);
    this.seenMetrics = this.metrics.rows;
    this.seenRows = this.outbox.rows;
  }

  private look(metrics: Rows, firstMetrics: number, traced: Rows, firstTraced: number): void {
    this.reader.read({ metrics, firstMetrics, traced, firstTraced }, this);
  }
}
