import "./language";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { registerCommands } from "./commands/commandTable";
import { ActiveExperiment } from "./experiments/activeExperiment";
import { ContextKeys } from "./views/contextKeys";
import { WalkthroughProgress } from "./views/walkthroughProgress";
import { registerEditorFeatures } from "./editor/editorFeatures";
import { ExperimentFiles } from "./experiments/experimentFiles";
import { ExperimentRunner } from "./experiments/experimentRunner";
import { FixTrials } from "./experiments/fixTrials";
import { ReadOnlyTexts } from "./editor/readOnlyTexts";
import { LiveRuns } from "./experiments/liveRuns";
import { Movements } from "./experiments/movements";
import { SeedTrials } from "./experiments/seedTrials";
import { TrainingMemory } from "./experiments/trainingMemory";
import { followVectorSetting } from "./experiments/vectorSetting";
import { Notifications } from "./window/notifications";
import { createPanelServices } from "./panel/panelServices";
import { StatusBar } from "./views/statusBar";
import type { ActivatedServices, Services } from "./app/services";
import { ExperimentSession } from "./session/experimentSession";
import { RunLibrary } from "./library/runLibrary";
import { createRunViews, type RunViews } from "./library/runViews";
import { ExperimentPanels, PANEL_TYPE, PROBE_PANEL_TYPE } from "./panel/experimentPanels";
import { ExperimentsTree } from "./views/experimentsTree";
import { LIVE_VIEW, LiveView } from "./panel/liveView";
import { OrphanedPanels } from "./panel/orphanedPanels";
import { PanelPages } from "./panel/panelPages";
import { PanelSerializer } from "./panel/panelSerializer";
import { COMPARE_TYPE } from "./panel/comparePanel";
import { RUNS_TABLE_TYPE } from "./panel/runsTablePanel";
import { SWEEP_PANEL_TYPE } from "./sweeps/sweepPanels";
import { SessionRegistry } from "./session/sessionRegistry";
import { ThreadProcesses } from "./threads/processes/threadProcesses";
import { TRAINING_THREAD, TrainingWorker } from "./threads/trainingWorker";
import { STUDY_PANEL_TYPE, StudyPanels } from "./sweeps/studyPanels";
import { Sweeps } from "./sweeps/sweeps";
import { createLog } from "./window/log";

/**
 * Registers; nothing is trained or loaded yet. The mathematics lives in dist/worker.js and starts with the first run.
 */
