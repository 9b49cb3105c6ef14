import * as vscode from "vscode";
import { collectChanges, summarizeChanges } from "../config/compare/changes";
import type { Experiment } from "../config/schema/schema";
import type { Services } from "../app/services";
import type { ExperimentSession } from "../session/experimentSession";
import { showDiff } from "../window/diffTab";

interface Former {
  readonly label: string;
  readonly experiment: Experiment;
  readonly text: string | null;
}

/**
 * Opens the text of the latest run of another experiment beside the text as it is now, and says in the title what
 * differs.
 * @returns the title
 * @throws Error in words for a person when there is nothing to compare with
 */
export async function compareWithPrevious(
  { files, readOnlyTexts }: Pick<Services, "files" | "readOnlyTexts">,
  session: ExperimentSession,
): Promise<string> {
  const { document, experiment, hash } = await files.open(vscode.Uri.parse(session.file.uri));
  const former = findFormer(session, hash);
  if (former?.text == null)
    throw new Error(
      vscode.l10n.t(
        "There is no previous run with a different config. Change a value and run again to compare the two.",
      ),
    );
  const summary = experiment === null ? "" : summarizeChanges(collectChanges(former.experiment, experiment));
  const title = `${vscode.l10n.t("{0}: {1} ↔ now", session.file.fileName, former.label)}${summary === "" ? "" : ` (${summary})`}`;
  const earlier = readOnlyTexts.add(session.file.fileName, former.label, former.text);
  return showDiff(earlier, document.uri, title, { viewColumn: vscode.ViewColumn.One });
}

/** The present run when the text is no longer its own, else the one before it. */
function findFormer(session: ExperimentSession, hash: string | null): Former | null {
  const { present, former } = session.history;
  if (present === null || present.request.configHash === hash) return former;
  const { request } = present;
  return { label: session.identity?.name ?? "", experiment: request.experiment, text: request.text ?? null };
}
