import { baselinesOf } from "../core/analysis/baselines/baselines";
import type { SlicedTask } from "../lib/slicedTask";
import type { TrainingRun } from "./trainingRun";

/** Computes the baselines of a run and lets it report them. */
export function* reportBaselines(
  run: Pick<TrainingRun, "trainer" | "experiment" | "setBaselines">,
): SlicedTask<void> {
  const { trainer, experiment } = run;
  run.setBaselines(yield* baselinesOf({ dataset: trainer.dataset, loss: trainer.loss, experiment }));
}
