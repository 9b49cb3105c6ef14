/** The training thread: reads requests between chunks of steps and answers them. */
import { parentPort } from "node:worker_threads";
import { checkGradients } from "../core/gradientCheck";
import { createTrainer } from "../core/trainer";
import type { WorkerReport, WorkerRequest } from "./messages";
import { TrainingRun } from "./trainingRun";

const port = parentPort;
if (port === null) {
  throw new Error("dist/worker.js is started by a session as a worker thread, not by itself.");
}

let run: TrainingRun | null = null;
let cancelNext: (() => void) | null = null;

function post(report: WorkerReport, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(report, transfer);
}

function advance(): void {
  cancelNext = null;
  const waitMs = run?.advance() ?? null;
  if (waitMs !== null) {
    schedule(waitMs);
  }
}

/** setImmediate lets the event loop deliver messages first; a timer would cost a millisecond a chunk. */
function schedule(waitMs: number): void {
  cancelNext?.();
  if (waitMs > 0) {
    const timer = setTimeout(advance, waitMs);
    cancelNext = () => clearTimeout(timer);
  } else {
    const immediate = setImmediate(advance);
    cancelNext = () => clearImmediate(immediate);
  }
}

function answerGradientCheck(request: Extract<WorkerRequest, { type: "checkGradients" }>): void {
  try {
    const trainer = run !== null && run.runId === request.runId ? run.trainer : createTrainer(request.experiment, request.files === undefined ? {} : { files: request.files });
    post({ type: "gradientCheck", requestId: request.requestId, result: checkGradients(trainer) });
  } catch (error) {
    post({ type: "requestFailed", requestId: request.requestId, message: error instanceof Error ? error.message : String(error) });
  }
}

// What is thrown while training is not caught: it ends this thread, and the session hears of it with its stack.
port.on("message", (request: WorkerRequest) => {
  switch (request.type) {
    case "start":
      run = new TrainingRun(request, post, () => performance.now());
      break;
    case "pause":
      run?.pause();
      break;
    case "resume":
      run?.resume();
      break;
    case "step":
      run?.step();
      break;
    case "setPace":
      run?.setPace(request.pace);
      break;
    case "credit":
      run?.credit();
      break;
    case "stop":
      break;
    case "checkGradients":
      answerGradientCheck(request);
      break;
    default:
      request satisfies never;
  }
  schedule(0);
});
