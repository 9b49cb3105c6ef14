import * as l10n from "@vscode/l10n";
import type { Experiment } from "../../config/schema/schema";
import { evaluateSequences, type Evaluation } from "../training/evaluate";
import { isLengthTask, outputsOf } from "../../config/facts/taskTraits";
import { datasetShape } from "../../config/facts/datasetShape";
import { describeTooLarge } from "../../config/facts/tooLarge";
import { isTrialTask } from "../../config/facts/trialTasks";
import { createRandom, STREAM } from "../numerics/random";
import { createDataset, taskAtLength } from "../tasks/createDataset";
import type { Trainer } from "../training/trainer";

/**
 * The trained network on the same task with sequences of another length: `bits` of binary-addition, `delay` of copy,
 * else `length`. The sequences are drawn anew from the seed; training has not seen them.
 * @throws Error for tasks whose data come from a file or are trials, and when the sequences would not fit into memory
 */
export function evaluateAtLength(
  trainer: Trainer,
  experiment: Experiment,
  length: number,
  sequences = 200,
): Evaluation {
  if (!isLengthTask(experiment.task))
    throw new Error(
      isTrialTask(experiment.task)
        ? l10n.t(
            "the trials of the task {0} are as long as their periods, so it cannot be evaluated at other lengths",
            experiment.task.kind,
          )
        : l10n.t(
            "the data of the task {0} come from a file, so it cannot be evaluated at other lengths",
            experiment.task.kind,
          ),
    );
  const task = taskAtLength(experiment.task, length, sequences);
  const tooLarge = describeTooLarge({ ...experiment, task }, datasetShape(task, 0)!);
  if (tooLarge !== null) throw new RangeError(tooLarge.message);
  const outputs = outputsOf(experiment);
  const { dataset } = createDataset(task, outputs, 0, createRandom(experiment.seed, STREAM.evaluation), null);
  return evaluateSequences(trainer.cloneNetwork(), dataset, trainer.loss, 0, sequences, trainer.batchSize);
}
