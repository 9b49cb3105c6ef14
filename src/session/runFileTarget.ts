import type { Experiment } from "../config/schema/schema";
import type { RecordRequest } from "../runs/runFileWriter";
import type { RunIdentity, VariedValue } from "../shared/wire/runIdentity";
import type { RunRequest } from "./runState";
import type { SessionFile } from "./sessionFile";

/** A run that begins, as the session counts it. */
export interface NumberedRun {
  readonly runId: string;
  readonly number: number;
  readonly varied: readonly VariedValue[];
  /** The run that was only passed through on the way to this one, which is not kept; null when there is none. */
  readonly passedThrough: string | null;
}

/** The recorded runs of an experiment file, as far as the next one depends on them. */
export interface RecordedRuns {
  /** One more than their largest number. */
  readonly nextNumber: number;
  /** What the latest was started with; null before the first. */
  readonly latest: Experiment | null;
}

/** Says where a run is to be recorded, and what those before it are called. */
export interface RunFileTarget {
  /**
   * Null: nowhere.
   * @param onLoss called with what has become of the run's file while its thread could not look; null: it is back
   */
  begin(
    run: NumberedRun,
    request: RunRequest,
    file: SessionFile,
    onLoss: (problem: string | null) => void,
  ): RecordRequest | null;
  recordedRuns(uri: string): RecordedRuns;
  /** Null where a run is not known. */
  identityOf(runId: string): RunIdentity | null;
}
