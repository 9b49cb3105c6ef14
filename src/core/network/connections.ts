/**
 * Which recurrent connections of a leaky network exist, and which sign they have (Dale's law).
 *
 * A weight W[i, j] is that of the connection from unit j to unit i. A connection that does not exist has weight and
 * gradient 0. Under Dale's law the columns of the first units, the excitatory ones, are >= 0 and those of the others
 * <= 0: a projection after each update, so that the parameters are the weights that the network uses.
 *
 * Weights of random signs that are only made to follow the law have one eigenvalue far outside the others: with N
 * units, 80 % of them excitatory, and |w| of w ~ N(0, 1 / N) it is 0.6 sqrt(2 N / pi), the sum of a row. So the
 * excitatory columns are scaled until excitation and inhibition cancel (Rajan and Abbott, Physical Review Letters 97,
 * 2006), and then the whole matrix until its norm is that of the matrix drawn.
 */
import type { ConnectionSpec } from "../../shared/trace/ctrnnSpec";
import { l2Norm } from "../numerics/l2Norm";
import { createRandom, STREAM } from "../numerics/random";

export interface Connections {
  /** [H, H], 1 where there is one. */
  readonly exists: Uint8Array;
  /** Of what each unit sends, [H]: 1, -1, or 0 where any sign will do. */
  readonly signs: Int8Array;
}

/** Of each layer; null where all connections exist with any sign. */
export function connectionsOf(
  { excitatory, connectivity, seed }: ConnectionSpec,
  H: number,
  numLayers: number,
): readonly Connections[] | null {
  if (excitatory === null && connectivity === 1) return null;
  const random = createRandom(seed, STREAM.connections);
  const signs = Int8Array.from({ length: H }, (_, j) => (excitatory === null ? 0 : j < excitatory ? 1 : -1));
  return Array.from({ length: numLayers }, () => {
    const exists = new Uint8Array(H * H);
    for (let i = 0; i < H; i++)
      for (let j = 0; j < H; j++) {
        const isThere = typeof connectivity === "number" ? random.double() < connectivity : connectivity[i]![j] === 1;
        exists[i * H + j] = isThere && (excitatory === null || i !== j) ? 1 : 0;
      }
    return { exists, signs };
  });
}

/** Sets what belongs to connections that do not exist to 0: weights, or their gradients. */
export function clearAbsent(values: Float64Array, { exists }: Connections): void {
  for (let i = 0; i < values.length; i++) if (exists[i] === 0) values[i] = 0;
}

/** The nearest weights that follow Dale's law. */
export function projectSigns(weights: Float64Array, { signs }: Connections): void {
  const H = signs.length;
  for (let i = 0; i < weights.length; i++) if (weights[i]! * signs[i % H]! < 0) weights[i] = 0;
}

/** Makes drawn weights follow the law, balanced, with the norm that they were drawn with. */
export function constrainDrawn(weights: Float64Array, connections: Connections): void {
  const { exists, signs } = connections;
  const H = signs.length;
  const norm = l2Norm(weights);
  clearAbsent(weights, connections);
  const sent = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const sign = signs[i % H]!;
    if (sign === 0 || exists[i] === 0) continue;
    const size = Math.abs(weights[i]!);
    weights[i] = size * sign;
    sent[sign > 0 ? 0 : 1]! += size;
  }
  const [excitation, inhibition] = sent as [number, number];
  if (excitation > 0 && inhibition > 0)
    for (let i = 0; i < weights.length; i++)
      if (signs[i % H]! > 0) weights[i] = (weights[i]! * inhibition) / excitation;
  const left = l2Norm(weights);
  if (left > 0) for (let i = 0; i < weights.length; i++) weights[i] = (weights[i]! * norm) / left;
}

/** The first weight, [receiving unit, sending unit], that has no place or the wrong sign; null when there is none. */
export function findViolation(
  weights: Float64Array,
  { exists, signs }: Connections,
): { readonly to: number; readonly from: number; readonly sign: number } | null {
  const H = signs.length;
  for (let i = 0; i < weights.length; i++) {
    const from = i % H;
    const isAbsent = exists[i] === 0;
    if (isAbsent ? weights[i] !== 0 : weights[i]! * signs[from]! < 0)
      return { to: Math.floor(i / H), from, sign: isAbsent ? 0 : signs[from]! };
  }
  return null;
}
