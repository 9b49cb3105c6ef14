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
};
