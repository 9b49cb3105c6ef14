import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../app/services";
import { MAX_NAME_LENGTH, MAX_NOTE_LENGTH } from "../runs/runNotes";
import { runName } from "../runs/runName";
import type { RunEntry, RunStore } from "../runs/runStore";
import type { ExternalRun } from "../externalRuns/externalRun";
import type { ExternalRuns } from "../library/externalRuns";
import { externalFigures, groupLabel } from "../library/externalItems";
import { restoreRunConfig, diffRunConfig, compareRuns } from "./compareRuns";
import { deleteExternalRuns, openExternalRun, revealRun } from "./externalRunCommands";
import { describeProgress } from "../library/describeRun";
import { savedRunId } from "../library/savedRunUri";
import { isExportForm, isProbeExportForm } from "../export/exportForms";
import { predictRun } from "./predictRun";
import { explainRefusal, resumeRun } from "./resumeRun";
import { emptyRunTrash, restoreRuns, showRunUsage } from "./runStorage";
import { activeRun, exportProbeRun, exportRun, importRun, shownProbeRun } from "./shareRuns";
import { askForText, showInputBox } from "../window/inputBox";
import { pickMany, pickOne } from "../window/quickPick";

/** What a command on recorded runs does. */
export interface RunCommand {
  /** As of every command. */
  readonly enablement: string | null;
  /** @param runs those chosen in the tree; none when the command comes from the palette */
  readonly onRuns: (lab: Services, runs: readonly RunEntry[], ...rest: readonly unknown[]) => unknown;
  /** Where some of those chosen are of others. Left out: it is refused. */
  readonly onOthers?: (
    lab: Services,
    runs: readonly RunEntry[],
    others: readonly ExternalRun[],
    ...rest: readonly unknown[]
  ) => unknown;
}

export const RUN_COMMANDS: Readonly<Record<string, RunCommand>> = {
  openRun: {
    enablement: null,
    onRuns: async (lab, runs) => {
      const chosen = await chooseAny(lab, runs, vscode.l10n.t("Select a run to open"), false);
      return openFirst(lab, chosen.runs, chosen.others);
    },
    onOthers: openFirst,
  },
  resumeRun: { enablement: null, onRuns: onOne(() => vscode.l10n.t("Select a run to resume"), resumeRun) },
  compareRuns: {
    enablement: null,
    onRuns: async (lab, runs) => {
      const chosen = await chooseAny(lab, runs, vscode.l10n.t("Select runs to compare"), true);
      if (chosen.runs.length + chosen.others.length > 0) compareRuns(lab, chosen.runs, chosen.others);
    },
    onOthers: compareRuns,
  },
  diffRunConfig: {
    enablement: null,
    onRuns: onOne(
      () => vscode.l10n.t("Select a run to compare with the file"),
      (_store, run, lab) => diffRunConfig(lab, run),
    ),
  },
  restoreRunConfig: {
    enablement: null,
    onRuns: onOne(
      () => vscode.l10n.t("Select a run whose config to restore"),
      (_store, run) => restoreRunConfig(run),
    ),
  },
  setBaselineRun: {
    enablement: null,
    onRuns: onOne(
      () => vscode.l10n.t("Select a baseline run"),
      (_store, run, lab) => lab.runs.setBaseline(run.id),
    ),
  },
  clearBaselineRun: { enablement: "rnnLab.runs.baseline", onRuns: (lab) => lab.runs.setBaseline(null) },
  exportRun: {
    enablement: null,
    onRuns: async (lab, runs, ...rest) => exportChosen(lab, runs, rest),
    onOthers: (lab, _runs, others, ...rest) => exportProbeRun(lab, others[0]!, ...rest),
  },
  predictRun: { enablement: null, onRuns: predictChosen },
  importRun: { enablement: null, onRuns: (lab, _runs, folder) => importRun(lab, folder) },
  pinRun: {
    enablement: null,
    onRuns: onChosen(
      () => vscode.l10n.t("Select runs to pin"),
      (store, runs) => annotateAll(store, runs, { pinned: true }),
    ),
  },
  unpinRun: {
    enablement: null,
    onRuns: onChosen(
      () => vscode.l10n.t("Select runs to unpin"),
      (store, runs) => annotateAll(store, runs, { pinned: false }),
    ),
  },
  renameRun: { enablement: null, onRuns: onOne(() => vscode.l10n.t("Select a run to rename"), renameRun) },
  noteRun: { enablement: null, onRuns: onOne(() => vscode.l10n.t("Select a run to annotate"), noteRun) },
  deleteRuns: {
    enablement: null,
    onRuns: deleteRuns,
    onOthers: async (lab, runs, others, agreed) => {
      if (runs.length > 0) await deleteRuns(lab, runs);
      return deleteExternalRuns(lab, others, agreed);
    },
  },
  revealRun: {
    enablement: null,
    onRuns: onOne(
      () => vscode.l10n.t("Select a run to reveal"),
      (_store, { path }) => revealRun(path),
    ),
    onOthers: (_lab, _runs, others) => revealRun(others[0]!.path),
  },
  closeRunFile: {
    enablement: null,
    onRuns: () => undefined,
    onOthers: async (lab, _runs, others) => {
      for (const other of others) await lab.externalRuns.close(other);
    },
  },
  undoDeleteRuns: { enablement: "rnnLab.runs.deleted", onRuns: (lab) => lab.runs.store?.undoDelete() },
  restoreRuns: { enablement: null, onRuns: (lab, _runs, name) => restoreRuns(lab, name) },
  emptyRunTrash: { enablement: null, onRuns: (lab, _runs, isConfirmed) => emptyRunTrash(lab, isConfirmed) },
  showRunUsage: { enablement: null, onRuns: showRunUsage },
  searchRuns: { enablement: null, onRuns: searchRuns },
  clearRunSearch: { enablement: "rnnLab.runs.filtered", onRuns: (lab) => lab.runsTree.filter("") },
  showRunsFolder: { enablement: null, onRuns: showRunsFolder },
};

