import { dirname, join } from "node:path";
import type * as vscode from "vscode";
import type { SessionLog } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import type { ExperimentPanels } from "../panel/experimentPanels";
import type { PanelPages } from "../panel/panelPages";
import { EarlierRuns } from "./earlierRuns";
import { ExternalRuns } from "./externalRuns";
import { LatestRuns } from "./latestRuns";
import { ListedRuns } from "./listedRun";
import { PredictionTabs } from "./predictionTabs";
import { ProbeRuns } from "./probeRuns";
import { RunComparison } from "./runComparison";
import { SavedRuns } from "./savedRuns";
import type { RunLibrary } from "./runLibrary";
import { RunsTable } from "./runsTable";
import { RunsTree } from "./runsTree";
import { UnshownRuns } from "./unshownRuns";

/** What shows the runs of the library. */
export interface RunViews {
  readonly externalRuns: ExternalRuns;
  readonly runsTree: RunsTree;
  readonly recorded: SavedRuns;
  readonly probeRuns: ProbeRuns;
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
  panels: ExperimentPanels,
  log: SessionLog,
): RunViews {
  const { budget, place } = sessions;
  const externalRuns = new ExternalRuns(workspaceState, workerPath, log);
  const recorded = new SavedRuns(library, externalRuns, sessions);
  const listed = new ListedRuns(library, externalRuns);
  const earlierRuns = new EarlierRuns(workerPath, externalRuns);
  const views = {
    externalRuns,
    runsTree: new RunsTree(library, externalRuns),
    recorded,
    probeRuns: new ProbeRuns(
      { scriptPath: join(dirname(workerPath), "probe.js"), budget, place },
      panels,
      earlierRuns,
      log,
    ),
    unshownRuns: new UnshownRuns(sessions, library, log),
    latestRuns: new LatestRuns(library, recorded, log),
    comparison: new RunComparison(pages, workerPath, listed, (message) => log.warn(message)),
    runsTable: new RunsTable(pages, workerPath, listed, (message) => log.warn(message)),
    predictions: new PredictionTabs(extensionUri, workspaceState),
  };
  subscriptions.push(earlierRuns, ...Object.values(views));
  return views;
}
