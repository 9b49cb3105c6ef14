import { parameterCountOf, parameterLayout } from "../../shared/trace/networkSpec";
import type { Experiment } from "../schema/schema";
import { countData } from "./dataCounts";
import type { ExperimentFiles } from "./dataFiles";
import { datasetShape } from "./datasetShape";
import { networkSpec } from "./memoryEstimate";

/** A weight is used forward, for the gradient of what it is multiplied with, and for its own. */
const USES = 3;

/**
 * Multiplications of training, each with its addition; validation not counted. 0 where the data do not serve.
 * @param files contents of the files that the experiment names
 */
export function trainingWork(experiment: Experiment, files: ExperimentFiles | undefined): number {
  const { task, training } = experiment;
  const shape = datasetShape(task, training.validation.share, countData(task, files?.data ?? null));
  if (shape == null) return 0;
  const spec = networkSpec(experiment, shape.inputSize, shape.outputSize, shape.isPadded);
  const batch =
    training.batchSize === "full" ? shape.trainingSequences : Math.min(training.batchSize, shape.trainingSequences);
  const perStep = USES * parameterCountOf(parameterLayout(spec)) * batch * shape.timeSteps;
  return perStep * training.accumulate * training.iterations;
}