/** Menus of a tree pass its element and then all that are selected; scripts pass ids. */
export function chosenRuns(store: RunStore | null, element: unknown, rest: readonly unknown[]): RunEntry[] {
  const selected = Array.isArray(rest[0]) ? (rest[0] as unknown[]) : [];
  const ids = [...new Set([...selected, element].flatMap(idOf))];
  return ids.flatMap((id) => store?.find(id) ?? []);
}

/** The same of runs that others write. */
export function chosenOthers(external: ExternalRuns, element: unknown, rest: readonly unknown[]): ExternalRun[] {
  const selected = Array.isArray(rest[0]) ? (rest[0] as unknown[]) : [];
  const ids = [...new Set([...selected, element].flatMap(idOf))];
  return ids.flatMap((id) => external.find(id) ?? []);
}

function idOf(value: unknown): string[] {
  if (value instanceof vscode.Uri) return [savedRunId(value) ?? ""];
  if (typeof value === "string") return [value];
  return typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    (value.kind === "run" || value.kind === "external") &&
    "id" in value &&
    typeof value.id === "string"
    ? [value.id]
    : [];
}

type OnStore = (store: RunStore, runs: readonly RunEntry[], lab: Services, ...rest: readonly unknown[]) => unknown;

/**
 * Asks which runs when none is chosen.
 * @param question in the language of the window, which is not known before activation
 */
function onChosen(question: () => string, work: OnStore): RunCommand["onRuns"] {
  return async (lab, runs, ...rest) => {
    const { store } = lab.runs;
    const chosen = runs.length > 0 ? runs : await pickRuns(lab, question(), true);
    return store === null || chosen.length === 0 ? undefined : work(store, chosen, lab, ...rest);
  };
}

