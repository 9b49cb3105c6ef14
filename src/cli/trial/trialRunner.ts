import { existsSync } from "node:fs";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { ExperimentError } from "../../config/facts/experimentError";
import { trainingWork } from "../../config/facts/trainingWork";
import type { Experiment } from "../../config/schema/schema";
import { printError } from "../terminal";
import { failedTrial, TrialTraining } from "../../core/training/runTrial";
import type { TrainerResources } from "../../core/training/trainingSetup";
import { createWasmNetwork } from "../../kernel/wasmNetwork";
import { describeError } from "../../lib/outsideText";
import type { RunContents } from "../../runs/format/runContents";
import { trialNumber, type Trial, type TrialResult } from "../../shared/wire/sweep";
import { canceledPath, runPath } from "../../sweepFolder/folderNames";
import type { SweepFolder } from "../../sweepFolder/planFile";
import type { ResultReader, ResultWriter } from "../../sweepFolder/results";
import type { JournalTrials } from "../../sweepFolder/journal";
import type { RungJudge } from "../../sweepPlan/rungJudge";
import type { HeldClaim, Runner } from "../../sweepFolder/runner";
import type { RungReport } from "../../sweepPlan/stopping";
import { createTrialReader } from "../../sweepPlan/trials";
import { ChunkClock } from "../../worker/chunkClock";
import type { Beats } from "../../threads/beats";
import { readEarlier, TrialRecording } from "./trialRecording";
import { TrialStop } from "./trialStop";

/** Runners that a trial may take with it before it counts as failed. */
const MOST_LOST = 4;
/** Multiplications and additions of one iteration, about a second's, from which on a first beat may come too late. */
const LONG_ITERATION = 2e10;

export interface TrialPlace {
  readonly folder: SweepFolder;
  readonly files: ExperimentFiles;
  readonly runner: Runner;
  readonly writer: ResultWriter;
  readonly reader: ResultReader;
  /** Null where the plan has all that is to be known of a trial. */
  readonly journal: JournalTrials | null;
  /** Null where all trials are trained to their end. */
  readonly judge: RungJudge | null;
  readonly beats: Beats;
  readonly interruption: AbortSignal;
}

/** "undecided": its runner may be gone; "left": it has a result, lives elsewhere, or was given back. */
type Outcome = "done" | "left" | "undecided";

/** Trains single trials of a sweep folder. */
export class TrialRunner {
  private readonly readTrial: (trial: Trial) => Experiment;
  private readonly resources: TrainerResources;

  constructor(private readonly place: TrialPlace) {
    this.readTrial = createTrialReader(place.folder.read.job);
    this.resources = {
      files: place.files,
      kernel: (spec, capacity) => createWasmNetwork(spec, capacity),
    };
  }

  async run(trial: Trial): Promise<Outcome> {
    const { runner, reader } = this.place;
    const { index } = trial;
    const claim = await runner.take(index, async (other) => {
      await reader.refreshRunner(other);
      return reader.results.has(index);
    });
    if (claim === "done") return "left";
    if ("holder" in claim) return this.isElsewhere(index, claim.holder.runner, claim.holder.state);
    // Who had it before may have finished it.
    if (claim.generation > 0) await reader.refresh();
    if (reader.results.has(index)) return "left";
    if (claim.lost > MOST_LOST) {
      this.write(failedTrial(trial, `The trial ended its process ${claim.lost} times.`), claim);
      return "done";
    }
    if (await this.train(trial, claim)) return "done";
    runner.release(index, claim.generation);
    return "left";
  }

  /** With what all runners have written so far. */
  private async judge(rung: RungReport): Promise<string | null> {
    const { reader, judge, writer } = this.place;
    if (judge === null) return null;
    await reader.refresh();
    const { stopped, isNew } = judge.judge(rung);
    if (isNew) writer.addRung({ ...rung, stopped });
    return stopped;
  }

  private write(result: TrialResult, { generation }: HeldClaim): void {
    const { runner, writer } = this.place;
    const number = trialNumber(result);
    if (!runner.holds(result.index, generation)) {
      printError(`warning: trial ${number} was taken over by another runner; its result counts\n`);
      return;
    }
    writer.add(result);
    if (result.status === "failed") printError(`trial ${number} failed: ${result.message}\n`);
  }

  private async isElsewhere(index: number, runner: string | null, state: string): Promise<Outcome> {
    const { reader } = this.place;
    if (runner !== null) await reader.refreshRunner(runner);
    return reader.results.has(index) || state === "lives" ? "left" : "undecided";
  }

  /** @returns whether it has ended; otherwise it was interrupted, and can be gone on with */
  private async train(trial: Trial, claim: HeldClaim): Promise<boolean> {
    const { folder, files } = this.place;
    try {
      const experiment = this.readTrial(trial);
      const earlier = claim.generation === 0 ? null : readEarlier(runPath(folder.path, trial.index), files);
      return await this.trainFrom(trial, claim, experiment, earlier);
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      this.write(failedTrial(trial, describeError(error)), claim);
      return true;
    }
  }

  private async trainFrom(
    trial: Trial,
    claim: HeldClaim,
    experiment: Experiment,
    earlier: RunContents | null,
  ): Promise<boolean> {
    const { folder, files, beats, interruption, journal } = this.place;
    const { plan, read } = folder;
    const { sweep } = read.job;
    const { goal } = sweep;
    const startedAt = performance.now();
    const training = new TrialTraining(experiment, goal, {
      ...this.resources,
      recorded: earlier?.header ?? null,
    });
    const path = runPath(folder.path, trial.index);
    const warn = (text: string): void => printError(`warning: ${text}\n`);
    const recording = new TrialRecording({ path, plan, trial, experiment, files, beats, warn }, training, earlier);
    if (!tryRestore(recording)) return this.trainFrom(trial, claim, experiment, null);
    if (trainingWork(experiment, files) > LONG_ITERATION * experiment.training.iterations) beats.start();
    const earlierMs = earlier?.status.trainMs ?? 0;
    const trainMs = (): number => earlierMs + performance.now() - startedAt;
    if (plan.runFiles === "all") recording.write(trainMs(), true);
    const clock = new ChunkClock(() => performance.now());
    const known = journal?.endOf(trial.index) ?? null;
    const stop = new TrialStop({ index: trial.index, experiment, training, sweep, known });
    // Rows score the batch of their iteration, which a trial that stops at its goal may end with.
    const step = (): void => recording.add(stop.step(goal?.stop === true ? null : recording.recorder));
    while (training.isRunning) {
      clock.run(
        Infinity,
        () => stop.mayStep,
        step,
        () => {},
      );
      await stop.settle((rung) => this.judge(rung));
      if (!training.isRunning) break;
      recording.write(trainMs());
      await nextTurn();
      if (!interruption.aborted && !(recording.isBegun && existsSync(canceledPath(folder.path)))) continue;
      recording.write(trainMs(), true);
      await recording.close();
      return false;
    }
    const result: TrialResult = { ...trial, ...training.finalFigures(trainMs()), message: stop.message };
    recording.writeCurves(trainMs());
    // Before the end of the file: its checkpoint would not say that there is a result.
    this.write(result, claim);
    await recording.finish(trainMs(), result.status === "diverged" ? "diverged" : "done", plan.runFiles === "all");
    return true;
  }
}

/** Lets signals come through, which wait while code runs. */
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

function tryRestore(recording: TrialRecording): boolean {
  try {
    recording.restore();
    return true;
  } catch (error) {
    printError(`warning: the trial starts anew (${describeError(error)})\n`);
    return false;
  }
}
