/** What a session and the thread that trains beside its run say to each other. */
import type { Experiment } from "../config/schema/schema";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { CellRace } from "../shared/wire/race";
import type { RateTest } from "../shared/wire/rateTest";
import type { FailureReport } from "./jobThread";

/** Compare the cell types, or test learning rates. */
export interface RaceRequest {
  readonly type: "race" | "rateTest";
  readonly experiment: Experiment;
  readonly files: ExperimentFiles;
}

export type RaceReport =
  /** First: what runs in the lanes. */
  | { readonly type: "planned"; readonly experiments: readonly Experiment[] }
  | { readonly type: "race"; readonly race: CellRace }
  | FailureReport;

export type RateTestReport =
  { readonly type: "rateTest"; readonly test: RateTest; readonly isDone: boolean } | FailureReport;
