import type { RecordRequest } from "../runs/runFileWriter";
import type { RunRequest } from "./runState";
import type { SessionFile } from "./sessionFile";

/** Says where a run is to be recorded. */
export interface RunFileTarget {
  /** Null: nowhere. */
  begin(runId: string, request: RunRequest, file: SessionFile): RecordRequest | null;
}
