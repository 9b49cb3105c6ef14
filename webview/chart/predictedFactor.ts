/**
 * What theory says of the gradient per time step back. For a linear cell of one unit dh_t/dh_{t-1} is its recurrent
 * weight, so |dL/dh| changes by exactly that factor at every step through which nothing else flows in.
 */
import { vectorColumn, type TraceHeader } from "../../src/shared/trace/trace";

/** Null where the cell has no such constant. `parameters` is the flat vector of the header's `parameters`. */
export function predictedFactor(header: TraceHeader, layer: number, parameters: ArrayLike<number>): number | null {
  if (header.cell !== "linear" || header.hiddenSize !== 1) return null;
  const offset = header.parameters.find(({ name }) => name === `weight_hh_l${layer}`)?.offset;
  return offset === undefined ? null : (parameters[offset] ?? null);
}

/**
 * Then |dL/dh| also grows by what flows in at each step, and its factor per step back is no longer that of the cell.
 */
export function lossAtEveryStep(header: TraceHeader): boolean {
  if (header.data?.answersOnce === true) return false;
  return header.columns.find(({ name }) => name === vectorColumn.output)?.shape.length === 2;
}
