/** `training.classWeights`: what the classes or bits of the targets count in the loss. */
import * as l10n from "@vscode/l10n";
import { ExperimentError } from "../../config/facts/experimentError";
import { describeUnweighted, type Loss } from "../../config/facts/taskTraits";
import type { Experiment } from "../../config/schema/schema";
import type { SequenceValues } from "../tasks/sequenceValues";
import { targetWidth, type Dataset } from "../tasks/task";

interface Weighted {
  readonly dataset: Dataset;
  readonly loss: Loss;
}

/**
 * For cross-entropy, weights of output steps: L = Σ w_{t_n} l_n / Σ w_{t_n}, as PyTorch's `weight` with
 * `reduction="mean"`. For bce-with-logits the loss of each 1 is multiplied by the weight of its output, and the mean is
 * over all bits, as with PyTorch's `pos_weight`.
 *
 * "balanced", over the training targets that count: n / (C n_c) for C classes, as `compute_class_weight` of
 * scikit-learn; for bits the number of zeros over that of ones. What does not occur there has the weight 1.
 * @throws ExperimentError for another number of weights than there are classes, or bits
 */
export function applyClassWeights(experiment: Experiment, dataset: Dataset, loss: Loss): Weighted {
  const { classWeights } = experiment.training;
  if (classWeights === null) return { dataset, loss };
  const unweighted = describeUnweighted(experiment, loss);
  if (unweighted !== null) throw new ExperimentError("misfit", ["training", "classWeights"], unweighted);
  const isBits = loss === "bce-with-logits";
  const weights = classWeights === "balanced" ? balanced(dataset, isBits) : classWeights;
  if (weights.length !== dataset.outputSize)
    throw new ExperimentError(
      "misfit",
      ["training", "classWeights"],
      isBits
        ? l10n.t(
            "training.classWeights has {0} numbers, but a target has {1} bits. Use one number for each bit.",
            weights.length,
            dataset.outputSize,
          )
        : l10n.t(
            "training.classWeights has {0} numbers, but there are {1} classes. Use one number for each class.",
            weights.length,
            dataset.outputSize,
          ),
    );
  return isBits
    ? { dataset, loss: { kind: "bce-with-logits", positiveWeights: weights } }
    : { dataset: { ...dataset, classWeights: weights, weights: weightsByClass(dataset, weights) }, loss };
}

function balanced(dataset: Dataset, isBits: boolean): readonly number[] {
  const { outputSize, outputSteps, trainingSequences, targets, weights } = dataset;
  const width = targetWidth(dataset);
  const counts = new Float64Array(outputSize);
  let steps = 0;
  for (let n = 0; n < trainingSequences; n++)
    for (let s = 0; s < outputSteps; s++) {
      if (weights?.at(n, s) === 0) continue;
      steps++;
      for (let o = 0; o < width; o++) {
        const target = targets.at(n, s * width + o);
        const place = isBits ? o : target;
        counts[place] = counts[place]! + (isBits ? target : 1);
      }
    }
  return Array.from(counts, (count) => {
    if (count === 0 || (isBits && count === steps)) return 1;
    return isBits ? (steps - count) / count : steps / (outputSize * count);
  });
}

function weightsByClass({ outputSteps, targets, weights }: Dataset, byClass: readonly number[]): SequenceValues {
  const at = (sequence: number, step: number): number =>
    (weights?.at(sequence, step) ?? 1) * byClass[targets.at(sequence, step)]!;
  return {
    length: outputSteps,
    at,
    fill(sequence, target, offset = 0) {
      for (let step = 0; step < outputSteps; step++) target[offset + step] = at(sequence, step);
    },
  };
}
