import { checkInitialValues } from "../shared/initialValues";
import { datasetShape, describeTooLarge, networkSpec } from "../shared/memory";
import { findMisfit, resolveReadout } from "../shared/taskTraits";
import type { JsonPath } from "./jsonSchema";
import type { ProblemCode } from "./problem";
import type { Experiment } from "./schema";

export interface MeaningProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: JsonPath;
}

/** What the schema cannot say, because it is about more than one value. What depends on the contents of a file is said when it is read. */
export function checkMeaning(experiment: Experiment): MeaningProblem[] {
  const { task, trace, training, model } = experiment;
  const problems: MeaningProblem[] = [];
  const misfit = findMisfit(experiment);
  if (misfit !== null) problems.push({ code: "misfit", ...misfit });
  const data = datasetShape(task, training.validation.share);
  if (data === null) return problems;

  if (trace.sequence >= data.trainingSequences) {
    const count = data.trainingSequences === data.sequences ? `task.sequences is ${data.sequences}` : `${data.trainingSequences} of ${data.sequences} sequences are for training`;
    const message = `trace.sequence is ${trace.sequence}, but ${count}, so they are numbered 0 to ${data.trainingSequences - 1}. Choose one of those.`;
    problems.push({ code: "no-such-sequence", message, path: ["trace", "sequence"] });
  }
  const tooLarge = describeTooLarge(experiment, data);
  if (tooLarge !== null) problems.push({ code: "too-much-memory", message: tooLarge, path: largestField(experiment) });
  else if (misfit === null && resolveReadout(experiment) === "state" && model.hiddenSize !== data.outputSize) {
    const message = `model.readout is "state", which gives ${model.hiddenSize} outputs, but ${task.kind} has ${data.outputSize === 1 ? "one target" : `${data.outputSize} targets`}. Use the read-out "auto", or hiddenSize ${data.outputSize}.`;
    problems.push({ code: "misfit", message, path: ["model", "readout"] });
  } else if (misfit === null) {
    const problem = checkInitialValues(model.init.values, networkSpec(experiment, data.inputSize, data.outputSize));
    if (problem !== null) problems.push({ code: "bad-initial-value", ...problem });
  }
  return problems;
}

/** The field to reduce first. */
function largestField({ task, model }: Experiment): JsonPath {
  const sizes: [number, JsonPath][] = [["sequences" in task ? task.sequences : 0, ["task", "sequences"]], [model.hiddenSize ** 2, ["model", "hiddenSize"]]];
  if ("length" in task) sizes.push([task.length, ["task", "length"]]);
  if ("bits" in task) sizes.push([task.bits, ["task", "bits"]]);
  if ("delay" in task) sizes.push([task.delay, ["task", "delay"]]);
  return sizes.reduce((largest, size) => (size[0] > largest[0] ? size : largest))[1];
}
