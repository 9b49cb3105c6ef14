import * as vscode from "vscode";
import type { Services } from "../app/services";
import { stateWord } from "../library/describeRun";
import { earlierBest, isResumable, isUnderWay } from "../library/resumable";
import { readResumedRun } from "../library/savedRuns";
import type { WeightsChoice } from "../runs/restartedRun";
import type { RunWriterView } from "../runs/leaseWatch";
import type { RunEntry, RunStore } from "../runs/runStore";
import type { BestValidation } from "../shared/trace/trace";
import { pickWeights, weightsArgument } from "./pickWeights";
import { confirm } from "../window/notifications";

/**
 * In the session of its experiment; when that file is gone, in one of its own. A run that somebody else may still write
 * is resumed only when the user says so, and stays as it is.
 * @param confirmed true: does not ask whether somebody else may write it, for scripts
 * @param weights "best" or "last", for scripts; else it is asked for where the run has both
 */
export async function resumeRun(
  store: RunStore,
  chosen: RunEntry,
  lab: Services,
  confirmed: unknown,
  weights: unknown,
): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new Error(vscode.l10n.t("RNN Lab does not run experiments in an untrusted workspace."));
  // What the list says may be some seconds old.
  const run = (await store.read(chosen.id)) ?? chosen;
  const writer = await store.writerOf(run.id);
  const hasCheckpoint = (run.progress?.checkpoint ?? null) !== null;
  const goesOn = isResumable(run) || (writer !== null && isUnderWay(run) && hasCheckpoint);
  const best = earlierBest(run);
  if (!goesOn && best === null) throw new Error(whyNot(run));
  const from = weightsArgument(weights) ?? (best === null ? "last" : await pickStart(run, best, goesOn));
  if (from === undefined) return;
  if (from === "best" ? best === null : !goesOn) throw new Error(whyNot(run));
  if (writer !== null && confirmed !== true && !(await isAgreed(lab, run, writer))) return;
  const session = await lab.files.session(vscode.Uri.parse(run.meta.uri)).catch(() => lab.recorded.show(run));
  // A recorded run that is being read, to be shown, gives way.
  if (session.isActive && session.run?.recorded == null)
    throw new Error(vscode.l10n.t("{0} has an active run. Stop it first.", session.file.name));
  session.start(await readResumedRun(run, false, from));
  lab.active.use(session);
  lab.panels.open(session);
}

function pickStart({ progress }: RunEntry, best: BestValidation, goesOn: boolean): Promise<WeightsChoice | undefined> {
  return pickWeights(vscode.l10n.t("Resume from which weights?"), {
    best,
    bestDetail: vscode.l10n.t(
      "A new run with a new optimizer. Its batches follow those of the last iteration. This run is kept.",
    ),
    last: goesOn
      ? {
          iteration: progress?.checkpoint ?? 0,
          detail: vscode.l10n.t("Continues to the same result as without the interruption."),
        }
      : null,
  });
}

/** Why active runs were not deleted. */
export async function explainRefusal(store: RunStore, ids: readonly string[]): Promise<string> {
  for (const id of ids) {
    const writer = await store.writerOf(id);
    if (writer !== null)
      return vscode.l10n.t(
        "A run that another window or terminal is training cannot be deleted. {0} Stop it there first.",
        describeWriter(writer),
      );
  }
  return vscode.l10n.t("An active run cannot be deleted. Stop it first.");
}

function whyNot({ state }: RunEntry): string {
  return state === "interrupted"
    ? vscode.l10n.t(
        "This run cannot be resumed because it was interrupted before its first checkpoint. Run the experiment again.",
      )
    : vscode.l10n.t("This run cannot be resumed. Its state: {0}.", stateWord(state));
}

function isAgreed(lab: Services, run: RunEntry, writer: RunWriterView): Promise<boolean> {
  const { name } = lab.runs.identity(run);
  const question =
    writer.state === "lives"
      ? vscode.l10n.t("“{0}” is being trained by another window or terminal.", name)
      : vscode.l10n.t("“{0}” may still be trained by another window or terminal.", name);
  const detail = [
    describeWriter(writer),
    vscode.l10n.t(
      "If you resume it here, a second run starts from iteration {0} and is saved in a file of its own. The other run is not changed.",
      run.progress?.checkpoint ?? 0,
    ),
  ].join(" ");
  return confirm(question, detail, vscode.l10n.t("Resume Anyway"));
}

function describeWriter({ state, lease, unchangedMs }: RunWriterView): string {
  const who =
    lease === null
      ? vscode.l10n.t("Its file belongs to a process that cannot be identified.")
      : vscode.l10n.t("It is written by process {0} on {1}.", lease.process, lease.machine);
  // Of a process on this computer it is certain that it is there.
  if (state === "lives" && unchangedMs === 0) return who;
  return `${who} ${vscode.l10n.t("Its last sign of life was seen {0} seconds ago.", Math.round(unchangedMs / 1000))}`;
}
