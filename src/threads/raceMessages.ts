/** What the session and the thread of a cell race say to each other. */
import type { Experiment } from "../config/schema/schema";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { CellRace } from "../shared/wire/race";

export interface RaceRequest {
  readonly experiment: Experiment;
  readonly files: ExperimentFiles;
}

export type RaceReport =
  /** First: what runs in the lanes. */
  | { readonly type: "planned"; readonly experiments: readonly Experiment[] }
  | { readonly type: "race"; readonly race: CellRace }
  | { readonly type: "failed"; readonly message: string };
