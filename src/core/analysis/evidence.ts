/** What a diagnosis takes into account beside the run's own curves. */
import type { Experiment } from "../../config/schema/schema";
import type { SlicedTask } from "../../lib/slicedTask";
import type { LagMatch } from "../../shared/trace/measures";
import type { Baseline } from "../../shared/wire/baselines";
import type { Trainer } from "../training/trainer";
import { baselinesOf } from "./baselines/baselines";
import { dataFacts, type DataFacts } from "./dataFacts";
import { labelErrors, type LabelErrors } from "./labelErrors";
import { measureAtEnd } from "./measures";

export interface Evidence {
  readonly baselines: readonly Baseline[];
  readonly data: DataFacts;
  /** At the end of the run; null before it, and where targets are no labels. */
  readonly labels: LabelErrors | null;
  /** Of each target, at the end of the run; empty before it, and where no last value can be repeated. */
  readonly lags: readonly LagMatch[];
}

/** What is known before the first iteration. */
export function* gatherEvidence(
  experiment: Pick<Experiment, "task">,
  { dataset, loss }: Pick<Trainer, "dataset" | "loss">,
): SlicedTask<Evidence> {
  const baselines = yield* baselinesOf({ dataset, loss, experiment });
  const data = yield* dataFacts(dataset, loss);
  return { baselines, data, labels: null, lags: [] };
}

/** The same with what the network at the current parameters shows about the labels, and of which row it predicts. */
export function* withFinalEvidence(evidence: Evidence, trainer: Trainer): SlicedTask<Evidence> {
  return { ...evidence, labels: yield* labelErrors(trainer), lags: yield* findLags(evidence, trainer) };
}

function* findLags({ baselines }: Evidence, trainer: Trainer): SlicedTask<readonly LagMatch[]> {
  if (trainer.dataset.units === undefined || !baselines.some(({ name }) => name === "last-value")) return [];
  const { values } = yield* measureAtEnd(trainer);
  return (values ?? []).flatMap(({ lag }) => (lag === null ? [] : [lag]));
}
