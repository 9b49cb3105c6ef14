import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../app/services";
import { tableExperimentText } from "../config/edit/tableExperiment";
import { targetsIn, usualInputs } from "../config/edit/tablePlan";
import { EXPERIMENT_EXTENSION, fileNameOf } from "../experiments/experimentPath";
import { AUTO_KEYS, describeDelimiter, type TableKeys } from "../tables/dialect";
import type { ColumnOverview, TableOverview } from "../tables/describeTable";
import { describeKind, describeValues, previewText } from "../tables/previewText";
import type { TableFix, TableProblem } from "../tables/tableProblem";
import { lookAtTable } from "../threads/runTableThread";
import type { LookedAtTable } from "../threads/tableMessages";
import { describeValue } from "../lib/outsideText";
import { pickMany, pickOne } from "../window/quickPick";
import { firstFreeName, showNewFile, titleOf, writeNewFile } from "./newFile";

type Lab = Pick<Services, "extensionUri" | "readOnlyTexts">;

const TABLE_PATTERN = /\.(csv|tsv)$/i;

/**
 * A new experiment beside a table, by what is recognized of it. What that is stands in a preview, while the columns
 * are picked.
 * @param table asked for when undefined
 * @param target name of the column to predict, for scripts; the columns are asked for when it is undefined
 * @param inputs names of the input columns, for scripts; undefined: the usual ones
 * @returns null when the user changed their mind
 * @throws Error in words for a person when the table cannot be read or the experiment not be written
 */
export async function newFromTable(
  lab: Lab,
  table: vscode.Uri | undefined,
  target?: string,
  inputs?: readonly string[],
): Promise<vscode.TextDocument | null> {
  const uri = table ?? (await chooseTable());
  if (uri === undefined) return null;
  if (uri.scheme !== "file")
    throw new Error(
      vscode.l10n.t("{0} is not on this computer. Save the table to a local folder.", fileNameOf(uri.path)),
    );
  const isAsked = target === undefined;
  const look = await lookAt(lab, uri, AUTO_KEYS, isAsked);
  if (look === null) return null;
  const { overview, preview, estimatedRows } = look;
  const picked = isAsked ? await pickColumns(look) : { target, inputs: inputs ?? usualInputs(overview, target) };
  const formats = picked === null ? null : await pickFormats(overview, picked.inputs, isAsked);
  if (picked === null || formats === null) {
    await closePreview(preview);
    return null;
  }
  requireColumns(overview, [...picked.inputs, picked.target]);
  const file = fileNameOf(uri.path);
  const experiment = await freeNameBeside(uri);
  const choice = { name: titleOf(experiment), file, columns: picked.inputs, target: picked.target, formats };
  await writeNewFile(experiment, tableExperimentText(overview, { ...choice, estimatedRows }));
  return showNewFile(await vscode.workspace.openTextDocument(experiment));
}

/** The table of the active editor, else one that is asked for. */
async function chooseTable(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && TABLE_PATTERN.test(active.path)) return active;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("New Experiment: Select a Table"),
    openLabel: vscode.l10n.t("Select"),
    filters: { [vscode.l10n.t("Tables")]: ["csv", "tsv", "txt", "dat", "data"] },
  });
  return chosen?.[0];
}

interface Look {
  readonly overview: TableOverview;
  /** See estimateRows. */
  readonly estimatedRows: number | null;
  readonly preview: vscode.Uri | null;
}

/** Asks about what could be read in two ways. Null when the user gave up. */
async function lookAt(lab: Lab, uri: vscode.Uri, keys: TableKeys, isAsked: boolean): Promise<Look | null> {
  const script = vscode.Uri.joinPath(lab.extensionUri, "dist", "table.js").fsPath;
  const file = fileNameOf(uri.path);
  const found = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, () =>
    lookAtTable(script, { folder: dirname(uri.fsPath), file, keys }),
  );
  const { overview } = found;
  const preview = isAsked ? await showPreview(lab, file, previewText(file, overview, found)) : null;
  const doubt = overview.problems.find(({ severity, fixes }) => severity === "error" && readingsIn(fixes).length > 1);
  if (doubt !== undefined && isAsked) {
    const reading = await pickReading(doubt);
    if (reading !== null) return lookAt(lab, uri, { ...keys, ...reading }, isAsked);
    await closePreview(preview);
    return null;
  }
  const error = overview.problems.find(({ severity, key }) => severity === "error" && key !== "columns");
  if (error !== undefined) throw new Error(`${file}: ${error.text}`);
  return { overview, preview, estimatedRows: estimateRows(found) };
}

