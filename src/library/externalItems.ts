/** Items of the Runs view for the runs of others. Their texts come from files and are shown as they stand. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { ExternalRun } from "../externalRuns/externalRun";
import { isLive } from "../externalRuns/externalRun";
import { inertLine } from "../lib/outsideText";
import { formatRunTime } from "../runs/runName";
import { formatFileSize } from "../shared/words/fileSize";
import { formatCount, formatDuration, formatValue } from "../shared/words/numberFormat";
import { PHASE_ICONS } from "../window/phaseIcons";
import { runColor } from "../window/runColor";
import { createTreeItem, withTooltip } from "../window/treeItem";
import { stateWord } from "./describeRun";
import type { ExternalGroup } from "./externalRuns";

/** Proper names; null: RNN Lab itself. */
const PROGRAMS = { probe: "PyTorch", tensorboard: "TensorBoard", trackio: "trackio", lab: null } as const;

const STATE_ICONS = { interrupted: "debug-disconnect", unopened: "lock", unreadable: "question" } as const;

/** "running at iteration 1,200 · loss 0.0031" */
export function externalFigures({ kind, state, iterations, loss, trainMs, problem }: ExternalRun): string {
  if (state === "unopened") return vscode.l10n.t("not opened in Restricted Mode");
  if (state === "unreadable") return problem ?? "";
  if (kind === "tensorboard" || kind === "trackio")
    return [
      ...(loss === null ? [] : [vscode.l10n.t("loss {0}", formatValue(loss, 3))]),
      vscode.l10n.t("step {0}", formatCount(iterations ?? 0)),
    ].join(" · ");
  const count = formatCount(iterations ?? 0);
  const reached =
    state === "done"
      ? iterations === 1
        ? vscode.l10n.t("1 iteration")
        : vscode.l10n.t("{0} iterations", count)
      : iterations === null
        ? stateWord(state)
        : vscode.l10n.t("{0} at iteration {1}", stateWord(state), count);
  return [
    ...(loss === null ? [] : [vscode.l10n.t("loss {0}", formatValue(loss, 3))]),
    reached,
    ...(trainMs === null ? [] : [formatDuration(trainMs)]),
  ].join(" · ");
}

export function externalItem(run: ExternalRun, number: number, isOpened: boolean): vscode.TreeItem {
  const { id, name, kind } = run;
  const item = createTreeItem({
    label: name,
    description: `${formatRunTime(run.startedAt, vscode.env.language)} · ${externalFigures(run)}`,
  });
  item.id = id;
  item.command = { command: "rnnLab.openRun", title: vscode.l10n.t("Open Run"), arguments: [id] };
  const icon = iconOf(run);
  item.iconPath = new vscode.ThemeIcon(icon, kind === null ? undefined : runColor(number));
  item.contextValue = [
    "external",
    kind ?? "unread",
    isLive(run) ? "live" : "ended",
    isOpened ? "opened" : "found",
  ].join(" ");
  item.accessibilityInformation = {
    label: inertLine(`${name}, ${groupLabel(dirname(run.path))}, ${externalFigures(run)}`),
  };
  return item;
}

/** Only when the pointer is on the item. */
export function describeExternal(item: vscode.TreeItem, run: ExternalRun): vscode.TreeItem {
  const times = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: "medium", timeStyle: "medium" });
  return withTooltip(
    item,
    [
      run.name,
      externalFigures(run),
      ...(run.kind === null ? [] : [vscode.l10n.t("Started {0}", times.format(run.startedAt))]),
      vscode.l10n.t("Last written {0}, {1}", times.format(run.writtenAt), formatFileSize(run.bytes)),
      run.path,
      ...(run.notes.length === 0 ? [] : ["", ...run.notes]),
    ].join("\n"),
  );
}

export function groupItem({ folder, runs }: ExternalGroup): vscode.TreeItem {
  const count = runs.length === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", formatCount(runs.length));
  const program = programOf(runs);
  const item = createTreeItem({
    label: folder === null ? vscode.l10n.t("Opened files") : groupLabel(folder),
    description: program === null ? count : `${program} · ${count}`,
    ...(folder === null ? {} : { tooltip: folder }),
    collapsibleState: vscode.TreeItemCollapsibleState.Expanded,
  });
  item.id = `folder ${folder ?? ""}`;
  item.iconPath = new vscode.ThemeIcon(folder === null ? "files" : program === PROGRAMS.probe ? "flame" : "folder");
  item.contextValue = "externalFolder";
  return item;
}

export function olderExternalItem(count: number, first: number, folder: string | null): vscode.TreeItem {
  const item = createTreeItem({
    label: vscode.l10n.t("{0} older runs", formatCount(count)),
    collapsibleState: vscode.TreeItemCollapsibleState.Collapsed,
  });
  item.id = `older ${first} ${folder ?? ""}`;
  item.iconPath = new vscode.ThemeIcon("history");
  item.contextValue = "older";
  return item;
}

/** The name of the program that has written all of them; null where there are several, or RNN Lab has. */
function programOf(runs: readonly ExternalRun[]): string | null {
  const kinds = new Set(runs.flatMap(({ kind }) => kind ?? []));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? PROGRAMS[kind] : null;
}

/** What search looks in. */
export function externalSearchText(run: ExternalRun): string {
  const state =
    run.state === "unopened" || run.state === "unreadable" ? run.state : `${run.state} ${stateWord(run.state)}`;
  return [run.name, run.path, state, run.kind ?? "", run.kind === null ? "" : (PROGRAMS[run.kind] ?? "")]
    .join("\n")
    .toLowerCase();
}

/** The folder as the Explorer names it. */
export function groupLabel(folder: string): string {
  return vscode.workspace.asRelativePath(folder);
}

/** Whether a run of another program has ended, its files do not say. */
function iconOf({ kind, state }: ExternalRun): string {
  if (state in STATE_ICONS) return STATE_ICONS[state as keyof typeof STATE_ICONS];
  if (state === "done" && (kind === "tensorboard" || kind === "trackio")) return "graph-line";
  return state in PHASE_ICONS ? PHASE_ICONS[state as keyof typeof PHASE_ICONS].id : "circle-outline";
}
