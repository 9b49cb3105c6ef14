import type { ColumnSpec, TraceRows } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity } from "../shared/trace/traceBuffer";
import type { RunContents } from "./format/runContents";

/** Bounds of a file: beyond the first, and some checkpoints, it is written anew, thinned to the others. */
export interface RunLimits {
  readonly fileBytes: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly metrics: number;
}

export const RUN_LIMITS: RunLimits = { fileBytes: 24 * 2 ** 20, rows: 16_384, rowBytes: 2 ** 23, metrics: 2 ** 16 };

/** The same run in fewer rows; spikes stay. */
export function thinnedRun(run: RunContents, limits: RunLimits): RunContents {
  const columns = run.header?.columns ?? [];
  return {
    ...run,
    metrics: { ...run.metrics, rows: thinned(run.metrics.rows, run.metrics.columns, limits.metrics) },
    rows: thinned(run.rows, columns, boundedCapacity(columns, limits.rows, limits.rowBytes)),
  };
}

/** At most `capacity` rows; spikes stay. */
export function thinned(rows: TraceRows, columns: readonly ColumnSpec[], capacity: number): TraceRows {
  if (rows.rows <= capacity) return rows;
  const buffer = new TraceBuffer(columns, capacity);
  buffer.append(rows);
  return buffer.adopt();
}
