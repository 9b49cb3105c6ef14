/** Messages to and from a thread that predicts. Both ends are ours, so the types are trusted. */
import type { WeightsChoice } from "../runs/restartedRun";
import type { PredictionPage } from "../shared/wire/predictionPage";

export interface PredictJob {
  /** The run whose weights predict. */
  readonly runPath: string;
  /** Null: the best ones, or the last ones where there are none. */
  readonly weights: WeightsChoice | null;
  /** Of the experiment, with its own files; null when it is not on a disk. */
  readonly folder: string | null;
  /** Of a run on several files also a folder, or a pattern. */
  readonly tablePath: string;
  /** As it is named on the page. */
  readonly tableName: string;
  /** Steps beyond the last row; null: as many as the network looks ahead. */
  readonly steps: number | null;
}

export type PredictReport =
  | { readonly type: "done"; readonly page: PredictionPage; readonly csv: string }
  /** In words for a person. */
  | { readonly type: "failed"; readonly message: string };
