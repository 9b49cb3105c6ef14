import type { ColumnSpec, TraceRows } from "../shared/trace/trace";
import { TraceBuffer } from "../shared/trace/traceBuffer";

/**
 * Bounds of a file: beyond the first, and some checkpoints, it is written anew, its rows thinned to the others. The
 * scalars of the iterations do not count: they are kept whole.
 */
export interface RunLimits {
  /** Beside the scalars. */
  readonly bytes: number;
  readonly rows: number;
  readonly rowBytes: number;
}

export const RUN_LIMITS: RunLimits = { bytes: 24 * 2 ** 20, rows: 16_384, rowBytes: 2 ** 23 };

/** At most `capacity` rows; spikes stay. */
export function thinned(rows: TraceRows, columns: readonly ColumnSpec[], capacity: number): TraceRows {
  if (rows.rows <= capacity) return rows;
  const buffer = new TraceBuffer(columns, capacity);
  buffer.append(rows);
  return buffer.adopt();
}
