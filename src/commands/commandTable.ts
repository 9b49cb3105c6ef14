import * as vscode from "vscode";
import { compareWithPrevious } from "./compareWithPrevious";
import { copyCommandLine } from "./copyCommandLine";
import { editHyperparameter } from "./editHyperparameter";
import { nudgeValue } from "./nudgeValue";
import { newExperiment } from "./newExperiment";
import { newFromTable } from "./newFromTable";
import { openExample } from "./openExample";
import { openWalkthrough } from "../window/walkthroughLayout";
import { resetExamples } from "./resetExamples";
import { resetHyperparameter } from "./resetHyperparameter";
import { readNextStep } from "./nextStep";
import { showSample } from "./showSample";
import { asAxesAction, pickAxes } from "./pickAxes";
import { pickChart, pickFormat } from "./pickChart";
import { pickPace } from "./pickPace";
import { saveChart } from "../panel/saveChart";
import type { Services } from "../app/services";
import { openRunFile, openRunsFolder } from "./externalRunCommands";
import { openJournal } from "./openJournal";
import { watchModel } from "./watchModel";
import { savedRunId } from "../library/savedRunUri";
import { chosenOthers, chosenRuns, RUN_COMMANDS, type RunCommand } from "./runCommands";
import { isPace } from "../shared/wire/protocol";
import type { PanelConnection } from "../panel/panelConnection";
import type { ExperimentSession } from "../session/experimentSession";
import { DisposableStore } from "../lib/dispose";
import { hasPsychometric } from "../shared/trace/psychometric";
import { COMMAND_ACTIONS, type AnalysisAction } from "../shared/wire/panelActions";
import { CHART_FORMATS } from "../shared/wire/savedCharts";
import { isExperimentPath } from "../experiments/experimentPath";

interface ExperimentCommand {
  /** When it makes sense; the same words as `enablement` in package.json, which a test compares. Null: always. */
  readonly enablement: string | null;
  readonly run: (lab: Services, target: vscode.Uri | undefined, ...rest: readonly unknown[]) => unknown;
}

/** The first argument may be the URI of a file of another kind, such as a table. */
interface FileCommand extends Pick<ExperimentCommand, "enablement"> {
  readonly onFile: (lab: Services, table: vscode.Uri | undefined, ...rest: readonly unknown[]) => unknown;
}

type Command = ExperimentCommand | RunCommand | FileCommand;

const OF_EDITOR = "resourceFilename =~ /\\.rnn\\.json$/";
const HAS_EXPERIMENT = `rnnLab.hasExperiment || ${OF_EDITOR}`;

