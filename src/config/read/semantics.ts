import * as l10n from "@vscode/l10n";
import { describeMissingValidation, hasValidationFile } from "../facts/earlyStopping";
import { describeShortForChrono, FORGET_BIAS_PATH } from "../facts/forgetBias";
import { checkInitialValues } from "../facts/initialValues";
import { datasetShape } from "../facts/datasetShape";
import { networkSpec } from "../facts/memoryEstimate";
import { describeTooLarge } from "../facts/tooLarge";
import { stateWidth } from "../facts/lstmModel";
import { findIncompatibility, resolveReadout } from "../facts/taskTraits";
import type { Experiment } from "../schema/schema";
import { checkFileKeys } from "./fileKeys";
import type { MeaningProblem } from "./meaningProblem";

/**
 * What the schema cannot say, because it is about more than one value. What depends on the contents of a file is said
 * when it is read.
 */
export function checkMeaning(experiment: Experiment): MeaningProblem[] {
  const { task, trace, training, model } = experiment;
  const problems: MeaningProblem[] = [];
  const unnamed = checkFileKeys(task);
  if (unnamed !== null) problems.push(unnamed);
  const misfit = findIncompatibility(experiment);
  if (misfit !== null) problems.push({ code: "misfit", ...misfit });
  const tooShort = describeShortForChrono(experiment);
  if (tooShort !== null) problems.push({ code: "bad-initial-value", message: tooShort, path: FORGET_BIAS_PATH });
  const data = datasetShape(task, training.validation.share);
  const unvalidated = hasValidationFile(task)
    ? null
    : describeMissingValidation(training, data && data.sequences - data.trainingSequences);
  if (unvalidated !== null)
    problems.push({ code: "stop-without-validation", message: unvalidated, path: ["training", "stop"] });
  if (data === null) return problems;

  if (trace.sequence >= data.trainingSequences) {
    const { sequences, trainingSequences: count } = data;
    const message =
      count === sequences
        ? l10n.t(
            "trace.sequence is {0}, but task.sequences is {1}. Use an index from 0 to {2}.",
            trace.sequence,
            sequences,
            count - 1,
          )
        : l10n.t(
            "trace.sequence is {0}, but only {1} of {2} sequences are for training. Use an index from 0 to {3}.",
            trace.sequence,
            count,
            sequences,
            count - 1,
          );
    problems.push({ code: "no-such-sequence", message, path: ["trace", "sequence"] });
  }
  const tooLarge = describeTooLarge(experiment, data);
  if (tooLarge !== null) problems.push({ code: "too-much-memory", ...tooLarge });
  else if (misfit === null && resolveReadout(experiment) === "state" && stateWidth(model).size !== data.outputSize) {
    problems.push({
      code: "misfit",
      message: describeStateOutputs(experiment, data.outputSize),
      path: ["model", "readout"],
    });
  } else if (misfit === null) {
    const problem = checkInitialValues(model.init.values, networkSpec(experiment, data.inputSize, data.outputSize));
    if (problem !== null) problems.push({ code: "bad-initial-value", ...problem });
  }
  return problems;
}

/** The state itself is the output, and has another width. */
function describeStateOutputs({ model, task }: Experiment, outputSize: number): string {
  const { size, key } = stateWidth(model);
  return outputSize === 1
    ? l10n.t(
        'model.readout is "state", which has {0} outputs, but {1} has one target. Use model.readout "auto" or {2} 1.',
        size,
        task.kind,
        key,
      )
    : l10n.t(
        'model.readout is "state", which has {0} outputs, but {1} has {2} targets. Use model.readout "auto" or {3} {2}.',
        size,
        task.kind,
        outputSize,
        key,
      );
}
