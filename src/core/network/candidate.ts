/**
 * What minGRU and minLSTM write into their state (Feng et al., 2024): n = g(u), of u = x W^T + b.
 *
 *   plain        g(u) = u                                             g' = 1
 *   log-space    g(u) = u + 1/2 for u >= 0, sigmoid(u) for u < 0      g' = 1 for n >= 1/2, n (1 - n) for n < 1/2
 *
 * The second is positive everywhere, and so is the state from a state >= 0 on. A state that is given or carried over is
 * the state itself; no state is h_0 = 0, as if nothing were written yet. A learned initial state of "log-space" is
 * h_0 = g(p) of its parameter p, so that it stays positive whatever the updates do.
 */
import type { CandidateVariant } from "../../shared/trace/cells";
import { sigmoid } from "../numerics/sigmoid";

/** g(u) */
export function candidate(u: number, variant: CandidateVariant): number {
  if (variant === "plain") return u;
  return u < 0 ? sigmoid(u) : u + 0.5;
}

/** g'(u), from n = g(u) */
export function candidateSlope(n: number, variant: CandidateVariant): number {
  return variant === "plain" || n >= 0.5 ? 1 : n * (1 - n);
}
