import { COLUMN, vectorColumn, type ColumnSpec } from "../shared/trace";
import type { NetworkSpec } from "./network";

/** Above this many parameters a trace keeps no column of them. */
export const MAX_TRACED_PARAMETERS = 64;

/** The columns of a trace, in the order in which they are written. */
export function traceColumns(spec: NetworkSpec, parameterCount: number, timeSteps: number): ColumnSpec[] {
  const columns: ColumnSpec[] = Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] }));
  const add = (name: string, ...shape: number[]) => columns.push({ name, length: shape.reduce((a, b) => a * b, 1), shape });
  const steps = timeSteps + 1;
  if (parameterCount <= MAX_TRACED_PARAMETERS) add(vectorColumn.parameters, parameterCount);
  for (let layer = 0; layer < spec.numLayers; layer++) {
    add(vectorColumn.stateGradNorm(layer), steps);
    if (spec.hiddenSize === 1) add(vectorColumn.stateGradSum(layer), steps);
    add(vectorColumn.state(layer), steps, spec.hiddenSize);
    add(vectorColumn.stateGrad(layer), steps, spec.hiddenSize);
  }
  add(vectorColumn.output, spec.outputSize * (spec.readout === "every" ? timeSteps : 1));
  return columns;
}

/**
 * Mean over the batch of the L2 norm of each step: into[t] = 1/B sum_b |v_bt|_2.
 * @param values [B, steps, H]
 */
export function meanNorms(values: Float64Array, B: number, steps: number, H: number, into: Float64Array): void {
  for (let t = 0; t < steps; t++) {
    let sum = 0;
    for (let b = 0; b < B; b++) {
      const row = (b * steps + t) * H;
      if (H === 1) {
        sum += Math.abs(values[row]!);
        continue;
      }
      let squares = 0;
      for (let j = 0; j < H; j++) squares += values[row + j]! * values[row + j]!;
      sum += Math.sqrt(squares);
    }
    into[t] = sum / B;
  }
}

/**
 * Sum over the batch of dL/dh_t into `into[offset + t]`, for layers of one unit.
 * @param stateGradients [B, T + 1, 1]
 */
export function writeStateGradSum(stateGradients: Float64Array, B: number, steps: number, into: Float64Array, offset: number): void {
  for (let t = 0; t < steps; t++) {
    let sum = 0;
    for (let b = 0; b < B; b++) sum += stateGradients[b * steps + t]!;
    into[offset + t] = sum;
  }
}
