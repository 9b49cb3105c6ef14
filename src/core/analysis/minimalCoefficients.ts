/**
 * The coefficients of stepCoefficients.ts for minGRU and minLSTM, with g' of src/core/network/candidate.ts:
 *
 *   mingru    a^z = (n - h_{t-1}) z (1 - z)       a^n = z g'       a^e = 1 - z
 *   minlstm   a^i = -(h_{t-1} - n) f i (1 - s(a))       a^f = (h_{t-1} - n) f i (1 - s(p))
 *             a^g = i g'       a^e = f       a, p: gates i and f before their nonlinearity; s: sigmoid; n: gate g
 */
import type { CandidateVariant } from "../../shared/trace/cells";
import { candidateSlope } from "../network/candidate";
import { sigmoid } from "../numerics/sigmoid";

/** What a layer keeps of one sequence. */
export interface MinimalSequence {
  readonly T: number;
  readonly H: number;
  readonly variant: CandidateVariant;
  /** [T + 1, H] */
  readonly h: Float64Array;
  /** [T, H] each, in the order of the blocks. */
  readonly gates: readonly Float64Array[];
}

/** @param into [T, 3, H] */
export function fillMingru({ T, H, variant, h, gates }: MinimalSequence, into: Float64Array): void {
  const [z, n] = gates as readonly [Float64Array, Float64Array];
  for (let t = 0, at = 0; t < T; t++) {
    for (let j = 0; j < H; j++, at++) {
      const start = t * 3 * H + j;
      const keep = 1 - z[at]!;
      into[start] = (n[at]! - h[at]!) * z[at]! * keep;
      into[start + H] = z[at]! * candidateSlope(n[at]!, variant);
      into[start + 2 * H] = keep;
    }
  }
}

/**
 * @param before a and p, [T, H]
 * @param into [T, 4, H]
 */
export function fillMinlstm(
  { T, H, variant, h, gates }: MinimalSequence,
  [a, p]: readonly [Float64Array, Float64Array],
  into: Float64Array,
): void {
  const [i, f, g] = gates as readonly [Float64Array, Float64Array, Float64Array];
  for (let t = 0, at = 0; t < T; t++) {
    for (let j = 0; j < H; j++, at++) {
      const start = t * 4 * H + j;
      const e = (h[at]! - g[at]!) * f[at]! * i[at]!;
      into[start] = -e * sigmoid(-a[at]!);
      into[start + H] = e * sigmoid(-p[at]!);
      into[start + 2 * H] = i[at]! * candidateSlope(g[at]!, variant);
      into[start + 3 * H] = f[at]!;
    }
  }
}
