import { fork, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { Deadline } from "../../lib/deadline";
import type { Carrier, CarrierEnd, CarrierEvents } from "../carriers/carrier";
import type { ThreadOptions } from "../carriers/threadCarrier";
import { ProcessChannel } from "./processChannel";
import { unpackError, type ProcessReport, type ProcessRequest, type ThreadEnvironment } from "./processMessages";

/** Of what a process says on its standard error before it breaks, such as V8's reason. */
const MOST_OUTPUT = 4096;
/** For a thread that was told to end. Then its process is killed. */
const END_MS = 250;

/** A process for threads, whose memory and flags are nobody else's. */
export class ThreadProcess {
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly channel: ProcessChannel<ProcessRequest, ProcessReport>;
  private readonly threads = new Map<number, ThreadOfProcess<unknown>>();
  private startedThreads = 0;
  private end: CarrierEnd | null = null;
  private ready = false;
  private output = "";
  private isReleased = false;
  /** Once the process has exited. */
  private conclude: (() => void) | null = null;

  /**
   * @param program dist/heartbeat.js
   * @param onIdle its last thread has ended, and it waits for others
   */
  constructor(
    program: string,
    private readonly onIdle: (process: ThreadProcess) => void,
  ) {
    this.child = fork(program, [], {
      execArgv: [],
      env: environmentOf(process.env),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const { child } = this;
    this.channel = new ProcessChannel(child, (report) => this.onReport(report));
    child.on("message", (bytes: Uint8Array) => this.channel.receive(bytes));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.output = (this.output + text).slice(-MOST_OUTPUT);
    });
    this.exited = new Promise((resolve) => {
      const finish = (end: CarrierEnd): void => {
        resolve();
        this.finish({ ...end, isOfProcess: true });
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
  }

  /** It could be started. */
  get isReady(): boolean {
    return this.ready;
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** Threads are in it. */
  get isInUse(): boolean {
    return this.threads.size > 0;
  }

  start<Request, Report>(
    script: string,
    options: ThreadOptions,
    environment: ThreadEnvironment,
    events: CarrierEvents<Report>,
  ): Carrier<Request> {
    const thread = this.startedThreads++;
    const carrier = new ThreadOfProcess<Request>(this, thread, options.trains === true, events);
    this.threads.set(thread, carrier);
    this.send({ type: "start", thread, script, options, environment });
    return carrier;
  }

  send(request: ProcessRequest): void {
    this.channel.send(request);
  }

  flush(): void {
    this.channel.flush();
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** The process sees that nobody listens any more. */
  release(): void {
    this.isReleased = true;
    this.unref();
    // Said too, because Node closes nothing while a message is partly read, and no longer reads it to its end.
    this.send({ type: "release" });
    if (this.child.connected) this.child.disconnect();
    this.conclude?.();
  }

  unref(): void {
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as Socket | null)?.unref();
  }

  private onReport(report: ProcessReport): void {
    switch (report.type) {
      case "ready":
        this.ready = true;
        return;
      case "report":
        return this.threads.get(report.thread)?.onReport(report.report);
      case "ended": {
        const { thread, error, code } = report;
        const carrier = this.threads.get(thread);
        this.threads.delete(thread);
        carrier?.onEnd({ error: error === null ? null : unpackError(error), code });
        // Its owner may have started another one in its place.
        if (this.threads.size === 0 && carrier?.trains !== true) this.onIdle(this);
        return;
      }
      default:
        report satisfies never;
    }
  }

  private finish(end: CarrierEnd): void {
    this.end ??= end;
    const carriers = [...this.threads.values()];
    this.threads.clear();
    for (const carrier of carriers) carrier.onEnd(end);
  }
}

class ThreadOfProcess<Request> implements Carrier<Request> {
  readonly exited: Promise<void>;
  private readonly deadline = new Deadline(END_MS);
  private resolve: () => void = () => undefined;
  private hasEnded = false;

  /** @param trains it is the only one, and its process ends with it */
  constructor(
    private readonly process: ThreadProcess,
    private readonly thread: number,
    readonly trains: boolean,
    private readonly events: CarrierEvents<never>,
  ) {
    const ended = new Promise<void>((resolve) => (this.resolve = resolve));
    this.exited = trains ? process.exited : ended;
  }

  get pid(): number {
    return this.process.pid;
  }

  onReport(report: unknown): void {
    this.events.onReport(report as never);
  }

  onEnd(end: CarrierEnd): void {
    this.hasEnded = true;
    this.deadline.clear();
    this.resolve();
    this.events.onEnd(end);
  }

  post(request: Request): void {
    this.process.send({ type: "post", thread: this.thread, request });
  }

  flush(): void {
    this.process.flush();
  }

  async terminate(): Promise<void> {
    if (this.trains) return this.process.kill();
    if (this.hasEnded) return;
    this.process.send({ type: "terminate", thread: this.thread });
    this.deadline.set(() => void this.process.kill(), END_MS);
    await this.exited;
  }

  release(): void {
    if (this.trains) this.process.release();
    else void this.terminate();
  }

  unref(): void {
    this.process.unref();
  }
}

/** As Node's own, in Electron too, and without what is meant for the program that starts it. */
function environmentOf({ NODE_OPTIONS: _options, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...others, ELECTRON_RUN_AS_NODE: "1" };
}
