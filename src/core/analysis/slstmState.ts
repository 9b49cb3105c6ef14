/**
 * The state of slstm between its parts h, c, n, m, as the network carries them, and its COORDINATES, which have no
 * arbitrary scale: h, the mean c / n, and the weight ln(1 + n e^m). Without weight there is nothing to take a mean of.
 */
import type { StatePart } from "../../shared/trace/cells";

/** Of a layer, of one sequence or, with null, of all: mean and weight at the steps, `count` numbers each. */
export function readSlstmState<S extends number | null>(
  network: { readPart(layer: number, part: StatePart, sequence: S, into: Float64Array): void },
  layer: number,
  sequence: S,
  count: number,
): { readonly mean: Float64Array; readonly weight: Float64Array } {
  const [c, n, m] = (["c", "n", "m"] as const).map((part) => {
    const values = new Float64Array(count);
    network.readPart(layer, part, sequence, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array];
  return { mean: c.map((value, i) => meanOf(value, n[i]!)), weight: n.map((value, i) => weightOf(value, m[i]!)) };
}

/** @param parts [4, k]. @returns [3, k] */
export function slstmCoordinates(parts: Float64Array): Float64Array<ArrayBuffer> {
  const k = parts.length / 4;
  const result = new Float64Array(3 * k);
  result.set(parts.subarray(0, k));
  for (let i = 0; i < k; i++) {
    const n = parts[2 * k + i]!;
    result[k + i] = meanOf(parts[k + i]!, n);
    result[2 * k + i] = weightOf(n, parts[3 * k + i]!);
  }
  return result;
}

/** @param coordinates [3, k]; a weight below 0 is none. @returns [4, k] */
export function slstmParts(coordinates: Float64Array): Float64Array<ArrayBuffer> {
  const k = coordinates.length / 3;
  const result = new Float64Array(4 * k);
  result.set(coordinates.subarray(0, k));
  for (let i = 0; i < k; i++) {
    const weight = coordinates[2 * k + i]!;
    if (!(weight > 0)) continue;
    result[k + i] = coordinates[k + i]!;
    result[2 * k + i] = 1;
    // ln(e^w - 1), which is w itself where e^w would overflow.
    result[3 * k + i] = weight + Math.log(-Math.expm1(-weight));
  }
  return result;
}

/** c / n; 0 where nothing has been counted. */
function meanOf(c: number, n: number): number {
  return n === 0 ? 0 : c / n;
}

/** ln(1 + n e^m), without overflow. */
function weightOf(n: number, m: number): number {
  const log = m + Math.log(n);
  return Math.max(log, 0) + Math.log1p(Math.exp(-Math.abs(log)));
}