/** Of a large table, of which a part was looked at; null where all rows were. */
function estimateRows({ overview, bytes, readBytes }: LookedAtTable): number | null {
  return readBytes < bytes ? Math.round((overview.rows * bytes) / Math.max(1, readBytes)) : null;
}

async function pickReading({ text, fixes }: TableProblem): Promise<Partial<TableKeys> | null> {
  const picked = await pickOne(
    readingsIn(fixes).map(({ key, value }) => ({
      label: `${describeValue(key)}: ${describeValue(value)}`,
      reading: { [key]: value } as Partial<TableKeys>,
    })),
    { title: vscode.l10n.t("New Experiment"), placeHolder: text },
  );
  return picked?.reading ?? null;
}

/** Values of a key of the table. */
function readingsIn(fixes: readonly TableFix[]) {
  return fixes.flatMap((fix) => ("key" in fix ? [fix] : []));
}

async function showPreview({ readOnlyTexts }: Lab, file: string, text: string): Promise<vscode.Uri> {
  const uri = readOnlyTexts.add(vscode.l10n.t("Preview of {0}", `${file}.txt`), "table", text);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  return uri;
}

async function closePreview(uri: vscode.Uri | null): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri?.toString());
  await vscode.window.tabGroups.close(tabs);
}

async function pickColumns({
  overview,
  estimatedRows,
}: Look): Promise<{ readonly target: string; readonly inputs: readonly string[] } | null> {
  const targets = targetsIn(overview);
  if (targets.length === 0)
    throw new Error(vscode.l10n.t("The table has no column of numbers, so there is nothing to predict."));
  const title = vscode.l10n.t(
    "New Experiment: {0} rows {1}, decimal mark {2}",
    estimatedRows === null
      ? overview.rows.toLocaleString("en-US")
      : vscode.l10n.t("about {0}", estimatedRows.toLocaleString("en-US")),
    describeDelimiter(overview.dialect.delimiter),
    describeValue(overview.dialect.decimal),
  );
  const target = await pickOne(
    targets.map((column) => choiceOf(column, overview)),
    { title, placeHolder: vscode.l10n.t("Select the column to predict"), matchOnDetail: true },
  );
  if (target === undefined) return null;
  const usual = usualInputs(overview, target.name);
  const columns = overview.columns.filter(({ name, cells }) => name !== "" && cells > 0);
  const inputs = await pickMany(
    columns.map((column) => ({ ...choiceOf(column, overview), picked: usual.includes(column.name) })),
    { title, placeHolder: vscode.l10n.t("Select the input columns"), matchOnDetail: true },
  );
  return inputs.length === 0 ? null : { target: target.name, inputs: inputs.map(({ name }) => name) };
}

function choiceOf(column: ColumnOverview, { rows }: TableOverview) {
  const cells = vscode.l10n.t(
    "{0}: {1} of {2} cells",
    describeKind(column),
    column.cells.toLocaleString("en-US"),
    rows.toLocaleString("en-US"),
  );
  return { name: column.name, label: column.name, description: cells, detail: describeValues(column) };
}

/** Of columns of times that could be read in two ways. Null when the user gave up. */
async function pickFormats(
  { columns }: TableOverview,
  inputs: readonly string[],
  isAsked: boolean,
): Promise<ReadonlyMap<string, string> | null> {
  const formats = new Map<string, string>();
  for (const { name, formats: possible } of columns) {
    if (possible.length < 2 || !inputs.includes(name) || !isAsked) continue;
    const picked = await pickOne(
      possible.map((label) => ({ label })),
      { title: vscode.l10n.t("New Experiment"), placeHolder: vscode.l10n.t("How are the times in {0} written?", name) },
    );
    if (picked === undefined) return null;
    formats.set(name, picked.label);
  }
  return formats;
}

function requireColumns({ columns }: TableOverview, names: readonly string[]): void {
  const missing = names.find((name) => columns.every((column) => column.name !== name));
  if (missing !== undefined) throw new Error(vscode.l10n.t('The table has no column "{0}".', missing));
}

/** The name of the table, with a number where there is such an experiment. */
async function freeNameBeside(table: vscode.Uri): Promise<vscode.Uri> {
  const folder = vscode.Uri.joinPath(table, "..");
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name.toLowerCase()));
  const first = fileNameOf(table.path).replace(/\.[^.]+$/, "");
  const name = firstFreeName(first, (other) => taken.has(`${other}${EXPERIMENT_EXTENSION}`.toLowerCase()));
  return vscode.Uri.joinPath(folder, name + EXPERIMENT_EXTENSION);
}
