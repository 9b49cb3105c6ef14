import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec, type TraceRows } from "../../shared/trace/trace";
import type { RunMetrics } from "./runContents";

/** The metrics of a run that a list shows, followed while its scalars are recorded. */
export class RunMetricsTracker {
  private readonly at: Readonly<Record<"loss" | "validationLoss" | "accuracy", number>>;
  private rows = 0;
  private bestLoss: number | null = null;
  private validationLoss: number | null = null;
  private accuracy: number | null = null;

  /** @param columns the scalars of the trace */
  constructor(columns: readonly ColumnSpec[]) {
    const indexOf = (name: string): number => columns.findIndex((column) => column.name === name);
    this.at = {
      loss: indexOf(COLUMN.loss),
      validationLoss: indexOf(OPTIONAL_COLUMN.validationLoss),
      accuracy: indexOf(OPTIONAL_COLUMN.accuracy),
    };
  }

  /** The scalars of the next iterations. */
  add({ rows, columns }: TraceRows): void {
    if (rows === 0) return;
    this.rows += rows;
    const loss = columns[this.at.loss];
    for (let row = 0; loss !== undefined && row < rows; row++) {
      const value = loss[row]!;
      if (Number.isFinite(value) && (this.bestLoss === null || value < this.bestLoss)) this.bestLoss = value;
    }
    this.validationLoss = columns[this.at.validationLoss]?.[rows - 1] ?? null;
    this.accuracy = columns[this.at.accuracy]?.[rows - 1] ?? null;
  }

  /** Null before the first iteration. */
  get metrics(): RunMetrics | null {
    const { bestLoss, validationLoss, accuracy } = this;
    return this.rows === 0 ? null : { bestLoss, validationLoss, accuracy };
  }
}

/** Of all the scalars of a run at once. */
export function collectMetrics(columns: readonly ColumnSpec[], rows: TraceRows): RunMetrics | null {
  const tracker = new RunMetricsTracker(columns);
  tracker.add(rows);
  return tracker.metrics;
}
