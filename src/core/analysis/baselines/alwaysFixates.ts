import * as l10n from "@vscode/l10n";
import type { SlicedTask } from "../../../lib/slicedTask";
import type { Dataset } from "../../tasks/task";
import { lossOf } from "./answer";
import { fittedOn, measuredOn, type BaselineTask } from "./baselineTask";
import { smoothedFrequencies } from "./frequencies";
import { WorkMeter } from "./workMeter";

/**
 * What a network learns first that is taught at every step of a trial: to fixate. It answers with the frequencies of
 * the labels over all steps, most of which are to fixate, and is measured where the answer counts. Null for other data.
 */
export function* alwaysFixates(
  task: BaselineTask,
): SlicedTask<{ readonly loss: number; readonly label: string } | null> {
  const { dataset } = task;
  if (dataset.trials === undefined || dataset.targetKind !== "classes") return null;
  const { from, to } = fittedOn(dataset);
  const frequencies = smoothedFrequencies((yield* countLabels(dataset, from, to)).all);
  const measured = measuredOn(dataset);
  const { all, counted } = yield* countLabels(dataset, measured.from, measured.to);
  return {
    loss: yield* lossOf(task, (_n, _s, o) => frequencies[o]!, 1),
    label: l10n.t(
      "always fixates (right at {0}% of all steps, {1}% of those that count)",
      percent(all),
      percent(counted),
    ),
  };
}

/** Of each label, at all steps and at those that count. */
function* countLabels(
  { outputSize, outputSteps, targets, weights, lengths }: Dataset,
  from: number,
  to: number,
): SlicedTask<{ readonly all: Float64Array; readonly counted: Float64Array }> {
  const all = new Float64Array(outputSize);
  const counted = new Float64Array(outputSize);
  const meter = new WorkMeter();
  for (let n = from; n < to; n++)
    for (let t = 0; t < (lengths?.[n] ?? outputSteps); t++) {
      const label = targets.at(n, t);
      all[label] = all[label]! + 1;
      if (weights?.at(n, t) !== 0) counted[label] = counted[label]! + 1;
      if (meter.isDue(5)) yield;
    }
  return { all, counted };
}

/** The share of the label 0. */
function percent(counts: Float64Array): string {
  const sum = counts.reduce((total, count) => total + count, 0);
  return ((100 * counts[0]!) / sum).toFixed(0);
}
