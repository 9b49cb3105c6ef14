/**
 * Where the gradient at each state comes from: |dL_k/dh_j| for the loss L_k of every output step k, each sent back
 * alone. The sum of the vectors dL_k/dh_j over k is dL/dh_j; that of their norms is not smaller than its norm.
 */
import { layerWidth } from "../../shared/trace/networkSpec";
import * as l10n from "@vscode/l10n";
import type { GradientAttribution } from "../../shared/trace/gradientAttribution";
import { createBatch, fillRow } from "../tasks/batches";
import { l2Norm } from "../numerics/l2Norm";
import { evaluateLoss } from "../network/losses";
import type { RunSnapshot } from "./runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";

/**
 * Losses that are sent back; of a longer sequence so many of them, evenly spread, the first and the last among them.
 */
const MAX_ITEMS = 64;
/**
 * Losses that are sent back at once, and never more than a batch, so that no piece takes longer than a training step.
 */
const AT_ONCE = 8;

/**
 * @param sequence its number in the data
 * @throws Error in words for a person when there is no such sequence or no loss at every step
 */
export function* attributeGradient(
  snapshot: RunSnapshot,
  layer: number,
  sequence: number,
): SlicedTask<GradientAttribution> {
  const { dataset, spec, loss, batchSize } = snapshot.trainer;
  const { timeSteps: T, outputSteps: S, outputSize: O } = dataset;
  if (S !== T || dataset.answersOnce === true)
    throw new Error(
      l10n.t("The loss of this task depends only on the last step, so the entire gradient comes from that step."),
    );
  if (sequence >= dataset.sequences)
    throw new Error(l10n.t("There is no sequence {0}. Use an index from 0 to {1}.", sequence, dataset.sequences - 1));
  const P = layerWidth(spec);
  const steps = itemSteps(T);
  const values = new Float64Array(steps.length * (T + 1));
  const rows = Math.min(AT_ONCE, batchSize);
  const batch = createBatch(dataset, rows);
  for (let row = 0; row < rows; row++) fillRow(dataset, sequence, batch, row);
  const network = snapshot.network();
  const one = new Float64Array(T * O);
  const gradient = new Float64Array(rows * T * O);
  const states = new Float64Array((T + 1) * P);
  for (let first = 0; first < steps.length; first += rows) {
    const outputs = network.forward(batch.inputs, rows, T, null, batch.lengths);
    const [targets, weights] = [batch.targets, batch.weights].map((values) =>
      values?.subarray(0, values.length / rows),
    );
    evaluateLoss(loss, outputs.subarray(0, T * O), targets!, one, O, weights);
    const count = Math.min(rows, steps.length - first);
    gradient.fill(0);
    for (let row = 0; row < count; row++) {
      const from = (steps[first + row]! - 1) * O;
      // As in a batch of training, so that the numbers are those of the trace.
      for (let i = from; i < from + O; i++) gradient[row * T * O + i] = one[i]! / batchSize;
    }
    network.zeroGradients();
    network.backward(gradient);
    for (let row = 0; row < count; row++) {
      network.readStateGradients(layer, row, states);
      for (let t = 0; t <= T; t++) values[(first + row) * (T + 1) + t] = l2Norm(states, t * P, (t + 1) * P);
    }
    yield;
  }
  return { timeSteps: T, steps, values };
}

/** Output steps from 1 to T. */
export function itemSteps(T: number): Int32Array<ArrayBuffer> {
  const count = Math.min(T, MAX_ITEMS);
  return Int32Array.from({ length: count }, (_, i) => (count === 1 ? T : 1 + Math.round((i * (T - 1)) / (count - 1))));
}