function onOne(
  question: () => string,
  work: (store: RunStore, run: RunEntry, lab: Services, ...rest: readonly unknown[]) => unknown,
): RunCommand["onRuns"] {
  return async (lab, runs, ...rest) => {
    const { store } = lab.runs;
    const run = runs[0] ?? (await pickRuns(lab, question(), false))[0];
    return store === null || run === undefined ? undefined : work(store, run, lab, ...rest);
  };
}

async function openFirst(lab: Services, [run]: readonly RunEntry[], [other]: readonly ExternalRun[]): Promise<unknown> {
  if (other !== undefined) return openExternalRun(lab, other);
  return run === undefined ? undefined : lab.panels.open(await lab.recorded.show(run));
}

interface Chosen {
  readonly runs: readonly RunEntry[];
  readonly others: readonly ExternalRun[];
}

/** Those chosen; else asks, with the runs of others among the choices. */
async function chooseAny(
  lab: Services,
  runs: readonly RunEntry[],
  placeHolder: string,
  many: boolean,
): Promise<Chosen> {
  const { shownOthers } = lab.runsTree;
  if (runs.length > 0 || shownOthers.length === 0)
    return { runs: runs.length > 0 ? runs : await pickRuns(lab, placeHolder, many), others: [] };
  const others = shownOthers.map((run) => ({
    label: run.name,
    description: groupLabel(dirname(run.path)),
    detail: externalFigures(run),
    id: run.id,
  }));
  const items = [...others, ...runChoices(lab).map(({ entry, ...item }) => ({ ...item, id: entry.id }))];
  const options = { placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = many ? await pickMany(items, options) : [await pickOne(items, options)];
  const ids = picked.flatMap((item) => item?.id ?? []);
  return {
    runs: ids.flatMap((id) => lab.runs.store?.find(id) ?? []),
    others: ids.flatMap((id) => lab.externalRuns.find(id) ?? []),
  };
}

function runChoices(lab: Services) {
  const { language } = vscode.env;
  return lab.runsTree.shown.map((entry) => {
    const { name } = lab.runs.identity(entry);
    return { label: name, description: entry.meta.name, detail: describeProgress(entry, name, language), entry };
  });
}

async function pickRuns(lab: Services, placeHolder: string, many: boolean): Promise<readonly RunEntry[]> {
  const items = runChoices(lab);
  if (items.length === 0) {
    lab.notifications.show(vscode.l10n.t("There are no saved runs yet. Run an experiment to save one."));
    return [];
  }
  const options = { placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = many ? await pickMany(items, options) : [await pickOne(items, options)];
  return picked.flatMap((item) => item?.entry ?? []);
}

/**
 * Those chosen, else the one in front, else the one that the active experiment shows, else one that is picked. Scripts
 * may give an id that is not listed yet.
 */
async function exportChosen(lab: Services, runs: readonly RunEntry[], rest: readonly unknown[]): Promise<unknown> {
  const [first] = rest;
  const id =
    runs.length === 0 && typeof first === "string" && !isExportForm(first) && !isProbeExportForm(first) ? first : null;
  if (id !== null) await lab.runs.store?.load();
  const named = id === null ? null : (lab.runs.store?.find(id) ?? null);
  if (id !== null && named === null) throw new Error(vscode.l10n.t("There is no saved run with this ID."));
  const [form, parent] = id === null ? rest : rest.slice(1);
  const chosen = runs[0] ?? named;
  const shown = chosen === null ? await shownProbeRun(lab) : null;
  if (shown !== null) return exportProbeRun(lab, shown, form, parent);
  const run = chosen ?? (await activeRun(lab));
  if (run !== null) return exportRun(lab, run, form, parent);
  const picked = await chooseAny(lab, [], vscode.l10n.t("Select a run to export"), false);
  if (picked.others[0] !== undefined) return exportProbeRun(lab, picked.others[0], form, parent);
  return picked.runs[0] === undefined ? null : exportRun(lab, picked.runs[0], form, parent);
}

/** The run chosen, else the one that the active experiment shows, else one that is picked. */
async function predictChosen(lab: Services, runs: readonly RunEntry[], ...rest: readonly unknown[]): Promise<unknown> {
  const run =
    runs[0] ?? (await activeRun(lab)) ?? (await pickRuns(lab, vscode.l10n.t("Select a run to predict with"), false))[0];
  return run === undefined ? null : predictRun(lab, run, ...rest);
}

async function annotateAll(
  store: RunStore,
  runs: readonly RunEntry[],
  change: { readonly pinned: boolean },
): Promise<void> {
  for (const { id } of runs) await store.annotate(id, change);
}

/** @param text for scripts; else it is asked for */
async function renameRun(store: RunStore, entry: RunEntry, lab: Services, text: unknown): Promise<void> {
  const { id, notes } = entry;
  const name =
    typeof text === "string"
      ? text
      : await askForText(
          {
            prompt: vscode.l10n.t("Enter a name for the run. Leave empty to name it by what was varied."),
            value: notes.name ?? "",
            placeHolder: runName(
              { ...entry, notes: { name: null } },
              { language: vscode.env.language },
              lab.runs.identity(entry).number,
            ),
          },
          (value) => tooLong(value, MAX_NAME_LENGTH),
        );
  if (name !== undefined) await store.annotate(id, { name: name.trim().slice(0, MAX_NAME_LENGTH) || null });
}

async function noteRun(store: RunStore, { id, notes }: RunEntry, _lab: Services, text: unknown): Promise<void> {
  const note =
    typeof text === "string"
      ? text
      : await askForText({ prompt: vscode.l10n.t("Enter a note for the run"), value: notes.note }, (value) =>
          tooLong(value, MAX_NOTE_LENGTH),
        );
  if (note !== undefined) await store.annotate(id, { note: note.trim().slice(0, MAX_NOTE_LENGTH) });
}

function tooLong(value: string, most: number): string | null {
  return value.length > most ? vscode.l10n.t("Enter at most {0} characters.", most) : null;
}

async function deleteRuns(lab: Services, runs: readonly RunEntry[]): Promise<void> {
  const { store } = lab.runs;
  const chosen = runs.length > 0 ? runs : await pickRuns(lab, vscode.l10n.t("Select runs to delete"), true);
  if (store === null || chosen.length === 0) return;
  const names = new Map(chosen.map((entry) => [entry.id, lab.runs.identity(entry).name]));
  const deleted = await store.remove(chosen.map(({ id }) => id));
  if (deleted.length < chosen.length)
    lab.notifications.show(
      await explainRefusal(
        store,
        chosen.filter(({ id }) => !deleted.includes(id)).map(({ id }) => id),
      ),
    );
  if (deleted.length === 0) return;
  lab.notifications.inform(
    deleted.length === 1
      ? vscode.l10n.t("Deleted the run “{0}”.", names.get(deleted[0] ?? "") ?? "")
      : vscode.l10n.t("Deleted {0} runs.", deleted.length),
    { label: vscode.l10n.t("Undo"), run: () => vscode.commands.executeCommand("rnnLab.undoDeleteRuns") },
  );
}

/** The list follows what is typed. */
function searchRuns(lab: Services, _runs: readonly RunEntry[], text: unknown): void {
  if (typeof text === "string") {
    lab.runsTree.filter(text);
    return;
  }
  showInputBox(
    {
      placeHolder: vscode.l10n.t("Search by name, note, file, state, cell, task, optimizer, seed:7, …"),
      prompt: vscode.l10n.t("Shows runs that match all words."),
      value: lab.runsTree.search,
    },
    (value) => lab.runsTree.filter(value),
  );
}

async function showRunsFolder(lab: Services): Promise<void> {
  const { store } = lab.runs;
  if (store === null) return;
  await vscode.workspace.fs.createDirectory(vscode.Uri.file(store.folder));
  await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(store.folder));
}
