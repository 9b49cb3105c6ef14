/** Trains trials of a sweep folder, one after the other, until none of those asked for is left that is free. */
import { existsSync } from "node:fs";
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
import { canceledPath, filesFolder, runnerLeasePath } from "../../sweepFolder/folderNames";
import { openSweepFolder, SweepFolderError, type SweepFolder } from "../../sweepFolder/planFile";
import { ResultReader, ResultWriter } from "../../sweepFolder/results";
import { Runner } from "../../sweepFolder/runner";
import { terminalMemoryLimit } from "../../threads/machineMemory";
import { limitMemory } from "../../threads/threadMemory";
import { trialsOf } from "../../worker/trialsOf";
import { Beats } from "../../threads/beats";
import { readTrialArguments, TRIAL_HELP, type TrialArguments } from "./trialArguments";
import { TrialRunner } from "./trialRunner";

/** Of training, before the first beat. */
const FIRST_BEAT_MS = 2000;
const LOOK_AGAIN_MS = 1000;

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
  const trials = chooseTrials(trialsOf(read.job), indices);
  const reader = new ResultReader(path);
  await reader.refresh();
  const left = trials.filter(({ index }) => !reader.results.has(index));
  if (left.length > 0) await trainLeft(folder, left, reader, interruption);
  const done = trials.filter(({ index }) => reader.results.has(index)).length;
  printOut(`${done} of ${trials.length} trials have a result\n`);
  if (done === trials.length) return EXIT.done;
  return existsSync(canceledPath(path)) ? EXIT.interrupted : EXIT.again;
}

function chooseTrials(all: readonly Trial[], indices: readonly number[] | null): readonly Trial[] {
  return (indices ?? all.map(({ index }) => index)).map((index) => {
    const trial = all[index];
    if (trial === undefined)
      throw new UsageError(`--index ${index}: the sweep has ${all.length} trials, counted from 0`);
    return trial;
  });
}

async function trainLeft(
  folder: SweepFolder,
  trials: readonly Trial[],
  reader: ResultReader,
  interruption: AbortSignal,
): Promise<void> {
  const { path, read } = folder;
  const { experiment } = read;
  const files = openFiles(countFiles(await readExperimentFiles(filesFolder(path), experiment), experiment));
  const runner = new Runner(path);
  const writer = new ResultWriter(path, runner.id);
  const beats = new Beats(__filename, runnerLeasePath(path, runner.id));
  const firstBeat = setTimeout(() => beats.start(), FIRST_BEAT_MS).unref();
  const trialRunner = new TrialRunner({ folder, files, runner, writer, reader, beats, interruption });
  const mayGoOn = (): boolean => !interruption.aborted && !existsSync(canceledPath(path));
  try {
    let waiting = trials;
    while (waiting.length > 0 && mayGoOn()) {
      const undecided: Trial[] = [];
      for (const trial of waiting) {
        if (!mayGoOn()) break;
        if ((await trialRunner.run(trial)) === "undecided") undecided.push(trial);
      }
      waiting = undecided;
      // Whether its runner on another machine lives shows after a while.
      if (waiting.length > 0) await wait(LOOK_AGAIN_MS, null, { signal: interruption }).catch(() => undefined);
    }
  } finally {
    clearTimeout(firstBeat);
    writer.close();
    await beats.dispose();
    runner.dispose();
    await reader.refresh();
  }
}
