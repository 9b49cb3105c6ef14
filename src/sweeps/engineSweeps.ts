/** "Sweep On…": which engine, with what options, and in which folder. */
import { access } from "node:fs/promises";
import * as vscode from "vscode";
import { ENGINES, type EngineName } from "../engines/engineName";
import { checkOptions } from "../engines/engineOptions";
import { FolderSweep, type FolderSweepEvents } from "../engines/folderSweep";
import { folderOf } from "../experiments/experimentFiles";
import { EXPERIMENT_EXTENSION } from "../experiments/experimentPath";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { createSweepFolder, openSweepFolder } from "../sweepFolder/planFile";
import { trialBytes } from "../sweepPlan/trialBytes";
import { SearchThread } from "../threads/searchThread";
import { pickOne } from "../window/quickPick";
import type { SweepRun } from "./sweepRun";

const DETAILS: Readonly<Record<EngineName, () => string>> = {
  local: () => vscode.l10n.t("Processes of this machine, one for each core. They continue when VS Code is closed."),
  slurm: () => vscode.l10n.t("A job array. For a few short runs, local is faster."),
  ray: () => vscode.l10n.t("Tasks of a cluster, which takes a while to start. For a few short runs, local is faster."),
  command: () => vscode.l10n.t("A command of yours, for example over SSH."),
};
const ICONS: Readonly<Record<EngineName, string>> = {
  local: "vm",
  slurm: "server",
  ray: "server-environment",
  command: "terminal",
};

/** What the page calls it, beside the counts of runs; empty for this machine. */
export function placeOf(engine: EngineName): string {
  switch (engine) {
    case "local":
      return "";
    case "slurm":
      return "Slurm";
    case "ray":
      return "Ray";
    case "command":
      return vscode.l10n.t("the command");
    default:
      return engine satisfies never;
  }
}

/** Undefined when the user canceled. @param usual what the file says */
export async function pickEngine(usual: EngineName): Promise<EngineName | undefined> {
  const choices = [usual, ...ENGINES.filter((name) => name !== usual)].map((name) => ({
    label: name,
    detail: DETAILS[name](),
    icon: ICONS[name],
    name,
  }));
  return (await pickOne(choices, { title: vscode.l10n.t("Run the sweep on") }))?.name;
}

export interface SweepOn {
  readonly engine: EngineName;
  readonly uri: vscode.Uri;
  readonly run: SweepRun;
  readonly files: ExperimentFiles;
  readonly memoryLimit: number;
  readonly extensionUri: vscode.Uri;
  readonly version: string;
}

/**
 * Makes the folder beside the experiment file, or takes the one that a sweep of the same text has left there, of which
 * everything goes on that is not done.
 * @throws EngineError, SweepFolderError in words for a person
 */
export async function openFolderSweep(on: SweepOn, events: FolderSweepEvents): Promise<FolderSweep> {
  const { engine, uri, run, files, memoryLimit, extensionUri, version } = on;
  const settings = vscode.workspace.getConfiguration("rnnLab").get<Readonly<Record<string, unknown>>>("sweepEngines");
  const options = settings?.[engine];
  const fileName = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const program = vscode.Uri.joinPath(extensionUri, "dist", "sweep.js").fsPath;
  const folder = await createSweepFolder(await folderFor(uri, run.text), {
    fileName,
    uri: uri.toString(),
    text: run.text,
    experiment: run.read.experiment,
    runFiles: "long",
    folder: folderOf(uri),
    program,
    version,
  });
  return new FolderSweep(
    folder,
    {
      engine,
      options: checkOptions(engine, typeof options === "object" && options !== null ? { ...options } : {}),
      memory: { trial: trialBytes(run.read.job, files), limit: memoryLimit },
      pythonFolder: vscode.Uri.joinPath(extensionUri, "python").fsPath,
      openSearch: (sweep) => new SearchThread(program, sweep),
    },
    events,
  );
}

/** "x.sweep" beside "x.rnn.json"; with a number where that holds the sweep of another text. */
async function folderFor(uri: vscode.Uri, text: string): Promise<string> {
  const base = `${uri.fsPath.slice(0, -EXPERIMENT_EXTENSION.length)}.sweep`;
  for (let number = 1; ; number++) {
    const path = number === 1 ? base : `${base}-${number}`;
    const isFree = await access(path).then(
      () => false,
      () => true,
    );
    if (isFree) return path;
    const plan = await openSweepFolder(path).catch(() => null);
    if (plan?.plan.text === text) return path;
  }
}
