import type { Ghost } from "../shared/wire/protocol";
import { COLUMN, vectorColumn, type ColumnSpec } from "../shared/trace/trace";
import { TraceBuffer } from "../shared/trace/traceBuffer";

/** Earlier runs that are kept. */
export const MAX_GHOSTS = 3;
/** Points of a kept curve. */
const MAX_POINTS = 2048;

const SPECS: readonly ColumnSpec[] = [COLUMN.iteration, COLUMN.loss, COLUMN.gradientNorm].map((name) => ({
  name,
  length: 1,
  shape: [1],
}));

/** Parameters of a model that has a loss surface. */
const PLANE = 2;

/**
 * The loss curve of a run in a bounded number of points, spikes kept; with two parameters also their path. Null when
 * there is no curve to speak of.
 */
export function collectGhost(trace: TraceBuffer, runId: string, label: string): Ghost | null {
  if (trace.rows < 2) {
    return null;
  }
  const plane = trace.specs.filter(({ name, length }) => name === vectorColumn.parameters && length === PLANE);
  const specs = [...SPECS, ...plane];
  const curve = new TraceBuffer(specs, MAX_POINTS);
  curve.append({ rows: trace.rows, columns: specs.map((spec) => columnOf(trace, spec.name)) });
  const path = curve.column(vectorColumn.parameters)?.slice();
  return {
    runId,
    label,
    iteration: columnOf(curve, COLUMN.iteration).slice(),
    loss: columnOf(curve, COLUMN.loss).slice(),
    ...(path === undefined ? {} : { path }),
  };
}

function columnOf(trace: TraceBuffer, name: string): Float64Array<ArrayBuffer> {
  return trace.column(name) ?? new Float64Array(trace.rows);
}
