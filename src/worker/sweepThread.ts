/** A thread of a sweep: takes one trial after the other until none is left. */
import "./language";
import { parentPort, workerData } from "node:worker_threads";
import { createRandom, STREAM } from "../core/numerics/random";
import { runTrial } from "../core/training/runTrial";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import { ExperimentError } from "../config/facts/experimentError";
import type { Trial, TrialResult } from "../shared/wire/sweep";
import { planTrials } from "../sweepPlan/plan";
import { createTrialReader } from "../sweepPlan/trials";
import { NO_TRIAL, SWEEP_CONTROL, type SweepThreadData, type SweepThreadReport } from "../threads/sweepMessages";

const port = parentPort;
if (port === null) {
  throw new Error("dist/sweep.js must be started as a worker thread.");
}
const { job, files, control, thread, broken } = workerData as SweepThreadData;
const { search } = job.sweep;
const random = createRandom(search.kind === "random" ? search.seed : 0, STREAM.sampling);
const trials = planTrials(job.sweep, job.seed, () => random.double());
const readTrial = createTrialReader(job);

function post(report: SweepThreadReport): void {
  port?.postMessage(report);
}

function run(trial: Trial): TrialResult {
  try {
    const experiment = readTrial(trial);
    return {
      ...trial,
      ...runTrial(
        experiment,
        job.sweep.goal,
        { files, float32: (spec, capacity) => createWasmNetwork(spec, capacity) },
        () => performance.now(),
      ),
      message: null,
    };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return failed(trial, error.message);
  }
}

function failed(trial: Trial, message: string): TrialResult {
  return {
    ...trial,
    status: "failed",
    iterations: 0,
    loss: NaN,
    validationLoss: NaN,
    bestValidationLoss: NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    reachedAt: null,
    trainMs: 0,
    message,
  };
}

function next(): void {
  const trial = trials[Atomics.add(control, SWEEP_CONTROL.next, 1)];
  if (trial === undefined) {
    post({ type: "finished" });
    return;
  }
  Atomics.store(control, SWEEP_CONTROL.current + thread, trial.index);
  post({ type: "result", result: run(trial) });
  Atomics.store(control, SWEEP_CONTROL.current + thread, NO_TRIAL);
  // Between two trials the memory of the last one may go.
  setImmediate(next);
}

const lost = broken === null ? undefined : trials[broken.index];
if (lost !== undefined && broken !== null) {
  post({ type: "result", result: failed(lost, broken.message) });
}
next();
