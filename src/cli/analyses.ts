/** What `--analyze` prints. */

/** Of the dynamics of the network at one iteration. */
const DYNAMICS = [
  "fixed-points",
  "trajectories",
  "jacobians",
  "lyapunov",
  "sharpness",
  "memory",
  "psychometric",
] as const;

export const ANALYSES = ["decay", "learning-rate", ...DYNAMICS] as const;

export type DynamicsName = (typeof DYNAMICS)[number];
export type AnalysisName = (typeof ANALYSES)[number];

/** Those under a constant input. */
export const WITH_INPUT: readonly AnalysisName[] = ["fixed-points", "lyapunov"];
