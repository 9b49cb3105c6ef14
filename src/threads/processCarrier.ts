import { fork, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { getEnvironmentData } from "node:worker_threads";
import { BUNDLE_KEY } from "./languageBundle";
import { MEMORY_LIMIT_KEY } from "./threadMemory";
import type { StartRequest, WorkerReport, WorkerRequest } from "./trainingMessages";
import type { Carrier, CarrierEnd, CarrierEvents } from "./carriers/carrier";
import {
  decodeMessage,
  encodeMessage,
  unpackError,
  type ProcessReport,
  type ProcessRequest,
  type SentRequest,
  type ThreadEnvironment,
} from "./processMessages";
import { SharedMirror } from "./carriers/sharedMirror";

/** Of what a process says on its standard error before it breaks, such as V8's reason. */
const MOST_OUTPUT = 4096;

/** A training thread in a process of its own, whose memory and flags are nobody else's. */
export class ProcessCarrier implements Carrier<WorkerRequest> {
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly mirror = new SharedMirror();
  private events: CarrierEvents<WorkerReport> | null = null;
  /** Before somebody listens. */
  private end: CarrierEnd | null = null;
  private ready = false;
  private output = "";
  private isReleased = false;
  /** Once the process has exited. */
  private conclude: (() => void) | null = null;

  /**
   * @param program dist/heartbeat.js
   * @param script dist/worker.js
   */
  constructor(program: string, script: string) {
    this.child = fork(program, [], {
      execArgv: [],
      env: environmentOf(process.env),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const { child } = this;
    let ended: CarrierEnd | null = null;
    child.on("message", (bytes: Uint8Array) => {
      const report = decodeMessage<ProcessReport>(bytes);
      if (report.type === "ended")
        ended = { code: report.code, error: report.error === null ? null : unpackError(report.error) };
      else this.onReport(report);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.output = (this.output + text).slice(-MOST_OUTPUT);
    });
    this.exited = new Promise((resolve) => {
      const finish = (end: CarrierEnd): void => {
        this.finish(ended ?? end);
        resolve();
      };
      child.on("error", (error) => {
        // Of a process that was started, only a message could not be sent: its exit follows.
        if (child.pid === undefined) finish({ error, code: 1 });
      });
      const exit = (code: number | null, signal: string | null): void =>
        finish({ error: null, code: signal ?? code ?? 1, output: this.output.trim() });
      // After all that it has said, which of a process that was released nobody hears: Node does not close that.
      child.on("close", exit);
      child.on("exit", (...how) => {
        this.conclude = () => exit(...how);
        if (this.isReleased) this.conclude();
      });
    });
    this.send({
      type: "begin",
      script,
      environment: {
        language: getEnvironmentData(BUNDLE_KEY) as ThreadEnvironment["language"],
        memory: getEnvironmentData(MEMORY_LIMIT_KEY) as ThreadEnvironment["memory"],
      },
    });
  }

  get isReady(): boolean {
    return this.ready;
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** From now on. A process that has ended is reported as such at once. */
  listen(events: CarrierEvents<WorkerReport>): void {
    this.events = events;
    if (this.end !== null) events.onEnd(this.end);
  }

  post(request: WorkerRequest): void {
    const sent = request.type === "start" ? this.withoutMemory(request) : request;
    this.send({ type: "request", request: sent, news: this.mirror.collect() });
  }

  async terminate(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** The process sees that nobody listens any more. */
  release(): void {
    this.isReleased = true;
    this.unref();
    if (this.child.connected) this.child.disconnect();
    this.conclude?.();
  }

  unref(): void {
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as Socket | null)?.unref();
  }

  private withoutMemory({ control, record, ...rest }: StartRequest): SentRequest {
    const idOf = (memory: SharedArrayBuffer): number => this.mirror.idOf(memory);
    const mark = record?.mark === undefined ? null : idOf(record.mark);
    return { ...rest, control: idOf(control.buffer), record: record == null ? null : { ...record, mark } };
  }

  /** Only to a process that is there: what has ended says so by itself. */
  private send(message: ProcessRequest): void {
    if (this.child.connected) this.child.send(encodeMessage(message), () => undefined);
  }

  private onReport(report: Exclude<ProcessReport, { readonly type: "ended" }>): void {
    if (report.type === "ready") {
      this.ready = true;
      return;
    }
    if (report.news !== null) this.mirror.apply(report.news);
    if (report.type === "report") this.events?.onReport(report.report);
  }

  private finish(end: CarrierEnd): void {
    if (this.end !== null) return;
    this.end = end;
    this.events?.onEnd(end);
  }
}

/** As Node's own, in Electron too, and without what is meant for the program that starts it. */
function environmentOf({ NODE_OPTIONS: _options, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...others, ELECTRON_RUN_AS_NODE: "1" };
}
