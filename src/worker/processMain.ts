/**
 * The process of a window's threads. Its main thread does no arithmetic: it passes messages on while threads are in a
 * step, keeps the leases of runs, and ends soon after the window that started it.
 */
import { setEnvironmentData } from "node:worker_threads";
import { FileMark } from "../runs/fileMark";
import { Heartbeat } from "../runs/heartbeat";
import type { Carrier } from "../threads/carriers/carrier";
import { startThread } from "../threads/carriers/threadCarrier";
import { BUNDLE_KEY } from "../threads/languageBundle";
import { ProcessChannel } from "../threads/processes/processChannel";
import { packError, type ProcessReport, type ProcessRequest } from "../threads/processes/processMessages";
import { MEMORY_LIMIT_KEY } from "../threads/threadMemory";
import type { WorkerRequest } from "../threads/trainingMessages";
import { VectorChoice } from "../threads/vectorChoice";

/** For the checkpoint of a run whose window is gone. */
const END_MS = 1800;
/** Between two looks at what threads have written to shared memory, when they report nothing. */
const LOOK_MS = 250;

const channel = new ProcessChannel<ProcessReport, ProcessRequest>(process, handle);
const heartbeat = new Heartbeat();
/** Of runs whose files the training thread may write. */
const marks = new Map<string, FileMark>();
const threads = new Map<number, Carrier<unknown>>();
const vectors = new VectorChoice();
let training: Carrier<unknown> | null = null;

function start({ thread, script, options, environment }: Extract<ProcessRequest, { type: "start" }>): void {
  setEnvironmentData(BUNDLE_KEY, environment.language);
  setEnvironmentData(MEMORY_LIMIT_KEY, environment.memory);
  if (environment.wideVectors) vectors.share();
  const carrier = startThread<unknown, unknown>(script, options, {
    onReport: (report) => channel.send({ type: "report", thread, report }),
    onEnd: ({ error, code }) => {
      threads.delete(thread);
      vectors.abandonTest();
      channel.send({ type: "ended", thread, error: error === null ? null : packError(error), code }, () => {
        if (carrier === training) process.exit(error === null ? Number(code) : 1);
      });
    },
  });
  threads.set(thread, carrier);
  if (options.trains === true) training = carrier;
}

function handle(message: ProcessRequest): void {
  switch (message.type) {
    case "start":
      return start(message);
    case "post": {
      const carrier = threads.get(message.thread);
      if (carrier !== undefined && carrier === training) keepLease(message.request as WorkerRequest);
      return carrier?.post(message.request);
    }
    case "terminate":
      return void threads.get(message.thread)?.terminate();
    case "release":
      return end();
    default:
      message satisfies never;
  }
}

/** Of the run that starts. Those before it have ended, unless the disk refuses their ends. */
function keepLease(request: WorkerRequest): void {
  if (request.type !== "start" || request.record?.mark === undefined) return;
  const { path, mark: memory } = request.record;
  for (const [other, mark] of marks) {
    if (mark.file !== null || mark.isEndWaiting) continue;
    marks.delete(other);
    void heartbeat.remove(other);
  }
  const mark = new FileMark(memory);
  mark.setKeeper(process.pid);
  marks.set(path, mark);
  heartbeat.add(path, () => undefined, memory);
}

let isEnding = false;
/** Nobody listens any more: a run that is under way is left so that it can go on. */
function end(): void {
  if (training === null) process.exit(0);
  if (isEnding) return;
  isEnding = true;
  training.post({ type: "interrupt" } satisfies WorkerRequest);
  setTimeout(() => process.exit(1), END_MS);
}

process.on("message", (bytes: Uint8Array) => channel.receive(bytes));
process.once("disconnect", end);
// A terminal sends these to all of its processes; whether training ends with its window is seen by the channel.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
process.once("SIGTERM", end);
setInterval(() => channel.flush(), LOOK_MS);
channel.send({ type: "ready" });
