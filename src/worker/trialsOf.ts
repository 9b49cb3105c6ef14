import { createRandom, STREAM } from "../core/numerics/random";
import type { Trial } from "../shared/wire/sweep";
import { planTrials } from "../sweepPlan/plan";
import type { SweepJob } from "../sweepPlan/trials";

/** All trials of a sweep whose plan is known from the start. The same job gives the same ones, wherever it is read. */
export function trialsOf({ sweep, seed, trials }: SweepJob): readonly Trial[] {
  if (trials !== undefined) return trials;
  const { search } = sweep;
  const random = createRandom(search.kind === "random" ? search.seed : 0, STREAM.sampling);
  return planTrials(sweep, seed, () => random.double());
}
