import { collectChanges, summarizeChanges } from "../config/changes";
import type { Experiment } from "../config/schema";
import type { TextState } from "../shared/liveEdit";
import type { ExperimentInfo } from "../shared/protocol";
import type { SessionFile } from "./sessionFile";

/** What becomes of the run after an edit: nothing by itself; a run of the text is on its way; none, since the run has trained for long. */
export type TextFollow = "settled" | "coming" | "held";

/** @param present what the run was started with; null when there is none */
export function describeText({ experiment, error }: SessionFile, present: Experiment | null, follow: TextFollow): TextState {
  const change = experiment === undefined || present === null ? "" : summarizeChanges(collectChanges(present, experiment));
  return { change, error: error ?? null, heldBack: follow === "held" && change !== "" };
}

/** @param wantedHash of the run that was asked for last */
export function describeFile({ uri, fileName, name, configHash }: SessionFile, wantedHash: string | null, follow: TextFollow): ExperimentInfo {
  const differs = wantedHash !== null && wantedHash !== configHash;
  return { uri, fileName, name, textDiffersFromRun: differs && follow !== "coming" };
}
