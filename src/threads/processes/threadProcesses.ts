import { getEnvironmentData } from "node:worker_threads";
import { Deadline } from "../../lib/deadline";
import type { Disposable } from "../../lib/dispose";
import { describeError } from "../../lib/outsideText";
import type { Carrier, CarrierEnd, CarrierEvents } from "../carriers/carrier";
import { startThread, type ThreadOptions } from "../carriers/threadCarrier";
import type { ThreadPlace, ThreadRoom } from "../carriers/threadPlace";
import { BUNDLE_KEY } from "../languageBundle";
import { MEMORY_LIMIT_KEY } from "../threadMemory";
import { FallbackCarrier } from "./fallbackCarrier";
import type { ThreadEnvironment } from "./processMessages";
import { ThreadProcess } from "./threadProcess";
import { WarmThread } from "./warmThread";

/** A process has about 37 MiB to itself while it trains a small experiment. */
const PROCESS_BYTES = 40 * 2 ** 20;
/** After that, a process that waits for threads ends. */
const IDLE_MS = 60_000;

/**
 * A process for each room, as long as threads are in it. One more may wait for the next room, and one has a thread that
 * was prepared. Where processes cannot be started, threads are in this one.
 */
export class ThreadProcesses implements ThreadPlace, Disposable {
  private readonly all = new Set<ThreadProcess>();
  private spare: ThreadProcess | null = null;
  private warm: WarmThread | null = null;
  private readonly idle = new Deadline(IDLE_MS);
  /** Why processes cannot be started here; null: they can, as far as is known. */
  private refusal: string | null = null;
  private usesWideVectors = true;
  private isDisposed = false;

  /**
   * @param program dist/heartbeat.js
   * @param warn once, when threads are started in this process
   */
  constructor(
    private readonly program: string,
    private readonly warn: (message: string) => void,
  ) {}

  get overheadBytes(): number {
    return this.refusal === null ? PROCESS_BYTES : 0;
  }

  /** Processes that have not ended yet, by their IDs. */
  get pids(): readonly number[] {
    return [...this.all].map(({ pid }) => pid);
  }

  /** Whether threads that are started from now on may use vectors of 256 bits. */
  set wideVectors(on: boolean) {
    if (this.usesWideVectors === on) return;
    this.usesWideVectors = on;
    // They may have chosen already.
    this.dropIdle();
  }

  /** This thread, which is the first of a room, may be needed soon. */
  prepare(script: string, options: ThreadOptions): void {
    if (this.isDisposed) return;
    if (this.warm?.process.hasEnded !== false) {
      const process = this.tryFork();
      const thread = { script, options, environment: this.environment };
      this.warm =
        process === null
          ? null
          : new WarmThread(process, thread, (end) => {
              if (!process.isReady && !this.isDisposed) this.refuseAfter(end);
            });
    }
    this.idle.set(() => this.dropIdle(), IDLE_MS);
  }

  openRoom(): ThreadRoom {
    let room: ThreadProcess | null = null;
    const { usesWideVectors } = this;
    const isOutdated = (): boolean => usesWideVectors !== this.usesWideVectors;
    return {
      get isOutdated() {
        return isOutdated();
      },
      start: (script, options, events) => {
        if (room?.isInUse !== true) {
          const warm = this.takeWarm(script, options);
          room = warm?.process ?? this.takeSpare() ?? this.tryFork();
          if (warm !== null) return this.startOr(warm.process, (late) => warm.use(late), script, options, events);
        }
        return room === null ? startThread(script, options, events) : this.startIn(room, script, options, events);
      },
    };
  }

  /** Threads belong to those who started them. */
  dispose(): void {
    this.isDisposed = true;
    this.idle.clear();
    this.dropIdle();
  }

  private get environment(): ThreadEnvironment {
    return {
      language: getEnvironmentData(BUNDLE_KEY) as ThreadEnvironment["language"],
      memory: getEnvironmentData(MEMORY_LIMIT_KEY) as ThreadEnvironment["memory"],
      wideVectors: this.usesWideVectors,
    };
  }

  private startIn<Request, Report>(
    process: ThreadProcess,
    script: string,
    options: ThreadOptions,
    events: CarrierEvents<Report>,
  ): Carrier<Request> {
    const { environment } = this;
    const start = (late: CarrierEvents<Report>): Carrier<Request> => process.start(script, options, environment, late);
    return this.startOr(process, start, script, options, events);
  }

  /** @param start in the process, unless that could not be started: then in this one */
  private startOr<Request, Report>(
    process: ThreadProcess,
    start: (events: CarrierEvents<Report>) => Carrier<Request>,
    script: string,
    options: ThreadOptions,
    events: CarrierEvents<Report>,
  ): Carrier<Request> {
    return new FallbackCarrier(process, start, events, (end) => {
      this.refuseAfter(end);
      return startThread(script, options, events);
    });
  }

  private takeWarm(script: string, { trains = false }: ThreadOptions): WarmThread | null {
    const { warm } = this;
    if (warm === null || warm.thread.script !== script || warm.thread.options.trains !== trains) return null;
    this.warm = null;
    return warm.process.hasEnded ? null : warm;
  }

  private takeSpare(): ThreadProcess | null {
    const { spare } = this;
    this.spare = null;
    return spare?.hasEnded === false ? spare : null;
  }

  private dropIdle(): void {
    void this.spare?.kill();
    void this.warm?.process.kill();
    this.spare = null;
    this.warm = null;
  }

  /** It waits for the next room, unless another one does. */
  private keep(process: ThreadProcess, { usesWideVectors }: { readonly usesWideVectors: boolean }): void {
    if (this.isDisposed || this.spare?.hasEnded === false || usesWideVectors !== this.usesWideVectors)
      return void process.kill();
    this.spare = process;
    this.idle.set(() => this.dropIdle(), IDLE_MS);
  }

  private tryFork(): ThreadProcess | null {
    if (this.refusal !== null) return null;
    try {
      const { usesWideVectors } = this;
      const process = new ThreadProcess(this.program, () => this.keep(process, { usesWideVectors }));
      this.all.add(process);
      void process.exited.then(() => this.all.delete(process));
      return process;
    } catch (error) {
      this.refuse(describeError(error));
      return null;
    }
  }

  private refuseAfter({ error, code, output = "" }: CarrierEnd): void {
    this.refuse(error === null ? `exit code ${code} ${output}`.trim() : describeError(error));
  }

  private refuse(reason: string): void {
    if (this.refusal === null) this.warn(`No process for training could be started (${reason}): threads are used.`);
    this.refusal = reason;
  }
}
