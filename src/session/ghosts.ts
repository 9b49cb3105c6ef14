import type { Ghost } from "../shared/wire/protocol";
import { decimateMinMax } from "../shared/trace/decimate";
import type { ScalarSeries } from "../shared/trace/scalarSeries";
import type { RunState } from "./runState";
import { COLUMN, vectorColumn } from "../shared/trace/trace";
import { TraceBuffer } from "../shared/trace/traceBuffer";

/** Earlier runs that are kept. */
export const MAX_GHOSTS = 3;
/** Stretches of a kept curve, of which the extremes stay; a curve of four times as many iterations is kept whole. */
const STRETCHES = 4096;
/** Points of a kept path. */
const MAX_PATH = 2048;

/** Parameters of a model that has a loss surface. */
const PLANE = 2;

/**
 * The loss curve of a run in a bounded number of points, spikes kept; with two parameters also their path. Null when
 * there is no curve to speak of.
 */
export function collectGhost(
  scalars: ScalarSeries,
  trace: TraceBuffer,
  { runId, number }: Pick<RunState, "runId" | "number">,
  label: string,
): Ghost | null {
  const iterations = scalars.column(COLUMN.iteration);
  const losses = scalars.column(COLUMN.loss);
  if (iterations === null || losses === null || scalars.rows < 2) {
    return null;
  }
  const path = collectPath(trace);
  return {
    ...thinnedGhost({ runId, number, label }, iterations.subarray(0, scalars.points), losses),
    ...(path === null ? {} : { path }),
  };
}

/** The same of a curve that is read from a file. */
export function thinnedGhost(
  run: Pick<Ghost, "runId" | "number" | "label">,
  iterations: Float64Array,
  losses: Float64Array,
): Ghost {
  const kept = decimateMinMax(iterations, losses, 0, iterations.length, STRETCHES);
  return {
    ...run,
    iteration: Float64Array.from(kept, (point) => iterations[point]!),
    loss: Float64Array.from(kept, (point) => losses[point]!),
  };
}

/** Null where the model does not have two parameters. */
function collectPath(trace: TraceBuffer): Float64Array<ArrayBuffer> | null {
  const plane = trace.specs.find(({ name, length }) => name === vectorColumn.parameters && length === PLANE);
  if (plane === undefined) return null;
  const specs = [...trace.specs.filter(({ name }) => THINNED_BY.has(name)), plane];
  const path = new TraceBuffer(specs, MAX_PATH);
  path.append({ rows: trace.rows, columns: specs.map(({ name }) => trace.column(name)!) });
  return path.column(plane.name)!.slice();
}

/** Columns that a buffer thins itself by. */
const THINNED_BY: ReadonlySet<string> = new Set([COLUMN.iteration, COLUMN.loss, COLUMN.gradientNorm]);
