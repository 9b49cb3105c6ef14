import { l2Norm } from "./l2Norm";

/**
 * Mean over the batch of the L2 norm at each step: into[t] = 1/B sum_b |v_bt|_2.
 * @param values [B, steps, H]
 */
export function meanNorms(values: Float64Array, B: number, steps: number, H: number, into: Float64Array): void {
  if (H === 1) {
    // Step by step in the inner loop: no sum waits for its own last addition, and the order of additions is the same.
    into.fill(0, 0, steps);
    for (let b = 0, at = 0; b < B; b++) for (let t = 0; t < steps; t++) into[t] = into[t]! + Math.abs(values[at++]!);
    for (let t = 0; t < steps; t++) into[t] = into[t]! / B;
    return;
  }
  for (let t = 0; t < steps; t++) {
    let sum = 0;
    for (let b = 0; b < B; b++) {
      const row = (b * steps + t) * H;
      sum += l2Norm(values, row, row + H);
    }
    into[t] = sum / B;
  }
}

/**
 * Sum over the batch at each step, for layers of one unit: into[t] = sum_b v_bt.
 * @param values [B, steps]
 */
export function batchSums(values: Float64Array, B: number, steps: number, into: Float64Array): void {
  into.fill(0, 0, steps);
  for (let b = 0, at = 0; b < B; b++) for (let t = 0; t < steps; t++) into[t] = into[t]! + values[at++]!;
}
