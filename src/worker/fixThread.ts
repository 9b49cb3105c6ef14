/** The thread that searches fixes for one run, from start to end. It is held and ended from outside. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { parentPort, workerData } from "node:worker_threads";
import { baselinesOf } from "../core/analysis/baselines/baselines";
import { createTrainer, type Trainer } from "../core/training/trainer";
import type { Experiment } from "../config/schema/schema";
import { fixCandidates } from "../diagnosis/candidates";
import { FixSearch, type TrialRecord } from "../fixes/fixSearch";
import { offerFixes } from "../fixes/offer";
import { openFiles } from "../files/openTable";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import { finishWork } from "../lib/slicedTask";
import { appendFindings } from "../runs/appendFindings";
import type { FixReport, FixRequest } from "../threads/fixMessages";
import { HeldClock } from "./heldClock";

const port = parentPort;
if (port === null) {
  throw new Error("dist/fixes.js must be started as a worker thread.");
}
const post = (report: FixReport): void => port.postMessage(report);
const request = workerData as FixRequest;
const files = openFiles(request.files);

function createCopy(experiment: Experiment): Trainer {
  return createTrainer(experiment, {
    files,
    // One thread: the other processors are the run's.
    kernel: (spec, capacity) => createWasmNetwork(spec, capacity),
  });
}

function createSearch(): FixSearch {
  const { text, experiment, findings, judgedLoss, shownLoss, trainMs, known, control } = request;
  const { dataset, loss, iterationsPerEpoch } = createCopy(experiment);
  const baselines = finishWork(baselinesOf({ dataset, loss, experiment }));
  const clock = new HeldClock(control);
  return new FixSearch(
    { text, experiment, judgedLoss, shownLoss, trainMs, baselines },
    fixCandidates(experiment, { timeSteps: dataset.timeSteps, fullBatch: iterationsPerEpoch <= 1 }, findings),
    {
      now: () => clock.now(),
      prepare: (copy) => ({ trainer: createCopy(copy), dispose: () => undefined }),
    },
    known,
  );
}

function run(search: FixSearch): void {
  const { findings, savedAs } = request;
  const trials = search.trials();
  const report = (record: TrialRecord | null): void =>
    post({
      type: "progress",
      record,
      progress: search.progress,
      findings: offerFixes(findings, { helped: search.outcome.helped, untried: [] }),
    });
  const next = (): void => {
    const { value, done } = trials.next();
    if (done !== true) {
      report(value);
      // Between two trials the memory of the last one may go.
      setImmediate(next);
      return;
    }
    const offered = offerFixes(findings, search.outcome);
    if (savedAs !== null) appendFindings(savedAs, offered);
    post({ type: "done", findings: offered });
  };
  report(null);
  next();
}

run(createSearch());
