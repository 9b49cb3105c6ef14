import { parseExperiment } from "../config/read/parse";
import { CONTROL, type WorkerReport } from "../threads/trainingMessages";
import { TrainingRun } from "./trainingRun";

/** The tutorial's experiment. */
const EXPERIMENT = `{
  "task": { "kind": "count-ones" },
  "model": { "cell": "linear" },
  "training": { "optimizer": { "kind": "rprop" }, "iterations": 500 }
}`;
/** After so many V8 has compiled the loop of training and what reports it. */
const RUNS = 3;

/**
 * Trains for nobody while a thread waits for its first request: 500 iterations take code that V8 has not compiled yet
 * ten times as long. A piece of work is one chunk of training.
 */
export function* warmUp(now: () => number): Generator<void, void, void> {
  const { experiment } = parseExperiment(EXPERIMENT);
  if (experiment === null) return;
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.length));
  for (let i = 0; i < RUNS; i++) {
    const post = (report: WorkerReport): void => {
      if (report.type === "rows") run.credit();
    };
    const request = { type: "start", runId: "", experiment, configHash: "", pace: 0, paused: false, control } as const;
    const run: TrainingRun = new TrainingRun(request, post, now);
    do yield;
    while (run.advance() !== null);
  }
}
