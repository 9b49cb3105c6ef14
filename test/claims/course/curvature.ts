/** How steep the valley around the solution of a network with one linear unit is. */
import { example, overSeeds, type Run, type RunJob } from "../runJob";

/** Where the loss is measured, in steps from the solution: in each direction, and at the corners. */
const PLACES = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

/** One iteration at each place, for the loss there; ten seeds for each place. */
export function aroundSolution(name: string, step: number): RunJob[] {
  return PLACES.flatMap(([w, u]) =>
    overSeeds({
      experiment: example(name, {
        "training.iterations": 1,
        "model.init.weight_ih_l0": 1 + w * step,
        "model.init.weight_hh_l0": 1 + u * step,
      }),
    }),
  );
}

/**
 * The larger eigenvalue of the second derivatives where both weights are 1, for each seed: by differences, as the loss
 * there is 0.
 */
export function curvatures(runs: readonly Run[], step: number): number[] {
  const seeds = runs.length / PLACES.length;
  return Array.from({ length: seeds }, (_, seed) => {
    const losses = PLACES.map((_, place) => runs[place * seeds + seed]!.losses[0]! / step ** 2);
    const [ww, uu] = [losses[0]! + losses[1]!, losses[2]! + losses[3]!];
    const wu = (losses[4]! - losses[5]! - losses[6]! + losses[7]!) / 4;
    return (ww + uu) / 2 + Math.hypot((ww - uu) / 2, wu);
  });
}
