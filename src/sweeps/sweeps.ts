import * as vscode from "vscode";
import type { ActiveExperiment } from "../experiments/activeExperiment";
import { folderOf, type ExperimentFiles } from "../experiments/experimentFiles";
import { readExperimentFiles } from "../files/readExperimentFiles";
import { countFiles, type ExperimentRunner } from "../experiments/experimentRunner";
import type { Notifications } from "../window/notifications";
import { ENGINES } from "../engines/engineName";
import type { ExperimentFiles as DataFiles } from "../config/facts/dataFiles";
import { liesOnDisk, TrialDocuments } from "../experiments/trialDocuments";
import { saveChart } from "../panel/saveChart";
import { editValues, revealValue } from "../panel/viewRequests";
import type { PanelPages } from "../panel/panelPages";
import { PanelSerializer } from "../panel/panelSerializer";
import { SWEEP_PANEL_TYPE, SweepPanels, type SweepPanelHost } from "./sweepPanels";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { SweepRun } from "./sweepRun";
import { SweepStatusBar } from "./sweepStatusBar";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { finishInPieces } from "../lib/slicedTask";
import { Emitter } from "../lib/emitter";
import { EXPERIMENT_EXTENSION } from "../experiments/experimentPath";
import { goalLabel, trialNumber, valueLabel, type Trial, type TrialResult } from "../shared/wire/sweep";
import { leadingOf } from "../shared/wire/trialColumns";
import { allRows, rankRows } from "../shared/wire/trialOrder";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { phaseWord } from "../window/phaseWords";
import { FormerSweeps } from "./formerSweeps";
import { openFolderSweep, pickEngine, placeOf } from "./engineSweeps";
import { readTrials, type SweepFileContents } from "./sweepFile";
import { fileOfTrial, findFailure, unfinishedTrials } from "./trialFiles";
import { SavedSweeps } from "./savedSweeps";
import { pickRetraining, retrain } from "./retrainBest";
import { describeVerdict } from "./verdictText";
import { Confirmation, type Verdict } from "../sweepPlan/confirmation";
import { NO_SWEEP, readSweep } from "../sweepPlan/readSweep";
import { sweepCsv } from "../sweepPlan/sweepCsv";
import { trialChanges } from "../sweepPlan/trialText";
import { pickOne } from "../window/quickPick";

const CHART_NOT_SAVED = vscode.l10n.t("RNN Lab: The chart could not be saved");
/** What "Add a Sweep" writes into a file that has none. */
const FIRST_SWEEP = { seeds: 20 };
/** Runs that a list to select from offers, the best first: a longer one is not read, and is slow to open. */
const MAX_OFFERED = 1000;

