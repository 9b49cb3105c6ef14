/** Commands on runs that others write. */
import * as vscode from "vscode";
import type { Services } from "../app/services";
import { isRegularFile } from "../disk/regularFile";
import { isLive, type ExternalRun } from "../externalRuns/externalRun";
import { describeError } from "../lib/outsideText";
import { leasePath } from "../runs/lease";
import { MAX_COMPARED } from "../shared/wire/runsTable";
import { confirm } from "../window/notifications";

/** @throws Error in words for a person when it cannot be shown */
export async function openExternalRun(lab: Services, run: ExternalRun): Promise<unknown> {
  if (run.state === "unopened") {
    lab.notifications.show(
      vscode.l10n.t("“{0}” was not opened because this workspace is not trusted.", run.name),
      trustAction(),
    );
    return null;
  }
  const entry = lab.externalRuns.entry(run.id);
  if (entry !== null) return lab.panels.open(await lab.recorded.show(entry));
  if (run.kind === "probe") return lab.probeRuns.show(run.path, run.name);
  if (run.kind !== null) return lab.comparison.panel.show([run.id]);
  throw new Error(
    run.state === "starting"
      ? vscode.l10n.t("“{0}” has no run in it yet.", run.name)
      : vscode.l10n.t("“{0}” is not a run file that can be shown. {1}", run.name, run.problem ?? ""),
  );
}

/** Asks for the file where none is given, lists it, and opens it. */
export async function openRunFile(lab: Services, target: vscode.Uri | undefined): Promise<unknown> {
  const file = target ?? (await pickFile());
  if (file === undefined) return null;
  if (file.scheme !== "file")
    throw new Error(vscode.l10n.t("Only files on a disk can be opened, not {0}.", file.scheme));
  const runs = await lab.externalRuns.open(file.fsPath);
  if (runs === null) throw new Error(vscode.l10n.t("There is no file {0}.", file.fsPath));
  const [first] = runs;
  if (first === undefined)
    throw new Error(vscode.l10n.t("There are no event files in {0} and its folders.", file.fsPath));
  const readable = runs.filter(({ kind }) => kind !== null);
  if (readable.length < 2) return openExternalRun(lab, readable[0] ?? first);
  return lab.comparison.panel.show(readable.slice(0, MAX_COMPARED).map(({ id }) => id));
}

/** The event files in a folder and the folders in it. */
export async function openRunsFolder(lab: Services, target: vscode.Uri | undefined): Promise<unknown> {
  const picked =
    target ??
    (
      await vscode.window.showOpenDialog({
        title: vscode.l10n.t("Open TensorBoard Folder"),
        openLabel: vscode.l10n.t("Open"),
        canSelectFiles: false,
        canSelectFolders: true,
      })
    )?.[0];
  return picked === undefined ? null : openRunFile(lab, picked);
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Open Run File"),
    openLabel: vscode.l10n.t("Open"),
    filters: { [vscode.l10n.t("Run files")]: ["rnnrun", "db"], [vscode.l10n.t("All files")]: ["*"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return picked?.[0];
}

export async function revealRun(path: string): Promise<void> {
  await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
}

/**
 * Moves the files to the trash of the system, once the user has agreed. A run that somebody may still write stays.
 * @param agreed for scripts: true instead of the first question, "permanently" instead of both
 * @returns paths of the files that are gone
 */
export async function deleteExternalRuns(
  lab: Services,
  chosen: readonly ExternalRun[],
  agreed: unknown,
): Promise<readonly string[]> {
  const foreign = chosen.find(({ kind }) => kind === "tensorboard" || kind === "trackio");
  if (foreign !== undefined)
    throw new Error(
      vscode.l10n.t(
        "“{0}” is one of the runs in {1}. Delete it with the program that wrote it.",
        foreign.name,
        foreign.path,
      ),
    );
  await lab.externalRuns.load();
  const runs = chosen.flatMap(({ id }) => lab.externalRuns.find(id) ?? []);
  const free = runs.filter((run) => !isLive(run));
  if (free.length < runs.length) lab.notifications.show(describeLive(runs.filter(isLive)));
  if (free.length === 0 || !(agreed === true || agreed === "permanently" || (await askToDelete(free)))) return [];
  const deleted: string[] = [];
  for (const { path } of free) if (await deleteFile(path, agreed === "permanently")) deleted.push(path);
  await lab.externalRuns.load();
  return deleted;
}

function describeLive(live: readonly ExternalRun[]): string {
  return live.length === 1
    ? vscode.l10n.t("“{0}” was not deleted because a process may still write it.", live[0]!.name)
    : vscode.l10n.t("{0} runs were not deleted because processes may still write them.", live.length);
}

function askToDelete(runs: readonly ExternalRun[]): Promise<boolean> {
  return confirm(
    runs.length === 1
      ? vscode.l10n.t("Delete the run “{0}”?", runs[0]!.name)
      : vscode.l10n.t("Delete {0} runs?", runs.length),
    [
      ...runs.slice(0, 10).map(({ path }) => path),
      ...(runs.length > 10 ? [vscode.l10n.t("and {0} more", runs.length - 10)] : []),
      "",
      vscode.l10n.t("RNN Lab did not write these files and keeps no copy. You can restore them from the trash."),
    ].join("\n"),
    vscode.l10n.t("Move to Trash"),
  );
}

/** Some machines have no trash, such as one that is connected to by SSH. */
async function deleteFile(path: string, isPermanent: boolean): Promise<boolean> {
  const file = vscode.Uri.file(path);
  if (!(await isRegularFile(path))) return false;
  if (isPermanent) await vscode.workspace.fs.delete(file);
  else
    try {
      await vscode.workspace.fs.delete(file, { useTrash: true });
    } catch (error) {
      const question = vscode.l10n.t("Delete {0} permanently?", path);
      const detail = vscode.l10n.t("It could not be moved to the trash. {0}", describeError(error));
      if (!(await confirm(question, detail, vscode.l10n.t("Delete Permanently")))) return false;
      await vscode.workspace.fs.delete(file);
    }
  // That of a process that is gone.
  const lease = leasePath(path);
  if (await isRegularFile(lease)) await vscode.workspace.fs.delete(vscode.Uri.file(lease));
  return true;
}

export function trustAction() {
  return {
    label: vscode.l10n.t("Manage Workspace Trust"),
    run: () => vscode.commands.executeCommand("workbench.trust.manage"),
  };
}
