import { dirname, join } from "node:path";
import { Deadline } from "../lib/deadline";
import type { Disposable } from "../lib/dispose";
import { describeError } from "../lib/outsideText";
import type { WorkerReport, WorkerRequest } from "./trainingMessages";
import type { Carrier, CarrierEvents } from "./carriers/carrier";
import { FallbackCarrier } from "./fallbackCarrier";
import { ProcessCarrier } from "./processCarrier";
import { startThread } from "./carriers/threadCarrier";

/** Where training threads are. */
export interface TrainingPlace {
  /** Memory that a thread takes there beside its run. */
  readonly overheadBytes: number;
  start(events: CarrierEvents<WorkerReport>): Carrier<WorkerRequest>;
}

/** A process has about 37 MiB to itself while it trains a small experiment. */
const PROCESS_BYTES = 40 * 2 ** 20;
/** After that, a process that waits for a run ends. */
const IDLE_MS = 60_000;

/** In this process. @param scriptPath dist/worker.js */
export function trainOnThread(scriptPath: string): TrainingPlace {
  return {
    overheadBytes: 0,
    start: (events) => startThread<WorkerRequest, WorkerReport>(scriptPath, { name: "RNN Lab training" }, events),
  };
}

/** Training threads with a process each. One more process may wait for the next run. */
export class TrainingProcesses implements TrainingPlace, Disposable {
  readonly overheadBytes = PROCESS_BYTES;
  private spare: ProcessCarrier | null = null;
  private readonly idle = new Deadline(IDLE_MS);
  /** Why processes cannot be started here; null: they can, as far as is known. */
  private refusal: string | null = null;
  private isDisposed = false;

  /**
   * @param scriptPath dist/worker.js, with heartbeat.js beside it
   * @param warn once, when training goes on in threads
   */
  constructor(
    private readonly scriptPath: string,
    private readonly warn: (message: string) => void,
  ) {}

  /** A run may be started soon. */
  prepare(): void {
    if (this.isDisposed) return;
    if (this.spare?.hasEnded !== false) this.spare = this.tryFork();
    this.idle.set(() => this.dropSpare(), IDLE_MS);
  }

  start(events: CarrierEvents<WorkerReport>): Carrier<WorkerRequest> {
    const process = this.takeSpare() ?? this.tryFork();
    const thread = trainOnThread(this.scriptPath);
    if (process === null) return thread.start(events);
    return new FallbackCarrier(process, events, ({ error, code, output = "" }) => {
      this.refuse(error === null ? `exit code ${code} ${output}`.trim() : describeError(error));
      return thread.start(events);
    });
  }

  /** The processes of runs belong to their sessions. */
  dispose(): void {
    this.isDisposed = true;
    this.idle.clear();
    this.dropSpare();
  }

  private takeSpare(): ProcessCarrier | null {
    const { spare } = this;
    this.spare = null;
    this.idle.clear();
    return spare?.hasEnded === false ? spare : null;
  }

  private dropSpare(): void {
    void this.spare?.terminate();
    this.spare = null;
  }

  private tryFork(): ProcessCarrier | null {
    if (this.refusal !== null) return null;
    try {
      return new ProcessCarrier(join(dirname(this.scriptPath), "heartbeat.js"), this.scriptPath);
    } catch (error) {
      this.refuse(describeError(error));
      return null;
    }
  }

  private refuse(reason: string): void {
    if (this.refusal === null) this.warn(`No process for training could be started (${reason}): threads are used.`);
    this.refusal = reason;
  }
}
