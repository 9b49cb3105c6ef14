import type { RuleName } from "./findings";

/** The chart that shows a finding best, by the id of its card. */
export const FINDING_CARD: Readonly<Record<RuleName, string>> = {
  exploding: "gradient",
  vanishing: "gradient",
  "clipped-too-often": "norm",
  "limit-cycle": "loss",
  saturated: "states",
  "dead-relu": "states",
  "not-decreasing": "loss",
  "learning-rate-too-high": "loss",
  "update-ratio": "norm",
  "loss-not-finite": "loss",
  "weights-not-finite": "loss",
  overfitting: "loss",
  "mean-only": "loss",
  "last-value-only": "loss",
  memoryless: "loss",
  "contradictory-targets": "loss",
  "unscaled-targets": "loss",
  "vanishing-in-depth": "states",
  "label-noise": "loss",
  padding: "loss",
};
