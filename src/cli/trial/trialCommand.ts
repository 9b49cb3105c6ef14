/** Trains trials of a sweep folder, one after the other, until none of those asked for is left that is free. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../args";
import { EXIT } from "../exitCodes";
import { watchInterruption } from "../interruption";
import { printError, printOut } from "../terminal";
import { ExperimentError } from "../../config/facts/experimentError";
import { countFiles, openFiles } from "../../files/openTable";
import { readExperimentFiles } from "../../files/readExperimentFiles";
import { describeError } from "../../lib/outsideText";
import type { Trial } from "../../shared/wire/sweep";
import { canceledPath, filesFolder, resultsFolder, runnerLeasePath, SUBFOLDERS } from "../../sweepFolder/folderNames";
import { openSweepFolder, SweepFolderError, type SweepFolder } from "../../sweepFolder/planFile";
import { ResultReader, ResultWriter } from "../../sweepFolder/results";
import { Runner } from "../../sweepFolder/runner";
import { RungJudge } from "../../sweepPlan/rungJudge";
import { terminalMemoryLimit } from "../../threads/machineMemory";
import { limitMemory } from "../../threads/threadMemory";
import { Beats } from "../../threads/beats";
import { FolderTrials } from "./folderTrials";
import { readTrialArguments, TRIAL_HELP, type TrialArguments } from "./trialArguments";
import { TrialRunner, type TrialPlace } from "./trialRunner";

/** Of training, before the first beat. */
const FIRST_BEAT_MS = 2000;
const LOOK_AGAIN_MS = 1000;
/** Between two looks whether a search has decided on more trials, and how long to wait for that. */
const DECISION_MS = 100;
const MOST_IDLE_MS = 30_000;

/** Runs the command line and returns its exit code. */
export async function trialCommand(args: readonly string[]): Promise<number> {
  try {
    const options = readTrialArguments(args);
    if (options === null) {
      printOut(TRIAL_HELP);
      return EXIT.done;
    }
    const interruption = watchInterruption(["SIGUSR2"], options.timeLimitMs);
    limitMemory({
      bytes: options.memoryGib === null ? terminalMemoryLimit() : options.memoryGib * 2 ** 30,
      setting: "--memory",
      place: { threads: 1, isShown: false, isRecorded: true },
    });
    return await trainTrials(await openSweepFolder(options.folder), options, interruption);
  } catch (error) {
    printError(`error: ${describeError(error)}\n`);
    const isInput =
      error instanceof UsageError || error instanceof SweepFolderError || error instanceof ExperimentError;
    return isInput ? EXIT.badInput : EXIT.failed;
  }
}

async function trainTrials(
  folder: SweepFolder,
  { indices }: TrialArguments,
  interruption: AbortSignal,
): Promise<number> {
  const { path, read } = folder;
  const trials = new FolderTrials(folder, indices);
  const { stopping } = read.job.sweep;
  const judge = stopping.kind === "none" ? null : new RungJudge(stopping);
  const reader = new ResultReader(path, (rung) => judge?.note(rung));
  await reader.refresh();
  await trials.refresh();
  if (!trials.isWhole || trials.left(reader.results).length > 0)
    await trainLeft(folder, trials, { reader, judge }, interruption);
  const { wanted } = trials;
  const done = wanted.filter((index) => reader.results.has(index)).length;
  printOut(`${done} of ${wanted.length} trials have a result\n`);
  if (done === wanted.length) return EXIT.done;
  if (existsSync(canceledPath(path))) return EXIT.interrupted;
  if (!trials.isWhole && !interruption.aborted)
    printError(
      `The search has decided on nothing new for ${MOST_IDLE_MS / 1000} s: follow the sweep where it began.\n`,
    );
  return EXIT.again;
}

async function trainLeft(
  folder: SweepFolder,
  trials: FolderTrials,
  { reader, judge }: { readonly reader: ResultReader; readonly judge: RungJudge | null },
  interruption: AbortSignal,
): Promise<void> {
  const { path, read } = folder;
  const { experiment } = read;
  if (!existsSync(resultsFolder(path))) for (const name of SUBFOLDERS) mkdirSync(join(path, name), { recursive: true });
  const files = openFiles(countFiles(await readExperimentFiles(filesFolder(path), experiment), experiment));
  const runner = new Runner(path);
  const writer = new ResultWriter(path, runner.id);
  const beats = new Beats(__filename, runnerLeasePath(path, runner.id));
  const firstBeat = setTimeout(() => beats.start(), FIRST_BEAT_MS).unref();
  const { journal } = trials;
  const place = { folder, files, runner, writer, reader, journal, judge, beats, interruption };
  try {
    await trainInTurn(trials, place);
  } finally {
    clearTimeout(firstBeat);
    writer.close();
    await beats.dispose();
    runner.dispose();
    await reader.refresh();
  }
}

/** Until none is left that is free, and none is to be decided on. */
async function trainInTurn(trials: FolderTrials, place: TrialPlace): Promise<void> {
  const { folder, reader, interruption } = place;
  const runner = new TrialRunner(place);
  const mayGoOn = (): boolean => !interruption.aborted && !existsSync(canceledPath(folder.path));
  let waiting = trials.left(reader.results);
  for (let idleSince = performance.now(); mayGoOn();) {
    const undecided: Trial[] = [];
    for (const trial of waiting) {
      if (!mayGoOn()) return;
      const outcome = await runner.run(trial);
      if (outcome === "undecided") undecided.push(trial);
      if (outcome === "done") idleSince = performance.now();
    }
    const { isWhole } = trials;
    const hasMore = await trials.refresh();
    if (isWhole && undecided.length === 0) return;
    if (hasMore) idleSince = performance.now();
    else if (!isWhole && performance.now() - idleSince > MOST_IDLE_MS) return;
    // Whether the runner of a trial on another machine lives shows after a while.
    else await wait(isWhole ? LOOK_AGAIN_MS : DECISION_MS, null, { signal: interruption }).catch(() => undefined);
    waiting = isWhole ? undecided : trials.left(reader.results);
  }
}
