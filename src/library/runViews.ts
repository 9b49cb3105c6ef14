import type * as vscode from "vscode";
import type { SessionLog } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import type { PanelPages } from "../panel/panelPages";
import { LatestRuns } from "./latestRuns";
import { PredictionTabs } from "./predictionTabs";
import { RunComparison } from "./runComparison";
import { SavedRuns } from "./savedRuns";
import type { RunLibrary } from "./runLibrary";
import { RunsTable } from "./runsTable";
import { RunsTree } from "./runsTree";
import { UnshownRuns } from "./unshownRuns";

/** What shows the runs of the library. */
export interface RunViews {
  readonly runsTree: RunsTree;
  readonly recorded: SavedRuns;
  readonly unshownRuns: UnshownRuns;
  readonly latestRuns: LatestRuns;
  readonly comparison: RunComparison;
  readonly runsTable: RunsTable;
  readonly predictions: PredictionTabs;
}

/** Each belongs to the extension from the moment it is made. */
export function createRunViews(
  { subscriptions, extensionUri, workspaceState }: vscode.ExtensionContext,
  pages: PanelPages,
  workerPath: string,
  library: RunLibrary,
  sessions: SessionRegistry,
  log: SessionLog,
): RunViews {
  const recorded = new SavedRuns(library, sessions);
  const views = {
    runsTree: new RunsTree(library),
    recorded,
    unshownRuns: new UnshownRuns(sessions, library, log),
    latestRuns: new LatestRuns(library, recorded, log),
    comparison: new RunComparison(pages, workerPath, library, (message) => log.warn(message)),
    runsTable: new RunsTable(pages, workerPath, library, (message) => log.warn(message)),
    predictions: new PredictionTabs(extensionUri, workspaceState),
  };
  subscriptions.push(...Object.values(views));
  return views;
}
