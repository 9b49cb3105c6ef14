/**
 * The half of bench:runs that runs in the extension host: the Runs view of a window whose folder of runs becomes one
 * with many runs.
 */
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../../src/app/services";
import { activateLab, until } from "../../host/support";
import { openedTimes, runTimes } from "../runsFigures";
import { report, reportingEnd } from "./report";

export interface RunsBenchPlan {
  readonly folders: readonly RunsBenchFolder[];
}

interface RunsBenchFolder {
  readonly path: string;
  readonly runs: number;
  /** The file of one more run. */
  readonly another: string;
}

export function run(): Promise<void> {
  return reportingEnd(async () => {
    const plan = JSON.parse(process.env["RNNLAB_BENCH_PLAN"] ?? "null") as RunsBenchPlan;
    const lab = await activateLab();
    await vscode.commands.executeCommand("rnnLab.runs.focus");
    for (const folder of plan.folders) report({ type: "runs", ...(await measure(lab, folder)) });
  });
}

async function measure(lab: ActivatedServices, { path, runs, another }: RunsBenchFolder) {
  const { runs: library, runsTree } = lab;
  // As VS Code asks for what is expanded.
  const view = (): void => {
    for (const node of runsTree.getChildren()) {
      const { collapsibleState } = runsTree.getTreeItem(node);
      if (collapsibleState !== vscode.TreeItemCollapsibleState.Expanded) continue;
      for (const child of runsTree.getChildren(node)) runsTree.getTreeItem(child);
    }
  };
  const opened = await openedTimes(async () => {
    await vscode.workspace.getConfiguration("rnnLab").update("runs.folder", path, vscode.ConfigurationTarget.Workspace);
    await until(library.onDidChange, () => library.store?.folder === path && library.store.all.length === runs);
  }, view);
  const { store } = library;
  if (store === null) throw new Error("there is no folder for runs");
  return { runs, ...opened, ...(await runTimes(store, await readFile(another), runs, () => Promise.resolve())) };
}