/** Every command, under its id without "rnnLab.". The first argument may be the URI of an experiment file. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  getStarted: { enablement: null, run: openWalkthrough },
  newExperiment: {
    enablement: null,
    run: (lab, target, start) => newExperiment(lab, target, asText(start)),
  },
  newFromTable: {
    enablement: null,
    onFile: (lab, table, target, inputs) => newFromTable(lab, table, asText(target), asTexts(inputs)),
  },
  openExample: { enablement: null, run: (lab, _target, id) => openExample(lab, asText(id)) },
  resetExamples: {
    enablement: "rnnLab.hasExamples",
    run: (lab, target, isConfirmed) => resetExamples(lab, target, isConfirmed === true),
  },
  run: { enablement: HAS_EXPERIMENT, run: onSession(startRun) },
  rerun: { enablement: "rnnLab.hasRun", run: onSession(startRun) },
  pauseResume: {
    enablement: "rnnLab.running || rnnLab.paused",
    run: onSession((_lab, session) => (session.status.phase === "paused" ? session.resume() : session.pause())),
  },
  // An icon of its own: the one of pauseResume cannot change.
  resumeTraining: { enablement: "rnnLab.paused", run: onSession((_lab, session) => session.resume()) },
  step: { enablement: `(${HAS_EXPERIMENT}) && !rnnLab.running`, run: onSession(step) },
  stop: {
    enablement: "rnnLab.canStop || resourcePath in rnnLab.activeRuns",
    run: onSession((_lab, session) => session.stop()),
  },
  openPanel: { enablement: HAS_EXPERIMENT, run: onSession(openPanel) },
  watchModel: {
    enablement: null,
    onFile: (lab, script, action) => watchModel(lab, script, action),
  },
  openRunFile: { enablement: null, onFile: openRunFile },
  openJournal: { enablement: null, onFile: openJournal },
  openRunsFolder: { enablement: null, onFile: openRunsFolder },
  // Of a link in a page whose extension host is gone.
  reopenPanel: { enablement: null, run: (lab, _target, kind, state) => lab.orphanedPanels.reopen(kind, state) },
  editHyperparameter: { enablement: HAS_EXPERIMENT, run: onSession(editField) },
  resetHyperparameter: { enablement: HAS_EXPERIMENT, run: onSession(resetField) },
  compareWithPrevious: { enablement: "rnnLab.hasRun", run: onSession(compareWithPrevious) },
  copyCommandLine: { enablement: HAS_EXPERIMENT, run: onSession(copyLine) },
  increaseValue: { enablement: OF_EDITOR, run: () => nudgeValue(1) },
  decreaseValue: { enablement: OF_EDITOR, run: () => nudgeValue(-1) },
  checkGradients: { enablement: HAS_EXPERIMENT, run: onSession(checkGradients) },
  raceCells: { enablement: "rnnLab.hasRun", run: onSession(raceCells) },
  stopRace: { enablement: "rnnLab.canStopRace", run: onSession((_lab, session) => session.beside.race.stop()) },
  testLearningRates: { enablement: "rnnLab.hasRun", run: onSession(testLearningRates) },
  stopRateTest: {
    enablement: "rnnLab.canStopRateTest",
    run: onSession((_lab, session) => session.beside.rateTest.stop()),
  },
  findFixedPoints: { enablement: "rnnLab.hasRun", run: startsAnalysis("findFixedPoints") },
  computeJacobians: { enablement: "rnnLab.hasRun", run: startsAnalysis("computeJacobians") },
  computeLyapunovExponents: { enablement: "rnnLab.hasRun", run: startsAnalysis("computeLyapunovExponents") },
  computeSharpness: { enablement: "rnnLab.hasRun", run: startsAnalysis("computeSharpness") },
  computePsychometricCurve: { enablement: "rnnLab.hasRun", run: onSession(computePsychometricCurve) },
  analyzeMemory: { enablement: "rnnLab.hasRun", run: startsAnalysis("analyzeMemory") },
  trySeeds: { enablement: "rnnLab.hasRun", run: onSession(trySeeds) },
  stopSeeds: { enablement: "rnnLab.canStopSeeds", run: onSession((_lab, session) => session.beside.seeds.stop()) },
  removeSeeds: { enablement: "rnnLab.hasSeeds", run: onSession((_lab, session) => session.beside.seeds.remove()) },
  sampleText: {
    enablement: "rnnLab.hasRun",
    run: onSession((_lab, session, temperature) => showSample(session, asText(temperature))),
  },
  ...panelActions(),
  setAxes: { enablement: "rnnLab.hasRun", run: onSession(setAxes) },
  saveChart: { enablement: "rnnLab.hasRun", run: onSession(saveOneChart) },
  manageTrust: {
    enablement: "!isWorkspaceTrusted",
    run: () => vscode.commands.executeCommand("workbench.trust.manage"),
  },
  showRunsTable: { enablement: null, run: (lab) => lab.runsTable.panel.show() },
  showLog: { enablement: null, run: (lab) => lab.log.show() },
  sweep: { enablement: HAS_EXPERIMENT, run: onSession((lab, session) => lab.sweeps.start(session)) },
  sweepOn: {
    enablement: HAS_EXPERIMENT,
    run: onSession((lab, session, engine) => lab.sweeps.startOn(session, asText(engine))),
  },
  continueSweep: {
    enablement: "rnnLab.canContinueSweep",
    run: onSession((lab, session) => lab.sweeps.continue(session)),
  },
  stopSweep: { enablement: "rnnLab.canStopSweep", run: onSession((lab, session) => lab.sweeps.find(session)?.stop()) },
  saveSweep: {
    enablement: "rnnLab.hasSweep",
    run: onSession((lab, session, to) => lab.sweeps.saveTable(session, to instanceof vscode.Uri ? to : undefined)),
  },
  saveStudy: {
    enablement: "activeWebviewPanelId == 'rnnLab.studyPanel'",
    onFile: (lab, study, to) => lab.studies.saveTable(study, to instanceof vscode.Uri ? to : undefined),
  },
  openTrial: {
    enablement: "rnnLab.hasSweep",
    run: onSession((lab, session, index) => lab.sweeps.openTrial(session, isCount(index) ? index : undefined)),
  },
  showTrialLog: {
    enablement: "rnnLab.hasSweep",
    run: onSession((lab, session, index) => lab.sweeps.showTrialLog(session, isCount(index) ? index : undefined)),
  },
  applyTrial: {
    enablement: "rnnLab.hasSweep",
    run: onSession((lab, session, index) => lab.sweeps.applyTrial(session, isCount(index) ? index : undefined)),
  },
  openSweep: { enablement: "rnnLab.hasSweep", run: onSession((lab, session) => lab.sweeps.show(session)) },
  applyToRunning: {
    enablement: "rnnLab.canApply",
    run: onSession((lab, session) => lab.runner.applyToRunning(session)),
  },
  setPace: { enablement: HAS_EXPERIMENT, run: onSession(setPace) },
  ...RUN_COMMANDS,
};

/** Registers the table. A command that throws shows an error message and logs it. */
export function registerCommands(lab: Services): DisposableStore {
  const registered = new DisposableStore();
  for (const [name, command] of Object.entries(COMMANDS)) {
    const handler = async (target?: unknown, ...rest: readonly unknown[]): Promise<unknown> => {
      try {
        if ("onRuns" in command) return await runOnRuns(command, lab, target, rest);
        if ("onFile" in command)
          return await command.onFile(lab, target instanceof vscode.Uri ? target : undefined, ...rest);
        return await command.run(lab, experimentUri(target), ...rest);
      } catch (error) {
        lab.notifications.showFailure(vscode.l10n.t("RNN Lab: {0} failed", titleOf(`rnnLab.${name}`)), error);
        return undefined;
      }
    };
    registered.add(vscode.commands.registerCommand(`rnnLab.${name}`, handler));
  }
  return registered;
}

