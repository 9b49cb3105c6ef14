import type { RecordRequest } from "../runs/runRecorder";
import type { RunRequest } from "./runRecord";
import type { RegistryEvent } from "./sessionRegistry";
import type { SessionFile } from "./sessionFile";

/** Says where a run is to be recorded. */
export interface RunRecording {
  /** Null: nowhere. */
  begin(runId: string, request: RunRequest, file: SessionFile): RecordRequest | null;
  /** Every change of every session. */
  follow(change: RegistryEvent): void;
}
