/** The training thread: reads requests between chunks of steps and answers them. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import { checkGradients } from "../core/analysis/gradientCheck";
import { createTrainer } from "../core/training/trainer";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import { arithmeticOf, backendOf } from "../config/facts/engineChoice";
import { setMemoryLimit } from "../config/facts/memoryLimit";
import { ExperimentError } from "../config/facts/experimentError";
import { failedReply, replyTo } from "../lib/requests";
import { IDLE, type GradientCheck } from "../shared/trace/trace";
import { QueryScheduler } from "./queryScheduler";
import { createRecorder } from "./createRecorder";
import { WaitingEnds } from "./waitingEnds";
import { createKernelEngine, type KernelEngine } from "./kernelEngine";
import { HelperThreads } from "../threads/helperThreads";
import { CONTROL, type WorkerReport, type WorkerRequest, type StartRequest } from "../threads/trainingMessages";
import { readForeign } from "../externalRuns/readForeign";
import { openFiles } from "../files/openTable";
import { ReadingStopped } from "../tables/byteSource";
import { readingProgress } from "./readingProgress";
import { readCurves } from "../runs/readCurves";
import { postRecorded, readRecorded, type ResumePoint } from "./resumedRun";
import { TrainingRun } from "./trainingRun";
import { warmUp } from "./warmUp";
import { prepareVectors, vectorBits } from "./wideVectors";
import { describeError } from "../lib/outsideText";

const port = parentPort;
if (port === null) {
  throw new Error("dist/worker.js must be started as a worker thread.");
}

const helpers = new HelperThreads(join(__dirname, "helper.js"));
/** How often a thread that was left looks whether it may end. */
const LEAVE_MS = 500;
const ends = new WaitingEnds();
let engine: KernelEngine | null = null;
let run: TrainingRun | null = null;
let answers: QueryScheduler | null = null;
let cancelNext: (() => void) | null = null;

function post(report: WorkerReport, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(report, transfer);
}

