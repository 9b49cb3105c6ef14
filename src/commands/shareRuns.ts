import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import {
  EXPORT_FORMS,
  isExportForm,
  isProbeExportForm,
  PROBE_EXPORT_FORMS,
  type ExportForm,
  type ProbeExportForm,
} from "../export/exportForms";
import type { ExternalRun } from "../externalRuns/externalRun";
import { readExperimentFiles } from "../files/readExperimentFiles";
import type { Services } from "../app/services";
import type { RunEntry } from "../runs/runStore";
import { exportFolderName } from "../export/exportFolderName";
import { runExportThread } from "../threads/runExportThread";
import { NO_FILES, type ExperimentFiles } from "../config/facts/dataFiles";
import { randomUUID } from "node:crypto";
import { ProbeSession } from "../session/probeSession";
import { pickOne } from "../window/quickPick";

/**
 * A run into a new folder, in a form to share.
 * @param form for scripts; else it is asked for
 * @param parent folder for the new folder, for scripts; else it is asked for
 * @returns the new folder; null when a question was left unanswered
 */
export async function exportRun(
  lab: Services,
  entry: RunEntry,
  form?: unknown,
  parent?: unknown,
): Promise<vscode.Uri | null> {
  const chosen = isExportForm(form) ? form : await pickForm(EXPORT_FORMS);
  if (chosen === undefined) return null;
  const into = await parentFolder(EXPORT_FORMS[chosen].label, parent);
  if (into === null) return null;
  const identity = lab.runs.identity(entry);
  const { name } = identity;
  const out = newFolder(into.fsPath, exportFolderName(entry, identity, chosen));
  const files = chosen === "pytorch" ? await dataOf(entry) : NO_FILES;
  await vscode.window.withProgress({ location: { viewId: "rnnLab.runs" } }, () =>
    runExportThread(scriptPath(lab), { kind: "export", form: chosen, runPath: entry.path, name, files, out }),
  );
  showExported(lab, chosen, name, vscode.Uri.file(out));
  return vscode.Uri.file(out);
}

/**
 * Imports a bundle as a saved run and shows it.
 * @param folder of the bundle, for scripts; else it is asked for
 * @returns the id of the new run; null when the question was left unanswered
 * @throws Error that says which file of the bundle is wrong, and how
 */
export async function importRun(lab: Services, folder?: unknown): Promise<string | null> {
  const { store } = lab.runs;
  if (store === null) throw new Error(vscode.l10n.t("There is no local folder for saved runs."));
  const manifest =
    folder instanceof vscode.Uri
      ? null
      : (
          await vscode.window.showOpenDialog({
            title: vscode.l10n.t("Import Run: Select a bundle.json File"),
            openLabel: vscode.l10n.t("Import"),
            filters: { [vscode.l10n.t("Run bundle")]: ["json"] },
          })
        )?.[0];
  const from = folder instanceof vscode.Uri ? folder.fsPath : manifest == null ? null : dirname(manifest.fsPath);
  if (from === null) return null;
  const id = randomUUID();
  // No run may have been saved here yet.
  await mkdir(store.folder, { recursive: true });
  await runExportThread(scriptPath(lab), { kind: "import", folder: from, id, to: store.pathOf(id) });
  await store.load();
  const entry = store.find(id);
  if (entry !== null) lab.panels.open(await lab.recorded.show(entry));
  return id;
}

/** The run of a Python process whose panel is in front; null where another panel is, or none. */
export async function shownProbeRun(lab: Services): Promise<ExternalRun | null> {
  const { session } = lab.panels.all.find(({ panel }) => panel.active) ?? {};
  if (!(session instanceof ProbeSession)) return null;
  const found = await lab.externalRuns.open(vscode.Uri.parse(session.file.uri).fsPath);
  return found?.[0] ?? null;
}