/** The title of a command in the language of the window, without the ellipsis. */
function titleOf(id: string): string {
  const manifest = vscode.extensions.getExtension("rnn-lab.rnn-lab")?.packageJSON as
    | { readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] } }
    | undefined;
  return manifest?.contributes.commands.find(({ command }) => command === id)?.title.replace(/…$/, "") ?? id;
}

/**
 * Menus pass the URI of their editor or a tree element, links in messages its text; a webview panel passes the URI of
 * itself, which is no file.
 */
function experimentUri(target: unknown): vscode.Uri | undefined {
  const uri = typeof target === "string" ? vscode.Uri.parse(target) : target;
  return uri instanceof vscode.Uri && isExperimentPath(uri.path) ? uri : undefined;
}

/** What is no run is the command's own, as a text to search for. */
function runOnRuns(
  { onRuns, onOthers }: RunCommand,
  lab: Services,
  target: unknown,
  rest: readonly unknown[],
): unknown {
  const runs = chosenRuns(lab.runs.store, target, rest);
  const others = chosenOthers(lab.externalRuns, target, rest);
  if (others.length > 0) {
    if (onOthers !== undefined) return onOthers(lab, runs, others, ...rest.slice(Array.isArray(rest[0]) ? 1 : 0));
    throw new Error(vscode.l10n.t("“{0}” was not saved by RNN Lab, so its file is not changed.", others[0]!.name));
  }
  return runs.length === 0 && typeof target === "string"
    ? onRuns(lab, [], target, ...rest)
    : onRuns(lab, runs, ...rest.slice(Array.isArray(rest[0]) ? 1 : 0));
}

