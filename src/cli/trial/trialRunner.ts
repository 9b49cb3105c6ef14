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
import type { HeldClaim, Runner } from "../../sweepFolder/runner";
import { createTrialReader } from "../../sweepPlan/trials";
import { ChunkClock } from "../../worker/chunkClock";
import type { Beats } from "../../threads/beats";
import { readEarlier, TrialRecording } from "./trialRecording";

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
    const { folder, files, beats, interruption } = this.place;
    const { plan, read } = folder;
    const { goal } = read.job.sweep;
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
    // Rows score the batch of their iteration, which a trial that stops at its goal may end with.
    const step = (): void => recording.add(training.step(goal?.stop === true ? null : recording.recorder));
    while (training.isRunning) {
      clock.run(
        Infinity,
        () => training.isRunning,
        step,
        () => {},
      );
      if (!training.isRunning) break;
      recording.write(trainMs());
      await nextTurn();
      if (!interruption.aborted && !(recording.isBegun && existsSync(canceledPath(folder.path)))) continue;
      recording.write(trainMs(), true);
      await recording.close();
      return false;
    }
    const result: TrialResult = { ...trial, ...training.figures(trainMs()), message: null };
    // First: a checkpoint of the end would not say that there is a result.
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
