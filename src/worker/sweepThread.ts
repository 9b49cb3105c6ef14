/** A thread of a sweep: takes one trial after the other until none is left. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { sweepAxes } from "../config/schema/sweepAxes";
import { countTrials } from "../config/schema/sweepConditions";
import { failedTrial, runTrial } from "../core/training/runTrial";
import type { TrainerResources } from "../core/training/trainingSetup";
import { openFiles } from "../files/openTable";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import { ExperimentError } from "../config/facts/experimentError";
import type { Trial } from "../shared/wire/sweep";
import { isLearning, Proposer } from "../sweepPlan/searchEvents";
import { createTrialReader } from "../sweepPlan/trials";
import {
  answerSlot,
  currentSlot,
  heldSlot,
  NO_TRIAL,
  rungAnswer,
  SWEEP_CONTROL,
  type SweepThreadData,
  type SweepThreadReport,
  type SweepThreadRequest,
} from "../threads/sweepMessages";
import type { RungReport } from "../sweepPlan/stopping";
import { runSeedTrial } from "./seedTrial";
import { runStoppableTrial } from "./stoppableTrial";
import { trialsOf } from "./trialsOf";
import { prepareVectors } from "./wideVectors";
import { describeError } from "../lib/outsideText";

/** Of a trial whose curve is wanted; a sweep says when a trial has ended. */
const PROGRESS_INTERVAL_MS = 250;

const port = parentPort;
if (port === null) {
  throw new Error("dist/sweep.js must be started as a worker thread.");
}
const { job, done, wantsCurves, files, control, thread, broken } = workerData as SweepThreadData;
const { goal, stopping } = job.sweep;
const trials = trialsOf(job);
const isDone = new Set(done);
const pending = trials.filter(({ index }) => !isDone.has(index));
const runs = job.trials?.length ?? countTrials(job.sweep, sweepAxes(job.sweep), job.seed);
const runsLeft = runs - done.length;
const readTrial = createTrialReader(job);
const resources: TrainerResources = {
  files: openFiles(files),
  kernel: (spec, capacity) => createWasmNetwork(spec, capacity),
};
const now = (): number => performance.now();

function post(report: SweepThreadReport): void {
  port?.postMessage(report);
}

function wait(): void {
  const slot = heldSlot(thread);
  while (Atomics.load(control, slot) !== 0) Atomics.wait(control, slot, 1);
}

let asked = 0;

function askToStop(report: RungReport): boolean {
  const slot = answerSlot(thread);
  post({ type: "rung", report, asked: ++asked });
  for (;;) {
    const answer = Atomics.load(control, slot);
    if (answer >= rungAnswer(asked, false)) return answer === rungAnswer(asked, true);
    Atomics.wait(control, slot, answer);
  }
}

let reportedAt = -Infinity;

function reportProgress(index: number, share: number): void {
  if (now() - reportedAt < PROGRESS_INTERVAL_MS) return;
  reportedAt = now();
  post({ type: "progress", index, share });
}

function run(trial: Trial): Extract<SweepThreadReport, { type: "result" }> {
  try {
    wait();
    const experiment = readTrial(trial);
    prepareVectors(experiment, resources.files, { runs: runsLeft });
    if (stopping.kind !== "none" && !wantsCurves) {
      const ask = (report: Omit<RungReport, "index">): boolean => askToStop({ index: trial.index, ...report });
      const { figures, message } = runStoppableTrial(experiment, { goal, stopping }, resources, {
        now,
        onStep: wait,
        ask,
      });
      return { type: "result", result: { ...trial, ...figures, message }, seed: null };
    }
    const onStep = (share: number): void => {
      reportProgress(trial.index, share);
      wait();
    };
    const { figures, seed } = wantsCurves
      ? runSeedTrial(experiment, goal, resources, { now, onStep })
      : { figures: runTrial(experiment, goal, resources, now, wait), seed: null };
    return { type: "result", result: { ...trial, ...figures, message: null }, seed };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return failed(trial, describeError(error));
  }
}

function failed(trial: Trial, message: string): Extract<SweepThreadReport, { type: "result" }> {
  return { type: "result", result: failedTrial(trial, message), seed: null };
}

function train(trial: Trial): void {
  Atomics.store(control, currentSlot(thread), trial.index);
  post({ type: "begun" });
  post(run(trial));
  Atomics.store(control, currentSlot(thread), NO_TRIAL);
}

function next(): void {
  const trial = pending[Atomics.add(control, SWEEP_CONTROL.next, 1)];
  if (trial === undefined) {
    post({ type: "finished" });
    return;
  }
  train(trial);
  // Between two trials the memory of the last one may go.
  setImmediate(next);
}

/** The owner says which run is next, where that depends on others; this thread works out what to look at. */
function takeOrders(owner: MessagePort): void {
  const proposer = new Proposer(job.sweep);
  owner.on("message", (request: SweepThreadRequest) => {
    switch (request.kind) {
      case "train":
        train(request.trial);
        return setImmediate(() => post({ type: "ask" }));
      case "propose":
        proposer.apply(request.events);
        return post({ type: "proposed", values: proposer.propose(request.combination) });
      case "finish":
        post({ type: "finished" });
        return owner.close();
      default:
        return request satisfies never;
    }
  });
  post({ type: "ask" });
}

const lost = broken === null ? undefined : (broken.trial ?? trials[broken.index]);
if (lost !== undefined && broken !== null) post(failed(lost, broken.message));
if (isLearning(job.sweep)) takeOrders(port);
else next();
