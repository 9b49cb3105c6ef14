import * as l10n from "@vscode/l10n";
import { datasetShape } from "../../config/facts/datasetShape";
import { describeTooLarge } from "../../config/facts/tooLarge";
import type { LengthPoint } from "../../shared/trace/predictions";
import { isLengthTask, outputsOf } from "../../config/facts/taskTraits";
import { isTrialTask } from "../../config/facts/trialTasks";
import { evaluateParts } from "../training/evaluate";
import { createRandom, STREAM } from "../numerics/random";
import { createDataset, taskAtLength } from "../tasks/createDataset";
import type { RunSnapshot } from "./runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";

const MAX_SEQUENCES = 200;
const MIN_SEQUENCES = 8;
/**
 * Multiplications to spend on one length, and between two looks at whether training is due: a few milliseconds' worth.
 */
const WORK = 1e8;
const PIECE = 4e6;

/**
 * Loss and accuracy of a network on the same task at another length (`bits` of binary-addition, `delay` of copy, else
 * `length`), on sequences that training has not seen: 200 of them, fewer where the model is large.
 * @throws Error in words for a person for tasks whose data come from a file, and when the sequences would not fit into
 * memory
 */
export function* studyLength(
  { trainer, experiment, parameters }: RunSnapshot,
  length: number,
): SlicedTask<LengthPoint> {
  if (!isLengthTask(experiment.task))
    throw new Error(
      isTrialTask(experiment.task)
        ? l10n.t(
            "The trials of the task {0} are as long as their periods, so it cannot be evaluated at other lengths.",
            experiment.task.kind,
          )
        : l10n.t(
            "The data of the task {0} come from a file, so it cannot be evaluated at other lengths.",
            experiment.task.kind,
          ),
    );
  const shape = datasetShape(taskAtLength(experiment.task, length, 1), 0)!;
  const one = shape.timeSteps * trainer.parameterCount;
  const sequences = Math.max(MIN_SEQUENCES, Math.min(MAX_SEQUENCES, Math.floor(WORK / one)));
  const task = taskAtLength(experiment.task, length, sequences);
  const batch = Math.max(1, Math.min(trainer.batchSize, sequences, Math.floor(PIECE / one)));
  const tooLarge = describeTooLarge(
    { ...experiment, task, training: { ...experiment.training, batchSize: batch } },
    datasetShape(task, 0)!,
  );
  if (tooLarge !== null) throw new RangeError(tooLarge.message);
  const { dataset } = createDataset(
    task,
    outputsOf(experiment),
    0,
    createRandom(experiment.seed, STREAM.evaluation),
    null,
  );
  yield;
  const network = trainer.cloneNetwork({ batch, timeSteps: dataset.timeSteps });
  network.writeParameters(parameters);
  const { loss, accuracy, exactAccuracy } = yield* evaluateParts(network, dataset, trainer.loss, 0, sequences, batch);
  return { length, sequences, loss, accuracy, exactAccuracy };
}