function advance(): void {
  cancelNext = null;
  const waits = [run?.advance() ?? null, answers?.work() ?? null].filter((wait) => wait !== null);
  if (waits.length > 0) {
    schedule(Math.min(...waits));
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

/** Nothing stays but the ends of runs that wait for the disk. */
function leave(): void {
  run?.close();
  run = null;
  answers = null;
  engine?.dispose();
  engine = null;
  helpers.dispose();
  setInterval(() => {
    if (ends.isEmpty) process.exit(0);
  }, LEAVE_MS);
}

/** With the table opened. The session is told how far its reading is, and may stop it. */
function withOpenTable(request: StartRequest): StartRequest {
  const { runId, experiment, files, control } = request;
  if (files === undefined) return request;
  const { iterations } = experiment.training;
  const progress = readingProgress(files.data, (message) => {
    // A run that is only shown has ended already.
    if (request.from?.resume !== false)
      post({ type: "status", runId, status: { ...IDLE, phase: "starting", iterations, message } });
  });
  const onRows = (rows: number, of: number): void => {
    if (Atomics.load(control, CONTROL.stop) !== 0) throw new ReadingStopped();
    progress.onRows(rows, of);
  };
  return { ...request, files: openFiles(files, { ...progress, onRows }) };
}

/** An experiment that cannot run is not a crash: the session receives the reason. */
function start(asked: StartRequest): void {
  run?.close();
  run = null;
  answers?.abandon(new Error(l10n.t("The run has ended.")));
  answers = null;
  engine?.dispose();
  engine = createKernelEngine(asked.threads ?? "auto", helpers);
  if (asked.memory !== undefined) setMemoryLimit(asked.memory);
  const now = (): number => performance.now();
  try {
    const request = withOpenTable(asked);
    const recorded = request.from === undefined ? null : readRecorded({ ...request, from: request.from });
    if (recorded?.resume === false) return showRecorded(request, recorded, engine, now);
    const header = recorded?.contents.header ?? null;
    const backend = backendOf(request.experiment, header);
    const arithmetic = arithmeticOf(request.experiment, header);
    prepareVectors(request.experiment, request.files, { recorded: header });
    run = new TrainingRun(
      request,
      post,
      now,
      engine.createNetwork,
      createRecorder(request, engine.threads, post, now, ends),
      recorded,
    );
    post({
      type: "threads",
      runId: request.runId,
      threads: engine.threads(),
      vectorBits: backend === "reference" ? 128 : vectorBits(backend, arithmetic),
    });
    answers = new QueryScheduler(run, post, now);
  } catch (error) {
    if (error instanceof ReadingStopped) return post(endOf(asked, "stopped", null));
    if (!(error instanceof ExperimentError) && asked.from === undefined) throw error;
    post(endOf(asked, "failed", describeError(error)));
  }
}

function endOf({ runId }: StartRequest, phase: "stopped" | "failed", message: string | null): WorkerReport {
  return { type: "status", runId, status: { ...IDLE, phase, message } };
}

/**
 * The network is there for questions, unless its files are gone or it is of another version: what was recorded is shown
 * all the same.
 */
function showRecorded(
  request: StartRequest,
  recorded: ResumePoint,
  { createNetwork }: KernelEngine,
  now: () => number,
): void {
  postRecorded(recorded.contents, request.runId, request.from?.isUnderWay === true, post);
  try {
    run = new TrainingRun(request, post, now, createNetwork, () => null, recorded);
    answers = new QueryScheduler(run, post, now);
  } catch {
    run = null;
  }
}

function gradientCheck(request: Extract<WorkerRequest, { type: "checkGradients" }>): GradientCheck {
  return checkGradients(
    run !== null && run.runId === request.runId
      ? run.trainer
      : createTrainer(request.experiment, {
          kernel: (spec, capacity) => createWasmNetwork(spec, capacity),
          ...(request.files === undefined ? {} : { files: openFiles(request.files) }),
        }),
  );
}

function changeUpdates({ runId, experiment }: Extract<WorkerRequest, { type: "changeUpdates" }>): number {
  if (run === null || run.runId !== runId) throw new Error(l10n.t("The run has ended."));
  return run.changeUpdates(experiment);
}

function handleQuestion(request: Extract<WorkerRequest, { type: "ask" }>): void {
  if (run !== null && answers !== null && run.runId === request.runId) return answers.ask(request);
  const message = l10n.t("The network is no longer in memory. Run the experiment again and leave its panel open.");
  post(failedReply(request.requestId, new Error(message)));
}

const warming = warmUp(() => performance.now());
let isAsked = false;

/** Until the first request. */
function warm(): void {
  if (!isAsked && warming.next().done !== true) setImmediate(warm);
}
setImmediate(warm);

// Exceptions in training are not caught: they end this thread, and the session receives the stack.
port.on("message", (request: WorkerRequest) => {
  isAsked = true;
  switch (request.type) {
    case "start":
      start(request);
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
    case "changeUpdates":
      replyTo(request.requestId, () => changeUpdates(request), post);
      break;
    case "throttle":
      run?.throttleFor(request.milliseconds);
      break;
    case "drawn":
      if (run?.runId === request.runId) run.continueRun();
      break;
    case "credit":
      run?.credit();
      break;
    case "stop":
      break;
    case "leave":
      leave();
      break;
    case "interrupt":
      run?.interrupt();
      process.exit(0);
      break;
    case "checkGradients":
      replyTo(request.requestId, () => gradientCheck(request), post);
      break;
    case "ask":
      handleQuestion(request);
      break;
    case "readCurves":
      replyTo(request.requestId, () => readCurves(request.paths, request.points), post);
      break;
    case "readForeign":
      replyTo(request.requestId, () => readForeign(request.sources, request.points), post);
      break;
    default:
      request satisfies never;
  }
  schedule(0);
});