function onSession(
  run: (lab: Services, session: ExperimentSession, ...rest: readonly unknown[]) => unknown,
): ExperimentCommand["run"] {
  return async (lab, target, ...rest) => {
    const session = target === undefined ? lab.active.session : await lab.files.session(target);
    if (session === null) {
      lab.notifications.show(
        vscode.l10n.t("Open an experiment file (*.rnn.json) first, or create one with “RNN Lab: New Experiment…”."),
      );
      return undefined;
    }
    lab.active.use(session);
    return run(lab, session, ...rest);
  };
}

/**
 * What the panel of an experiment does for its reader; without a panel the compact view does, and without both a panel
 * opens.
 */
function panelActions(): Record<string, Command> {
  return Object.fromEntries(
    COMMAND_ACTIONS.map((action): [string, Command] => [
      action,
      {
        enablement: "rnnLab.hasRun",
        run: onSession((lab, session) => {
          pageOf(lab, session).perform(action);
        }),
      },
    ]),
  );
}

function pageOf(lab: Services, session: ExperimentSession): PanelConnection {
  const compact = lab.liveView.link?.shownSession === session ? lab.liveView.link : null;
  return lab.panels.find(session)?.link ?? compact ?? lab.panels.open(session).link;
}

/** Prompts for a missing argument: `[uri, one of AXES_ACTIONS]`. */
async function setAxes(lab: Services, session: ExperimentSession, choice: unknown): Promise<void> {
  const action = asAxesAction(choice) ?? (await pickAxes());
  if (action !== undefined) {
    pageOf(lab, session).perform(action);
  }
}

/** Prompts for missing arguments: `[uri, id of a chart, format, URI of the file]`. */
async function saveOneChart(
  lab: Services,
  session: ExperimentSession,
  chart: unknown,
  format: unknown,
  target: unknown,
): Promise<vscode.Uri | undefined> {
  const { charts } = pageOf(lab, session);
  const id = asText(chart) ?? (await pickChart(await charts.list()));
  const chosen =
    id === undefined ? undefined : (CHART_FORMATS.find((known) => known === format) ?? (await pickFormat()));
  if (id === undefined || chosen === undefined) {
    return undefined;
  }
  return saveChart(
    session,
    { chart: id, format: chosen, content: await charts.draw(id, chosen) },
    target instanceof vscode.Uri ? target : undefined,
  );
}

