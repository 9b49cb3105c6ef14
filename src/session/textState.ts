import { collectChanges, summarizeChanges } from "../config/compare/changes";
import { listFormFields } from "../config/edit/formFields";
import { canApply } from "../config/edit/liveSettings";
import type { Experiment } from "../config/schema/schema";
import type { EditState } from "../shared/handover/policy";
import type { TextState } from "../shared/wire/liveEdit";
import type { ExperimentInfo } from "../shared/wire/protocol";
import type { SessionFile } from "./sessionFile";

/**
 * @param present what the run does; null when there is none
 * @param active the run is under way
 */
export function describeText(
  { experiment, error }: SessionFile,
  present: Experiment | null,
  edit: EditState,
  active: boolean,
): TextState {
  const change =
    experiment === undefined || present === null ? "" : summarizeChanges(collectChanges(present, experiment));
  const applies = active && experiment !== undefined && present !== null && canApply(present, experiment).applies;
  const shown = experiment ?? present;
  return {
    form: shown === null ? [] : listFormFields(shown),
    change,
    error: error ?? null,
    applies,
    heldBack: edit === "held" && change !== "",
  };
}

/** @param targetHash of the run that was asked for last */
export function describeFile(
  { uri, fileName, name, configHash }: SessionFile,
  targetHash: string | null,
  edit: EditState,
): ExperimentInfo {
  const differs = targetHash !== null && targetHash !== configHash;
  return { uri, fileName, name, textDiffersFromRun: differs && edit !== "coming" };
}
