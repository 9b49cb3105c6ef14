/** One run of a sweep as an experiment. */
import * as l10n from "@vscode/l10n";
import { parsePlain, readPlain } from "../config/read/parsePlain";
import type { Experiment, SweepConfig } from "../config/schema/schema";
import { sweepAxes, type SweepAxis } from "../config/schema/sweepAxes";
import { isActive, sweepConditions } from "../config/schema/sweepConditions";
import { trialValue } from "../config/read/trialValue";
import { ExperimentError } from "../config/facts/experimentError";
import type { Trial } from "../shared/wire/sweep";

/** A sweep ready to be run. Plain data: it goes to the threads as it is. */
export interface SweepJob {
  /** What the file holds, read but without defaults. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly sweep: SweepConfig;
  /** The runs, each at its index, where they are not those of the search. */
  readonly trials?: readonly Trial[];
}

/** From a trial to its experiment. @throws ExperimentError when the values of the trial do not go together */
export function createTrialReader({ file, sweep }: SweepJob): (trial: Trial) => Experiment {
  const axes: readonly SweepAxis[] = sweepAxes(sweep);
  const conditions = sweepConditions(axes);
  return ({ seed, values }) => {
    const changes = axes
      .map(({ path }, a) => ({ path, value: values[a] }))
      .filter((_, a) => isActive(conditions, values, a));
    const value = trialValue(file, seed, changes);
    const experiment = readPlain(value);
    if (experiment !== null) return experiment;
    const [problem] = parsePlain(JSON.stringify(value)).problems;
    throw new ExperimentError(
      problem?.code ?? "misfit",
      (problem?.path ?? []).map(String),
      problem?.message ?? l10n.t("Incompatible values."),
    );
  };
}
