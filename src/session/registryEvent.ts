import type { ExperimentSession } from "./experimentSession";
import type { SessionEvent } from "./sessionEvent";

/** A change of one of the sessions. */
export interface RegistryEvent {
  readonly session: ExperimentSession;
  readonly event: SessionEvent;
}