/** The run that the active experiment shows, when it is recorded. */
export async function activeRun(lab: Services): Promise<RunEntry | null> {
  const { store } = lab.runs;
  const id = lab.active.session?.run?.runId ?? null;
  if (store === null || id === null) return null;
  if (store.find(id) === null) await store.load();
  return store.find(id);
}

/** As {@link exportRun}, of a run that a probe has recorded. */
export async function exportProbeRun(
  lab: Services,
  run: ExternalRun,
  form?: unknown,
  parent?: unknown,
): Promise<vscode.Uri | null> {
  if (run.kind !== "probe")
    throw new Error(vscode.l10n.t("“{0}” was not recorded by rnnlab_probe, so it cannot be exported.", run.name));
  const chosen = isProbeExportForm(form) ? form : await pickForm(PROBE_EXPORT_FORMS);
  if (chosen === undefined) return null;
  const into = await parentFolder(PROBE_EXPORT_FORMS[chosen].label, parent);
  if (into === null) return null;
  const named = { notes: { name: null }, meta: { name: run.name, varied: [] } };
  const identity = { number: lab.externalRuns.numberOf(run), name: run.name };
  const out = newFolder(into.fsPath, exportFolderName(named, identity, chosen));
  await vscode.window.withProgress({ location: { viewId: "rnnLab.runs" } }, () =>
    runExportThread(scriptPath(lab), { kind: "exportProbe", form: chosen, runPath: run.path, out }),
  );
  showExported(lab, chosen, run.name, vscode.Uri.file(out));
  return vscode.Uri.file(out);
}

/** @param parent for scripts. @returns null when the question was left unanswered */
async function parentFolder(label: string, parent: unknown): Promise<vscode.Uri | null> {
  const into =
    parent instanceof vscode.Uri
      ? parent
      : (
          await vscode.window.showOpenDialog({
            title: vscode.l10n.t("Export as {0}: Select a Parent Folder", label),
            openLabel: vscode.l10n.t("Export Here"),
            canSelectFiles: false,
            canSelectFolders: true,
          })
        )?.[0];
  if (into === undefined) return null;
  if (into.scheme !== "file") throw new Error(vscode.l10n.t("A run can only be exported to a local folder."));
  return into;
}

async function pickForm<Form extends string>(
  forms: Readonly<Record<Form, { readonly label: string; readonly detail: string }>>,
): Promise<Form | undefined> {
  const items = (Object.keys(forms) as Form[]).map((form) => ({ ...forms[form], form }));
  return (await pickOne(items, { title: vscode.l10n.t("Select an export format") }))?.form;
}

/** Beside what is there: nothing is written over. */
function newFolder(parent: string, name: string): string {
  const first = join(parent, name);
  for (let number = 2; ; number++) {
    const path = number === 2 ? first : `${first}-${number - 1}`;
    if (!existsSync(path)) return path;
  }
}

/** The data that the experiment names, from beside its file. */
async function dataOf({ meta }: RunEntry): Promise<ExperimentFiles> {
  const uri = vscode.Uri.parse(meta.uri);
  return readExperimentFiles(uri.scheme === "file" ? dirname(uri.fsPath) : null, meta.config);
}

function scriptPath(lab: Services): string {
  return vscode.Uri.joinPath(lab.extensionUri, "dist", "export.js").fsPath;
}

function showExported(lab: Services, form: ExportForm | ProbeExportForm, name: string, folder: vscode.Uri): void {
  const main = { bundle: "README.md", report: "README.md", pytorch: "train.py", tensorboard: null }[form];
  lab.notifications.inform(vscode.l10n.t("Exported the run “{0}” to {1}.", name, folder.fsPath), {
    label: vscode.l10n.t("Open"),
    run: () => {
      if (main === null) return vscode.commands.executeCommand("revealFileInOS", folder);
      return vscode.commands.executeCommand(
        main === "README.md" ? "markdown.showPreview" : "vscode.open",
        vscode.Uri.joinPath(folder, main),
      );
    },
  });
}