/** The sweeps of this window: their runs, panels and the documents of single trials. */
export class Sweeps implements Disposable {
  private readonly runs = new Map<ExperimentSession, SweepRun>();
  private readonly saved: SavedSweeps;
  private readonly former: FormerSweeps;
  private readonly extension: { readonly extensionUri: vscode.Uri; readonly version: string };
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<ExperimentSession>());
  /** A sweep began or ended. */
  readonly onDidChange = this.changes.event;
  readonly panels: SweepPanels;
  readonly serializer: PanelSerializer;
  readonly statusBar = this.owned.add(new SweepStatusBar());
  private readonly trials = this.owned.add(new TrialDocuments());

  constructor(
    { extensionUri, storageUri, extension }: Pick<vscode.ExtensionContext, "extensionUri" | "storageUri" | "extension">,
    pages: PanelPages,
    private readonly files: ExperimentFiles,
    private readonly runner: ExperimentRunner,
    private readonly notifications: Notifications,
    private readonly sessions: SessionRegistry,
    active: ActiveExperiment,
  ) {
    this.extension = { extensionUri, version: String((extension.packageJSON as { version?: unknown }).version) };
    const warn = (message: string): void => notifications.log.warn(message);
    this.saved = new SavedSweeps(
      storageUri?.scheme === "file" ? vscode.Uri.joinPath(storageUri, "sweeps").fsPath : null,
      warn,
    );
    this.former = this.owned.add(
      new FormerSweeps(
        this.saved,
        (session) => !this.runs.has(session) && liesOnDisk(vscode.Uri.parse(session.file.uri)),
        (session, sweep) => this.restore(session, sweep),
      ),
    );
    this.panels = this.owned.add(new SweepPanels(pages, this.panelHost(active)));
    const swept = {
      session: async (uri: vscode.Uri): Promise<ExperimentSession> => {
        const session = await files.session(uri);
        await this.former.recall(session);
        return session;
      },
    };
    this.serializer = new PanelSerializer(swept, this.panels, pages, warn);
    this.owned.add(active.onDidChange((session) => session !== null && void this.former.recall(session)));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(SWEEP_PANEL_TYPE, this.serializer));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.panels.sendViews()));
    this.owned.add(
      sessions.onDidRemove((session) => {
        this.panels.close(session);
        this.statusBar.forget(session);
        this.former.forget(session);
        this.runs.get(session)?.dispose();
        this.runs.delete(session);
      }),
    );
  }

  find(session: ExperimentSession): SweepRun | null {
    return this.runs.get(session) ?? null;
  }

  /** Starts the sweep of the file as it is now; one that runs is ended. @returns whether it was started */
  async start(session: ExperimentSession): Promise<boolean> {
    const swept = await this.readSwept(session);
    if (swept === null) return false;
    this.train(session, this.use(session, swept.run), swept.files);
    return true;
  }

  /**
   * Has an engine train the sweep, in a folder beside the file. One that was left there goes on.
   * @param given the engine; without, the user picks one
   * @returns whether it was started
   */
  async startOn(session: ExperimentSession, given?: string): Promise<boolean> {
    const uri = vscode.Uri.parse(session.file.uri);
    if (!liesOnDisk(uri)) {
      this.notifications.show(vscode.l10n.t("Save the experiment to a folder first: the sweep gets one beside it."));
      return false;
    }
    const swept = await this.readSwept(session);
    if (swept === null) return false;
    const engine = ENGINES.find((name) => name === given) ?? (await pickEngine(swept.run.read.job.sweep.runOn));
    if (engine === undefined) return false;
    const { run, files } = swept;
    const { extensionUri, version } = this.extension;
    this.use(session, run);
    const on = { engine, uri, run, files, memoryLimit: this.sessions.budget.limit, extensionUri, version };
    void run.startOn((events) => openFolderSweep(on, events), placeOf(engine));
    this.showStarted(session, run);
    return true;
  }

  /** The sweep of the file as it is now; null, with a notification, when it cannot be run. */
  private async readSwept(
    session: ExperimentSession,
  ): Promise<{ readonly run: SweepRun; readonly files: DataFiles } | null> {
    const runnable = await this.runner.readRunnable(session);
    if (runnable === null) return null;
    const { document } = await this.files.open(vscode.Uri.parse(session.file.uri));
    const text = document.getText();
    const read = readSweep(text);
    if ("problems" in read) {
      if (read.problems.length > 0)
        this.runner.refuse(
          document,
          read.problems.map((problem) => ({ ...problem, severity: "error" as const })),
        );
      else
        this.notifications.show(NO_SWEEP, {
          label: vscode.l10n.t("Add a Sweep over {0} Seeds", FIRST_SWEEP.seeds),
          run: () => this.addSweep(session),
        });
      return null;
    }
    return { run: new SweepRun(read, text), files: runnable.files };
  }

  /** Trains the runs of an interrupted or stopped sweep that are left. @returns whether it was started */
  async continue(session: ExperimentSession): Promise<boolean> {
    await this.former.recall(session);
    const run = this.find(session);
    if (run?.canContinue !== true || !vscode.workspace.isTrusted) return false;
    this.train(session, run, await readFiles(session, run));
    return true;
  }

  /** Writes the table where the user says. @returns the file, or null when the dialog was closed */
  async saveTable(session: ExperimentSession, to?: vscode.Uri): Promise<vscode.Uri | null> {
    const run = this.find(session);
    if (run === null) return null;
    const source = vscode.Uri.parse(session.file.uri);
    const proposed =
      source.scheme === "file"
        ? source.with({ path: `${source.path.slice(0, -EXPERIMENT_EXTENSION.length)}.sweep.csv` })
        : undefined;
    const file =
      to ??
      (await vscode.window.showSaveDialog({
        title: vscode.l10n.t("Export Sweep Results"),
        filters: { [vscode.l10n.t("CSV table")]: ["csv"] },
        ...(proposed === undefined ? {} : { defaultUri: proposed }),
      }));
    if (file === undefined) return null;
    const table = await finishInPieces(sweepCsv(run.read.info, run.results));
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(table));
    return file;
  }

  /**
   * One run of the sweep as an experiment with a panel of its own; without an index the user chooses. Writes nothing.
   * On an engine, a run that has a file is shown from it, also while it is trained elsewhere.
   */
  async openTrial(session: ExperimentSession, index?: number): Promise<vscode.Uri | null> {
    const run = this.find(session);
    const chosen =
      index ?? (run === null ? undefined : await pickTrial(run, vscode.l10n.t("Select a sweep run to open"), true));
    if (run === null || chosen === undefined) return null;
    const path = run.folder === null ? null : await fileOfTrial(run.folder, chosen);
    if (path !== null) {
      const file = vscode.Uri.file(path);
      await vscode.commands.executeCommand("rnnLab.openRunFile", file);
      return file;
    }
    const result = resultOf(run, chosen);
    if (result === undefined) return null;
    const uri = this.trials.add(vscode.Uri.parse(session.file.uri), run.text, result);
    await vscode.commands.executeCommand("rnnLab.run", uri);
    return uri;
  }

  /**
   * What the process of a run that failed has printed; without an index the user chooses one of several.
   * @returns the log; null when there is none, which is said
   */
  async showTrialLog(session: ExperimentSession, index?: number): Promise<vscode.Uri | null> {
    const run = this.find(session);
    const failed = [...(run?.results ?? [])].filter(
      (result) => result.status === "failed" && (index === undefined || result.index === index),
    );
    if (run === null || failed.length === 0) {
      this.notifications.inform(vscode.l10n.t("No run of this sweep has failed."));
      return null;
    }
    const title = vscode.l10n.t("Select a failed run");
    const result = failed.length === 1 ? failed[0] : (await pickOne(failed.map(failedChoice), { title }))?.result;
    if (result === undefined) return null;
    const place = run.folder === null ? null : await findFailure(run.folder, trialNumber(result));
    if (place === null) {
      const reason = result.message ?? "";
      const about = vscode.l10n.t("No log mentions run {0}. {1}", trialNumber(result), reason);
      this.notifications.inform(about);
      return null;
    }
    const file = vscode.Uri.file(place.path);
    const selection = new vscode.Range(place.line, 0, place.line, 0);
    await vscode.window.showTextDocument(file, { selection });
    return file;
  }

  /**
   * Writes the values of one run of the sweep, its seed among them, into the file, as smallest edits that undo takes
   * back; without an index the user chooses, the best first.
   * @returns whether there was such a run
   */
  async applyTrial(session: ExperimentSession, index?: number): Promise<boolean> {
    const run = this.find(session);
    const title = vscode.l10n.t("Select a sweep run to apply to the file");
    const chosen = index ?? (run === null ? undefined : await pickTrial(run, title, false));
    const result = run === null || chosen === undefined ? undefined : resultOf(run, chosen);
    if (run === null || result === undefined) return false;
    await writeTrial(session, run, result);
    return true;
  }

  /**
   * Trains the leading combinations with new seeds, and writes the median run of the winner into the file.
   * @returns null when that was ended, or there was nothing to train
   */
  async applyRetrained(session: ExperimentSession): Promise<Verdict | null> {
    const run = this.find(session);
    if (run === null || !vscode.workspace.isTrusted) return null;
    const confirmation = new Confirmation(run.read.job, [...run.results]);
    const files = await readFiles(session, run);
    const { budget, place } = this.sessions;
    const verdict = await retrain(this.scriptPath, confirmation, files, { signal: run.disposed, budget, place });
    if (verdict === null) return null;
    if (verdict.applied.status === "done") await writeTrial(session, run, verdict.applied);
    this.notifications.inform(describeVerdict(verdict), {
      label: vscode.l10n.t("Open File"),
      run: () => vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(session.file.uri)),
    });
    return verdict;
  }

  /** The panel of the sweep, where there is a sweep. */
  async show(session: ExperimentSession): Promise<void> {
    await this.former.recall(session);
    if (this.find(session) !== null) this.panels.open(session);
  }

  dispose(): void {
    for (const run of this.runs.values()) run.dispose();
    this.runs.clear();
    this.owned.dispose();
  }

  private panelHost(active: ActiveExperiment): SweepPanelHost {
    const { notifications } = this;
    return {
      find: (session) => this.find(session),
      runCommand: (command, session) =>
        void vscode.commands.executeCommand(`rnnLab.${command}`, vscode.Uri.parse(session.file.uri)),
      openFile: (session) => void vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(session.file.uri)),
      openTrial: (session, index) =>
        void vscode.commands.executeCommand("rnnLab.openTrial", vscode.Uri.parse(session.file.uri), index),
      applyTrial: (session, index) =>
        void this.applyBest(session, index).catch((error: unknown) =>
          notifications.showFailure(vscode.l10n.t("RNN Lab: The best run could not be applied"), error),
        ),
      saveChart: (session, file) =>
        void saveChart(session, file).catch((error: unknown) => notifications.showFailure(CHART_NOT_SAVED, error)),
      chartFailed: (message) => notifications.showFailure(CHART_NOT_SAVED, new Error(message)),
      closed: (session) => this.statusBar.panelClosed(session),
      activate: (session) => active.use(session),
      warn: (message) => notifications.log.warn(message),
    };
  }

  /** @param index of the best run, as the panel shows it */
  private async applyBest(session: ExperimentSession, index: number): Promise<void> {
    const run = this.find(session);
    if (run === null) return;
    const confirmation = new Confirmation(run.read.job, [...run.results]);
    const offers = confirmation.runs > 0 && vscode.workspace.isTrusted;
    const choice = offers ? await pickRetraining(confirmation) : "apply";
    if (choice === "apply") await this.applyTrial(session, index);
    else if (choice === "retrain") await this.applyRetrained(session);
  }

  private async restore(session: ExperimentSession, contents: SweepFileContents): Promise<void> {
    const { text } = contents;
    const read = readSweep(text);
    if ("problems" in read) return;
    const earlier = await finishInPieces(readTrials(contents, read.info.parameters));
    // Meanwhile one may have been started, or restored for someone else who asked.
    if (this.runs.has(session)) return;
    this.use(session, new SweepRun(read, text, earlier));
    this.panels.find(session)?.link.show(this.find(session));
    this.changes.fire(session);
  }

  private use(session: ExperimentSession, run: SweepRun): SweepRun {
    this.runs.get(session)?.dispose();
    this.runs.set(session, run);
    run.onDidChange(() => run.phase !== "running" && this.changes.fire(session));
    return run;
  }

  private get scriptPath(): string {
    return vscode.Uri.joinPath(this.extension.extensionUri, "dist", "sweep.js").fsPath;
  }

  private train(session: ExperimentSession, run: SweepRun, files: DataFiles): void {
    const { uri } = session.file;
    run.start(files, this.scriptPath, this.sessions, (current) =>
      liesOnDisk(vscode.Uri.parse(uri)) ? this.saved.begin(uri, run.text, current) : null,
    );
    this.showStarted(session, run);
  }

  private showStarted(session: ExperimentSession, run: SweepRun): void {
    this.statusBar.follow(session, run);
    this.panels.open(session);
    this.changes.fire(session);
  }

  private async addSweep(session: ExperimentSession): Promise<void> {
    await editValues(session, [{ path: ["sweep"], value: FIRST_SWEEP }]);
    await this.start(session);
  }
}

