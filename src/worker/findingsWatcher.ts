import { createDiagnosis } from "../diagnosis/diagnosis";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import type { Experiment } from "../config/schema/schema";
import { createJudgedLoss } from "../fixes/fixTrial";
import type { JudgedLoss } from "../fixes/judgedLoss";
import type { Finding } from "../shared/wire/findings";
import { COLUMN, OPTIONAL_COLUMN, type TraceRows } from "../shared/trace/trace";
import type { TraceBuffer } from "../shared/trace/traceBuffer";
import type { RunFigures } from "../threads/fixMessages";

/** Between two looks at what the rules have gathered while the run goes on. */
const INTERVAL_MS = 500;
const ROWS_AT_ONCE = 64;

/** Lets the rules see each row, and tells when what they find has changed. */
export class FindingsWatcher {
  private diagnosis: ReturnType<typeof createDiagnosis>;
  /** Rows of the outbox that were looked at. */
  private seenRows = 0;
  private lastIteration = -1;
  private reported = "";
  private lookedAt: number;
  private readonly judged: JudgedLoss;

  constructor(
    experiment: Experiment,
    private readonly trainer: Trainer,
    private readonly now: () => number,
  ) {
    this.diagnosis = createDiagnosis(experiment, trainer);
    this.lookedAt = now();
    this.judged = createJudgedLoss(experiment, trainer);
  }

  /** What the run is compared by with runs that have a fix. */
  get figures(): RunFigures {
    const { value, validationLoss, finalLoss } = this.judged;
    return { judgedLoss: value, shownLoss: validationLoss ?? finalLoss };
  }

  /**
   * The run goes on in another way: only rows from now on count. What was told so far is taken back with the next
   * collection.
   */
  startOver(experiment: Experiment): void {
    this.diagnosis = createDiagnosis(experiment, this.trainer);
    this.seenRows = 0;
  }

  /**
   * Call it after each step: its row is complete then. Rows are looked at many at a time, which costs less than half of
   * one by one.
   */
  observe(outbox: TraceBuffer): void {
    // It has thinned itself: all but the last row were looked at when it was full.
    if (outbox.rows < this.seenRows) this.seenRows = outbox.rows - 1;
    if (outbox.rows - this.seenRows >= ROWS_AT_ONCE || outbox.rows === outbox.capacityRows) this.observeAll(outbox);
  }

  /** Rows that the run had before it was interrupted. */
  seed({ rows, columns }: TraceRows): void {
    for (let row = 0; row < rows; row++) this.look(columns, row);
  }

  /** Before the rows are taken out. */
  observeLast(outbox: TraceBuffer): void {
    this.observeAll(outbox);
    this.seenRows = 0;
  }

  /** Null when there is nothing new to tell. While the run goes on, numbers that change are nothing new. */
  collect(outbox: TraceBuffer, final: StepResult | null): readonly Finding[] | null {
    const now = this.now();
    if (final === null && now - this.lookedAt < INTERVAL_MS) {
      return null;
    }
    this.lookedAt = now;
    this.observeAll(outbox);
    const findings = this.diagnosis.findings(
      final === "diverged"
        ? { state: "diverged", parametersFinite: this.trainer.parameters().every(Number.isFinite) }
        : { state: final === null ? "running" : "ended" },
    );
    const key = findings.map(({ rule, message }) => (final === null ? rule : message)).join("\n");
    if (key === this.reported) {
      return null;
    }
    this.reported = key;
    return findings;
  }

  private observeAll({ columns, rows }: TraceBuffer): void {
    while (this.seenRows < rows) this.look(columns, this.seenRows++);
  }

  private look(columns: readonly Float64Array[], row: number): void {
    const value = (name: string): number =>
      columns[this.trainer.columns.findIndex((column) => column.name === name)]?.[row] ?? NaN;
    const iteration = value(COLUMN.iteration);
    if (iteration === this.lastIteration) return;
    this.lastIteration = iteration;
    const loss = value(COLUMN.loss);
    const validationLoss = value(OPTIONAL_COLUMN.validationLoss);
    this.judged.add(loss, validationLoss);
    this.diagnosis.observe(iteration, {
      loss,
      gradientNorm: value(COLUMN.gradientNorm),
      clippedNorm: value(COLUMN.clippedNorm),
      updateRatio: value(COLUMN.updateRatio),
      validationLoss,
      accuracy: value(OPTIONAL_COLUMN.accuracy),
    });
    this.diagnosis.sample(columns, row);
  }
}
