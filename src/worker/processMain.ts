/**
 * The process of one training thread. It passes messages on while the thread is in a step, keeps the lease of its runs,
 * and ends soon after the window that started it.
 */
import { setEnvironmentData } from "node:worker_threads";
import { FileMark } from "../runs/fileMark";
import { Heartbeat } from "../runs/heartbeat";
import type { Carrier } from "../threads/carriers/carrier";
import {
  decodeMessage,
  encodeMessage,
  OWN_PROCESS_KEY,
  packError,
  type ProcessReport,
  type ProcessRequest,
  type SentRequest,
} from "../threads/processMessages";
import { SharedMirror } from "../threads/carriers/sharedMirror";
import { startThread } from "../threads/carriers/threadCarrier";
import { BUNDLE_KEY } from "../threads/languageBundle";
import { MEMORY_LIMIT_KEY } from "../threads/threadMemory";
import type { WorkerReport, WorkerRequest } from "../threads/trainingMessages";

/** For the checkpoint of a run whose window is gone. */
const END_MS = 1800;
/** Between two looks at what the thread has written of its file, when it reports nothing. */
const LOOK_MS = 250;

const mirror = new SharedMirror();
const heartbeat = new Heartbeat();
/** Of runs whose files the thread may write. */
const marks = new Map<string, FileMark>();
let thread: Carrier<WorkerRequest> | null = null;

/** @param then called when the system has it */
function send(message: ProcessReport, then: () => void = () => undefined): void {
  if (process.send === undefined || !process.connected) return then();
  process.send(encodeMessage(message), then);
}

function begin({ script, environment }: Extract<ProcessRequest, { type: "begin" }>): void {
  setEnvironmentData(BUNDLE_KEY, environment.language);
  setEnvironmentData(MEMORY_LIMIT_KEY, environment.memory);
  setEnvironmentData(OWN_PROCESS_KEY, true);
  thread = startThread<WorkerRequest, WorkerReport>(
    script,
    { name: "RNN Lab training" },
    {
      onReport: (report) => send({ type: "report", report, news: mirror.collect() }),
      onEnd: ({ error, code }) =>
        send({ type: "ended", error: error === null ? null : packError(error), code }, () =>
          process.exit(error === null ? Number(code) : 1),
        ),
    },
  );
  setInterval(() => {
    const news = mirror.collect();
    if (news !== null) send({ type: "news", news });
  }, LOOK_MS);
  send({ type: "ready" });
}

/** With the shared memory that its numbers stand for. */
function received(request: SentRequest): WorkerRequest {
  if (request.type !== "start") return request;
  const { control, record, ...rest } = request;
  const start = { ...rest, control: new Int32Array(mirror.memoryOf(control)) };
  if (record === null) return { ...start, record };
  const { mark, ...target } = record;
  if (mark === null) return { ...start, record: target };
  const memory = mirror.memoryOf(mark);
  keepLease(record.path, memory);
  return { ...start, record: { ...target, mark: memory } };
}

/** Of the run that starts. Those before it have ended, unless the disk refuses their ends. */
function keepLease(path: string, memory: SharedArrayBuffer): void {
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

/** Nobody listens any more: a run that is under way is left so that it can go on. */
function end(): void {
  if (thread === null) process.exit(0);
  thread.post({ type: "interrupt" });
  setTimeout(() => process.exit(1), END_MS);
}

process.on("message", (bytes: Uint8Array) => {
  const message = decodeMessage<ProcessRequest>(bytes);
  if (message.type === "begin") return begin(message);
  if (message.news !== null) mirror.apply(message.news);
  thread?.post(received(message.request));
});
process.once("disconnect", end);
// A terminal sends these to all of its processes; whether training ends with its window is seen by the channel.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
process.once("SIGTERM", end);
