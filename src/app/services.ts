import type * as vscode from "vscode";
import type { ActiveExperiment } from "../experiments/activeExperiment";
import type { ContextKeys } from "../views/contextKeys";
import type { WalkthroughProgress } from "../views/walkthroughProgress";
import type { EditorFeatures } from "../editor/editorFeatures";
import type { ExperimentFiles } from "../experiments/experimentFiles";
import type { ExperimentRunner } from "../experiments/experimentRunner";
import type { ReadOnlyTexts } from "../editor/readOnlyTexts";
import type { LiveRuns } from "../experiments/liveRuns";
import type { Movements } from "../experiments/movements";
import type { Notifications } from "../window/notifications";
import type { StatusBar } from "../views/statusBar";
import type { RunLibrary } from "../library/runLibrary";
import type { RunViews } from "../library/runViews";
import type { ExperimentPanels } from "../panel/experimentPanels";
import type { ExperimentsTree } from "../views/experimentsTree";
import type { LiveView } from "../panel/liveView";
import type { OrphanedPanels } from "../panel/orphanedPanels";
import type { PanelSerializer } from "../panel/panelSerializer";
import type { SessionRegistry } from "../session/sessionRegistry";
import type { ThreadProcesses } from "../threads/processes/threadProcesses";
import type { TrainingWorker } from "../threads/trainingWorker";
import type { StudyPanels } from "../sweeps/studyPanels";
import type { Sweeps } from "../sweeps/sweeps";
import type { Log } from "../window/log";

/** The objects of a running extension. */
export interface Services extends RunViews {
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
  /** What is remembered of this workspace. */
  readonly workspaceState: vscode.Memento;
  readonly log: Log;
  readonly notifications: Notifications;
  readonly sessions: SessionRegistry;
  readonly files: ExperimentFiles;
  readonly readOnlyTexts: ReadOnlyTexts;
  readonly active: ActiveExperiment;
  readonly runner: ExperimentRunner;
  readonly panels: ExperimentPanels;
  readonly orphanedPanels: OrphanedPanels;
  readonly liveRuns: LiveRuns;
  readonly movements: Movements;
  readonly serializer: PanelSerializer;
  readonly liveView: LiveView;
  readonly tree: ExperimentsTree;
  readonly statusBar: StatusBar;
  readonly contextKeys: ContextKeys;
  readonly walkthrough: WalkthroughProgress;
  readonly runs: RunLibrary;
  readonly sweeps: Sweeps;
  readonly studies: StudyPanels;
  readonly processes: ThreadProcesses;
  /** Training threads that live. */
  readonly threads: ReadonlySet<TrainingWorker>;
}

/** What `activate` returns, for the tests inside VS Code. */
export interface ActivatedServices extends Services {
  readonly editor: EditorFeatures;
  /** What `activate` took, without the loading of the bundle. */
  readonly activationMs: number;
}