export function activate(context: vscode.ExtensionContext): ActivatedServices {
  const startedAt = performance.now();
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  const log = own(createLog("RNN Lab"));
  const warn = (message: string): void => log.warn(message);
  const notifications = own(new Notifications(log));
  const movements = new Movements();
  const host = createPanelServices(notifications, movements, log);
  const workerPath = vscode.Uri.joinPath(context.extensionUri, "dist", "worker.js").fsPath;
  const runs = own(new RunLibrary(context, log));
  const training = createTraining(workerPath, log, runs, notifications, own);
  const { sessions } = training;
  const files = own(new ExperimentFiles(sessions));
  const active = own(new ActiveExperiment(files, warn));
  const runner = new ExperimentRunner(files, notifications, () => runs.loaded);
  const pages = own(new PanelPages(context.extensionUri, context.workspaceState));
  const panels = own(new ExperimentPanels(pages, host));
  const liveRuns = own(
    new LiveRuns(sessions, files, runner, notifications, movements, (session) => panels.find(session) !== null),
  );
  const runViews = createRunViews(context, pages, workerPath, runs, sessions, panels, log);
  const serializer = new PanelSerializer(runViews.probeRuns.orElse(runViews.latestRuns.in(files)), panels, pages, warn);
  const liveView = own(new LiveView(context.extensionUri, host));
  const sweepPages = createSweepPages(context, { files, runner, notifications, sessions, active }, pages, own);
  const lab: Services = {
    extensionUri: context.extensionUri,
    workspaceState: context.workspaceState,
    log,
    notifications,
    ...training,
    files,
    active,
    runner,
    panels,
    orphanedPanels: own(createOrphanedPanels(pages, serializer, runViews, sweepPages, warn)),
    liveRuns,
    movements,
    serializer,
    liveView,
    tree: own(new ExperimentsTree(sessions)),
    statusBar: own(new StatusBar(sessions, active)),
    walkthrough: own(new WalkthroughProgress(sessions)),
    contextKeys: own(new ContextKeys(context.extensionUri, sessions, active, sweepPages.sweeps)),
    ...sweepPages,
    runs,
    ...runViews,
  };
  const editor = own(registerEditorFeatures(lab));
  own(registerCommands(lab));
  context.subscriptions.push(new SeedTrials(sessions), new FixTrials(sessions), ...connect(lab));
  files.readOpenDocuments();
  active.follow(vscode.window.activeTextEditor);
  const activationMs = performance.now() - startedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms`);
  return { ...lab, editor, activationMs };
}

/** The sessions, and where they train. */
function createTraining(
  workerPath: string,
  log: Services["log"],
  runs: RunLibrary,
  notifications: Notifications,
  own: <T extends vscode.Disposable>(disposable: T) => T,
): Pick<Services, "processes" | "sessions" | "threads"> {
  const processes = own(new ThreadProcesses(join(dirname(workerPath), "heartbeat.js"), (message) => log.warn(message)));
  own(followVectorSetting(processes));
  const { budget } = own(new TrainingMemory(notifications));
  const sessions = own(new SessionRegistry(workerPath, log, runs, budget, processes));
  return { processes, sessions, threads: TrainingWorker.live };
}

/** The pages of sweeps and of studies, and the texts that they open. */
function createSweepPages(
  context: vscode.ExtensionContext,
  {
    files,
    runner,
    notifications,
    sessions,
    active,
  }: Pick<Services, "files" | "runner" | "notifications" | "sessions" | "active">,
  pages: PanelPages,
  own: <T extends vscode.Disposable>(disposable: T) => T,
): Pick<Services, "sweeps" | "studies" | "readOnlyTexts"> {
  const sweeps = own(new Sweeps(context, pages, files, runner, notifications, sessions, active));
  const readOnlyTexts = own(new ReadOnlyTexts());
  return { sweeps, readOnlyTexts, studies: own(new StudyPanels(pages, notifications, readOnlyTexts)) };
}

function createOrphanedPanels(
  pages: PanelPages,
  serializer: PanelSerializer,
  { comparison, runsTable }: RunViews,
  { sweeps, studies }: Pick<Services, "sweeps" | "studies">,
  warn: (message: string) => void,
): OrphanedPanels {
  return new OrphanedPanels(
    pages,
    [
      { kind: "main", type: PANEL_TYPE, serializer },
      { kind: "main", type: PROBE_PANEL_TYPE, serializer },
      { kind: "compare", type: COMPARE_TYPE, serializer: comparison },
      { kind: "runsTable", type: RUNS_TABLE_TYPE, serializer: runsTable },
      { kind: "sweep", type: SWEEP_PANEL_TYPE, serializer: sweeps.serializer },
      { kind: "sweep", type: STUDY_PANEL_TYPE, serializer: studies },
    ],
    warn,
  );
}

/** What of one service another one reacts to, and the views that VS Code asks for. */
function connect({ active, liveView, panels, processes, serializer, sessions }: Services): vscode.Disposable[] {
  return [
    active.onDidChange((session) => liveView.show(session)),
    // Before the run: its process is there by then.
    active.onDidChange((session) => {
      if (session?.thread.isHeld !== false || !vscode.workspace.isTrusted) return;
      processes.prepare(session.thread.scriptPath, TRAINING_THREAD);
    }),
    panels.onDidActivate((session) => session instanceof ExperimentSession && active.use(session)),
    sessions.onDidRemove((session) => {
      panels.close(session);
      active.use(active.session === session ? null : active.session);
    }),
    vscode.window.registerWebviewViewProvider(LIVE_VIEW, liveView),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, serializer),
    vscode.window.registerWebviewPanelSerializer(PROBE_PANEL_TYPE, serializer),
    vscode.workspace.onDidGrantWorkspaceTrust(() =>
      [...panels.all.map(({ link }) => link), liveView].forEach((view) => view.sendView()),
    ),
  ];
}