/** At an iteration, when one is given: `[uri, iteration, time step, id of a card]`, as links have it. */
async function openPanel(
  lab: Services,
  session: ExperimentSession,
  iteration: unknown,
  timeStep: unknown,
  card: unknown,
): Promise<void> {
  await lab.latestRuns.show(session);
  const { link } = lab.panels.open(session);
  if (isCount(iteration)) {
    link.reveal({ iteration, timeStep: isCount(timeStep) ? timeStep : null, card: asText(card) ?? null });
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** A recorded run stays what it was: what runs is the file that it came from. */
async function startRun(lab: Services, shown: ExperimentSession, paused: unknown): Promise<boolean> {
  const origin = lab.runs.store?.find(savedRunId(vscode.Uri.parse(shown.file.uri)) ?? "")?.meta.uri;
  const session = origin === undefined ? shown : await lab.files.session(vscode.Uri.parse(origin));
  const started = await lab.runner.run(session, { paused: paused === true });
  if (started) {
    lab.panels.open(session);
  }
  return started;
}

/** One more iteration: of the run under way, else of the one that has ended, else the first of a new run. */
async function step(lab: Services, session: ExperimentSession): Promise<boolean | void> {
  const request = session.isActive ? null : await readNextStep(lab.runs.store, session);
  // Another step may have come first.
  if (session.isActive) return session.step();
  if (request === null) return startRun(lab, session, true);
  session.start(request);
  lab.panels.open(session);
  return true;
}

async function editField(lab: Services, session: ExperimentSession, key: unknown, input: unknown): Promise<void> {
  const { document } = await lab.files.open(vscode.Uri.parse(session.file.uri));
  await runUntitled(
    lab,
    session,
    document,
    await editHyperparameter(document, lab.workspaceState, asText(key), asText(input)),
  );
}

async function resetField(lab: Services, session: ExperimentSession, key: unknown): Promise<void> {
  const { document } = await lab.files.open(vscode.Uri.parse(session.file.uri));
  await runUntitled(lab, session, document, await resetHyperparameter(document, asText(key)));
}

async function copyLine({ extensionUri, files }: Services, session: ExperimentSession): Promise<string> {
  return copyCommandLine(extensionUri, await files.open(vscode.Uri.parse(session.file.uri)));
}

async function runUntitled(
  lab: Services,
  session: ExperimentSession,
  document: vscode.TextDocument,
  changed: boolean,
): Promise<void> {
  // An untitled file cannot be saved by itself, and saving is what runs the others again.
  if (changed && document.isUntitled && lab.panels.find(session) !== null) {
    await lab.runner.run(session, { paused: false });
  }
}

async function checkGradients(lab: Services, session: ExperimentSession): Promise<unknown> {
  lab.panels.open(session);
  const result = await lab.runner.checkGradients(session);
  for (const { name, maxRelativeError } of result?.tensors ?? []) {
    lab.log.info(`Gradient check of ${session.file.name}, ${name}: max relative error ${maxRelativeError}`);
  }
  return result;
}

/** @returns whether a race was started */
async function raceCells(lab: Services, session: ExperimentSession): Promise<boolean> {
  const started = await lab.runner.race(session);
  if (started) lab.panels.open(session).link.reveal({ iteration: null, timeStep: null, card: "race" });
  return started;
}

/** @returns whether a test was started */
async function testLearningRates(lab: Services, session: ExperimentSession): Promise<boolean> {
  const started = await lab.runner.testRates(session);
  if (started) lab.panels.open(session).link.reveal({ iteration: null, timeStep: null, card: "rate-test" });
  return started;
}

/** In the panel, which alone has the section. */
function startsAnalysis(action: AnalysisAction) {
  return onSession((lab, session) => lab.panels.open(session).link.perform(action));
}

/** @throws Error in words for a person where no choice depends on evidence */
function computePsychometricCurve(lab: Services, session: ExperimentSession): void {
  if (session.header === null || !hasPsychometric(session.header))
    throw new Error(
      vscode.l10n.t(
        "This run has no psychometric curve. The tasks {0} have one.",
        "perceptual-decision, context-decision, delay-comparison",
      ),
    );
  lab.panels.open(session).link.perform("computePsychometricCurve");
}

/** @returns whether training was started */
async function trySeeds(lab: Services, session: ExperimentSession): Promise<boolean> {
  const started = await lab.runner.trySeeds(session);
  if (started) lab.panels.open(session).link.reveal({ iteration: null, timeStep: null, card: "loss" });
  return started;
}

async function setPace(_lab: Services, session: ExperimentSession, pace: unknown): Promise<void> {
  const chosen = isPace(pace) ? pace : await pickPace(session.view(true).pace);
  if (chosen !== undefined) {
    session.setPace(chosen);
  }
}

function asTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
