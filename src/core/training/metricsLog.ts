import { scalarColumns } from "../../shared/trace/scalarColumns";
import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec, type TraceRows } from "../../shared/trace/trace";
import { TraceBuffer, UNBOUNDED } from "../../shared/trace/traceBuffer";
import type { TracedMetrics } from "./traceWriter";

const FIRST_ROWS = 1024;

/**
 * The scalars of every iteration, whatever the trace leaves out. Unbounded until it is cleared, at 8 bytes a column and
 * iteration.
 */
export class MetricsLog {
  readonly specs: readonly ColumnSpec[];
  private readonly buffer: TraceBuffer;
  /** Indices of the columns; -1 for those that the run does not have. */
  private readonly at: Readonly<Record<keyof TracedMetrics | "iteration", number>>;

  /** @param columns of the trace */
  constructor(columns: readonly ColumnSpec[]) {
    this.specs = scalarColumns(columns);
    this.buffer = new TraceBuffer(this.specs, UNBOUNDED, FIRST_ROWS);
    const indexOf = (name: string): number => this.specs.findIndex((spec) => spec.name === name);
    this.at = {
      iteration: indexOf(COLUMN.iteration),
      loss: indexOf(COLUMN.loss),
      gradientNorm: indexOf(COLUMN.gradientNorm),
      clippedNorm: indexOf(COLUMN.clippedNorm),
      updateRatio: indexOf(COLUMN.updateRatio),
      learningRate: indexOf(OPTIONAL_COLUMN.learningRate),
      validationLoss: indexOf(OPTIONAL_COLUMN.validationLoss),
      accuracy: indexOf(OPTIONAL_COLUMN.accuracy),
      exactAccuracy: indexOf(OPTIONAL_COLUMN.exactAccuracy),
      clipCosine: indexOf(OPTIONAL_COLUMN.clipCosine),
    };
  }

  get rows(): number {
    return this.buffer.rows;
  }

  get columns(): readonly Float64Array<ArrayBuffer>[] {
    return this.buffer.columns;
  }

  /**
   * Call it after a step, when its update is made. Fields by name and not in a loop: that takes several times as long.
   */
  add(iteration: number, metrics: TracedMetrics): void {
    const { at, buffer } = this;
    const row = buffer.nextRow();
    const { columns } = buffer;
    columns[at.iteration]![row] = iteration;
    columns[at.loss]![row] = metrics.loss;
    columns[at.gradientNorm]![row] = metrics.gradientNorm;
    columns[at.clippedNorm]![row] = metrics.clippedNorm;
    columns[at.updateRatio]![row] = metrics.updateRatio;
    if (at.learningRate >= 0) columns[at.learningRate]![row] = metrics.learningRate;
    if (at.validationLoss >= 0) columns[at.validationLoss]![row] = metrics.validationLoss;
    if (at.accuracy >= 0) columns[at.accuracy]![row] = metrics.accuracy;
    if (at.exactAccuracy >= 0) columns[at.exactAccuracy]![row] = metrics.exactAccuracy;
    if (at.clipCosine >= 0) columns[at.clipCosine]![row] = metrics.clipCosine;
  }

  /** Views of the rows from `first` on, valid until the next addition. */
  since(first: number): TraceRows {
    return { rows: this.rows - first, columns: this.columns.map((column) => column.subarray(first, this.rows)) };
  }

  /** A copy of all rows that owns its memory, then empty. */
  take(): TraceRows {
    return this.buffer.adopt();
  }
}
