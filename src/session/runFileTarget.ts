import type { RecordRequest } from "../runs/runFileWriter";
import type { RunRequest } from "./runState";
import type { SessionFile } from "./sessionFile";

/** Says where a run is to be recorded. */
export interface RunFileTarget {
  /** Null: nowhere. */
  begin(runId: string, request: RunRequest, file: SessionFile): RecordRequest | null;
  /** The run was only passed through on the way to the next one, which has begun: its file is not wanted. */
  discard(runId: string): void;
}
