/**
 * One direction for dL/dh_T of the last layer, where the sequences have their own: the leading right singular vector of
 * the matrix D [B, H] of dL/dh_T. With one output it is the weight row of the read-out, for one sequence its dL/dh_T.
 */
import type { Loss } from "../../config/facts/taskTraits";
import { evaluateLoss } from "../network/losses";
import { addInputGradient } from "../numerics/affine";
import { dot } from "../numerics/dot";
import { l2Norm } from "../numerics/l2Norm";
import { tensorNamed } from "./stepCoefficients";
import { layerWidth, outputWidth } from "../../shared/trace/networkSpec";
import type { Sample } from "./meanJacobian";

/** The power method on a matrix of 16 x 16 at most; where two directions lead, any of their plane will do. */
const POWER_STEPS = 100;

/**
 * [H], of length 1; with two directions that of the forward one. Where no sequence has an error, that of an error of 1
 * in each output.
 */
export function lossDirection({ network, parameters, batch, outputs }: Sample, loss: Loss): Float64Array {
  const { outputSize: O } = network.spec;
  const H = layerWidth(network.spec);
  const B = batch.size;
  const gradient = new Float64Array(outputs.length);
  evaluateLoss(loss, outputs, batch.targets, gradient, O, batch.weights);
  const steps = outputs.length / (B * O);
  /** Of a sequence the last output step that counts. */
  const lastOf = (b: number): number =>
    batch.weights === null ? steps - 1 : batch.weights.subarray(b * steps, (b + 1) * steps).findLastIndex((w) => w > 0);
  let errors = Float64Array.from({ length: B * O }, (_, i) => {
    const b = Math.floor(i / O);
    return gradient[(b * steps + lastOf(b)) * O + (i % O)] ?? 0;
  });
  if (O === 1 || errors.every((error) => error === 0))
    errors = Float64Array.from({ length: O * O }, (_, i) => (i % (O + 1) === 0 ? 1 : 0));
  const rows = errors.length / O;
  const weight = tensorNamed(network, parameters, "readout.weight");
  if (weight === null) return leadingRow(errors, rows, H);
  const W = outputWidth(network.spec);
  const states = new Float64Array(rows * W);
  addInputGradient(
    { values: states, start: 0, stride: W },
    { values: errors, start: 0, stride: O },
    weight,
    rows,
    O,
    W,
  );
  return leadingRow(W === H ? states : firstColumns(states, W, H), rows, H);
}

/** Of [rows, W] the first H columns: of both directions those of the forward one. */
function firstColumns(values: Float64Array, W: number, H: number): Float64Array {
  return values.filter((_, i) => i % W < H);
}

/** The leading right singular vector of rows [N, H], of length 1, by the power method on their products. */
function leadingRow(rows: Float64Array, N: number, H: number): Float64Array {
  const row = (n: number) => rows.subarray(n * H, (n + 1) * H);
  const products = Float64Array.from({ length: N * N }, (_, i) => dot(row(Math.floor(i / N)), row(i % N)));
  // Begins at the longest row, which the leading direction cannot be orthogonal to unless others lead as well.
  const norms = Array.from({ length: N }, (_, n) => products[n * N + n]!);
  let mix = unit(products.slice(norms.indexOf(Math.max(...norms)) * N).subarray(0, N));
  for (let step = 0; step < POWER_STEPS; step++)
    mix = unit(Float64Array.from(mix, (_, n) => dot(products.subarray(n * N, (n + 1) * N), mix)));
  const direction = new Float64Array(H);
  for (let n = 0; n < N; n++) row(n).forEach((value, j) => (direction[j] = direction[j]! + mix[n]! * value));
  return unit(direction);
}

function unit(v: Float64Array): Float64Array {
  const length = l2Norm(v);
  return v.map((value) => value / length);
}