async function readFiles(session: ExperimentSession, { read: { experiment } }: SweepRun): Promise<DataFiles> {
  const files = await readExperimentFiles(folderOf(vscode.Uri.parse(session.file.uri)), experiment);
  return countFiles(session, { experiment, files });
}

async function writeTrial(session: ExperimentSession, run: SweepRun, trial: Trial): Promise<void> {
  const changes = trialChanges(run.read.job.sweep, trial);
  await editValues(session, changes);
  await revealValue(session, changes[0]?.path ?? []);
}

function resultOf({ results }: SweepRun, index: number): TrialResult | undefined {
  const row = results.rowOf(index);
  return row < 0 ? undefined : results.at(row);
}

function failedChoice(result: TrialResult) {
  return {
    label: vscode.l10n.t("Run {0}", formatCount(trialNumber(result))),
    description: result.message ?? "",
    result,
  };
}

/**
 * The index of a run that the user chooses, the best first.
 * @param withUnfinished also those without a result that have a file, before all others
 */
async function pickTrial(run: SweepRun, title: string, withUnfinished: boolean): Promise<number | undefined> {
  const { results, folder } = run;
  const { info } = run.read;
  const figure = leadingOf(results, info.goal?.metric ?? null);
  const unfinished = withUnfinished && folder !== null ? await unfinishedTrials(folder, results) : [];
  const begun = unfinished.slice(0, MAX_OFFERED).map((index) => ({
    label: vscode.l10n.t("Run {0}", formatCount(index + 1)),
    description: vscode.l10n.t("no result yet"),
    icon: "sync",
    index,
  }));
  const offered = [...rankRows(allRows(results), results, figure).subarray(0, MAX_OFFERED)];
  const items = offered
    .map((row) => results.at(row))
    .map((result) => ({
      label: [
        ...info.parameters.map(({ key }, a) => `${key.split(".").at(-1)} ${valueLabel(result.values[a])}`),
        vscode.l10n.t("seed {0}", result.seed),
      ].join(", "),
      description: result.status === "done" ? `${figure} ${formatValue(result[figure], 3)}` : phaseWord(result.status),
      ...(result.reachedAt === null || info.goal === null
        ? {}
        : { detail: vscode.l10n.t("{0} at iteration {1}", goalLabel(info.goal), result.reachedAt) }),
      index: result.index,
    }));
  return (await pickOne([...begun, ...items], { title, matchOnDescription: true }))?.index;
}
