import { collectChanges, summarizeChanges } from "../config/changes";
import type { Experiment } from "../config/schema";
import type { TextState } from "../shared/liveEdit";
import type { SessionFile } from "./sessionFile";

/** What becomes of the run after an edit: nothing by itself; a run of the text is on its way; none, since the run has trained for long. */
export type TextFollow = "settled" | "coming" | "held";

/** @param present what the run was started with; null when there is none */
export function describeText({ experiment, error }: SessionFile, present: Experiment | null, follow: TextFollow): TextState {
  const change = experiment === undefined || present === null ? "" : summarizeChanges(collectChanges(present, experiment));
  return { change, error: error ?? null, heldBack: follow === "held" && change !== "" };
}
