import { basename, dirname, join, relative, sep } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../app/services";
import type { Experiment } from "../config/schema/schema";
import { leadsOut } from "../disk/confinedFile";
import { earlierBest } from "../library/resumable";
import type { WeightsChoice } from "../runs/restartedRun";
import { ownTablePath } from "../files/ownTable";
import type { RunEntry } from "../runs/runStore";
import type { BestValidation } from "../shared/trace/trace";
import type { PredictionPage } from "../shared/wire/predictionPage";
import { askForText } from "../window/inputBox";
import { hasFileLabels, hasFiles } from "../tables/taskTable";
import { pickOne } from "../window/quickPick";
import { pickWeights, weightsArgument } from "./pickWeights";

const MOST_STEPS = 100_000;
const CSV_NAME = "predictions.csv";

type CsvTask = Extract<Experiment["task"], { readonly kind: "csv" }>;

/**
 * Predicts a table with the weights of a run, and shows values, predictions and forecast in a tab.
 * @param table for scripts; else it is asked for
 * @param steps to forecast beyond the last row, for scripts; else it is asked for
 * @param target file of the CSV, for scripts; else the message offers to save it
 * @param weights "best" or "last", for scripts; else it is asked for where the run has both
 * @returns what the tab shows; null when a question was left unanswered
 * @throws Error that says why the table or the run does not serve
 */
export async function predictRun(
  lab: Services,
  run: RunEntry,
  table?: unknown,
  steps?: unknown,
  target?: unknown,
  weights?: unknown,
): Promise<PredictionPage | null> {
  const { task } = run.meta.config;
  if (task.kind !== "csv")
    throw new Error(vscode.l10n.t("The task of this run is {0}. Only a run of the task csv can predict.", task.kind));
  const folder = folderOf(run);
  const best = earlierBest(run);
  const chosen = weightsArgument(weights) ?? (best === null ? null : await pickPredicting(run, best));
  if (chosen === undefined) return null;
  const data = table instanceof vscode.Uri ? table : await (hasFiles(task) ? pickTables : pickTable)(task, folder);
  if (data === undefined) return null;
  if (data.scheme !== "file") throw new Error(vscode.l10n.t("Only a table in a local folder can be predicted."));
  // A label is of the whole file: nothing comes after it.
  const asked = typeof steps === "number" ? steps : hasFileLabels(task) ? null : await askForSteps(task);
  if (asked === undefined) return null;
  const job = {
    runPath: run.path,
    weights: chosen,
    folder,
    tablePath: data.fsPath,
    tableName: hasFiles(task) && folder !== null ? nameIn(folder, data.fsPath) : basename(data.fsPath),
    steps: asked,
  };
  const { page, csv } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Predicting…") },
    () => lab.predictions.predict(job),
  );
  await lab.predictions.show(job, page);
  if (target instanceof vscode.Uri) await writeCsv(target, csv);
  else
    lab.notifications.inform([vscode.l10n.t("Predicted {0}.", page.title), ...page.sentences.slice(1)].join(" "), {
      label: vscode.l10n.t("Save as CSV…"),
      run: () => saveCsv(csv, folder ?? dirname(data.fsPath)),
    });
  return page;
}

/** Of a folder or a pattern, as the experiment would name it. */
function nameIn(folder: string, path: string): string {
  return leadsOut(folder, path) ? basename(path) : relative(folder, path).split(sep).join("/");
}

function pickPredicting({ progress }: RunEntry, best: BestValidation): Promise<WeightsChoice | undefined> {
  return pickWeights(vscode.l10n.t("Predict with which weights?"), {
    best,
    bestDetail: vscode.l10n.t("What new data are usually predicted best with."),
    last: {
      iteration: progress?.checkpoint ?? 0,
      detail: vscode.l10n.t("What the panel shows at the end of the run."),
    },
  });
}

/** Null when the experiment is not on a disk. */
function folderOf({ meta }: RunEntry): string | null {
  const uri = vscode.Uri.parse(meta.uri);
  return uri.scheme === "file" ? dirname(uri.fsPath) : null;
}

/** The experiment's own table is the first choice. */
async function pickTable(task: CsvTask, folder: string | null): Promise<vscode.Uri | undefined> {
  const ownPath = folder === null || task.file === "" ? null : ownTablePath(folder, task.file);
  if (ownPath !== null) {
    const own = { label: task.file, detail: vscode.l10n.t("The table of the experiment"), isOwn: true };
    const other = { label: vscode.l10n.t("Another File…"), isOwn: false };
    const chosen = await pickOne([own, other], { title: vscode.l10n.t("Select a table to predict") });
    if (chosen === undefined) return undefined;
    if (chosen.isOwn) return vscode.Uri.file(ownPath);
  }
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Select a Table to Predict"),
    openLabel: vscode.l10n.t("Predict"),
    ...(folder === null ? {} : { defaultUri: vscode.Uri.file(folder) }),
    filters: { [vscode.l10n.t("Tables")]: ["csv", "tsv", "txt", "dat", "data"], [vscode.l10n.t("All files")]: ["*"] },
  });
  return picked?.[0];
}

/** Those of the experiment, those of another folder, or one. */
async function pickTables(task: CsvTask, folder: string | null): Promise<vscode.Uri | undefined> {
  const { files = "" } = task;
  const ownPath = folder === null ? null : ownTablePath(folder, files);
  const choice = await pickOne(
    [
      ...(ownPath === null
        ? []
        : [{ label: files, detail: vscode.l10n.t("The files of the experiment"), path: ownPath, areFolders: false }]),
      { label: vscode.l10n.t("Another Folder…"), path: null, areFolders: true },
      { label: vscode.l10n.t("One File…"), path: null, areFolders: false },
    ],
    { title: vscode.l10n.t("Select the files to predict") },
  );
  if (choice === undefined) return undefined;
  if (choice.path !== null) return vscode.Uri.file(choice.path);
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Select the Files to Predict"),
    openLabel: vscode.l10n.t("Predict"),
    canSelectFolders: choice.areFolders,
    canSelectFiles: !choice.areFolders,
    ...(folder === null ? {} : { defaultUri: vscode.Uri.file(folder) }),
  });
  return picked?.[0];
}

async function askForSteps({ horizon }: CsvTask): Promise<number | undefined> {
  const problemWith = (input: string): string | null =>
    /^\d{1,9}$/.test(input.trim()) && Number(input) >= 1 && Number(input) <= MOST_STEPS
      ? null
      : vscode.l10n.t("Enter an integer from {0} to {1}.", 1, MOST_STEPS.toLocaleString("en-US"));
  const text = await askForText(
    {
      prompt: vscode.l10n.t("Enter the number of rows to forecast after the last row of the table"),
      value: String(Math.max(1, horizon)),
    },
    problemWith,
  );
  return text === undefined ? undefined : Number(text);
}

async function saveCsv(csv: string, folder: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Save Predictions"),
    defaultUri: vscode.Uri.file(join(folder, CSV_NAME)),
    filters: { CSV: ["csv"] },
  });
  if (target !== undefined) {
    await writeCsv(target, csv);
    await vscode.window.showTextDocument(target);
  }
}

async function writeCsv(target: vscode.Uri, csv: string): Promise<void> {
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(csv));
}
